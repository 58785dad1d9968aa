"""Speech made by espeak-ng, and spoiled versions of any speech, for the benches of the ears."""

from __future__ import annotations

import io
import subprocess
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.bench._recordings import TINY_MODEL
from appliance.speech.resample import Resampler

VOICES = ("en-us", "en-gb", "en-us+f3", "en-gb+m3", "en-us+m7", "en-us+f4")
CONDITIONS = ("clean", "noise20", "noise10", "noise5", "noise0", "clipped", "narrow", "silent")

Sound = NDArray[np.int16]


def speak(text: str, voice: str = "en-us", rate: int = 150, pitch: int = 50) -> Sound:
    """A text as 16 kHz sound, without the silence that espeak-ng adds around it."""
    command = ["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "-z", "--stdin", "--stdout"]
    done = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, check=True, timeout=20)
    with wave.open(io.BytesIO(done.stdout)) as reader:
        sound = np.frombuffer(reader.readframes(len(done.stdout) // 2), dtype=np.int16)
        rate_hz = reader.getframerate()
    resampler = Resampler(rate_hz)
    sound = np.concatenate([resampler.feed(sound), resampler.flush()])
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > 200)
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound


def silence(seconds: float) -> Sound:
    """Nothing."""
    return np.zeros(round(seconds * 16_000), dtype=np.int16)


def phrases() -> list[str]:
    """What the tiny Vosk model can understand."""
    return [line.strip() for line in Path(TINY_MODEL / "phrases.txt").read_text("utf-8").splitlines() if line]


def add_noise(sound: Sound, snr_db: float, rng: np.random.Generator) -> Sound:
    """White noise below the speech level (the RMS of what is not silence)."""
    x = sound.astype(np.float64)
    loud = x[np.abs(x) > 0.05 * np.abs(x).max()]
    noise = rng.standard_normal(len(x)) * np.sqrt(np.mean(loud**2)) * 10.0 ** (-snr_db / 20.0)
    return np.asarray(np.clip(x + noise, -32_768, 32_767), dtype=np.int16)


def spoil(sound: Sound, condition: str, rng: np.random.Generator) -> Sound:
    """A version of a recording: one of ``CONDITIONS``."""
    if condition.startswith("noise"):
        return add_noise(sound, float(condition.removeprefix("noise")), rng)
    if condition == "clipped":
        loudest = max(1, int(np.abs(sound.astype(np.int32)).max()))
        return np.asarray(np.clip(sound * (10.0 * 32_767.0 / loudest), -32_768, 32_767), dtype=np.int16)
    if condition == "narrow":
        return _narrow(sound)
    if condition == "silent":
        return (rng.standard_normal(len(sound)) * 10.0).astype(np.int16)
    return sound


def _narrow(sound: Sound) -> Sound:
    """As over a telephone: at 8 kHz in between (every second sample after a low-pass)."""
    taps = np.sinc(0.5 * np.arange(-32, 33)) * np.hamming(65)
    low = np.convolve(sound.astype(np.float64), taps / taps.sum(), mode="same")[::2]
    resampler = Resampler(8_000)
    return np.concatenate([resampler.feed(low.astype(np.int16)), resampler.flush()])
