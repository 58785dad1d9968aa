"""The whole booth on a made interview of 3 x 60 s: latencies, processor, memory, loop, against the bare engines.

``scripts/bench pipeline [--engine vosk|sphinx] [--answers N] [--seconds S] --json``. The booth runs in this process,
in real time, with a recorded candidate for devices; the page is another process on its websocket.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from appliance import app, serving
from appliance import settings as site
from appliance.bench import pipeline_bare, pipeline_material
from appliance.capture.replay import Recording
from appliance.heartbeat import resident_mb
from appliance.runtime.lifecycle import Lifecycle
from appliance.settings import Settings

PROBE_SECONDS = 0.005
CALIBRATION_SECONDS = 5.0
PORT = 18431


@dataclass(slots=True)
class Measured:
    """What was seen while the interview ran."""

    holds: list[float] = field(default_factory=list)
    """how much too late the loop woke, seconds"""
    resident: float = 0.0
    cpu_seconds: float = 0.0
    """of the booth, the probe's apart"""
    probe_seconds: float = 0.0
    page: dict[str, Any] = field(default_factory=dict)


def main(argv: Sequence[str]) -> int:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(prog="scripts/bench pipeline")
    parser.add_argument("--engine", choices=("vosk", "sphinx"), default="vosk")
    parser.add_argument("--answers", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(args.engine, args.answers, args.seconds, Path(folder))
    sys.stdout.write(json.dumps(figures, indent=None if args.json else 2) + "\n")
    return 0


def _measure(engine: str, count: int, seconds: float, folder: Path) -> dict[str, Any]:
    made = pipeline_material.make(folder, count, seconds)
    settings = _settings(engine, count, folder)
    ready = _ready_seconds(settings, folder)
    measured = asyncio.run(_run(settings, made))
    bare = pipeline_bare.cpu_seconds(engine, made, settings)
    minutes = sum(answer.seconds for answer in made) / 60.0
    finals, reviews = _latencies(measured, made, settings)
    holds = sorted(measured.holds)
    return {
        "engine": engine,
        "answers": count,
        "answer_seconds": seconds,
        "ready_seconds": round(ready, 2),
        "final_transcript_p50_seconds": _percentile(finals, 0.5),
        "final_transcript_p95_seconds": _percentile(finals, 0.95),
        "review_p50_seconds": _percentile(reviews, 0.5),
        "review_p95_seconds": _percentile(reviews, 0.95),
        "resident_mb": measured.resident,
        "loop_hold_p999_ms": round(1000 * holds[int(0.999 * (len(holds) - 1))], 1),
        "loop_hold_max_ms": round(1000 * holds[-1], 1),
        "cpu_seconds_per_minute": round(measured.cpu_seconds / minutes, 2),
        "bare_cpu_seconds_per_minute": round(bare / minutes, 2),
        "probe_cpu_seconds_per_minute": round(measured.probe_seconds / minutes, 2),
        "overhead_ratio": round(measured.cpu_seconds / bare, 3),
    }


def _settings(engine: str, count: int, folder: Path) -> Settings:
    base = site.Settings()
    return replace(
        base,
        places=replace(base.places, data=str(folder / "var")),
        web=replace(base.web, port=PORT),
        speech=replace(base.speech, engine=engine, model="vosk-tiny"),
        voice=replace(base.voice, engine="none"),
        capture=replace(base.capture, camera="replay", microphone="replay"),
        interview=replace(base.interview, questions=count, seed=7),
    )


def _ready_seconds(settings: Settings, folder: Path) -> float:
    """From the start of the process to the first answer of ``/health``, the second time."""
    environ = {"KABIL_PLACES__DATA": str(folder / "ready"), "KABIL_WEB__PORT": str(PORT + 1), "PATH": "/usr/bin:/bin",
               "HOME": str(folder), "KABIL_SPEECH__ENGINE": settings.speech.engine,
               "KABIL_SPEECH__MODEL": settings.speech.model}  # fmt: skip
    spent = 0.0
    for _ in range(2):
        begun = time.monotonic()
        command = [sys.executable, "-m", "appliance", "serve"]
        booth = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if booth.stdout is None or b"ready" not in booth.stdout.readline():
            raise RuntimeError("the booth did not start")
        spent = time.monotonic() - begun
        booth.terminate()
        booth.communicate(timeout=30)
    return spent


async def _run(settings: Settings, made: Sequence[pipeline_material.MadeAnswer]) -> Measured:
    probe_cost = await _probe_cost()
    recording = Recording(made[0].path, settings.capture)
    booth = app.build(settings, recording)
    measured = Measured()
    lifecycle = Lifecycle(serving.services_of(booth))
    ready = asyncio.Event()
    running = asyncio.create_task(lifecycle.run(ready))
    await asyncio.wait([running, asyncio.create_task(ready.wait())], return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(3.0)  # models load in the background: they belong to the start, not to an answer
    probe = asyncio.create_task(_probe(measured))
    begun, clock = time.process_time(), time.monotonic()
    page = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "appliance.bench.pipeline_page", str(PORT), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await _perform(page, recording, made)
    measured.probe_seconds = probe_cost * (time.monotonic() - clock)
    measured.cpu_seconds = time.process_time() - begun - measured.probe_seconds
    measured.resident = resident_mb()
    out, _ = await page.communicate()
    measured.page = json.loads(out)
    probe.cancel()
    lifecycle.request_stop()
    await running
    return measured


async def _perform(page: Any, recording: Recording, made: Sequence[pipeline_material.MadeAnswer]) -> None:
    """Play one answer whenever the page says that it stands in the answer phase."""
    for answer in made:
        await page.stdout.readline()  # "answer": the booth listens
        await recording.stop()
        await recording.play(answer.path)
        page.stdin.write(b"playing\n")
        await recording.wait_end()
        page.stdin.write(b"ended\n")
        await page.stdin.drain()
    await page.stdout.readline()  # "results"


async def _probe_cost() -> float:
    """Processor seconds that the probe takes in a second of an idle loop: the instrument's, not the booth's."""
    probe = asyncio.create_task(_probe(Measured()))
    begun = time.process_time()
    await asyncio.sleep(CALIBRATION_SECONDS)
    probe.cancel()
    return (time.process_time() - begun) / CALIBRATION_SECONDS


async def _probe(measured: Measured) -> None:
    while True:
        begun = time.monotonic()
        await asyncio.sleep(PROBE_SECONDS)
        measured.holds.append(max(0.0, time.monotonic() - begun - PROBE_SECONDS))


def _latencies(
    measured: Measured, made: Sequence[pipeline_material.MadeAnswer], settings: Settings
) -> tuple[list[float], list[float]]:
    """Final transcripts after their endpoints, and reviews after Done; seconds."""
    finals = []
    for answer, seen in zip(made, measured.page["answers"], strict=True):
        for end in answer.utterance_ends:
            due = seen["playing"] + end + settings.speech.endpoint_seconds
            late = next((t for t in seen["finals"] if t >= due - settings.speech.endpoint_seconds), None)
            if late is not None:
                finals.append(max(0.0, late - due))
    return finals, [seen["review"] for seen in measured.page["answers"]]


def _percentile(values: Sequence[float], share: float) -> float | None:
    if not values:
        return None
    if len(values) == 1:
        return round(values[0], 3)
    return round(statistics.quantiles(values, n=100, method="inclusive")[max(0, round(share * 100) - 1)], 3)
