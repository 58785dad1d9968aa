"""Filler words, and filled pauses that only the sound shows."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from appliance.bench.fillers import figures, generated, without_fillers
from appliance.messages import HeardAnswer
from appliance.metrics.delivery import measure_delivery
from appliance.metrics.fillers import find_fillers
from appliance.metrics.phrasing import find_phrasing
from appliance.speech.vosk_transcriber import VoskTranscriber
from tests.metrics.answers import answer_of, hear, word_list


def with_held_sound(heard: HeardAnswer, start: float, end: float) -> HeardAnswer:
    """The answer, with a held vowel in it."""
    prosody = replace(
        heard.prosody,
        rms_db=heard.prosody.rms_db.copy(),
        f0_hz=heard.prosody.f0_hz.copy(),
        flux=heard.prosody.flux.copy(),
    )
    span = slice(round(start * 100), round(end * 100))
    prosody.rms_db[span], prosody.f0_hz[span], prosody.flux[span] = -25.0, 118.0, 0.02
    return replace(heard, prosody=prosody)


def filler_texts(heard: HeardAnswer) -> tuple[list[str], list[str]]:
    filled, phrases = find_fillers(heard, find_phrasing(heard))
    return [f.text for f in filled], [f.text for f in phrases]


def test_by_word() -> None:
    text = "um i lead the uh team you know and it was like hard i mean i like python and it looks like java"
    assert filler_texts(answer_of(word_list(text))) == (["um", "uh"], ["you know", "like", "i mean"])


def test_actually_and_basically_are_not_fillers() -> None:
    assert filler_texts(answer_of(word_list("basically i actually know it literally"))) == ([], [])


def test_by_sound_between_words() -> None:
    heard = with_held_sound(answer_of(word_list("i lead …1.2 the team")), 1.2, 1.7)
    (filler,), _ = find_fillers(heard, find_phrasing(heard))
    assert (filler.start, filler.end) == pytest.approx((1.2, 1.7))
    assert filler.text == ""
    assert filler_texts(with_held_sound(answer_of(word_list("i lead …1.2 the team")), 1.2, 1.35)) == ([], [])


def test_a_held_sound_inside_a_sure_word_is_the_word() -> None:
    words = word_list("i lead the team", each=0.5)
    assert filler_texts(with_held_sound(answer_of(words), 0.55, 0.9)) == ([], [])
    unsure = word_list("i lead the team", each=0.5, confidence=0.85)
    assert filler_texts(with_held_sound(answer_of(unsure), 0.55, 0.9)) == ([""], [])
    stretched = word_list("i …0.1 a …0.1 team", each=0.6)
    assert filler_texts(with_held_sound(answer_of(stretched), 0.75, 1.2)) == ([""], [])


def test_a_hum_over_several_sure_words_is_those_words() -> None:
    hum = with_held_sound(answer_of(word_list("sense in the only one", each=0.3)), 0.4, 1.05)
    assert filler_texts(hum) == ([], [])
    unsure = word_list("sense in the only one", each=0.3, confidence=0.5)
    assert filler_texts(with_held_sound(answer_of(unsure), 0.4, 1.05)) == ([""], [])


def test_a_short_word_may_be_said_slowly() -> None:
    """Found by ear: "sam" of 0.45 s was called a filler."""
    words = word_list("name is sam and", each=0.46)
    assert filler_texts(with_held_sound(answer_of(words), 1.0, 1.3)) == ([], [])


def test_fillers_per_hundred_words() -> None:
    metrics = measure_delivery(answer_of(word_list("um " + "i made a plan " * 12 + "uh and that was it")))
    assert metrics.numbers["fillers_per_100"].value == pytest.approx(200 / 52, rel=0.01)
    assert metrics.numbers["filled_pause_count"].value == 2
    assert [m.text for m in metrics.moments if m.kind == "filler"] == ["um", "uh"]


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_generated_speech_with_known_fillers(vosk_tiny: VoskTranscriber) -> None:
    """F1 of at least 0.75 at 20 dB, also where the recogniser drops um and uh."""
    answers = [(hear(sound, vosk_tiny), known) for sound, known in generated(6, 20.0, 1)]
    assert sum(len(known) for _, known in answers) > 8
    assert figures(answers)["f1"] >= 0.75
    assert figures([(without_fillers(h), known) for h, known in answers])["f1"] >= 0.75


def test_generated_speech_is_what_it_says() -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    sound, known = next(generated(1, 60.0, 2))
    for start, end in known:
        loud = np.abs(sound[round(start * 16_000) : round(end * 16_000)].astype(np.int32)).max()
        before = np.abs(
            sound[round((start - 0.05) * 16_000) : round((start - 0.01) * 16_000)].astype(np.int32)
        ).max()
        assert loud > 3_000
        assert before < 500
