"""``scripts/bench vision``: what the watcher sees in clips, and what it costs against the bare models."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from appliance.capture.recording import Want, read
from appliance.errors import ApplianceError, Unavailable
from appliance.messages import FaceObservation, PostureObservation, VideoFrame
from appliance.metrics.presence import measure_presence
from appliance.runtime.model_files import ModelFiles
from appliance.settings import Vision, load
from appliance.vision import body_posture, face_landmarks
from appliance.vision._tasks import VideoClock, as_image
from appliance.vision.expression import ExpressionClassifier
from appliance.vision.watcher import Watcher

ENDINGS = {".mp4", ".mov", ".mpg", ".mpeg", ".webm", ".mkv", ".avi"}
END_SECONDS = 0.3
"""of a clip in which no cut is looked for"""
WARM_SECONDS = 2.0
"""of the first clip are seen once before anything is timed"""


@dataclass(frozen=True)
class Clip:
    """A clip, decoded: decoding is not measured."""

    name: str
    frames: tuple[VideoFrame, ...]

    @property
    def seconds(self) -> float:
        """From the first frame to the end of the last."""
        return self.frames[-1].t + self.frames[-1].t / max(1, len(self.frames) - 1)


@dataclass(frozen=True)
class Models:
    """Where the models lie."""

    face: Path
    posture: Path
    expression: Path | None


@dataclass
class Watched:
    """What one run of the watcher over all clips gave."""

    seen: dict[str, list[FaceObservation | PostureObservation]]
    cpu_seconds: float
    health: dict[str, Any]

    def faces(self, clip: Clip) -> list[FaceObservation]:
        """Of a clip."""
        return [o for o in self.seen[clip.name] if isinstance(o, FaceObservation)]

    def postures(self, clip: Clip) -> list[PostureObservation]:
        """Of a clip."""
        return [o for o in self.seen[clip.name] if isinstance(o, PostureObservation)]


class Bare:
    """The same MediaPipe models with nothing around them."""

    def __init__(self, models: Models) -> None:
        self._models = (
            face_landmarks.landmarker(models.face.read_bytes(), "VIDEO"),
            body_posture.landmarker(models.posture.read_bytes(), "VIDEO"),
        )
        self._clocks = VideoClock(), VideoClock()
        self.spent = [0.0, 0.0]
        """CPU seconds of the face and of the posture model"""

    def look(self, which: int, frame: VideoFrame) -> None:
        """Call one model."""
        begun = time.process_time()
        self._models[which].detect_for_video(as_image(frame.rgb), self._clocks[which].at(frame.t))
        self.spent[which] += time.process_time() - begun

    def look_at(self, clip: Clip, watched: Watched) -> None:
        """Call the models on the very frames that the watcher gave to each, in the same order."""
        faces = {o.t: o.face for o in watched.faces(clip)}
        postures = {o.t for o in watched.postures(clip)}
        for frame in clip.frames:
            if frame.t in faces:
                self.look(0, frame)
            if frame.t in postures and faces.get(frame.t):
                self.look(1, frame)

    def warm(self, clip: Clip) -> None:
        """Call them a few times before anything is counted."""
        for frame in clip.frames[:5]:
            self.look(0, frame)
            self.look(1, frame)
        self.spent = [0.0, 0.0]

    def close(self) -> None:
        """End."""
        for model in self._models:
            model.close()


async def watch(
    clips: Sequence[Clip], models: Models, expression: bool, called: Bare | None = None
) -> Watched:
    """Everything through the watcher, as fast as it can; after each clip the bare models take their turn."""
    seen: list[FaceObservation | PostureObservation] = []
    make = partial(ExpressionClassifier, models.expression) if models.expression else None
    watcher = Watcher(Vision(), models.face, models.posture, make, seen.append)
    await watcher.start()
    watcher.watch(face=True, posture=True, expression=expression)
    await _play(watcher, [f for f in clips[0].frames if f.t < WARM_SECONDS])
    watched = Watched({}, 0.0, {})
    for clip in clips:
        seen.clear()
        begun = time.process_time()
        await _play(watcher, clip.frames)
        watched.cpu_seconds += time.process_time() - begun
        watched.seen[clip.name] = list(seen)
        if called is not None:
            called.look_at(clip, watched)
    watched.health = watcher.health()
    await watcher.stop()
    return watched


async def _play(watcher: Watcher, frames: Sequence[VideoFrame]) -> None:
    for frame in frames:
        watcher.frame(frame)
        await watcher.settle()


def describe(clip: Clip, watched: Watched) -> dict[str, Any]:
    """The figures of one clip; when the face came or went, and how long after the cut that was found."""
    faces, postures = watched.faces(clip), watched.postures(clip)
    numbers = measure_presence(faces, postures, 0.0, clip.seconds, None).numbers
    changes = [b.t for a, b in itertools.pairwise(faces) if a.face != b.face]
    return {
        "file": clip.name,
        "coverage": _rounded(numbers["face_coverage"].value),
        "eye_contact_ratio": _rounded(numbers["eye_contact_ratio"].value),
        "analysed_per_second": round(len(faces) / clip.seconds, 2),
        "posture": _rounded(numbers["posture"].value),
        "changes": [round(t, 2) for t in changes],
        "change_late_seconds": [round(t - cut(clip), 2) for t in changes],
    }


def cut(clip: Clip) -> float:
    """When the picture changed most from one frame to the next; not at the very end, where a clip stops."""
    inner = [f for f in clip.frames if f.t < clip.frames[-1].t - END_SECONDS]
    pairs = itertools.pairwise(inner)
    change = [float(np.abs(b.rgb[::8, ::8].astype(int) - a.rgb[::8, ::8]).mean()) for a, b in pairs]
    return inner[int(np.argmax(change)) + 1].t if change else 0.0


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def measure(clips: Sequence[Clip], models: Models, runs: int) -> dict[str, Any]:
    """All figures; costs are medians over runs that take turns."""
    full: list[Watched] = []
    plain: list[float] = []
    bares: list[tuple[float, float]] = []
    for _ in range(runs):
        called = Bare(models)
        called.warm(clips[0])
        plain.append(asyncio.run(watch(clips, models, expression=False, called=called)).cpu_seconds)
        bares.append((called.spent[0], called.spent[1]))
        called.close()
        full.append(asyncio.run(watch(clips, models, expression=models.expression is not None)))
    seconds = sum(clip.seconds for clip in clips)
    looks = sum(len(full[0].faces(clip)) for clip in clips)
    ratio = statistics.median(a / sum(b) for a, b in zip(plain, bares, strict=True))
    share = statistics.median(w.cpu_seconds for w in full) / seconds
    return {
        "clips": [describe(clip, full[0]) for clip in clips],
        "cpu_ratio": round(ratio, 3),
        "core_share": round(share, 4),
        "cpu_ms_per_frame": {
            "all": round(share * seconds / looks * 1000, 2),
            "bare_face": round(statistics.median(b[0] for b in bares) / looks * 1000, 2),
            "bare_posture": _per_look([b[1] for b in bares], full[0], clips),
            **{name: full[0].health[f"{name}_ms"] for name in ("face", "posture", "expression")},
        },
        "expression": models.expression is not None,
        "runs": runs,
    }


def _per_look(spent: Sequence[float], watched: Watched, clips: Sequence[Clip]) -> float | None:
    looks = sum(o.body for clip in clips for o in watched.postures(clip))
    return round(statistics.median(spent) / looks * 1000, 2) if looks else None


def find_models() -> Models:
    """The models as the booth finds them; raises ``Unavailable`` without a face or a posture model."""
    files = ModelFiles(load().models_dir)
    try:
        posture = files.path("pose_landmarker")
    except Unavailable:
        posture = files.path("pose_landmarker_full")
    try:
        expression: Path | None = files.path("expression")
    except Unavailable:
        expression = None
    return Models(files.path("face_landmarker"), posture, expression)


def decode(folder: Path) -> list[Clip]:
    """All clips of a folder; raises ``Unavailable("bench.no_clips")``, or ``Invalid`` for a broken one."""
    clips = []
    for path in sorted(p for p in folder.glob("*") if p.suffix.lower() in ENDINGS):
        frames = tuple(f for f in read(path, Want(sound=False)) if isinstance(f, VideoFrame))
        if frames:
            clips.append(Clip(path.name, frames))
    if not clips:
        raise Unavailable("bench.no_clips", f"{folder} holds no clip")
    return clips


def main(argv: list[str]) -> int:
    """Measure and print; returns the exit code (2: bad arguments, data or models, with one line that says why)."""
    parser = argparse.ArgumentParser(prog="bench vision", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of clips")
    parser.add_argument("--runs", type=int, default=3, help="of which the costs are medians (default: 3)")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    args = parser.parse_args(argv)
    try:
        figures = measure(decode(args.data), find_models(), max(1, args.runs))
    except ApplianceError as error:
        parser.exit(2, f"bench vision: {error.message}\n")
    if args.json:
        print(json.dumps(figures))
        return 0
    for clip in figures.pop("clips"):
        print("  ".join(f"{key} {value}" for key, value in clip.items()))
    print("  ".join(f"{key} {value}" for key, value in figures.items()))
    return 0
