"""Raw sound of any rate and any length of message, as a vosk-server client sends it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from appliance.errors import ApplianceError
from appliance.speech.pcm_stream import PcmStream, Reply
from appliance.speech.resample import Resampler
from appliance.speech.vosk_transcriber import VoskTranscriber
from tests.speech.fakes import ScriptedTranscriber
from tests.speech.sounds import ENGINEER, TUPLE, silence


def at_rate(sound: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    times = np.arange(int(len(sound) * rate / 16_000)) * 16_000 / rate
    return np.interp(times, np.arange(len(sound)), sound).astype(np.int16)


def words_of(replies: list[Reply]) -> str:
    return " ".join(r["text"] for r in replies if r.get("text"))


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000])
def test_any_rate(vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16], rate: int) -> None:
    data = at_rate(engineer, rate).tobytes()
    stream = PcmStream(vosk_tiny, rate)
    replies = [stream.feed(data[i : i + 4001]) for i in range(0, len(data), 4001)]
    assert all(set(reply) == {"partial"} for reply in replies)
    last = stream.finish()
    assert last["text"] == ENGINEER
    assert set(last["result"][0]) == {"word", "start", "end", "conf"}


def test_narrow_sound_is_heard_too(vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16]) -> None:
    stream = PcmStream(vosk_tiny, 8_000)
    stream.feed(engineer[::2].tobytes())
    heard = stream.heard()
    assert heard.seconds == pytest.approx(len(engineer) / 16_000, abs=0.02)
    assert len(set(heard.text.split()) & set(ENGINEER.split())) >= 8


def test_two_utterances_in_one_message(
    vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16], tuple_sentence: NDArray[np.int16]
) -> None:
    stream = PcmStream(vosk_tiny)
    sound = np.concatenate([engineer, silence(1.5), tuple_sentence, silence(1.5)])
    reply = stream.feed(sound.tobytes())
    assert reply["text"] == f"{ENGINEER} {TUPLE}"
    starts = [w["start"] for w in reply["result"]]
    assert starts == sorted(starts)
    assert stream.finish() == {"text": ""}


def test_an_empty_stream(vosk_tiny: VoskTranscriber) -> None:
    stream = PcmStream(vosk_tiny)
    assert stream.feed(b"") == {"partial": ""}
    assert stream.feed(b"\1") == {"partial": ""}
    assert stream.finish() == {"text": ""}


def test_what_is_refused() -> None:
    for rate in (0, 4_000, 200_000):
        with pytest.raises(ApplianceError) as caught:
            PcmStream(ScriptedTranscriber(), rate)
        assert caught.value.code == "speech.sample_rate"
    with pytest.raises(ApplianceError) as caught:
        PcmStream(ScriptedTranscriber()).feed(b"\0" * 5_000_000)
    assert caught.value.code == "speech.message_too_large"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 9_000), min_size=1, max_size=12))
def test_no_byte_is_lost_however_it_is_cut(sizes: list[int]) -> None:
    transcriber = ScriptedTranscriber()
    stream = PcmStream(transcriber)
    for size in sizes:
        stream.feed(b"\0" * size)
    stream.finish()
    whole = sum(sizes) // 2
    assert transcriber.fed_samples == whole - whole % 160


@pytest.mark.parametrize("hz", [9_500, 12_000, 15_000, 20_000])
def test_resampling_does_not_alias(hz: int) -> None:
    tone = (20_000 * np.sin(2 * np.pi * hz * np.arange(48_000) / 48_000)).astype(np.int16)
    resampler = Resampler(48_000)
    out = np.concatenate([resampler.feed(tone[i : i + 961]) for i in range(0, len(tone), 961)])
    loudness = 20 * np.log10(out[800:].astype(np.float64).std() / tone.std() + 1e-9)
    assert loudness < -50.0


def test_resampling_keeps_what_can_be_kept() -> None:
    tone = (8_000 * np.sin(2 * np.pi * 1_000 * np.arange(44_100) / 44_100)).astype(np.int16)
    resampler = Resampler(44_100)
    out = np.concatenate(
        [*(resampler.feed(tone[i : i + 333]) for i in range(0, 44_100, 333)), resampler.flush()]
    )
    assert len(out) == pytest.approx(16_000, abs=40)
    spectrum = np.abs(np.fft.rfft(out[1_000:15_000] * np.hanning(14_000)))
    assert np.argmax(spectrum) * 16_000 / 14_000 == pytest.approx(1_000, abs=2)
    assert out[1_000:15_000].std() == pytest.approx(tone.std(), rel=0.02)
