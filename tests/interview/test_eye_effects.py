"""The check of the eyes in a running booth: told to the watcher, kept in memory only, gone with the visit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from appliance.interview import resuming
from appliance.messages import Baseline, FaceObservation, HeadPose
from appliance.metrics.calibration import TARGETS
from tests.fakes.booth import AGREED, ROLE, Booth, open_booth

AIMS = {
    "top_left": (9.0, -2.0),
    "top_right": (-9.0, -2.0),
    "bottom_left": (9.0, -9.0),
    "bottom_right": (-9.0, -9.0),
}
TURNS = {"turn_left": 16.0, "turn_right": -16.0}
OFFSET = 3.0


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    (tmp_path / "index.html").write_text("<!doctype html><title>Kabil</title>")
    async with open_booth(tmp_path) as opened:
        yield opened


async def follow(booth: Booth) -> list[str]:
    """Somebody arrives and follows the dot, faster than life; the targets that the page was told."""
    await booth.command("begin")
    await booth.command("choose_language", locale="en")
    await booth.command("consent", **AGREED)
    await booth.command("choose_interview", role=ROLE, shape="technical", level="easy")
    await booth.command("check_step", step="eyes")
    await booth.command("check_step", step="follow")
    conductor, begun = booth.conductor, booth.conductor.clock()
    told: list[str] = []
    for step in range(200):
        conductor.clock = lambda now=begun + step / 5: now  # type: ignore[misc]
        eyes = conductor.snapshot()["check"]["eyes"]
        if eyes is None:
            break
        told += [eyes["target"]] if eyes["target"] not in told else []
        conductor.on_sight(look(eyes["target"], step / 5))
        conductor.tick()
    await conductor.settle()
    return told


def look(target: str, t: float) -> FaceObservation:
    yaw, pitch = AIMS.get(target, (0.0, 0.0))
    head = HeadPose(TURNS.get(target, 0.0), 0.0, 0.0)
    return FaceObservation(t, True, head_pose=head, gaze_yaw_deg=yaw + OFFSET, gaze_pitch_deg=pitch - OFFSET)


def known(booth: Booth) -> Baseline:
    record = booth.conductor.record()
    assert record.baseline is not None
    return record.baseline


async def test_the_watcher_learns_the_eyes_and_the_record_does_not(booth: Booth) -> None:
    assert await follow(booth) == list(TARGETS)
    assert booth.conductor.snapshot()["check"]["step"] == "look"
    eyes = booth.watcher.calibrated[-1].eyes
    assert eyes is not None
    assert (eyes.yaw_deg, eyes.pitch_deg) == pytest.approx((OFFSET, -OFFSET), abs=0.1)
    assert eyes.cone_deg == 8.0
    assert known(booth).eyes is None
    assert known(booth).gaze_yaw_deg == eyes.yaw_deg
    stored = msgspec.json.encode(msgspec.to_builtins(known(booth)))
    assert b'"eyes":null' in stored


async def test_warm_up_and_a_withdrawn_consent_keep_the_eyes(booth: Booth) -> None:
    await follow(booth)
    await booth.command("check_step", step="warmup")
    await booth.say_into_microphone()
    await booth.command("check_step", step="done")
    assert booth.watcher.calibrated[-1].eyes is not None
    assert known(booth).gaze_yaw_deg == pytest.approx(OFFSET, abs=0.1)
    assert known(booth).noise_floor_db is not None
    await booth.command("withdraw", what="microphone")
    assert booth.watcher.calibrated[-1].eyes is not None
    await booth.command("withdraw", what="camera")
    assert booth.watcher.calibrated[-1].eyes is None


async def test_the_next_candidate_starts_with_nothing(booth: Booth) -> None:
    await follow(booth)
    await booth.command("erase")
    told = len(booth.watcher.calibrated)
    await booth.arrive()
    assert booth.watcher.calibrated[told:] == []


async def test_a_page_that_is_loaded_again_shows_the_same_target(booth: Booth) -> None:
    await booth.command("begin")
    await booth.command("choose_language", locale="hi")
    await booth.command("consent", **AGREED)
    await booth.command("choose_interview", role=ROLE, shape="technical", level="easy")
    await booth.command("check_step", step="follow")
    async with booth.page.ws_connect("/api/kiosk/events") as socket:
        state = await socket.receive_json()
    assert state["check"]["step"] == "follow"
    assert state["check"]["eyes"] == {"target": "lens", "index": 0, "count": 7}


async def test_after_a_power_cut_the_check_begins_again(booth: Booth) -> None:
    await follow(booth)
    state, _ = resuming.resume(booth.conductor.record(), 0.0)
    assert (state.phase, state.check_step, state.eyes) == ("check", "devices", None)
