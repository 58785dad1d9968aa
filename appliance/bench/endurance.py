"""``scripts/bench endurance``: an answer of half an hour through the listener and a real engine, without a break.

The sound comes faster than real time, held back only where the inbox would overflow; it has no break longer than
those between sentences. What counts: chunks that were lost, words that go on coming, memory that does not grow.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from appliance.bench._recordings import ENGINES, load_engine, read_index, read_sound
from appliance.bench._synthetic import Sound, silence
from appliance.messages import AudioChunk, Transcript
from appliance.settings import Speech
from appliance.speech.hearing import Event
from appliance.speech.listener import Listener

CHUNK_SAMPLES = 320
"""20 ms, as a browser sends them"""
HELD_BACK_SECONDS = 1.0


def main(argv: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser("scripts/bench endurance", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with recordings, said again and again"
    )
    parser.add_argument("--engine", choices=ENGINES, default="vosk-tiny")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report = asyncio.run(_run(options))
    print(json.dumps(report, indent=None if options.json else 2))
    return 0 if report["dropped_count"] == 0 and report["overrun_seconds"] == 0.0 else 1


def _minute(folder: Path) -> Sound:
    """A minute of speech that ends in the middle of whatever is being said."""
    parts: list[Sound] = []
    for recording in read_index(folder):
        parts += [read_sound(recording.path), silence(0.4)]
    sound = np.concatenate(parts)
    return np.resize(sound, 60 * 16_000)


async def _run(options: argparse.Namespace) -> dict[str, Any]:
    transcriber = load_engine(options.engine, options.model)
    word_counts = [0] * options.minutes

    def count(event: Event) -> None:
        if isinstance(event, Transcript):
            word_counts[min(options.minutes - 1, int(event.start // 60))] += len(event.words)

    listener = Listener(transcriber, Speech(), count)
    await listener.start()
    minute = _minute(options.data)
    begin = time.process_time()
    await listener.begin_answer("long")
    sizes = []
    for number in range(options.minutes):
        await _say(listener, minute, 60.0 * number)
        sizes.append(_resident_mb())
    heard = await listener.end_answer()
    await listener.stop()
    return {
        "engine": transcriber.name,
        "model": transcriber.model_name,
        "sound_seconds": heard.seconds,
        "processor_seconds": round(time.process_time() - begin, 1),
        "dropped_count": listener.health()["dropped_count"],
        "overrun_seconds": heard.overrun_seconds,
        "least_words_in_a_minute": min(word_counts),
        "most_words_in_a_minute": max(word_counts),
        "resident_mb_after_minute": {n + 1: round(mb, 1) for n, mb in enumerate(sizes) if (n + 1) % 5 == 0},
    }


async def _say(listener: Listener, sound: Sound, t: float) -> None:
    for start in range(0, len(sound), CHUNK_SAMPLES):
        while listener.backlog_seconds > HELD_BACK_SECONDS:
            await asyncio.sleep(0.005)
        listener.feed(AudioChunk(sound[start : start + CHUNK_SAMPLES], t + start / 16_000))


def _resident_mb() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096 / 1e6
