"""The nouns that travel between rooms, each frozen, with its unit beneath each field.

Inside the booth ``t`` is seconds on the capture clock: ``time.monotonic()`` for live devices, the
recording's own time for a replay; one clock for sound and picture. Times of words and moments are seconds
since the answer began. In the store and on the wire they are UTC datetimes or seconds since the answer began.
``None`` means "not measured".
"""

from __future__ import annotations

from appliance.messages.measures import (
    Baseline,
    DeliveryMetrics,
    EyeFit,
    Measured,
    Moment,
    PresenceMetrics,
)
from appliance.messages.questions import (
    LEVELS,
    SHAPES,
    KeyPoint,
    Keyword,
    Question,
)
from appliance.messages.reviews import (
    READABLE,
    Answer,
    Answered,
    Consent,
    FeedbackPoint,
    GivenAnswer,
    InterviewRecord,
    KeyPointHeard,
    Review,
    report_number,
)
from appliance.messages.senses import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    FaceObservation,
    HeadPose,
    HeardAnswer,
    PartialTranscript,
    PostureObservation,
    Prosody,
    SourceState,
    SourceStatus,
    Transcript,
    VideoFrame,
    VoiceActivity,
    Word,
)

__all__ = [
    "LEVELS",
    "READABLE",
    "SAMPLE_RATE_HZ",
    "SHAPES",
    "Answer",
    "Answered",
    "AudioChunk",
    "Baseline",
    "Consent",
    "DeliveryMetrics",
    "EyeFit",
    "FaceObservation",
    "FeedbackPoint",
    "GivenAnswer",
    "HeadPose",
    "HeardAnswer",
    "InterviewRecord",
    "KeyPoint",
    "KeyPointHeard",
    "Keyword",
    "Measured",
    "Moment",
    "PartialTranscript",
    "PostureObservation",
    "PresenceMetrics",
    "Prosody",
    "Question",
    "Review",
    "SourceState",
    "SourceStatus",
    "Transcript",
    "VideoFrame",
    "VoiceActivity",
    "Word",
    "report_number",
]
