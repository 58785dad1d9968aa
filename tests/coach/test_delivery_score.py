"""Delivery scores: bounded, monotone outside their quiet band, None in and None out, and open about their parts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.coach.delivery_score import LENGTH_BANDS, Part, curve_at, delivery_scores, parts_of
from appliance.messages import DeliveryMetrics, Measured, PresenceMetrics

GOOD = {
    "speaking_rate_wpm": 140.0,
    "fillers_per_100": 2.0,
    "mid_phrase_pause_count": 1.0,
    "long_pause_count": 0.0,
    "mean_run_words": 9.0,
    "loudness_over_noise_db": 22.0,
    "sentence_end_drop_db": 3.0,
    "pitch_ratio_to_warmup": 0.9,
    "answer_seconds": 80.0,
}
SEEN = {"eye_contact_ratio": 0.8, "posture": 10.0, "stillness": 0.9, "engagement": 10.0}
PARTS = [part for shape in LENGTH_BANDS for parts in parts_of(shape).values() for part in parts]


def scores(
    said: dict[str, float | None] | None = None, seen: dict[str, float | None] | None = None
) -> dict[str, float | None]:
    delivery = None if said is None else DeliveryMetrics({k: Measured(v) for k, v in said.items()})
    presence = None if seen is None else PresenceMetrics({k: Measured(v) for k, v in seen.items()})
    return dict(delivery_scores(delivery, presence).scores)


def test_a_good_answer_has_ten_everywhere() -> None:
    assert set(scores({**GOOD}, {**SEEN}).values()) == {10.0}


def test_nothing_measured_is_none_everywhere() -> None:
    assert set(scores().values()) == {None}
    assert set(scores(dict.fromkeys(GOOD), dict.fromkeys(SEEN)).values()) == {None}


def test_without_a_camera_only_its_scores_are_none() -> None:
    found = scores({**GOOD})
    assert {name for name, score in found.items() if score is None} == {
        "eye_contact",
        "posture",
        "engagement",
    }


def test_a_typed_answer_has_no_delivery() -> None:
    assert set(scores({"word_count": 60.0}).values()) == {None}


@given(st.dictionaries(st.sampled_from([*GOOD, *SEEN]), st.floats(-1e6, 1e6) | st.none()))
def test_scores_are_bounded_whatever_was_measured(values: dict[str, float | None]) -> None:
    assert all(score is None or 0 <= score <= 10 for score in scores(values, values).values())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_curves_rise_to_their_band_and_never_rise_after_it(part: Part) -> None:
    heights = [height for _, height in part.curve]
    top = heights.index(max(heights))
    assert heights[: top + 1] == sorted(heights[: top + 1])
    assert heights[top:] == sorted(heights[top:], reverse=True)
    assert [x for x, _ in part.curve] == sorted({x for x, _ in part.curve})


def test_fast_and_long_are_not_better() -> None:
    def communication(**changed: float) -> float:
        found = scores({**GOOD, **changed})["communication"]
        assert found is not None
        return found

    rates = [communication(speaking_rate_wpm=rate) for rate in (170, 190, 210, 240)]
    lengths = [communication(answer_seconds=seconds) for seconds in (180, 240, 300, 400)]
    for falling in (rates, lengths):
        assert all(a > b or (a == b and a < 10) for a, b in itertools.pairwise(falling))
    assert communication(speaking_rate_wpm=110) == communication(speaking_rate_wpm=170)


def test_pauses_count_by_the_minute_not_by_the_answer() -> None:
    one = scores({**GOOD, "mid_phrase_pause_count": 4.0, "answer_seconds": 60.0})["fluency"]
    two = scores({**GOOD, "mid_phrase_pause_count": 8.0, "answer_seconds": 120.0})["fluency"]
    assert one == two
    assert one is not None
    assert one < 10


def test_weights_are_given_to_what_was_measured_and_the_parts_make_the_score() -> None:
    said: dict[str, float | None] = {**GOOD, "mid_phrase_pause_count": 6.0, "fillers_per_100": None}
    found = delivery_scores(DeliveryMetrics({k: Measured(v) for k, v in said.items()}), None)
    rows = found.made_of["fluency"]
    known = [row for row in rows if row["score"] is not None]
    assert [row["name"] for row in rows if row["score"] is None] == ["fillers_per_100"]
    assert sum(float(str(row["weight"])) for row in known) == pytest.approx(1, abs=0.01)
    total = sum(float(str(row["weight"])) * float(str(row["score"])) for row in known)
    assert found.scores["fluency"] == pytest.approx(total, abs=0.06)


def test_curve_ends_are_flat() -> None:
    part = parts_of("technical")["communication"][0]
    assert curve_at(part.curve, -100) == curve_at(part.curve, part.curve[0][0])
    assert curve_at(part.curve, 9000) == part.curve[-1][1]
