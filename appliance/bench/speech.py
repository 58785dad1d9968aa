"""``scripts/bench speech``: word errors, latency and processor time of our ears beside the bare engine."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.bench._recordings import (
    ENGINES,
    Recording,
    load_engine,
    read_index,
    read_sound,
    word_errors,
)
from appliance.messages import AudioChunk, PartialTranscript, Transcript
from appliance.settings import Speech
from appliance.speech.hearing import PIECE_SAMPLES, Event, Hearing
from appliance.speech.transcriber import Transcriber
from appliance.speech.voice_activity import VoiceDetector

PIECE_SECONDS = PIECE_SAMPLES / 16_000


@dataclass
class _Totals:
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    bare_errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    words: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    seconds: float = 0.0
    cpu: float = 0.0
    bare_cpu: float = 0.0
    partial: list[float] = field(default_factory=list)
    final: list[float] = field(default_factory=list)

    def add(self, row: dict[str, Any]) -> None:
        """Count one recording."""
        self.errors[row["source"]] += row["errors"]
        self.bare_errors[row["source"]] += row["bare_errors"]
        self.words[row["source"]] += row["words"]
        self.seconds += row["seconds"]
        self.cpu += row["cpu"]
        self.bare_cpu += row["bare_cpu"]


def main(argv: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser("scripts/bench speech", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with an index.jsonl of file, text, source"
    )
    parser.add_argument("--engine", choices=ENGINES, default="vosk")
    parser.add_argument("--model", type=Path, help="a Vosk model folder (default: the tiny test model)")
    parser.add_argument("--repeat", type=int, default=1, help="processor time is the least of so many runs")
    parser.add_argument("--limit", type=int, default=0, help="at most so many recordings of each source")
    parser.add_argument("--rows", type=Path, help="append one JSON line for each recording here")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    transcriber = load_engine(options.engine, options.model)
    totals = _measure(transcriber, options)
    report = {"engine": transcriber.name, "model": transcriber.model_name} | _report(totals)
    print(json.dumps(report, indent=None if options.json else 2))
    return 0


def _measure(transcriber: Transcriber, options: argparse.Namespace) -> _Totals:
    totals = _Totals()
    taken: dict[str, int] = defaultdict(int)
    for recording in read_index(options.data):
        taken[recording.source] += 1
        if options.limit and taken[recording.source] > options.limit:
            continue
        sound = read_sound(recording.path)
        bare_text, bare_cpu = _least(partial(_bare, transcriber, sound), options.repeat)
        text, cpu = _least(partial(_ours, transcriber, sound, totals), options.repeat)
        row = _row(recording, text, bare_text) | {"cpu": cpu, "bare_cpu": bare_cpu}
        row["seconds"] = len(sound) / 16_000
        totals.add(row)
        if options.rows:
            with options.rows.open("a", encoding="utf-8") as rows:
                rows.write(json.dumps(row) + "\n")
        if sys.stderr.isatty():
            print(f"\r{totals.seconds:7.0f} s", end="", file=sys.stderr)
    return totals


def _row(recording: Recording, text: str, bare_text: str) -> dict[str, Any]:
    errors, words = word_errors(recording.text, text)
    bare_errors, _ = word_errors(recording.text, bare_text)
    counts = {"words": words, "errors": errors, "bare_errors": bare_errors}
    return {"file": recording.path.name, "source": recording.source} | counts


def _least(run: Callable[[], str], repeat: int) -> tuple[str, float]:
    times = []
    text = ""
    for _ in range(repeat):
        begin = time.process_time()
        text = run()
        times.append(time.process_time() - begin)
    return text, min(times)


def _ours(transcriber: Transcriber, sound: NDArray[np.int16], totals: _Totals) -> str:
    """Through the listener's own path; latency as if the sound came in real time to a machine with a free core.

    Steps are timed by this thread's processor clock: others' work on a shared machine is not our latency.
    """
    events: list[Event] = []
    hearing = Hearing("bench", transcriber, Speech(), events.append, VoiceDetector())
    hearing.open(())
    ready, clock = 0.0, time.thread_time()
    for start in range(0, len(sound), PIECE_SAMPLES):
        piece = sound[start : start + PIECE_SAMPLES]
        arrival = (start + len(piece)) / 16_000
        hearing.feed(AudioChunk(piece, start / 16_000))
        before, clock = clock, time.thread_time()
        ready = max(ready, arrival) + clock - before
        if events:
            _note(events, ready - arrival, totals)
    text = hearing.end().text
    end = len(sound) / 16_000
    _note(events, max(ready, end) + time.thread_time() - clock - end, totals)
    return text


def _note(events: list[Event], late: float, totals: _Totals) -> None:
    """A partial is as old as the oldest sound of its piece; a transcript is counted from the piece that ended it."""
    if any(isinstance(event, Transcript) for event in events):
        totals.final.append(late)
    if any(isinstance(event, PartialTranscript) for event in events):
        totals.partial.append(late + PIECE_SECONDS)
    events.clear()


def _bare(transcriber: Transcriber, sound: NDArray[np.int16]) -> str:
    """The library's own calls and nothing else, fed alike."""
    session: Any = transcriber.session()
    decode = _bare_vosk if transcriber.name == "vosk" else _bare_sphinx
    text = decode(session.engine, sound)
    session.close()
    return text


def _bare_vosk(engine: Any, sound: NDArray[np.int16]) -> str:
    results = []
    for start in range(0, len(sound), PIECE_SAMPLES):
        if engine.AcceptWaveform(sound[start : start + PIECE_SAMPLES].tobytes()):
            results.append(engine.Result())
        else:
            engine.PartialResult()
    results.append(engine.FinalResult())
    return " ".join(json.loads(result)["text"] for result in results).replace("[unk]", "")


def _bare_sphinx(engine: Any, sound: NDArray[np.int16]) -> str:
    engine.set_cmn(engine.config["cmninit"])  # as the library comes
    engine.start_utt()
    for start in range(0, len(sound), PIECE_SAMPLES):
        engine.process_raw(sound[start : start + PIECE_SAMPLES].tobytes(), False, False)
        engine.hyp()
    engine.end_utt()
    hypothesis = engine.hyp()
    return str(hypothesis.hypstr) if hypothesis is not None else ""


def _report(totals: _Totals) -> dict[str, Any]:
    def rate(errors: dict[str, int]) -> float:
        return round(sum(errors.values()) / max(1, sum(totals.words.values())), 4)

    return {
        "wer": rate(totals.errors),
        "wer_by_source": {s: round(totals.errors[s] / max(1, n), 4) for s, n in totals.words.items()},
        "bare_wer": rate(totals.bare_errors),
        "bare_wer_by_source": {
            s: round(totals.bare_errors[s] / max(1, n), 4) for s, n in totals.words.items()
        },
        "rtf": round(totals.cpu / totals.seconds, 4),
        "cpu_ratio": round(totals.cpu / totals.bare_cpu, 3),
        "partial_p50_seconds": _percentile(totals.partial, 50),
        "partial_p95_seconds": _percentile(totals.partial, 95),
        "final_p50_seconds": _percentile(totals.final, 50),
        "final_p95_seconds": _percentile(totals.final, 95),
        "resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "sound_seconds": round(totals.seconds, 1),
    }


def _percentile(values: list[float], percent: float) -> float | None:
    return round(float(np.percentile(values, percent)), 4) if values else None
