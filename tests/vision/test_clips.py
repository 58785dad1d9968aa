"""The watcher on real clips: faces found at the right times, none where there is none."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from appliance.bench.vision import Clip, cut
from appliance.capture.recording import Want, read
from appliance.messages import FaceObservation, PostureObservation, VideoFrame
from appliance.metrics import presence, window
from appliance.settings import Vision
from appliance.vision.pace import FACE_FLOOR_HZ
from appliance.vision.watcher import Watcher

Seen = list[FaceObservation | PostureObservation]


def decoded(path: Path) -> list[VideoFrame]:
    return [f for f in read(path, Want(sound=False)) if isinstance(f, VideoFrame)]


async def watched(frames: list[VideoFrame], face: Path, posture: Path) -> Seen:
    seen = Seen()
    watcher = Watcher(Vision(), face, posture, None, seen.append)
    await watcher.start()
    watcher.watch(face=True, posture=True, expression=False)
    for frame in frames:
        watcher.frame(frame)
        while not watcher.ready():
            await asyncio.sleep(0.002)
    await asyncio.sleep(0)
    await watcher.stop()
    return seen


@pytest.mark.parametrize("name", ["face_noface.mov", "noface_face.mov"])
async def test_a_face_that_comes_or_goes_is_told_within_half_a_second(
    name: str, shared_dir: Path, face_model: Path, posture_model: Path
) -> None:
    frames = decoded(shared_dir / "eval" / "video" / name)
    faces = [o for o in await watched(frames, face_model, posture_model) if isinstance(o, FaceObservation)]
    changes = [b.t for a, b in itertools.pairwise(faces) if a.face != b.face]
    assert len(changes) == 1
    assert changes[0] == pytest.approx(cut(Clip(name, tuple(frames))), abs=0.5)


async def test_the_clip_without_a_face_has_no_number(
    shared_dir: Path, face_model: Path, posture_model: Path
) -> None:
    frames = decoded(shared_dir / "eval" / "video" / "no_face.mp4")
    seen = await watched(frames, face_model, posture_model)
    faces = [o for o in seen if isinstance(o, FaceObservation)]
    postures = [o for o in seen if isinstance(o, PostureObservation)]
    numbers = presence.measure_presence(faces, postures, 0.0, frames[-1].t, None).numbers
    assert numbers["face_coverage"].value == 0.0
    assert {name for name, m in numbers.items() if m.value is not None} == {"face_coverage"}
    assert window.record(faces, postures, None)["eye_contact"] is None


@pytest.mark.parametrize("name", ["swiz3n.mpg", "lbax4n.mpg", "single_face.mp4"])
async def test_a_talking_head(name: str, shared_dir: Path, face_model: Path, posture_model: Path) -> None:
    """One without and one with glasses, and one at a web camera."""
    frames = decoded(shared_dir / "eval" / "video" / name)
    seen = await watched(frames, face_model, posture_model)
    faces = [o for o in seen if isinstance(o, FaceObservation)]
    postures = [o for o in seen if isinstance(o, PostureObservation)]
    numbers = presence.measure_presence(faces, postures, 0.0, frames[-1].t, None).numbers
    assert numbers["face_coverage"].value == 1.0
    assert numbers["eye_contact_ratio"].value is not None
    assert (numbers["eye_contact_ratio"].coverage or 0) > 0.8
    assert (numbers["posture"].value or 0) > 8.0
    rate_hz = len(faces) / frames[-1].t  # a busy machine steps down, not below the floor
    assert FACE_FLOOR_HZ - 0.5 < rate_hz < 5.5
    assert not any(f.bystander for f in faces)
    assert presence.framing(faces, postures).framing == "ok"
