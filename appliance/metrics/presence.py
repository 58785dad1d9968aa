"""How an answer looked: eye contact, posture, stillness, engagement, each with its coverage (pure).

Numbers (``Measured``; None = not measured; ratios 0..1 of the time their coverage tells):

- ``eye_contact_ratio``: looking at the lens, of the time the gaze was seen; None below 20 % coverage.
- ``face_coverage``: face in the picture, of the time the camera was watched; its coverage: of the answer.
- ``engagement`` 0..10: ``engagement_score`` below; ``posture`` 0..10: ``body.posture_score``.
- ``shoulder_tilt_deg`` ``lean_deg`` (medians) ``slouch_ratio`` ``stillness`` ``fidget`` ``hand_to_face_ratio``
  ``distance_ratio`` (shoulder width against the check step; above 1 is nearer): ``body``.
- ``smile_ratio`` ``nod_count`` ``blink_per_minute``: ``gestures``; shown, never scored.
- ``mouth_moving_ratio`` ``mouth_speech_agreement`` ``other_voice_ratio``: ``mouth``; shown, never scored.

Moments: ``look_away`` ``out_of_view`` ``slouch`` ``hand_to_face``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from appliance.messages import (
    Baseline,
    FaceObservation,
    HeadPose,
    Measured,
    Moment,
    PostureObservation,
    PresenceMetrics,
    VoiceActivity,
)
from appliance.metrics import gestures
from appliance.metrics.body import measure_body, slouching
from appliance.metrics.calibration import add_baseline
from appliance.metrics.framing import Framing, framing
from appliance.metrics.mouth import measure_mouth
from appliance.metrics.spans import FACE_SECONDS, POSTURE_SECONDS, Timeline, timeline, within

__all__ = ["Framing", "add_baseline", "framing", "measure_presence"]

FACING_YAW_DEG, FACING_PITCH_DEG = 20.0, 20.0
"""a head turned less than this faces the lens (our choice)"""

EYES, FACING, IN_VIEW = 0.5, 0.3, 0.2
"""weights of the engagement figure (our choice)"""

LOOK_AWAY_SECONDS, OUT_OF_VIEW_SECONDS, SLOUCH_SECONDS, HAND_SECONDS = 2.0, 2.0, 5.0, 2.0
"""shorter stretches are no moments (our choice; glances away while thinking are usual)"""


def measure_presence(
    faces: Sequence[FaceObservation],
    postures: Sequence[PostureObservation],
    start: float,
    end: float,
    baseline: Baseline | None,
    voice: Sequence[VoiceActivity] | None = None,
) -> PresenceMetrics:
    """The numbers and moments of one answer.

    Args:
        faces: what the watcher saw, any order; those outside the answer are left out.
        postures: likewise.
        start: seconds on the capture clock when the answer began.
        end: likewise, when it ended.
        baseline: of the check step; None: there was none.
        voice: when the candidate's voice was heard, seconds since the answer began; None: no microphone.
    """
    baseline = baseline or Baseline()
    faces, postures = within(faces, start, end), within(postures, start, end)
    face_time = timeline(faces, start, end, FACE_SECONDS)
    body_time = timeline(postures, start, end, POSTURE_SECONDS)
    eyes, in_view = face_time.share([f.looking for f in faces]), face_coverage(faces, face_time)
    return PresenceMetrics(
        numbers={
            "eye_contact_ratio": eyes,
            "face_coverage": in_view,
            "engagement": engagement_score(eyes, face_time.share(facing(faces, baseline)), in_view),
            **measure_body(postures, body_time, baseline),
            "smile_ratio": gestures.smile_ratio(faces, face_time),
            "nod_count": gestures.nod_count(faces, face_time),
            "blink_per_minute": gestures.blink_per_minute(faces, face_time),
            **measure_mouth(faces, face_time, voice),
        },
        moments=_moments(faces, face_time, postures, body_time, baseline),
        expression=expression_mix(faces),
    )


def face_coverage(faces: Sequence[FaceObservation], time: Timeline) -> Measured:
    """Share of the watched time with a face; None when nothing was watched."""
    watched = np.ones(len(faces), dtype=bool)
    seen = np.array([f.face for f in faces], dtype=bool)
    value = time.ratio(seen, watched)
    return Measured(value, time.coverage(watched), None if value is not None else "no_camera")


def facing(faces: Sequence[FaceObservation], baseline: Baseline) -> list[bool | None]:
    """Whether the head points to the lens, give or take FACING degrees."""
    yaw, pitch = baseline.head_yaw_deg or 0.0, baseline.head_pitch_deg or 0.0

    def faces_lens(head: HeadPose) -> bool:
        return abs(head.yaw_deg - yaw) <= FACING_YAW_DEG and abs(head.pitch_deg - pitch) <= FACING_PITCH_DEG

    return [None if f.head_pose is None else faces_lens(f.head_pose) for f in faces]


def engagement_score(eyes: Measured, towards: Measured, in_view: Measured) -> Measured:
    """Ten times the weighted mean of eye contact, head towards the lens, and face in the picture.

    None as long as one of the three is.
    """
    parts = ((EYES, eyes), (FACING, towards), (IN_VIEW, in_view))
    values = [weight * part.value for weight, part in parts if part.value is not None]
    if len(values) < len(parts):
        return Measured(None, eyes.coverage, eyes.reason or towards.reason or in_view.reason)
    return Measured(10.0 * sum(values), eyes.coverage)


def expression_mix(faces: Sequence[FaceObservation]) -> Mapping[str, float] | None:
    """Mean probabilities of the expressions; None unless the candidate switched them on."""
    shown = [f.expression for f in faces if f.expression is not None]
    if not shown:
        return None
    return {name: float(np.mean([one[name] for one in shown])) for name in shown[0]}


def _moments(
    faces: Sequence[FaceObservation],
    face_time: Timeline,
    postures: Sequence[PostureObservation],
    body_time: Timeline,
    baseline: Baseline,
) -> tuple[Moment, ...]:
    away = [None if f.looking is None else not f.looking for f in faces]
    spans = {
        "look_away": face_time.runs(away, LOOK_AWAY_SECONDS),
        "out_of_view": face_time.runs([not f.face for f in faces], OUT_OF_VIEW_SECONDS),
        "slouch": body_time.runs(slouching(postures, baseline), SLOUCH_SECONDS),
        "hand_to_face": body_time.runs([p.hand_to_face for p in postures], HAND_SECONDS),
    }
    found = [Moment(kind, start, end) for kind, runs in spans.items() for start, end in runs]
    return tuple(sorted(found, key=lambda moment: moment.start))
