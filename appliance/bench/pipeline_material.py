"""The made interview of ``bench pipeline``: sentences that the tiny Vosk model knows, a portrait that moves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.capture import demo_recording
from appliance.capture.recording import Want, read
from appliance.messages import SAMPLE_RATE_HZ, AudioChunk

SENTENCES = (
    "hello my name is sam and i am a student",
    "i have three years of experience in python and java",
    "a list is mutable but a tuple is not",
    "i like to learn new things and work with people",
    "python is a high level programming language",
)
QUIET_RMS = 60.0
QUIET_SECONDS = 0.5
BLOCK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class MadeAnswer:
    """One recording, with where its utterances end."""

    path: Path
    seconds: float
    utterance_ends: tuple[float, ...]
    """seconds since its start"""


def make(folder: Path, count: int, seconds: float) -> list[MadeAnswer]:
    """``count`` answers of at least ``seconds`` each."""
    portrait = demo_recording.find_portrait()
    if portrait is None:
        raise RuntimeError("scikit-image (test requirements) carries the portrait")
    return [_make(folder / f"answer_{number}.mkv", portrait, seconds, number) for number in range(count)]


def _make(path: Path, portrait: Path, seconds: float, number: int) -> MadeAnswer:
    lines = [SENTENCES[(number + i) % len(SENTENCES)] for i in range(max(1, round(seconds / 4.2)))]
    length = demo_recording.make(
        path, portrait, "\n\n".join(lines), demo_recording.Voice(name="en-us", rate_wpm=150)
    )
    return MadeAnswer(path, length, _ends(path))


def _ends(path: Path) -> tuple[float, ...]:
    """Where sound falls silent for half a second."""
    chunks = [
        item.samples for item in read(path, Want(True, False, 320, 240, 5.0)) if isinstance(item, AudioChunk)
    ]
    samples = np.concatenate(chunks).astype(np.float64)
    block = int(BLOCK_SECONDS * SAMPLE_RATE_HZ)
    rms = np.sqrt((samples[: len(samples) // block * block].reshape(-1, block) ** 2).mean(axis=1))
    return tuple(_falls(rms > QUIET_RMS))


def _falls(loud: NDArray[np.bool_]) -> list[float]:
    ends, last = [], None
    for index, speaking in enumerate(loud):
        if speaking:
            last = index
        elif last is not None and (index - last) * BLOCK_SECONDS >= QUIET_SECONDS:
            ends.append((last + 1) * BLOCK_SECONDS)
            last = None
    return ends
