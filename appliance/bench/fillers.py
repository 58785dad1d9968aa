"""``scripts/bench fillers``: filled pauses found in generated speech with known fillers, and in verbatim clips."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from appliance.bench._recordings import ENGINES, load_engine, plain_words, read_index, read_sound
from appliance.bench._synthetic import VOICES, Sound, add_noise, phrases, silence, speak
from appliance.bench.gate import hear
from appliance.messages import HeardAnswer, Transcript
from appliance.metrics.fillers import find_fillers
from appliance.metrics.phrasing import Span, find_phrasing
from appliance.metrics.word_lists import FILLED_PAUSES

FILLER_TEXTS = ("um", "uh", "uhm", "umm", "uhh", "er")
NEAR_SECONDS = 0.15
"""a filler found this near to a known one is the same"""


def main(argv: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser("scripts/bench fillers", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="vosk-tiny")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--count", type=int, default=40, help="generated answers")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--snr", type=float, default=20.0, help="dB")
    parser.add_argument("--data", type=Path, help="folder with an index.jsonl; clips with um or uh are used")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    transcriber = load_engine(options.engine, options.model)
    answers = [
        (hear(transcriber, s), known) for s, known in generated(options.count, options.snr, options.seed)
    ]
    report: dict[str, Any] = {
        "engine": transcriber.name,
        "model": transcriber.model_name,
        "snr_db": options.snr,
        "filler_count": sum(len(known) for _, known in answers),
        "by_word_and_sound": figures(answers),
        "by_sound_where_words_drop_them": figures([(without_fillers(h), known) for h, known in answers]),
        "by_sound_without_any_words": figures([(replace(h, transcripts=()), known) for h, known in answers]),
    }
    if options.data:
        report["verbatim"] = [
            _verbatim(transcriber, r) for r in read_index(options.data) if _has_fillers(r.text)
        ]
    print(json.dumps(report, indent=None if options.json else 2))
    return 0


def generated(count: int, snr_db: float, seed: int) -> Iterator[tuple[Sound, list[Span]]]:
    """Answers with fillers between and within phrases, in changing voices, and where the fillers are."""
    rng = np.random.default_rng(seed)
    known = [p for p in phrases() if not FILLED_PAUSES & set(p.split())]
    for number in range(count):
        voice, pitch = VOICES[number % len(VOICES)], int(rng.integers(35, 60))
        parts, fillers, at = [silence(0.4)], [], 0.4
        for phrase in rng.choice(known, 4, replace=False):
            words = str(phrase).split()
            middle = len(words) // 2
            for piece in (" ".join(words[:middle]), "<filler>", " ".join(words[middle:]), "<gap>"):
                sound = _piece(piece, voice, pitch, rng)
                if piece == "<filler>" and len(sound):
                    fillers.append((at + 0.06, at + len(sound) / 16_000 - 0.06))
                parts.append(sound)
                at += len(sound) / 16_000
        yield add_noise(np.concatenate(parts), snr_db, rng), fillers


def _piece(text: str, voice: str, pitch: int, rng: np.random.Generator) -> Sound:
    if text == "<gap>":
        return silence(float(rng.uniform(0.3, 0.8)))
    if text == "<filler>":
        if rng.random() < 0.4:
            return silence(0.05)[:0]
        filler = speak(str(rng.choice(FILLER_TEXTS)), voice, int(rng.integers(80, 120)), max(0, pitch - 5))
        return np.concatenate([silence(0.06), filler, silence(0.06)])
    return speak(text, voice, int(rng.integers(130, 180)), pitch) if text else silence(0.0)


def without_fillers(heard: HeardAnswer) -> HeardAnswer:
    """As a recogniser hears it that drops um and uh."""

    def plain(transcript: Transcript) -> Transcript:
        words = tuple(w for w in transcript.words if w.text not in FILLED_PAUSES)
        return replace(transcript, words=words, text=" ".join(w.text for w in words))

    return replace(heard, transcripts=tuple(plain(t) for t in heard.transcripts))


def figures(answers: Sequence[tuple[HeardAnswer, list[Span]]]) -> dict[str, float]:
    """Precision, recall and F1 of filled pauses."""
    hits = found_count = known_count = 0
    for heard, known in answers:
        found = [(f.start, f.end) for f in find_fillers(heard, find_phrasing(heard))[0]]
        hits += _matches(found, known)
        found_count += len(found)
        known_count += len(known)
    precision, recall = hits / max(1, found_count), hits / max(1, known_count)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}


def _matches(found: Sequence[Span], known: Sequence[Span]) -> int:
    """Known spans that a found one touches, each found one used once."""
    left = list(found)
    count = 0
    for start, end in known:
        for span in left:
            if span[0] < end + NEAR_SECONDS and span[1] > start - NEAR_SECONDS:
                left.remove(span)
                count += 1
                break
    return count


def _has_fillers(text: str) -> bool:
    return bool({"um", "uh", "er"} & set(plain_words(text)))


def _verbatim(transcriber: Any, recording: Any) -> dict[str, Any]:
    heard = hear(transcriber, read_sound(recording.path))
    found, _ = find_fillers(heard, find_phrasing(heard))
    return {
        "file": recording.path.name,
        "source": recording.source,
        "known_count": sum(w in FILLED_PAUSES for w in plain_words(recording.text)),
        "found_count": len(found),
        "found": [[round(f.start, 2), round(f.end, 2), f.text] for f in found],
    }
