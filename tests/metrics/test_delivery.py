"""Pace, pauses, loudness and pitch against references of known timing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.messages import Baseline, HeardAnswer
from appliance.metrics.delivery import NUMBERS, live_numbers, measure_delivery, voice_baseline
from appliance.metrics.phrasing import PAUSE_SECONDS, Span, find_phrasing
from appliance.speech.vosk_transcriber import VoskTranscriber
from tests.metrics.answers import answer_of, hear, word_list
from tests.speech.sounds import noise, silence

Sentences = tuple[NDArray[np.int16], NDArray[np.int16]]


def paused(
    sentences: Sentences, gaps: list[float], background: float
) -> tuple[NDArray[np.int16], list[Span]]:
    """Sentences with gaps of known length between them, and the pauses that there are."""
    parts, pauses, at = [silence(0.5)], [], 0.5
    for number, gap in enumerate([*gaps, 0.0]):
        spoken = sentences[number % 2]
        parts += [spoken, silence(gap)]
        at += len(spoken) / 16_000
        if gap >= PAUSE_SECONDS:
            pauses.append((at, at + gap))
        at += gap
    sound = np.concatenate([*parts, silence(0.5)])
    return (sound + noise(len(sound) / 16_000, background)).astype(np.int16), pauses


def value(heard: HeardAnswer, key: str, baseline: Baseline | None = None) -> float:
    found = measure_delivery(heard, baseline).numbers[key].value
    assert found is not None, key
    return found


def pause_f1(heard: HeardAnswer, known: list[Span]) -> float:
    found = list(find_phrasing(heard).pauses)
    hits = sum(any(abs(a - c) < 0.12 and abs(b - d) < 0.12 for c, d in found) for a, b in known)
    return 2 * hits / (len(found) + len(known))


@pytest.mark.parametrize("background", [0.0, 10.0, 110.0])
def test_pauses_are_found(sentences: Sentences, background: float) -> None:
    """In silence, in a quiet room, and at about 20 dB."""
    rng = np.random.default_rng(4)
    gaps = [float(g) for g in rng.choice([0.05, 0.12, 0.3, 0.4, 0.6, 1.0, 1.7, 2.8], 24)]
    sound, known = paused(sentences, gaps, background)
    assert pause_f1(hear(sound, None), known) >= 0.9


@pytest.mark.parametrize("gap", [0.3, 1.2])
def test_the_speaking_rate_is_right_within_3_percent(
    vosk_tiny: VoskTranscriber, sentences: Sentences, gap: float
) -> None:
    sound, _ = paused(sentences, [gap] * 9, 20.0)
    heard = hear(sound, vosk_tiny)
    true = 60.0 * 95 / (len(sound) / 16_000 - 1.0)
    assert value(heard, "speaking_rate_wpm") == pytest.approx(true, rel=0.03)
    assert value(heard, "word_count") == pytest.approx(95, abs=2)


def test_think_time_and_the_silence_at_the_end_do_not_count() -> None:
    words = word_list("so i made a plan and talked to them " * 8, start=0.0)
    plain = answer_of(words)
    late = answer_of(word_list("…9 " + "so i made a plan and talked to them " * 8))
    assert value(late, "speaking_rate_wpm") == pytest.approx(value(plain, "speaking_rate_wpm"), rel=0.01)
    assert value(late, "long_pause_count") == 0
    assert value(late, "silence_ratio") == pytest.approx(value(plain, "silence_ratio"), abs=0.01)


def test_a_short_answer_has_no_rate() -> None:
    numbers = measure_delivery(answer_of(word_list("i made a plan " * 4))).numbers
    assert numbers["speaking_rate_wpm"].value is None
    assert numbers["speaking_rate_wpm"].reason == "too_short"
    assert numbers["word_count"].value == 16


def test_pauses_within_a_phrase_are_told_from_those_between() -> None:
    text = "i lead the …1.5 team and …1.5 so it was done …1.5 because we planned it …3 table of results"
    metrics = measure_delivery(answer_of(word_list(text)))
    assert metrics.numbers["mid_phrase_pause_count"].value == 3
    assert metrics.numbers["long_pause_count"].value == 1
    (long_pause,) = [m for m in metrics.moments if m.kind == "long_pause"]
    assert long_pause.text == "we planned it … table of results"
    assert long_pause.end - long_pause.start == pytest.approx(3.0, abs=0.05)
    assert [m.text for m in metrics.moments if m.kind == "pause"] == [
        "i lead the … team and so",
        "the team and … so it was",
    ]


def test_runs_between_pauses() -> None:
    heard = answer_of(word_list("one two three four …0.5 one two …0.5 one two three"))
    assert value(heard, "mean_run_words") == pytest.approx(3.0)
    assert value(heard, "pauses_per_minute") == pytest.approx(60 * 2 / 4.6, rel=0.03)


def test_fast_and_slow_stretches() -> None:
    fast = word_list("word " * 60, each=0.25)
    slow = word_list("word …0.5 " * 40, start=fast[-1].end + 0.1, each=0.4)
    metrics = measure_delivery(answer_of(fast + slow))
    kinds = [(m.kind, round(m.start)) for m in metrics.moments if m.kind in ("fast", "slow")]
    assert kinds[0] == ("fast", 0)
    assert metrics.numbers["fast_window_count"].value == 1
    assert metrics.numbers["slow_window_count"].value == 1
    assert kinds[1][0] == "slow"
    assert 14 <= kinds[1][1] <= 20
    usual = measure_delivery(answer_of(word_list("word …0.05 " * 100)))
    assert usual.numbers["fast_window_count"].value == usual.numbers["slow_window_count"].value == 0


def test_articulation_counts_syllables(sentences: Sentences) -> None:
    """my name is a-lex and i am a soft-ware en-gi-neer: 14 syllables; a list is mu-ta-ble but a tu-ple is not: 12."""
    sound, _ = paused(sentences, [0.5] * 7, 0.0)
    heard = hear(sound, None)
    assert find_phrasing(heard).syllable_count == pytest.approx(4 * 14 + 4 * 12, rel=0.2)
    speech = 4 * (len(sentences[0]) + len(sentences[1])) / 16_000
    assert value(heard, "articulation_rate_hz") == pytest.approx(104 / speech, rel=0.2)


def test_loudness_stands_over_the_noise(sentences: Sentences) -> None:
    sound, _ = paused(sentences, [0.5] * 5, 33.0)
    heard = hear(sound, None)
    assert heard.noise_floor_db == pytest.approx(-60.0, abs=1.5)
    louder = hear((sound * 2.0).clip(-32_768, 32_767).astype(np.int16), None)
    softer = hear((sound * 0.5).astype(np.int16), None)
    over = [value(h, "loudness_over_noise_db") for h in (softer, heard, louder)]
    assert over == pytest.approx([over[1]] * 3, abs=1.0)
    assert 30 < over[1] < 50


def test_a_sentence_that_fades_out_is_named(sentences: Sentences) -> None:
    sound, _ = paused(sentences, [0.6] * 5, 3.0)
    usual = value(hear(sound, None), "sentence_end_drop_db")
    fading = [np.concatenate([s[:-12_000], (s[-12_000:] * 0.15).astype(np.int16)]) for s in sentences]
    sound, _ = paused((fading[0], fading[1]), [0.6] * 5, 3.0)
    metrics = measure_delivery(hear(sound, None))
    assert metrics.numbers["sentence_end_drop_db"].value == pytest.approx(usual + 14.0, abs=3.0)
    assert len([m for m in metrics.moments if m.kind == "drop"]) == 6


def test_pitch_movement_is_in_semitones() -> None:
    heard = answer_of(word_list("word " * 60))
    steps = np.arange(len(heard.prosody.f0_hz))
    voiced = ~np.isnan(heard.prosody.f0_hz)
    for sd, base in ((3.0, 110.0), (3.0, 210.0), (1.0, 110.0)):
        swing = base * 2 ** (sd * np.sqrt(2) * np.sin(steps / 37.0) / 12)
        f0 = np.where(voiced, swing, np.nan).astype(np.float32)
        f0[100::200] *= 2
        moved = replace(heard, prosody=replace(heard.prosody, f0_hz=f0))
        assert value(moved, "pitch_sd_semitones") == pytest.approx(sd, rel=0.07)
    ratio = value(moved, "pitch_ratio_to_warmup", Baseline(pitch_sd_semitones=2.0))
    assert ratio == pytest.approx(0.5, rel=0.07)
    assert measure_delivery(moved).numbers["pitch_ratio_to_warmup"].reason == "no_warmup"


def test_the_warm_up(vosk_tiny: VoskTranscriber, sentences: Sentences) -> None:
    sound, _ = paused(sentences, [0.4] * 5, 20.0)
    baseline = voice_baseline(hear(sound, vosk_tiny))
    assert baseline.speaking_rate_wpm == pytest.approx(60 * 57 / (len(sound) / 16_000 - 1), rel=0.05)
    assert baseline.noise_floor_db == pytest.approx(-64.4, abs=2)
    assert baseline.loudness_db is not None
    assert baseline.pitch_sd_semitones is not None
    assert baseline.articulation_rate_hz is not None
    unheard = voice_baseline(hear(noise(5.0, 20.0), vosk_tiny))
    assert unheard.speaking_rate_wpm is None
    assert unheard.loudness_db is None


@pytest.mark.parametrize(
    ("sound", "reason"),
    [(silence(5.0), "no_speech"), (noise(5.0, 100.0), "no_speech"), (silence(0.0), "no_microphone")],
)
def test_nothing_heard_is_not_measured(sound: NDArray[np.int16], reason: str) -> None:
    heard = hear(sound, None) if len(sound) else replace(answer_of(()), began=None)
    metrics = measure_delivery(heard)
    assert set(metrics.numbers) == set(NUMBERS)
    assert {m.reason for m in metrics.numbers.values()} == {reason}
    assert {m.value for m in metrics.numbers.values()} == {None}
    assert metrics.moments == ()


def test_words_that_are_not_understood_give_no_word_numbers() -> None:
    numbers = measure_delivery(answer_of(word_list("word " * 60, confidence=0.3))).numbers
    for key in ("speaking_rate_wpm", "word_count", "fillers_per_100", "mid_phrase_pause_count"):
        assert numbers[key].value is None
        assert numbers[key].reason == "not_understood"
    assert numbers["silence_ratio"].value is not None
    assert numbers["pauses_per_minute"].value is not None


def test_sound_that_was_lost_is_no_pause() -> None:
    heard = answer_of(word_list("one two three …2 four five six"))
    rms = heard.prosody.rms_db.copy()
    rms[130:300] = np.nan
    gap = replace(heard, prosody=replace(heard.prosody, rms_db=rms))
    assert find_phrasing(gap).pauses == ()
    assert measure_delivery(gap).numbers["pauses_per_minute"].coverage == pytest.approx(0.64, abs=0.03)


def test_a_typed_answer_has_only_words() -> None:
    words = word_list("i like it")
    numbers = measure_delivery(replace(answer_of(words), engine="typed")).numbers
    assert {k: m.value for k, m in numbers.items()} == {"word_count": 3.0}


def test_the_live_strip() -> None:
    words = word_list("word " * 100, each=0.5)
    heard = answer_of(words)
    live = live_numbers(words, heard.prosody, 50.0)
    assert live["speaking_rate_wpm"].value == pytest.approx(120.0, rel=0.05)
    early = live_numbers(words[:3], heard.prosody, 2.0)
    assert early["speaking_rate_wpm"].value is None
    assert early["speaking_rate_wpm"].reason == "too_short"
