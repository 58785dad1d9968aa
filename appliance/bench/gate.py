"""``scripts/bench gate``: how often an answer is scored, and how wrong its words then are, clean and spoiled."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from appliance.bench._recordings import ENGINES, load_engine, read_index, read_sound, word_errors
from appliance.bench._synthetic import CONDITIONS, VOICES, Sound, phrases, silence, speak, spoil
from appliance.messages import AudioChunk, HeardAnswer
from appliance.metrics.gate import judge_text, mean_confidence
from appliance.settings import Speech
from appliance.speech.hearing import Hearing
from appliance.speech.transcriber import Transcriber
from appliance.speech.voice_activity import VoiceDetector

WRONG = 0.4
"""an answer with more word errors than this should not have been scored"""

Row = dict[str, Any]


def main(argv: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser("scripts/bench gate", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with an index.jsonl; none: generated speech")
    parser.add_argument("--engine", choices=ENGINES, default="vosk-tiny")
    parser.add_argument("--model", type=Path)
    parser.add_argument(
        "--count", type=int, default=40, help="generated answers, or recordings of each source"
    )
    parser.add_argument("--conditions", default=",".join(CONDITIONS))
    parser.add_argument("--rows", type=Path, help="write one JSON line for each version here")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    transcriber = load_engine(options.engine, options.model)
    rows = list(_rows(transcriber, options))
    if options.rows:
        options.rows.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    report = {"engine": transcriber.name, "model": transcriber.model_name} | summary(rows)
    print(json.dumps(report, indent=None if options.json else 2))
    return 0


def _rows(transcriber: Transcriber, options: argparse.Namespace) -> Any:
    for source, text, sound in _answers(options):
        for number, condition in enumerate(options.conditions.split(",")):
            spoiled = spoil(sound, condition, np.random.default_rng(number))
            yield _row(hear(transcriber, spoiled), text, source, condition)
        if sys.stderr.isatty():
            print(".", end="", flush=True, file=sys.stderr)


def _answers(options: argparse.Namespace) -> Any:
    if options.data is None:
        yield from generated_answers(options.count)
        return
    taken: dict[str, int] = defaultdict(int)
    for recording in read_index(options.data):
        taken[recording.source] += 1
        if taken[recording.source] <= options.count:
            yield recording.source, recording.text, read_sound(recording.path)


def generated_answers(count: int) -> Any:
    """Answers of three phrases that the tiny model knows, in changing voices."""
    known = phrases()
    rng = np.random.default_rng(7)
    for number in range(count):
        chosen = [known[i] for i in rng.choice(len(known), 3, replace=False)]
        voice = VOICES[number % len(VOICES)]
        parts: list[Sound] = [silence(0.3)]
        for phrase in chosen:
            parts += [
                speak(phrase, voice, int(rng.integers(130, 180)), int(rng.integers(35, 60))),
                silence(0.6),
            ]
        yield "generated", " ".join(chosen), np.concatenate(parts)


def hear(transcriber: Transcriber, sound: Sound) -> HeardAnswer:
    """A whole recording as one answer."""
    hearing = Hearing("bench", transcriber, Speech(), lambda event: None, VoiceDetector())
    hearing.open(())
    hearing.feed(AudioChunk(sound, 0.0))
    return hearing.end()


def _row(heard: HeardAnswer, text: str, source: str, condition: str) -> Row:
    errors, words = word_errors("" if condition == "silent" else text, heard.text)
    gate = judge_text(heard)
    return {
        "source": source,
        "condition": condition,
        "wer": errors / max(1, words),
        "confidence": mean_confidence(heard),
        "snr_db": heard.snr_db,
        "clipped_ratio": heard.clipped_ratio,
        "word_count": len(heard.words),
        "seconds": heard.seconds,
        "scored": gate.value is not None,
        "coverage": gate.coverage,
        "reason": gate.reason,
        "allowed": judge_text(heard, min_confidence=0.01).value is not None,
        "confidences": [round(w.confidence or 0.0, 3) for w in heard.words],
    }


def summary(rows: list[Row]) -> dict[str, Any]:
    """Shares by condition and source, and the curve over thresholds of confidence."""
    scored = [r for r in rows if r["scored"]]
    return {
        "scored_ratio": _share(rows, scored),
        "wrong_ratio_of_scored": _share(scored, [r for r in scored if r["wer"] > WRONG]),
        "by_condition": {
            name: _group([r for r in rows if r["condition"] == name])
            for name in dict.fromkeys(r["condition"] for r in rows)
        },
        "clean_by_source": {
            name: _group([r for r in rows if r["source"] == name and r["condition"] == "clean"])
            for name in dict.fromkeys(r["source"] for r in rows)
        },
        "curve": [_point(rows, round(x, 3)) for x in np.arange(0.3, 0.99, 0.02)],
    }


def _group(rows: list[Row]) -> Row:
    scored = [r for r in rows if r["scored"]]
    reasons: dict[str, int] = defaultdict(int)
    for row in rows:
        reasons[row["reason"] or "scored"] += 1
    return {
        "scored_ratio": _share(rows, scored),
        "median_wer": round(float(np.median([r["wer"] for r in rows])), 3),
        "median_wer_of_scored": round(float(np.median([r["wer"] for r in scored])), 3) if scored else None,
        "wrong_ratio_of_scored": _share(scored, [r for r in scored if r["wer"] > WRONG]),
        "reasons": dict(reasons),
    }


def _point(rows: list[Row], threshold: float) -> Row:
    """The whole gate with another threshold: its other rules hold too ("allowed")."""
    scored = [r for r in rows if r["allowed"] and r["confidence"] >= threshold]
    clean = [r for r in rows if r["condition"] == "clean"]
    return {
        "min_confidence": threshold,
        "scored_ratio": _share(rows, scored),
        "scored_count": len(scored),
        "clean_scored_ratio": _share(clean, [r for r in scored if r["condition"] == "clean"]),
        "wrong_ratio_of_scored": _share(scored, [r for r in scored if r["wer"] > WRONG]),
    }


def _share(of: list[Row], part: list[Row]) -> float | None:
    return round(len(part) / len(of), 3) if of else None
