"""What the senses send: sound, pictures, words, faces, posture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000


@dataclass(frozen=True, slots=True, eq=False)
class AudioChunk:
    """A piece of sound: mono, 16 kHz."""

    samples: NDArray[np.int16]
    """(N,) int16"""
    t: float
    """seconds on the capture clock, of the first sample"""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE_HZ

    @property
    def end(self) -> float:
        """Seconds on the capture clock, just after the last sample."""
        return self.t + self.seconds


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """A picture, upright."""

    rgb: NDArray[np.uint8]
    """(H, W, 3) uint8, RGB"""
    t: float
    """seconds on the capture clock"""


class SourceState(StrEnum):
    """What a camera or microphone is doing."""

    DISABLED = "disabled"
    STARTING = "starting"
    LIVE = "live"
    STALLED = "stalled"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a camera or a microphone is, for ``/health`` and the page."""

    name: str
    """"picamera2", "v4l2", "sounddevice", "webrtc", "replay" or "disabled" """
    state: SourceState
    age_seconds: float | None = None
    """since the last frame or chunk; None before the first"""
    dropped_count: int = 0
    """frames skipped or chunks overrun since the start"""
    detail: str = ""
    """device name or reason, for operators"""
    reopened_count: int = 0
    """how often a lost or stalled device came back since the start"""


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word."""

    text: str
    start: float
    """seconds since the answer began"""
    end: float
    """seconds since the answer began"""
    confidence: float | None = None
    """0..1; None where the engine gives none"""


@dataclass(frozen=True, slots=True)
class VoiceActivity:
    """Speech starts or stops."""

    speaking: bool
    t: float
    """seconds since the answer began"""


@dataclass(frozen=True, slots=True)
class PartialTranscript:
    """The words of the utterance so far; may still change."""

    answer_id: str
    text: str
    t: float
    """seconds since the answer began"""


@dataclass(frozen=True, slots=True)
class Transcript:
    """The final words of one utterance."""

    answer_id: str
    text: str
    words: tuple[Word, ...]
    start: float
    """seconds since the answer began"""
    end: float
    confidence: float | None
    """mean word confidence 0..1; None where the engine gives none"""
    alternatives: tuple[str, ...] = ()


def _no_steps() -> NDArray[np.float32]:
    return np.empty(0, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Prosody:
    """Loudness and pitch of an answer in even steps from its beginning; NaN where nothing was heard.

    Shapes: all arrays (N,) float32, N steps of ``step_seconds``.
    """

    rms_db: NDArray[np.float32] = field(default_factory=_no_steps)
    """dB relative to full scale; NaN: no sound reached the booth (the booth spoke, or sound was lost)"""
    f0_hz: NDArray[np.float32] = field(default_factory=_no_steps)
    """fundamental frequency; NaN: unvoiced or unknown"""
    flux: NDArray[np.float32] = field(default_factory=_no_steps)
    """change of the spectrum since the last step, 0 (the same) .. 1; NaN: unknown"""
    step_seconds: float = 0.01

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.rms_db) * self.step_seconds


@dataclass(frozen=True, slots=True)
class HeardAnswer:
    """Everything the ears know of one answer, when it has ended."""

    answer_id: str
    transcripts: tuple[Transcript, ...]
    prosody: Prosody
    voice: tuple[VoiceActivity, ...]
    seconds: float
    """answer time, from its beginning to its end; 0 when no sound came"""
    noise_floor_db: float | None
    """dB full scale of the quiet parts"""
    snr_db: float | None
    """speech level over the noise floor"""
    clipped_ratio: float | None
    """share of samples at full scale, 0..1"""
    overrun_seconds: float
    """sound lost because the booth or the microphone was too slow"""
    engine: str
    """"vosk", "sphinx", "typed" or "none" """
    began: float | None = None
    """seconds on the capture clock when the answer began; None when no sound came"""
    held_seconds: float = 0.0
    """time in which the booth spoke itself and was deaf"""

    @property
    def text(self) -> str:
        """All final words."""
        return " ".join(t.text for t in self.transcripts if t.text)

    @property
    def words(self) -> tuple[Word, ...]:
        """All final words with times."""
        return tuple(w for t in self.transcripts for w in t.words)


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Where the head points, in degrees; 0,0,0 is straight into the lens."""

    yaw_deg: float
    """positive: the candidate turns to their left"""
    pitch_deg: float
    """positive: up"""
    roll_deg: float
    """positive: tilt to their left shoulder"""


@dataclass(frozen=True, slots=True)
class FaceObservation:
    """What one analysed frame showed of the candidate's face; never the picture nor the landmarks."""

    t: float
    """seconds on the capture clock"""
    face: bool
    """a face was found"""
    head_pose: HeadPose | None = None
    gaze_yaw_deg: float | None = None
    """eyes relative to the lens, before calibration"""
    gaze_pitch_deg: float | None = None
    looking: bool | None = None
    """at the lens, after calibration; None when it cannot be told"""
    mouth_open: float | None = None
    """0..1 (jawOpen blendshape)"""
    smile: float | None = None
    """0..1 (mean mouthSmile blendshape)"""
    blink: float | None = None
    """0..1 (mean eyeBlink blendshape)"""
    face_width_ratio: float | None = None
    """face width over frame width"""
    center_x: float | None = None
    """0 left .. 1 right of the frame"""
    center_y: float | None = None
    """0 top .. 1 bottom"""
    brightness: float | None = None
    """mean luma of the face, 0..255"""
    background_brightness: float | None = None
    """mean luma outside the face, 0..255"""
    bystander: bool = False
    """another face is in the picture (not analysed)"""
    expression: Mapping[str, float] | None = None
    """eight probabilities; None unless the candidate switched it on"""


@dataclass(frozen=True, slots=True)
class PostureObservation:
    """What one analysed frame showed of the upper body."""

    t: float
    body: bool
    shoulder_tilt_deg: float | None = None
    """0 level; positive: their left shoulder lower"""
    lean_deg: float | None = None
    """head over shoulders, sideways"""
    shoulder_width_ratio: float | None = None
    """shoulder width over frame width (distance)"""
    neck_ratio: float | None = None
    """ear-to-shoulder height over shoulder width; falls when slouching"""
    hand_to_face: bool | None = None
    movement: float | None = None
    """mean shift of shoulders and nose since the last frame, in shoulder widths per second"""
