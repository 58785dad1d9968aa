"""What is measured of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EyeFit:
    """How this candidate's eyes are seen while they look at the lens, however the head is turned."""

    yaw_deg: float
    """gaze yaw that is seen then, the head as in ``head_yaw_deg``"""
    pitch_deg: float
    head_yaw_deg: float
    yaw_per_turn: float
    """change of the seen gaze for a degree that the head turns to its left"""
    pitch_per_turn: float
    cone_deg: float | None
    """a gaze this near the lens is eye contact, between it and the nearest corner of the screen; None: as for all"""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the check step learned of this candidate; every part may be missing."""

    speaking_rate_wpm: float | None = None
    articulation_rate_hz: float | None = None
    """syllables per voiced second"""
    loudness_db: float | None = None
    """dB full scale while speaking"""
    noise_floor_db: float | None = None
    pitch_sd_semitones: float | None = None
    gaze_yaw_deg: float | None = None
    """gaze while looking at the lens"""
    gaze_pitch_deg: float | None = None
    head_yaw_deg: float | None = None
    head_pitch_deg: float | None = None
    neck_ratio: float | None = None
    shoulder_width_ratio: float | None = None
    shoulder_tilt_deg: float | None = None
    eyes: EyeFit | None = None
    """of the check of the eyes; in memory only, never in a record; None: the gaze above and the usual cone hold"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One number, with how much of the time it could be measured."""

    value: float | None
    coverage: float | None = None
    """0..1, share of the time it could be measured"""
    reason: str | None = None
    """why value is None: "too_quiet", "too_noisy", "not_understood", "no_microphone", "no_camera" … """


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened at a time of an answer; for quotes and the timeline."""

    kind: str
    """"pause", "filler", "look_away", "quiet", "fast", "slow", "drop" … """
    start: float
    """seconds since the answer began"""
    end: float
    text: str = ""
    """the words around it, or the filler itself"""


@dataclass(frozen=True, slots=True)
class DeliveryMetrics:
    """How an answer was said."""

    numbers: Mapping[str, Measured]
    """keys: see ``metrics/delivery.py`` (speaking_rate_wpm, articulation_rate_hz, fillers_per_100, …)"""
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class PresenceMetrics:
    """How an answer looked."""

    numbers: Mapping[str, Measured]
    """keys: see ``metrics/presence.py`` (eye_contact_ratio, posture, stillness, …)"""
    moments: tuple[Moment, ...] = ()
    expression: Mapping[str, float] | None = None
