"""When speech starts and stops, and when an utterance is cut."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.speech.prosody import ProsodyTracker
from appliance.speech.voice_activity import Turn, UtteranceCutter, VoiceDetector
from tests.speech.sounds import noise, silence


def turns_of(sound: NDArray[np.int16], detector: VoiceDetector | None = None) -> list[Turn]:
    detector = detector or VoiceDetector()
    tracker = ProsodyTracker()
    whole = sound[: len(sound) // 160 * 160]
    pieces = (tracker.feed(whole[i : i + 4800]) for i in range(0, len(whole), 4800))
    return [turn for piece in pieces if (turn := detector.feed(piece)) is not None]


@pytest.mark.parametrize("background", [0.0, 30.0, 100.0])
def test_speech_is_found_in_silence_and_noise(engineer: NDArray[np.int16], background: float) -> None:
    sound = np.concatenate([silence(1.5), engineer, silence(2.0), engineer, silence(1.5)])
    sound = (sound + noise(len(sound) / 16_000, background)).astype(np.int16)
    turns = turns_of(sound)
    assert [t.speaking for t in turns] == [True, False, True, False]
    spoken = len(engineer) / 160
    begin = [150, 150 + 3.06 * 100, 350 + spoken, 350 + spoken + 306]
    assert [t.step for t in turns] == pytest.approx(begin, abs=12)


@pytest.mark.parametrize("level", [0.0, 20.0, 300.0])
def test_silence_and_noise_are_not_speech(level: float) -> None:
    assert [t.speaking for t in turns_of(noise(20.0, level))] in ([], [True, False])
    detector = VoiceDetector()
    turns_of(noise(6.0, level), detector)
    assert turns_of(noise(20.0, level, seed=2), detector) == []


def test_a_click_is_not_speech() -> None:
    sound = noise(3.0, 20.0)
    sound[20_000:20_300] = 20_000
    assert turns_of(sound) == []


def test_the_floor_follows_the_room() -> None:
    detector = VoiceDetector()
    turns_of(noise(6.0, 33.0), detector)
    assert detector.floor_db == pytest.approx(-60.0, abs=2.0)
    turns_of(noise(6.0, 330.0), detector)
    assert detector.floor_db == pytest.approx(-40.0, abs=2.0)


def test_an_utterance_ends_after_the_endpoint_only_if_someone_spoke() -> None:
    cutter = UtteranceCutter(0.8, 14.0)
    assert not cutter.due(False, 5.0, 0.3)
    assert not cutter.due(True, 0.0, 0.3)
    assert not cutter.due(False, 0.7, 0.3)
    assert cutter.due(False, 0.8, 0.3)


def test_long_speech_is_cut_at_a_short_pause_and_at_last_anywhere() -> None:
    for endpoint in (0.8, None):
        cutter = UtteranceCutter(endpoint, 14.0)
        assert not cutter.due(True, 0.0, 13.9)
        assert not cutter.due(True, 0.1, 0.2)
        assert cutter.due(True, 0.2, 0.1)
        cutter.begin()
        assert not cutter.due(True, 0.25, 13.0)
        assert cutter.due(True, 0.0, 8.0)
        cutter.begin()
        assert not cutter.due(True, 0.0, 17.0)
        assert not cutter.due(True, 0.1, 0.1)
        assert cutter.due(True, 0.1, 0.5)


def test_only_a_long_utterance_seeks_its_pause() -> None:
    cutter = UtteranceCutter(0.8, 14.0)
    cutter.due(True, 0.0, 13.9)
    assert not cutter.seeks_pause
    cutter.due(True, 0.0, 0.1)
    assert cutter.seeks_pause
    cutter.begin()
    assert not cutter.seeks_pause


def test_an_engine_with_endpoints_of_its_own_is_left_alone() -> None:
    cutter = UtteranceCutter(None, 14.0)
    assert not cutter.due(True, 0.0, 3.0)
    assert not cutter.due(False, 3.0, 3.0)
