"""Every frame that is offered is counted once, under one name, whatever becomes of it."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import numpy as np

from appliance.messages import Baseline, VideoFrame
from appliance.settings import Vision
from appliance.vision.frame_counts import FrameCounts
from appliance.vision.watcher import Watcher
from tests.vision.fakes import FakeFaces

LIT = np.full((48, 64, 3), 90, np.uint8)
PARTS = ("analysed", "waiting", "skipped", "unwanted", "not_due", "forgotten", "refused")


def counted(watcher: Watcher) -> dict[str, int]:
    """What became of the frames; the sum is held against what was offered."""
    health: dict[str, Any] = watcher.health()
    found = {name: health[f"frames_{name}_count"] for name in PARTS}
    assert sum(found.values()) == health["frames_seen_count"]
    return {name: count for name, count in found.items() if count}


def offer(watcher: Watcher, *times: float) -> None:
    for t in times:
        watcher.frame(VideoFrame(LIT, t))


async def settled(watcher: Watcher) -> None:
    async with asyncio.timeout(20):
        while not watcher.ready():
            await asyncio.sleep(0.001)


async def test_each_way_to_be_left_out_has_its_name() -> None:
    faces = FakeFaces(gate=threading.Event())
    assert faces.gate is not None
    watcher = Watcher(Vision(), lambda: faces, None, None, lambda seen: None)
    await watcher.start()
    offer(watcher, 0.0, 0.1)
    assert counted(watcher) == {"unwanted": 2}
    watcher.watch(face=True, posture=False, expression=False)
    offer(watcher, 1.0)
    assert await asyncio.to_thread(faces.looking.wait, 10)
    assert counted(watcher) == {"unwanted": 2, "waiting": 1}
    offer(watcher, 1.05, 2.0, 3.0)
    assert counted(watcher) == {"unwanted": 2, "waiting": 2, "not_due": 1, "skipped": 1}
    watcher.watch(face=False, posture=False, expression=False)
    assert counted(watcher) == {"unwanted": 2, "waiting": 1, "not_due": 1, "skipped": 1, "forgotten": 1}
    faces.gate.set()
    await settled(watcher)
    assert counted(watcher) == {"unwanted": 2, "analysed": 1, "not_due": 1, "skipped": 1, "forgotten": 1}
    await watcher.stop()


async def test_a_full_worker_is_counted() -> None:
    watcher = Watcher(Vision(), FakeFaces, None, None, lambda seen: None)  # not started: nothing is taken out
    for _ in range(64):
        watcher.calibrate(Baseline())
    watcher.watch(face=True, posture=False, expression=False)
    offer(watcher, 0.0)
    assert counted(watcher) == {"refused": 1}


async def test_frames_that_fail_count_as_looked_at() -> None:
    watcher = Watcher(Vision(), lambda: FakeFaces(fail_at=(1, 2, 3, 4)), None, None, lambda seen: None)
    await watcher.start()
    watcher.watch(face=True, posture=False, expression=False)
    for t in (0.0, 1.0):
        offer(watcher, t)
        await settled(watcher)
    assert counted(watcher) == {"analysed": 2}
    await watcher.stop()
    offer(watcher, 2.0)
    assert counted(watcher) == {"analysed": 2, "unwanted": 1}


async def test_the_sum_holds_at_any_moment() -> None:
    watcher = Watcher(Vision(), FakeFaces, None, None, lambda seen: None)
    await watcher.start()
    camera = threading.Thread(target=offer, args=(watcher, *(i / 60 for i in range(3_000))))
    camera.start()
    turn = 0
    while camera.is_alive():
        turn += 1
        watcher.watch(face=turn % 3 > 0, posture=False, expression=False)
        counted(watcher)
        await asyncio.sleep(0)
    await settled(watcher)
    assert watcher.health()["frames_seen_count"] == 3_000
    assert "waiting" not in counted(watcher)
    await watcher.stop()


def test_it_says_what_it_counted() -> None:
    told = FrameCounts(
        offered=10, unwanted=1, not_due=2, forgotten=1, refused=1, analysed=2, looked_at=1
    ).told(1, 1)
    assert told["frames_waiting_count"] == 2
    assert sum(told[f"frames_{name}_count"] for name in PARTS) == told["frames_seen_count"] == 10
