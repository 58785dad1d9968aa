"""The watcher: newest frame first, at its rate, only what is wanted, and never an error to the camera."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from appliance.errors import Unavailable
from appliance.messages import Baseline, FaceObservation, PostureObservation, VideoFrame
from appliance.settings import Vision
from appliance.vision.face_landmarks import Face
from appliance.vision.face_landmarks import Seen as FaceSeen
from appliance.vision.gaze import gaze
from appliance.vision.head_pose import head_pose, rotation
from appliance.vision.sight import Expressions, Faces, Postures
from appliance.vision.watcher import Watcher
from tests.vision.fakes import FakeExpressions, FakeFaces, FakePostures, Picture, a_face, drawn, eyes

LIT = drawn(eyes())
DARK = np.zeros((48, 64, 3), np.uint8)
Seen = list[FaceObservation | PostureObservation]


@asynccontextmanager
async def watching(
    faces: Callable[[], Faces] | None = None,
    postures: Callable[[], Postures] | None = None,
    expressions: Callable[[], Expressions] | None = None,
    seen: Seen | None = None,
) -> AsyncIterator[Watcher]:
    watcher = Watcher(Vision(), faces, postures, expressions, (seen if seen is not None else []).append)
    await watcher.start()
    try:
        yield watcher
    finally:
        await watcher.stop()


async def done(watcher: Watcher) -> None:
    """Everything given was looked at and arrived."""
    async with asyncio.timeout(20):
        while not watcher.ready():
            await asyncio.sleep(0.001)
        await watcher.look(LIT, 0.0)  # behind everything else on the worker


async def play(watcher: Watcher, seconds: float, frame_hz: float = 15.0, rgb: np.ndarray = LIT) -> None:
    for i in range(int(seconds * frame_hz)):
        watcher.frame(VideoFrame(rgb, i / frame_hz))
        async with asyncio.timeout(20):
            await watcher.settle()
    await done(watcher)


async def test_a_replay_is_analysed_at_its_own_pace() -> None:
    faces, postures, seen = FakeFaces(), FakePostures(), Seen()
    async with watching(lambda: faces, lambda: postures, seen=seen) as watcher:
        watcher.watch(face=True, posture=True, expression=False)
        await play(watcher, 10)
        assert len(faces.times) == pytest.approx(50, abs=1)
        assert len(postures.times) == pytest.approx(10, abs=1)
        assert [o.t for o in seen if isinstance(o, FaceObservation)] == faces.times
        assert watcher.health()["frames_seen_count"] == 150
        assert watcher.health()["frames_skipped_count"] == 0


async def test_nothing_is_looked_at_unless_wanted() -> None:
    faces, seen = FakeFaces(), Seen()
    async with watching(lambda: faces, seen=seen) as watcher:
        await play(watcher, 2)
        assert not seen
        assert not faces.times


async def test_the_newest_frame_wins() -> None:
    faces = FakeFaces(gate=threading.Event())
    async with watching(lambda: faces) as watcher:
        watcher.watch(face=True, posture=False, expression=False)
        watcher.frame(VideoFrame(LIT, 0.0))
        assert await asyncio.to_thread(faces.looking.wait, 10)
        for t in (1.0, 2.0, 3.0):
            watcher.frame(VideoFrame(LIT, t))
        assert not watcher.ready()
        assert faces.gate is not None
        faces.gate.set()
        await done(watcher)
        assert faces.times == [0.0, 3.0]
        assert watcher.health()["frames_skipped_count"] == 2


async def test_settled_when_everything_taken_was_looked_at_and_has_arrived() -> None:
    faces, seen = FakeFaces(gate=threading.Event()), Seen()
    async with watching(lambda: faces, seen=seen) as watcher:
        watcher.watch(face=True, posture=False, expression=False)
        watcher.frame(VideoFrame(LIT, 0.0))
        assert await asyncio.to_thread(faces.looking.wait, 10)
        watcher.frame(VideoFrame(LIT, 1.0))
        settling = asyncio.ensure_future(watcher.settle())
        await asyncio.sleep(0)
        assert not settling.done()
        assert faces.gate is not None
        faces.gate.set()
        async with asyncio.timeout(20):
            await settling
        assert watcher.ready()
        assert [o.t for o in seen] == [0.0, 1.0]


async def test_switched_off_while_a_model_looks_nothing_arrives() -> None:
    faces, seen = FakeFaces(gate=threading.Event()), Seen()
    async with watching(lambda: faces, seen=seen) as watcher:
        watcher.watch(face=True, posture=False, expression=False)
        watcher.frame(VideoFrame(LIT, 0.0))
        assert await asyncio.to_thread(faces.looking.wait, 10)
        watcher.watch(face=False, posture=False, expression=False)
        assert faces.gate is not None
        faces.gate.set()
        await done(watcher)
        assert not seen
        assert faces.forgotten == 1


async def test_expression_is_loaded_only_when_wanted() -> None:
    made: list[FakeExpressions] = []

    def make() -> FakeExpressions:
        made.append(FakeExpressions())
        return made[-1]

    seen = Seen()
    async with watching(FakeFaces, FakePostures, make, seen) as watcher:
        watcher.watch(face=True, posture=True, expression=False)
        await play(watcher, 1)
        assert not made
        watcher.watch(face=True, posture=True, expression=True)
        await play(watcher, 1)
        assert len(made) == 1
    assert [o.expression for o in seen if isinstance(o, FaceObservation)][-1] == {"neutral": 1.0}
    assert seen[0].t == 0.0
    assert isinstance(seen[0], FaceObservation)
    assert seen[0].expression is None


async def test_without_the_model_expression_stays_none() -> None:
    seen = Seen()
    async with watching(FakeFaces, seen=seen) as watcher:
        watcher.watch(face=True, posture=False, expression=True)
        await play(watcher, 1)
        assert watcher.health()["models"]["expression"] == "absent"
    assert {o.expression for o in seen if isinstance(o, FaceObservation)} == {None}


async def test_no_face_no_posture() -> None:
    postures, seen = FakePostures(), Seen()
    async with watching(FakeFaces, lambda: postures, seen=seen) as watcher:
        watcher.watch(face=True, posture=True, expression=False)
        await play(watcher, 2, rgb=DARK)
    assert not postures.times
    assert [o.face for o in seen if isinstance(o, FaceObservation)] == [False] * 10
    assert [o.body for o in seen if isinstance(o, PostureObservation)] == [False] * 2


async def test_missing_models_are_a_state_not_an_error(tmp_path: Path) -> None:
    seen = Seen()
    watcher = Watcher(Vision(), tmp_path / "none.task", None, None, seen.append)
    await watcher.start()
    watcher.watch(face=True, posture=True, expression=True)
    watcher.frame(VideoFrame(LIT, 0.0))
    with pytest.raises(Unavailable) as refused:
        await watcher.look(LIT, 0.0)
    assert refused.value.code == "vision.no_face_model"
    assert await watcher.look_at_posture(LIT, 0.0) is None
    states = watcher.health()["models"]
    assert states == {"face": "vision.model_missing", "posture": "absent", "expression": "absent"}
    assert not seen
    await watcher.stop()


async def test_a_model_that_fails_is_made_anew() -> None:
    made: list[FakeFaces] = []

    def make() -> FakeFaces:
        made.append(FakeFaces(fail_at=(3,) if not made else ()))
        return made[-1]

    async with watching(make) as watcher:
        watcher.watch(face=True, posture=False, expression=False)
        await play(watcher, 2)
        assert len(made) == 2
        assert made[0].closed == 1
        assert len(made[0].times) + len(made[1].times) == 9
        assert watcher.health()["failed_count"] == 1
        assert watcher.health()["models"]["face"] == "ready"


async def test_a_model_that_fails_again_and_again_is_left_until_the_next_candidate() -> None:
    made: list[FakeFaces] = []

    def make() -> FakeFaces:
        made.append(FakeFaces(fail_at=(1,) if len(made) < 3 else ()))
        return made[-1]

    async with watching(make) as watcher:
        watcher.watch(face=True, posture=False, expression=False)
        for i in range(10):
            watcher.frame(VideoFrame(LIT, i / 5))
            while not watcher.ready():
                await asyncio.sleep(0)
        assert len(made) == 3
        assert watcher.health()["models"]["face"] == "vision.face_failed"
        watcher.watch(face=False, posture=False, expression=False)
        watcher.watch(face=True, posture=False, expression=False)
        await play(watcher, 1)
        assert len(made[-1].times) == 5


def aside() -> Face:
    """A face whose eyes are seen 16 to 20 degrees from the lens."""
    for yaw_deg, pitch_deg in itertools.product(range(90), range(-40, 40, 4)):
        face = a_face()
        face.to_camera[:3, :3] = rotation(np.radians(yaw_deg), np.radians(pitch_deg), 0.0)
        found = gaze(face.landmarks, LIT, head_pose(face.to_camera), face.blendshapes)
        if found and 16 < abs(found.yaw_deg) < 20 and abs(found.pitch_deg) < 8:
            return face
    raise AssertionError("no such face")


async def test_calibration_moves_the_lens_and_ends_with_the_candidate() -> None:
    face, seen = aside(), Seen()
    async with watching(lambda: FakeFaces(face=face), seen=seen) as watcher:
        watcher.watch(face=True, posture=False, expression=False)
        first = await watcher.look(LIT, 0.0)
        watcher.calibrate(Baseline(gaze_yaw_deg=first.gaze_yaw_deg, gaze_pitch_deg=first.gaze_pitch_deg))
        calibrated = await watcher.look(LIT, 1.0)
        watcher.watch(face=False, posture=False, expression=False)
        after = await watcher.look(LIT, 2.0)
    assert (first.looking, calibrated.looking, after.looking) == (False, True, False)
    assert first.gaze_yaw_deg == calibrated.gaze_yaw_deg == after.gaze_yaw_deg


async def test_one_look_is_apart_from_the_watching() -> None:
    faces, seen = FakeFaces(), Seen()
    expressions = FakeExpressions()
    async with watching(lambda: faces, expressions=lambda: expressions, seen=seen) as watcher:
        plain = await watcher.look(LIT, 7.0)
        asked = await watcher.look(LIT, 8.0, expression=True)
    assert (plain.t, plain.face, plain.expression) == (7.0, True, None)
    assert asked.expression == {"neutral": 1.0}
    assert not seen
    assert not faces.times


async def test_stopping_ends_the_models() -> None:
    faces, postures = FakeFaces(), FakePostures()
    async with watching(lambda: faces, lambda: postures) as watcher:
        await done(watcher)
        await watcher.look_at_posture(LIT, 0.0)
    assert (faces.closed, postures.closed) == (1, 1)
    watcher.frame(VideoFrame(LIT, 9.0))


async def test_an_error_nobody_thought_of_does_not_end_the_watching() -> None:
    class Odd(FakeFaces):
        def follow(self, rgb: Picture, t: float) -> FaceSeen:
            if t < 1:
                raise ZeroDivisionError
            return super().follow(rgb, t)

    seen = Seen()
    async with watching(Odd, seen=seen) as watcher:
        watcher.watch(face=True, posture=False, expression=False)
        await play(watcher, 2)
        assert watcher.health()["failed_count"] == 5
    assert len(seen) == 5
