"""Sound of every rate becomes 16 kHz mono, free of aliases, with times that count samples."""

import numpy as np
import pytest

from appliance.capture.sound import CHUNK_SAMPLES, SoundPath, pcm_frame
from appliance.messages import AudioChunk
from tests.capture.recordings import tone


def resampled(rate_hz: int, channels: int, tone_hz: float, start: float = 0.0) -> list[AudioChunk]:
    path, block = SoundPath(), rate_hz // 50
    samples = np.repeat(tone(1.0, rate_hz, tone_hz), channels)
    chunks: list[AudioChunk] = []
    for i in range(50):
        piece = samples[i * block * channels : (i + 1) * block * channels]
        chunks += path.feed(pcm_frame(piece, channels, rate_hz), start + i * block / rate_hz)
    return chunks + path.flush()


def rms(chunks: list[AudioChunk]) -> float:
    samples = np.concatenate([c.samples for c in chunks])[1000:-1000].astype(float)
    return float(np.sqrt((samples**2).mean()))


@pytest.mark.parametrize(("rate_hz", "channels"), [(8000, 1), (16000, 1), (44100, 2), (48000, 1), (48000, 4)])
def test_any_rate_and_channels(rate_hz: int, channels: int) -> None:
    chunks = resampled(rate_hz, channels, 440.0, start=7.0)
    assert sum(len(c.samples) for c in chunks) == pytest.approx(16000, abs=160)
    assert rms(chunks) == pytest.approx(8000 / 2**0.5, rel=0.01)
    assert all(len(c.samples) == CHUNK_SAMPLES for c in chunks[:-1])
    assert [c.t for c in chunks] == pytest.approx([7.0 + 0.05 * i for i in range(len(chunks))])


def test_what_16_khz_cannot_hold_is_gone_instead_of_folded() -> None:
    assert rms(resampled(48000, 1, 9000.0)) < 8000 / 2**0.5 / 500  # -54 dB
    assert rms(resampled(44100, 1, 12000.0)) < 1.0


def test_jitter_does_not_move_time_but_a_gap_does() -> None:
    path, block = SoundPath(), tone(0.1, 16000)
    chunks = path.feed(pcm_frame(block, 1, 16000), 1.0)
    chunks += path.feed(pcm_frame(block, 1, 16000), 1.13)
    chunks += path.feed(pcm_frame(block, 1, 16000), 5.0)
    chunks += path.flush()
    assert [c.t for c in chunks if c.t < 5] == pytest.approx([1.0, 1.05, 1.1, 1.15])
    assert [c.t for c in chunks if c.t >= 5] == pytest.approx([5.0, 5.05])


def test_sound_that_would_lie_in_the_future_is_set_right() -> None:
    """A device that first empties its buffer gives sound faster than it is made."""
    path, block = SoundPath(), tone(0.1, 16000)
    arrivals = [5.0, 4.95, 4.90, 4.85, 4.95, 5.05]
    chunks = [c for t in arrivals for c in path.feed(pcm_frame(block, 1, 16000), t)] + path.flush()
    assert max(c.end for c in chunks if c.t >= 4.94) <= 5.05 + 0.1 + 0.1


def test_a_device_that_changes_its_rate_goes_on() -> None:
    path = SoundPath()
    chunks = path.feed(pcm_frame(tone(0.5, 48000), 1, 48000), 0.0)
    chunks += path.feed(pcm_frame(tone(0.5, 8000), 1, 8000), 0.5) + path.flush()
    assert sum(len(c.samples) for c in chunks) == pytest.approx(16000, abs=50)
