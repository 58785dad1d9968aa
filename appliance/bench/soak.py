"""``scripts/bench soak``: many interviews in a booth of its own: memory, descriptors, threads, files, drops.

Typed ones by default; with ``--spoken``, or ``--answer`` and a recording, the booth hears (and sees) every answer
through its own chain, faster than real time. Of sound and pictures nothing may be missing that no counter names.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from appliance.bench._recordings import TINY_MODEL, read_sound
from appliance.bench._soak_frames import accounts, given_by, missing
from appliance.bench.visitor import AGREED, Visitor, visiting
from appliance.capture.recording import probe
from appliance.messages import SAMPLE_RATE_HZ
from appliance.runtime.model_files import CHECKOUT

SETTLED = 50
"""interviews before growth counts: caches fill, allocators find their size"""
GROWTH_KB = 20.0
WAL_BYTES = 8_000_000
"""the bars of this measurement (our choice)"""
PAUSE_SECONDS = 0.02
LOST_SECONDS = 0.3
"""of an answer, neither heard nor counted as dropped: less than three chunks is the edge of a recording (our choice)"""
SPOKEN_SECONDS = 30.0
SPOKEN = TINY_MODEL.parent / "spoken"


@dataclass(frozen=True, slots=True)
class Sample:
    """The booth's process after some interviews."""

    interviews: int
    resident_kb: int
    descriptors: int
    threads: int
    wal_bytes: int
    """the most so far"""
    database_bytes: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Of one answer, what the booth neither took in nor counted as left out."""

    seconds: float = 0.0
    frames: int = 0
    """pictures; one that is counted twice is as wrong as one that never is"""


NOTHING = Lost()


@dataclass(frozen=True, slots=True)
class Played:
    """The recording that stands for every answer."""

    path: Path
    seconds: float
    frames_count: int
    """pictures that a booth is given of it; 0: it has none"""


def main(argv: Sequence[str]) -> int:
    """Measure; 0 when every bar holds."""
    parser = argparse.ArgumentParser(prog="scripts/bench soak", description=__doc__)
    parser.add_argument("--interviews", type=int, default=300)
    parser.add_argument("--questions", type=int, default=2)
    parser.add_argument("--spoken", action="store_true", help="30 s of synthetic speech is every answer")
    parser.add_argument("--answer", type=Path, help="a recording, with or without pictures, is every answer")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="kabil-soak-") as folder:
        path = args.answer or (speech(Path(folder) / "answer.wav") if args.spoken else None)
        played = _played(path) if path else None
        samples, health, seconds, lost = _soak(Path(folder), args.interviews, args.questions, played)
    found = {
        **judge(samples, health, lost),
        "spoken": played is not None,
        "seen": played is not None and played.frames_count > 0,
        "seconds": round(seconds, 1),
        "samples": [asdict(one) for one in samples],
    }
    text = json.dumps(found, indent=1)
    if args.out:
        args.out.write_text(text + "\n", "utf-8")
    print(text if args.out is None else json.dumps({k: v for k, v in found.items() if k != "samples"}))
    return 0 if found["holds"] else 1


def speech(path: Path, seconds: float = SPOKEN_SECONDS) -> Path:
    """A WAV of the synthetic test sentences, one after the other with a breath between, for so long."""
    breath = np.zeros(SAMPLE_RATE_HZ // 2, np.int16)
    sentences = [np.concatenate([read_sound(one), breath]) for one in sorted(SPOKEN.glob("*.flac"))]
    once = np.concatenate(sentences)
    samples = np.resize(once, round(seconds * SAMPLE_RATE_HZ))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def _played(path: Path) -> Played:
    frames_count = given_by(path) if probe(path).has_picture else 0
    return Played(path.resolve(), len(read_sound(path)) / SAMPLE_RATE_HZ, frames_count)


def judge(samples: Sequence[Sample], health: dict[str, Any], lost: Lost = NOTHING) -> dict[str, Any]:
    """The figures of a run, and whether every bar holds.

    The growth is a least-squares slope over the samples after the first ``SETTLED`` interviews: one sample
    more or less does not decide.

    Args:
        samples: of the booth's process.
        health: the booth's, at the end.
        lost: the most of one answer that no counter names.
    """
    late = [one for one in samples if one.interviews >= SETTLED] or list(samples)
    growth = slope([(one.interviews, float(one.resident_kb)) for one in late])
    descriptors = slope([(one.interviews, float(one.descriptors)) for one in late])
    wal = max(one.wal_bytes for one in samples)
    return {
        "interviews": samples[-1].interviews,
        "resident_growth_kb_per_interview": round(growth, 2),
        "resident_kb": [late[0].resident_kb, late[-1].resident_kb],
        "descriptors_per_interview": round(descriptors, 4),
        "descriptors": [late[0].descriptors, late[-1].descriptors],
        "threads": [late[0].threads, late[-1].threads],
        "wal_bytes_most": wal,
        "dropped": dropped(health),
        "frames": accounts(health.get("watcher", {})),
        "lost_seconds_most": round(lost.seconds, 2),
        "lost_frames_most": lost.frames,
        "holds": growth <= GROWTH_KB
        and descriptors < 0.01
        and wal <= WAL_BYTES
        and lost.seconds <= LOST_SECONDS
        and lost.frames == 0,
    }


def dropped(health: dict[str, Any]) -> dict[str, float]:
    """Everything that the booth says it dropped, by where."""
    found = {name: device["dropped_count"] for name, device in health.get("devices", {}).items()}
    listener, watcher = health.get("listener", {}), health.get("watcher", {})
    return {
        **found,
        "listener": listener.get("dropped_count", 0),
        "listener_seconds": listener.get("dropped_seconds", 0.0),
        "watcher_skipped": watcher.get("frames_skipped_count", 0),
        "watcher_failed": watcher.get("failed_count", 0),
    }


def slope(points: Sequence[tuple[int, float]]) -> float:
    """Least-squares slope; 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def _soak(
    folder: Path, count: int, questions: int, played: Played | None
) -> tuple[list[Sample], dict[str, Any], float, Lost]:
    port = _free_port()
    silent = {"KABIL_CAPTURE__CAMERA": "disabled", "KABIL_CAPTURE__MICROPHONE": "disabled"}
    hears = {"KABIL_SPEECH__ENGINE": "vosk", "KABIL_SPEECH__MODEL": "vosk-tiny"}
    environ = {
        **os.environ,
        "KABIL_WEB__PORT": str(port),
        "KABIL_PLACES__DATA": str(folder),
        "KABIL_PLACES__MODELS": str(CHECKOUT / "var" / "models"),
        "KABIL_VOICE__ENGINE": "none",
        "KABIL_VOICE__TAIL_SECONDS": "0",  # after its own voice the booth is deaf on purpose
        "KABIL_INTERVIEW__QUESTIONS": str(questions),
        **(hears if played else {**silent, "KABIL_SPEECH__ENGINE": "none"}),
    }
    command = [sys.executable, "-m", *(["appliance.bench._soak_booth"] if played else ["appliance", "serve"])]
    pipe = subprocess.PIPE
    with (folder / "booth.log").open("wb") as log:
        booth = subprocess.Popen(command, cwd=CHECKOUT, env=environ, stdin=pipe, stdout=pipe, stderr=log)
    try:
        if b"ready" not in _line(booth):
            raise RuntimeError((folder / "booth.log").read_text("utf-8", "replace")[-2000:])
        begun = time.monotonic()
        running = _Soak(f"http://127.0.0.1:{port}", booth, folder, played)
        samples, health = asyncio.run(running.interviews(count))
        return samples, health, time.monotonic() - begun, running.lost
    finally:
        booth.send_signal(signal.SIGTERM)
        booth.communicate(timeout=30)


def _line(booth: subprocess.Popen[bytes]) -> bytes:
    assert booth.stdout is not None
    return booth.stdout.readline()


class _Soak:
    """One run: visitor after visitor."""

    def __init__(
        self, address: str, booth: subprocess.Popen[bytes], folder: Path, played: Played | None
    ) -> None:
        self._address, self._booth, self._folder, self._played = address, booth, folder, played
        self.lost = NOTHING

    async def interviews(self, count: int) -> tuple[list[Sample], dict[str, Any]]:
        """Hold them; samples on the way, and the booth's health at the end."""
        samples: list[Sample] = []
        every = max(1, count // 30)
        log = self._folder / "kabil.db-wal"
        most, health = 0, {}
        for number in range(1, count + 1):
            async with visiting(self._address) as visitor:  # a new page for each, as the screen reloads it
                watching = asyncio.create_task(_largest(log))
                await self._one(visitor)
                watching.cancel()
                most = max(most, *(await asyncio.gather(watching)))
                health = await visitor.health()
            if number % every == 0 or number == count:
                await asyncio.sleep(PAUSE_SECONDS)
                samples.append(_sample(number, self._booth.pid, self._folder, most))
        return samples, health

    async def _one(self, visitor: Visitor) -> None:
        if self._played is None:
            await visitor.interview()
        else:
            seen = self._played.frames_count > 0
            agreed = {**AGREED, "camera": seen, "expression": seen}
            await visitor.interview(self._speak, agreed)
        if visitor.state["phase"] == "goodbye":
            await visitor.command("begin")
            await visitor.command("back")

    async def _speak(self, visitor: Visitor) -> None:
        """One answer by ear; what of it was neither heard nor counted is lost."""
        assert self._played is not None
        assert self._booth.stdin is not None
        before = await visitor.health()
        await visitor.command("start_answer")
        await visitor.at("answer")
        self._booth.stdin.write(f"{self._played.path}\n".encode())
        self._booth.stdin.flush()
        if b"played" not in await asyncio.to_thread(_line, self._booth):
            raise RuntimeError("the booth ended")
        await visitor.command("done")
        await visitor.at("review")
        after = await visitor.health()
        counted = dropped(after)["listener_seconds"] - dropped(before)["listener_seconds"]
        seconds = self._played.seconds - float(visitor.state["review"]["seconds"]) - counted
        frames = missing(before["watcher"], after["watcher"], self._played.frames_count)
        self.lost = Lost(max(self.lost.seconds, seconds), max(self.lost.frames, frames))


async def _largest(path: Path) -> int:
    """The largest size of a file until cancelled: it is emptied at the end of each interview."""
    most = 0
    try:
        while True:
            most = max(most, _size(path))
            await asyncio.sleep(PAUSE_SECONDS)
    except asyncio.CancelledError:
        return most


def _sample(number: int, pid: int, folder: Path, wal_bytes: int) -> Sample:
    process = Path(f"/proc/{pid}")
    pages = int((process / "statm").read_text().split()[1])
    return Sample(
        interviews=number,
        resident_kb=pages * os.sysconf("SC_PAGE_SIZE") // 1024,
        descriptors=len(list((process / "fd").iterdir())),
        threads=len(list((process / "task").iterdir())),
        wal_bytes=wal_bytes,
        database_bytes=_size(folder / "kabil.db"),
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
