"""MediaPipe FaceLandmarker: a frame -> landmarks, blendshapes and pose of the one face that is the candidate's.

The landmarker follows one face. Its bundle also carries the detector that finds all faces; asked every three seconds,
that tells of bystanders, whose faces are covered before the landmarker looks. Nothing here outlives a call but
the tracker's own memory of where the face was.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken
from appliance.vision._tasks import VideoClock, as_image, close, load
from appliance.vision.candidate import Box, choose, cover

DETECT_SECONDS = 3.0
"""between two looks for bystanders (our choice)"""

BYSTANDER_SCORE = 0.6
"""the detector's confidence in a face (our choice)"""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face of one frame; never leaves the room."""

    landmarks: NDArray[np.float32]
    """(478, 2): x and y as shares of the frame's width and height"""
    blendshapes: Mapping[str, float]
    """0..1 by name"""
    to_camera: NDArray[np.float64]
    """(4, 4) canonical face -> camera, centimetres"""

    @property
    def box(self) -> Box:
        """The box around the landmarks."""
        return Box(*self.landmarks.min(axis=0).tolist(), *self.landmarks.max(axis=0).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one frame showed."""

    face: Face | None
    """the candidate's"""
    bystander: bool
    """somebody else's face is there too"""
    rgb: NDArray[np.uint8]
    """(H, W, 3) the frame with bystanders' faces covered"""


class FaceLandmarks:
    """The model, loaded; keep it on one worker.

    Args:
        path: ``face_landmarker.task``.

    Raises:
        Unavailable: "vision.model_missing".
        Broken: "vision.model_unreadable".
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._followed = load(path, lambda content: landmarker(content, "VIDEO"))
        self._detector = load(path, _detector)
        self._single: Any = None
        self._clock = VideoClock()
        self._detected_at: float | None = None
        self._candidate: Box | None = None
        self._bystanders: tuple[Box, ...] = ()

    def follow(self, rgb: NDArray[np.uint8], t: float) -> Seen:
        """The candidate's face in the next frame of a video.

        Args:
            rgb: (H, W, 3) uint8.
            t: seconds on the capture clock.

        Raises:
            Broken: "vision.face_failed".
        """
        if self._detected_at is None or not 0.0 <= t - self._detected_at < DETECT_SECONDS:
            self._detected_at = t
            self._candidate, self._bystanders = choose(self._boxes(rgb))
        covered = cover(rgb, self._candidate, self._bystanders)
        at = self._clock.at(t)
        face = _face(lambda: self._followed.detect_for_video(as_image(covered), at))
        return Seen(face, bool(self._bystanders), covered)

    def find(self, rgb: NDArray[np.uint8]) -> Seen:
        """The same in one picture that belongs to no video; the face being followed is not lost by it."""
        if self._single is None:
            self._single = load(self._path, lambda content: landmarker(content, "IMAGE"))
        candidate, bystanders = choose(self._boxes(rgb))
        covered = cover(rgb, candidate, bystanders)
        return Seen(_face(lambda: self._single.detect(as_image(covered))), bool(bystanders), covered)

    def forget(self) -> None:
        """Another candidate comes: look for bystanders at the next frame."""
        self._detected_at, self._candidate, self._bystanders = None, None, ()

    def close(self) -> None:
        """End; nothing may be asked afterwards."""
        close(self._followed, self._detector, self._single)

    def _boxes(self, rgb: NDArray[np.uint8]) -> list[Box]:
        height, width = rgb.shape[:2]
        try:
            found = self._detector.detect(as_image(rgb)).detections
        except (RuntimeError, ValueError) as exc:
            raise Broken("vision.face_failed", "the face detector failed") from exc
        boxes = [face.bounding_box for face in found]
        return [
            Box(
                b.origin_x / width,
                b.origin_y / height,
                (b.origin_x + b.width) / width,
                (b.origin_y + b.height) / height,
            )
            for b in boxes
        ]


def _face(detect: Callable[[], Any]) -> Face | None:
    try:
        found = detect()
    except (RuntimeError, ValueError) as exc:
        raise Broken("vision.face_failed", "the face landmarker failed") from exc
    if not found.face_landmarks:
        return None
    points = found.face_landmarks[0]
    return Face(
        landmarks=np.array(([p.x for p in points], [p.y for p in points]), dtype=np.float32).T,
        blendshapes={shape.category_name: shape.score for shape in found.face_blendshapes[0]},
        to_camera=np.asarray(found.facial_transformation_matrixes[0], dtype=np.float64),
    )


def landmarker(content: bytes, mode: str) -> Any:
    """MediaPipe's own FaceLandmarker of a bundle; mode "VIDEO" or "IMAGE"."""
    from mediapipe.tasks.python import BaseOptions, vision

    return vision.FaceLandmarker.create_from_options(
        vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=content),
            running_mode=vision.RunningMode[mode],
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
    )


def _detector(content: bytes) -> Any:
    from mediapipe.tasks.python import BaseOptions, vision

    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        model = bundle.read("face_detector.tflite")
    return vision.FaceDetector.create_from_options(
        vision.FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=model), min_detection_confidence=BYSTANDER_SCORE
        )
    )
