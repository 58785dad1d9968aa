"""Interviews are saved whole, taken up, kept as agreed, and erased to the last byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from appliance.errors import NotFound
from appliance.messages import Consent, InterviewRecord
from appliance.settings import Store
from appliance.store.interview_store import InterviewStore
from appliance.store.sessions import TakenUp
from tests.store.conftest import Clock
from tests.store.records import AGREED, SAID, answered, finished, record


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def again(store: InterviewStore, folder: Path, clock: Clock) -> InterviewStore:
    """The same store after a restart."""
    await store.stop()
    opened = InterviewStore(store.settings, folder, clock)
    await opened.start()
    return opened


async def test_a_record_comes_back_as_it_was_saved(store: InterviewStore) -> None:
    saved = finished()
    await store.save(saved)
    assert await store.get("s1") == saved


async def test_an_interview_that_has_just_begun_comes_back(store: InterviewStore) -> None:
    saved = replace(record(answers=0), baseline=None)
    await store.save(saved)
    assert await store.get("s1") == saved


async def test_the_same_answer_twice_is_the_same_row(store: InterviewStore) -> None:
    for _ in range(2):
        await store.save(record())
    assert len((await store.get("s1")).answered) == 2


async def test_answers_keep_their_order_over_retries(store: InterviewStore) -> None:
    first = record(answers=1)
    tries = (*first.answered, answered("s1", 0, 1), answered("s1", 0, 2))
    await store.save(first)
    await store.save(replace(first, answered=tries))
    assert [a.answer.attempt for a in (await store.get("s1")).answered] == [0, 1, 2]


async def test_numbers_of_numpy_and_unknown_ones_are_stored(store: InterviewStore) -> None:
    odd = replace(answered("s1", 0), windows=({"t": np.float64(2.0), "engagement": np.float32("nan")},))
    await store.save(replace(record(), answered=(odd,)))
    assert (await store.get("s1")).answered[0].windows == ({"t": 2.0, "engagement": None},)


async def test_an_unknown_interview_is_not_found(store: InterviewStore) -> None:
    with pytest.raises(NotFound, match="no such interview") as caught:
        await store.get("nobody")
    assert caught.value.code == "store.unknown_session"


async def test_after_a_cut_the_interview_is_taken_up(
    store: InterviewStore, tmp_path: Path, clock: Clock
) -> None:
    await store.save(record(answers=2, asked=3))
    clock.now += timedelta(minutes=5)
    store = await again(store, tmp_path, clock)
    taken = await store.take_up()
    await store.stop()
    assert taken == TakenUp(record(answers=2, asked=3))


async def test_what_was_interrupted_long_ago_is_erased(
    store: InterviewStore, tmp_path: Path, clock: Clock
) -> None:
    await store.save(record())
    clock.now += timedelta(hours=2)
    assert await store.take_up() is None
    with pytest.raises(NotFound):
        await store.get("s1")
    assert SAID.encode() not in raw(tmp_path)


async def test_a_clock_set_back_still_resumes(store: InterviewStore, clock: Clock) -> None:
    await store.save(record())
    clock.now -= timedelta(days=300)
    assert await store.take_up() is not None


async def test_of_two_interrupted_ones_the_newest_is_taken_up(store: InterviewStore) -> None:
    await store.save(replace(record("old"), started_at="2026-11-22T09:00:00+00:00"))
    await store.save(record("new"))
    taken = await store.take_up()
    assert taken is not None
    assert taken.record.session_id == "new"
    with pytest.raises(NotFound):
        await store.get("old")


async def test_a_finished_one_without_a_sign_of_its_candidate_is_closed_as_agreed(
    store: InterviewStore,
) -> None:
    await store.save(finished("kept"))
    await store.save(replace(finished("gone"), consent=Consent(microphone=True, adult=True)))
    assert await store.take_up() is None
    assert (await store.get("kept")).finished_at
    with pytest.raises(NotFound):
        await store.get("gone")


async def test_closing_keeps_what_was_agreed(store: InterviewStore) -> None:
    receipt = await store.close(finished())
    assert receipt["erased"] is False
    assert receipt["kept_until"] == "2026-12-22T10:00:00+00:00"
    assert len(str(receipt["number"])) == 8
    assert await store.get("s1") == finished()
    assert await store.take_up() is None


@pytest.mark.parametrize(
    ("consent", "retention"),
    [
        (replace(AGREED, keep=False), "days"),
        (replace(AGREED, adult=False), "year"),
        (AGREED, "ephemeral"),
    ],
    ids=["not agreed", "under 18", "ephemeral site"],
)
async def test_closing_erases_everything_else(
    tmp_path: Path, clock: Clock, consent: Consent, retention: str
) -> None:
    store = InterviewStore(Store(encrypt=False, retention=retention), tmp_path, clock)
    await store.start()
    leaving: InterviewRecord = replace(finished(), consent=consent)
    await store.save(leaving)
    assert SAID.encode() in raw(tmp_path)  # the search sees what is there
    receipt = await store.close(leaving)
    assert receipt["erased"] is True
    assert receipt["kept_until"] is None
    assert SAID.encode() not in raw(tmp_path)
    await store.stop()


async def test_erasing_leaves_no_byte(store: InterviewStore, tmp_path: Path) -> None:
    for number in range(20):
        await store.save(finished(f"s{number}"))
    assert SAID.encode() in raw(tmp_path)
    for number in range(20):
        assert (await store.erase(f"s{number}"))["erased"] is True
    assert SAID.encode() not in raw(tmp_path)


async def test_erasing_what_was_never_saved_is_a_receipt(store: InterviewStore) -> None:
    assert (await store.erase("nobody"))["erased"] is True


async def test_overdue_interviews_go_by_themselves(
    store: InterviewStore, tmp_path: Path, clock: Clock
) -> None:
    await store.close(finished())
    clock.now += timedelta(days=29)
    await store.housekeep()
    assert await store.get("s1")
    clock.now += timedelta(days=1)
    await store.housekeep()
    assert SAID.encode() not in raw(tmp_path)


async def test_a_stricter_site_setting_reaches_what_was_kept(tmp_path: Path, clock: Clock) -> None:
    generous = InterviewStore(Store(encrypt=False, retention="year"), tmp_path, clock)
    await generous.start()
    await generous.close(finished())
    await generous.stop()
    strict = InterviewStore(Store(encrypt=False, retention="ephemeral"), tmp_path, clock)
    await strict.start()
    await strict.stop()
    assert SAID.encode() not in raw(tmp_path)


async def test_an_abandoned_one_is_erased_while_the_booth_runs_on(
    store: InterviewStore, clock: Clock
) -> None:
    await store.save(record())
    clock.now += timedelta(hours=25)
    await store.housekeep()
    with pytest.raises(NotFound):
        await store.get("s1")


async def test_in_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = InterviewStore.in_memory()
    await store.start()
    await store.save(finished())
    assert await store.get("s1") == finished()
    await store.stop()
    assert list(tmp_path.iterdir()) == []


async def test_the_log_tells_what_was_done_without_any_content(store: InterviewStore) -> None:
    await store.save(record())
    await store.save(replace(record(), consent=replace(AGREED, camera=False)))
    await store.close(finished())
    _, code = await store.new_claim(finished(), "1234")
    entries = (await store.export(code, "1234"))["processing"]
    assert isinstance(entries, list)
    assert [entry["event"] for entry in entries] == [
        "began", "consent", "consent", "consent", "finished", "kept", "claim_made",
    ]  # fmt: skip
    assert SAID not in str(entries)


async def test_means_are_shown_of_groups_only(store: InterviewStore) -> None:
    for number in range(4):
        await store.close(finished(f"s{number}", fluency=float(number)))
    figures = await store.cohort()
    assert figures["means"] == {"ml_engineer": {"count": 4, "scores": None}}
    await store.close(finished("s4", fluency=4.0))
    means = (await store.cohort())["means"]
    assert means == {"ml_engineer": {"count": 5, "scores": {"fluency": 2.0, "posture": None}}}


async def test_counts_outlive_what_was_erased(store: InterviewStore) -> None:
    await store.save(replace(finished(), consent=Consent(microphone=True)))
    await store.close(replace(finished(), consent=Consent(microphone=True)))
    counted = (await store.cohort())["finished"]
    assert isinstance(counted, dict)
    assert counted["count"] == 1
    assert counted["by_role"] == {"ml_engineer": 1}
    assert counted["by_day"] == [{"date": "2026-11-22", "count": 1}]


async def test_staff_see_persons_only_when_shared(store: InterviewStore) -> None:
    await store.close(finished("mine"))
    await store.close(replace(finished("ours"), consent=replace(AGREED, share=True)))
    assert [row["session_id"] for row in await store.shared()] == ["ours"]


async def test_health_says_how_the_store_is(store: InterviewStore, tmp_path: Path) -> None:
    await store.close(finished())
    health = await store.health()
    assert health["state"] == "ok"
    assert health["code"] is None
    assert health["kept_count"] == 1
    assert health["encrypted"] is False
    assert tuple(int(part) for part in str(health["sqlite"]).split(".")) >= (3, 51, 3)
