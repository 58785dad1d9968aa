"""What may be known of a face outside the room: angles and shares, never its landmarks (pure)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from appliance.messages import Baseline, FaceObservation
from appliance.vision.face_landmarks import Face
from appliance.vision.gaze import blink, gaze, looking
from appliance.vision.head_pose import head_pose
from appliance.vision.light import brightness


def face_observation(
    face: Face,
    rgb: NDArray[np.uint8],
    t: float,
    baseline: Baseline,
    bystander: bool,
    expression: Mapping[str, float] | None,
) -> FaceObservation:
    """What may be known of a face outside the room."""
    head, box = head_pose(face.to_camera), face.box
    seen = gaze(face.landmarks, rgb, head, face.blendshapes)
    face_light, background_light = brightness(rgb, box)
    x, y = box.center
    return FaceObservation(
        t,
        face=True,
        head_pose=head,
        gaze_yaw_deg=seen.yaw_deg if seen else None,
        gaze_pitch_deg=seen.pitch_deg if seen else None,
        looking=looking(seen, head, baseline),
        mouth_open=face.blendshapes["jawOpen"],
        smile=(face.blendshapes["mouthSmileLeft"] + face.blendshapes["mouthSmileRight"]) / 2,
        blink=blink(face.blendshapes),
        face_width_ratio=box.width,
        center_x=x,
        center_y=y,
        brightness=face_light,
        background_brightness=background_light,
        bystander=bystander,
        expression=expression,
    )
