"""The nouns that travel between rooms, each frozen, with its unit beneath each field.

Inside the booth ``t`` is seconds on the capture clock: ``time.monotonic()`` for live devices, the recording's own
time for a replay; one clock for sound and picture. Times of words and moments are seconds since the answer began.
In the store and on the wire they are UTC datetimes or seconds since the answer began. ``None`` means "not measured".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
LEVELS = ("easy", "medium", "hard")
SHAPES = ("technical", "behavioural", "talk", "introduction")


# --- capture ----------------------------------------------------------------------------------------------------


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


# --- speech -----------------------------------------------------------------------------------------------------


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


# --- vision -----------------------------------------------------------------------------------------------------


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


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One thing a good answer says."""

    id: str
    text: str
    wrong: str | None = None
    """a common wrong statement about it"""
    follow_up: str | None = None
    """what to ask when it was left out"""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word a good answer uses."""

    word: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a pack or of the generator."""

    id: str
    role: str
    level: str
    """easy, medium or hard"""
    shape: str
    """technical, behavioural, talk or introduction"""
    competency: str
    text: str
    """English"""
    key_points: tuple[KeyPoint, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    model_answer: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """further languages: locale -> text"""
    bloom: str = "understand"
    reviewed: bool = False
    generated: bool = False
    follows: str | None = None
    """id of the question it follows up"""

    def text_in(self, locale: str) -> str:
        """The text in a locale, else in English."""
        return self.texts.get(locale, self.text)


# --- metrics ----------------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Measured:
    """One number, with how much of the time it could be measured."""

    value: float | None
    coverage: float | None = None
    """0..1, share of the time it could be measured"""
    reason: str | None = None
    """why value is None: "too_quiet", "too_noisy", "not_understood", "no_microphone", "no_camera", "too_short" … """


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


# --- answers and their judgement --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as given; ``id`` is made by who asks, so that a second save is the same row."""

    id: str
    question: Question
    attempt: int
    """0 for the first try"""
    text: str
    words: tuple[Word, ...]
    seconds: float
    typed: bool
    locale: str
    """spoken or typed language, "en" or "hi" """
    delivery: DeliveryMetrics | None
    presence: PresenceMetrics | None
    engine: str
    text_gate: Measured
    """coverage of what was understood; value None and a reason when the text must not be judged"""


@dataclass(frozen=True, slots=True)
class FeedbackPoint:
    """One thing said to the candidate."""

    kind: str
    """"strength" or "try" """
    topic: str
    """stable key: pace, pauses, fillers, eye_contact, key_point, result, length … """
    text: str
    """one or two short sentences in the candidate's language"""
    reason: str
    """how it was measured"""
    quote: str | None = None
    """the candidate's own words"""
    at_seconds: float | None = None
    """time in the answer"""
    drill: str | None = None
    """a concrete exercise"""


@dataclass(frozen=True, slots=True)
class KeyPointHeard:
    """Whether one key point was heard."""

    id: str
    text: str
    heard: bool
    confidence: float | None
    quote: str | None = None
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """What the coach says of one answer."""

    answer_id: str
    overall: float | None
    """0..100, the platform's formula; None when the text was not judged"""
    breakdown: Mapping[str, float | None]
    """relevance, keywords, length: 0..100"""
    comments: tuple[str, ...]
    content: float | None
    """0..100, share of key points heard"""
    key_points: tuple[KeyPointHeard, ...]
    star: Mapping[str, str | None] | None
    """situation, task, action, result -> quote; None when the shape is not behavioural"""
    scores: Mapping[str, float | None]
    """delivery 0..10: confidence, communication, fluency, eye_contact, posture, engagement"""
    made_of: Mapping[str, tuple[Mapping[str, object], ...]]
    """score name -> its observable parts {name, value, unit, weight, score}"""
    points: tuple[FeedbackPoint, ...]
    """at most three"""
    retry_diff: tuple[str, ...] = ()
    """sentences: what this try added, what is still missing"""
    not_judged: str | None = None
    """reason when the text was not judged"""


# --- the interview as a whole -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consent:
    """What the candidate agreed to; nothing is true by itself."""

    microphone: bool = False
    camera: bool = False
    expression: bool = False
    keep: bool = False
    share: bool = False
    adult: bool = False
    """18 or older; else nothing is kept"""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with its review and its metrics of every 2 s."""

    answer: Answer
    review: Review
    windows: tuple[Mapping[str, object], ...] = ()
    """records {t, face_coverage, eye_contact, head_pose, posture, engagement, mouth_activity, expression}"""


@dataclass(frozen=True, slots=True)
class InterviewRecord:
    """One interview, as stored after every answer and as the report reads it."""

    session_id: str
    started_at: str
    """UTC, ISO 8601"""
    role: str
    shape: str
    level: str
    locale: str
    planned: int
    """questions"""
    seed: int
    consent: Consent
    engine: str
    """who heard: "vosk", "sphinx", "typed", "none" """
    typed: bool = False
    baseline: Baseline | None = None
    asked: tuple[Question, ...] = ()
    """the last one may be unanswered"""
    answered: tuple[Answered, ...] = ()
    """every attempt, in order"""
    finished_at: str | None = None
    report: Mapping[str, object] | None = None
    """the platform's final report"""
    user_id: str | None = None
    """who came back with a claim code"""

    @property
    def final_answers(self) -> tuple[Answered, ...]:
        """The last attempt of every question, in order."""
        return tuple({a.answer.question.id: a for a in self.answered}.values())
