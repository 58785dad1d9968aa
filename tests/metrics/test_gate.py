"""Whether the words of an answer may be judged: every reason, and the promise of the gate on spoiled speech."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.bench._synthetic import spoil
from appliance.bench.gate import WRONG, generated_answers, summary
from appliance.bench.gate import _row as row_of
from appliance.messages import HeardAnswer
from appliance.metrics.gate import MIN_CONFIDENCE, judge_text
from appliance.speech.vosk_transcriber import VoskTranscriber
from tests.metrics.answers import answer_of, hear, word_list

GOOD = answer_of(word_list("i made a plan and talked to the team " * 4))
UNSURE = answer_of(word_list("word " * 30, confidence=0.4))


@pytest.mark.parametrize(
    ("heard", "reason"),
    [
        (GOOD, None),
        (replace(GOOD, engine="typed", transcripts=()), None),
        (replace(GOOD, began=None), "no_microphone"),
        (replace(GOOD, voice=()), "no_speech"),
        (replace(GOOD, transcripts=()), "not_understood"),
        (replace(GOOD, transcripts=(), noise_floor_db=-40.0, snr_db=8.0), "too_noisy"),
        (replace(GOOD, overrun_seconds=3.0), "overrun"),
        (UNSURE, "not_understood"),
        (replace(UNSURE, noise_floor_db=-40.0, snr_db=9.0), "too_noisy"),
        (replace(UNSURE, noise_floor_db=-80.0, snr_db=20.0), "too_quiet"),
        (replace(GOOD, engine="unheard-of"), "not_understood"),
    ],
)
def test_reasons(heard: HeardAnswer, reason: str | None) -> None:
    gate = judge_text(heard)
    assert gate.reason == reason
    assert (gate.value is None) == (reason is not None)
    assert gate.coverage is not None
    assert 0.0 <= gate.coverage <= 1.0


def test_a_site_may_set_its_own_threshold() -> None:
    unsure = answer_of(word_list("word " * 30, confidence=0.5))
    assert judge_text(unsure).value is None
    assert judge_text(unsure, 0.4).value is not None
    assert judge_text(GOOD, 0.99).value is None


def test_a_few_sure_words_in_much_speech_are_not_enough() -> None:
    """Ten seconds of loud speech of which one word was made out."""
    words = word_list("word " * 25)
    heard = answer_of(words)
    one = replace(heard.transcripts[0], words=words[:1], text="word")
    assert judge_text(replace(heard, transcripts=(one,))).reason == "not_understood"


def test_every_engine_has_a_threshold_of_its_own() -> None:
    assert set(MIN_CONFIDENCE) == {"vosk", "sphinx"}
    assert all(0.5 <= value < 1.0 for value in MIN_CONFIDENCE.values())


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_the_promise_of_the_gate(vosk_tiny: VoskTranscriber) -> None:
    """At most 5 % of scored answers are mostly wrong, and at least 70 % of clean ones are scored."""
    rows = []
    for source, text, sound in generated_answers(3):
        for number, condition in enumerate(("clean", "noise20", "noise0", "silent")):
            heard = hear(spoil(sound, condition, np.random.default_rng(number)), vosk_tiny)
            rows.append(row_of(heard, text, source, condition))
    result = summary(rows)
    assert result["wrong_ratio_of_scored"] <= 0.05
    assert result["by_condition"]["clean"]["scored_ratio"] >= 0.7
    assert result["by_condition"]["silent"]["scored_ratio"] == 0.0
    assert max(r["wer"] for r in rows if r["condition"] == "noise0") > WRONG


def test_speech_that_the_model_does_not_know_is_refused(
    vosk_tiny: VoskTranscriber, sentences: tuple[NDArray[np.int16], NDArray[np.int16]]
) -> None:
    backwards = np.concatenate([sentences[0][::-1], sentences[1][::-1]])
    assert judge_text(hear(backwards, vosk_tiny)).value is None
