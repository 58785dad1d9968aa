"""Recordings with their words, and word errors, for the benches of the ears."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from appliance.errors import NotFound
from appliance.settings import Speech
from appliance.speech.engines import open_transcriber
from appliance.speech.resample import Resampler
from appliance.speech.transcriber import Transcriber

TINY_MODEL = Path(__file__).parents[2] / "tests" / "data" / "vosk-tiny"
ENGINES = ("vosk", "sphinx", "vosk-tiny")


@dataclass(frozen=True, slots=True)
class Recording:
    """One file of a data folder."""

    path: Path
    text: str
    source: str


def read_index(folder: Path) -> list[Recording]:
    """The recordings that a folder's index.jsonl (file, text, source) or refs.jsonl (wav, text, voice) names."""
    for name, key, source in (("index.jsonl", "file", "source"), ("refs.jsonl", "wav", "voice")):
        if (folder / name).is_file():
            lines = (folder / name).read_text("utf-8").splitlines()
            rows = [json.loads(line) for line in lines if line.strip()]
            return [
                Recording(folder / row[key], row["text"], str(row.get(source, "")).split(" ")[0])
                for row in rows
            ]
    raise NotFound("bench.no_index", f"{folder}: no index.jsonl")


def read_sound(path: Path) -> NDArray[np.int16]:
    """A file's sound, (N,) int16, 16 kHz mono."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        convert = av.AudioResampler(format="s16", layout="mono", rate=stream.rate)
        frames = [part for frame in container.decode(stream) for part in convert.resample(frame)]
    sound = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
    resampler = Resampler(stream.rate)
    return np.concatenate([resampler.feed(sound), resampler.flush()])


def load_engine(name: str, model: Path | None) -> Transcriber:
    """An engine; "vosk" without a model is the tiny one."""
    kind = "sphinx" if name == "sphinx" else "vosk"
    transcriber = open_transcriber(Speech(engine=kind), model or TINY_MODEL)
    if transcriber is None:
        raise NotFound("bench.no_engine", name)
    return transcriber


def plain_words(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return re.sub(r"[^a-z0-9' ]+", " ", text.lower().replace("’", "'")).split()


def word_errors(reference: str, heard: str) -> tuple[int, int]:
    """Substitutions, insertions and deletions; and the number of words in the reference."""
    want, got = plain_words(reference), plain_words(heard)
    row = list(range(len(got) + 1))
    for i, word in enumerate(want, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(got, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1], len(want)
