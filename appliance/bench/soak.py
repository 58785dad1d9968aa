"""``scripts/bench soak``: many typed interviews in a booth of its own: memory, descriptors, threads, files."""

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
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.bench.visitor import Visitor, visiting
from appliance.runtime.model_files import CHECKOUT

SETTLED = 50
"""interviews before growth counts: caches fill, allocators find their size"""
GROWTH_KB = 20.0
WAL_BYTES = 8_000_000
"""the bars of this measurement (our choice)"""
PAUSE_SECONDS = 0.02


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


def main(argv: Sequence[str]) -> int:
    """Measure; 0 when every bar holds."""
    parser = argparse.ArgumentParser(prog="scripts/bench soak", description=__doc__)
    parser.add_argument("--interviews", type=int, default=300)
    parser.add_argument("--questions", type=int, default=2)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="kabil-soak-") as folder:
        samples, health, seconds = _soak(Path(folder), args.interviews, args.questions)
    found = {
        **judge(samples, health),
        "seconds": round(seconds, 1),
        "samples": [asdict(one) for one in samples],
    }
    text = json.dumps(found, indent=1)
    if args.out:
        args.out.write_text(text + "\n", "utf-8")
    print(text if args.out is None else json.dumps({k: v for k, v in found.items() if k != "samples"}))
    return 0 if found["holds"] else 1


def judge(samples: Sequence[Sample], health: dict[str, Any]) -> dict[str, Any]:
    """The figures of a run, and whether every bar holds.

    The growth is a least-squares slope over the samples after the first ``SETTLED`` interviews: one sample
    more or less does not decide.
    """
    late = [one for one in samples if one.interviews >= SETTLED] or list(samples)
    growth = slope([(one.interviews, float(one.resident_kb)) for one in late])
    descriptors = slope([(one.interviews, float(one.descriptors)) for one in late])
    dropped = {name: device["dropped_count"] for name, device in health.get("devices", {}).items()}
    wal = max(one.wal_bytes for one in samples)
    return {
        "interviews": samples[-1].interviews,
        "resident_growth_kb_per_interview": round(growth, 2),
        "resident_kb": [late[0].resident_kb, late[-1].resident_kb],
        "descriptors_per_interview": round(descriptors, 4),
        "descriptors": [late[0].descriptors, late[-1].descriptors],
        "threads": [late[0].threads, late[-1].threads],
        "wal_bytes_most": wal,
        "dropped": dropped,
        "holds": growth <= GROWTH_KB and descriptors < 0.01 and wal <= WAL_BYTES,
    }


def slope(points: Sequence[tuple[int, float]]) -> float:
    """Least-squares slope; 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def _soak(folder: Path, count: int, questions: int) -> tuple[list[Sample], dict[str, Any], float]:
    port = _free_port()
    environ = {
        **os.environ,
        "KABIL_WEB__PORT": str(port),
        "KABIL_PLACES__DATA": str(folder),
        "KABIL_PLACES__MODELS": str(CHECKOUT / "var" / "models"),
        "KABIL_CAPTURE__CAMERA": "disabled",
        "KABIL_CAPTURE__MICROPHONE": "disabled",
        "KABIL_SPEECH__ENGINE": "none",
        "KABIL_VOICE__ENGINE": "none",
        "KABIL_INTERVIEW__QUESTIONS": str(questions),
    }
    command = [sys.executable, "-m", "appliance", "serve"]
    with (folder / "booth.log").open("wb") as log:
        booth = subprocess.Popen(command, cwd=CHECKOUT, env=environ, stdout=subprocess.PIPE, stderr=log)
    assert booth.stdout is not None
    try:
        if b"ready" not in booth.stdout.readline():
            raise RuntimeError((folder / "booth.log").read_text("utf-8", "replace")[-2000:])
        begun = time.monotonic()
        samples, health = asyncio.run(_interviews(f"http://127.0.0.1:{port}", booth.pid, folder, count))
        return samples, health, time.monotonic() - begun
    finally:
        booth.send_signal(signal.SIGTERM)
        booth.wait(30)
        booth.stdout.close()


async def _interviews(
    address: str, pid: int, folder: Path, count: int
) -> tuple[list[Sample], dict[str, Any]]:
    samples: list[Sample] = []
    every = max(1, count // 30)
    log = folder / "kabil.db-wal"
    most = 0
    for number in range(1, count + 1):
        async with visiting(address) as visitor:  # a new page for each, as the screen reloads it
            watching = asyncio.create_task(_largest(log))
            await _one(visitor)
            watching.cancel()
            most = max(most, *(await asyncio.gather(watching)))
            health = await visitor.health()
        if number % every == 0 or number == count:
            await asyncio.sleep(PAUSE_SECONDS)
            samples.append(_sample(number, pid, folder, most))
    return samples, health


async def _largest(path: Path) -> int:
    """The largest size of a file until cancelled: it is emptied at the end of each interview."""
    most = 0
    try:
        while True:
            most = max(most, _size(path))
            await asyncio.sleep(PAUSE_SECONDS)
    except asyncio.CancelledError:
        return most


async def _one(visitor: Visitor) -> None:
    await visitor.interview()
    if visitor.state["phase"] == "goodbye":
        await visitor.command("begin")
        await visitor.command("back")


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
