"""Where an interview stands: phases, what may be asked for, and everything that decides what the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from appliance.interview.eye_check import EyeCheck
from appliance.messages import Answered, Consent, InterviewRecord, Question


class Phase(StrEnum):
    """Where the interview stands; the page shows one page for each."""

    ATTRACT = "attract"
    LANGUAGE = "language"
    CONSENT = "consent"
    ROLE = "role"
    CHECK = "check"
    THINK = "think"
    ANSWER = "answer"
    REVIEWING = "reviewing"
    REVIEW = "review"
    RESULTS = "results"
    TAKE_HOME = "take_home"
    GOODBYE = "goodbye"
    PAUSED = "paused"


QUIET = frozenset({Phase.ATTRACT, Phase.GOODBYE})
"""phases in which nobody is in the booth"""
FINISHED = frozenset({Phase.RESULTS, Phase.TAKE_HOME})
"""phases of an interview that has its report"""
ASKING = frozenset({Phase.THINK, Phase.ANSWER, Phase.PAUSED})
WITH_QUESTION = ASKING | {Phase.REVIEWING, Phase.REVIEW}


class Effect(StrEnum):
    """What the conductor is asked to do."""

    OPEN_SOURCES = "open_sources"
    CLOSE_SOURCES = "close_sources"
    CREATE = "create"
    CHOOSE_QUESTION = "choose_question"
    SPEAK_QUESTION = "speak_question"
    HUSH = "hush"
    BEGIN_WARMUP = "begin_warmup"
    END_WARMUP = "end_warmup"
    END_EYES = "end_eyes"
    """learn of the looks that the check of the eyes gave"""
    BEGIN_ANSWER = "begin_answer"
    PAUSE_ANSWER = "pause_answer"
    RESUME_ANSWER = "resume_answer"
    DISCARD_ANSWER = "discard_answer"
    END_ANSWER = "end_answer"
    """the answer is whole: it is saved, then reviewed"""
    REVIEW = "review"
    FINALISE = "finalise"
    APPLY_CONSENT = "apply_consent"
    SAVE = "save"
    STAND = "stand"
    """let the store know which page of a finished interview is shown"""
    CLOSE_RECORD = "close_record"
    """keep what was agreed, delete the rest"""
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class State:
    """Everything that decides what the page shows."""

    phase: Phase = Phase.ATTRACT
    locale: str = "en"
    consent: Consent | None = None
    record: InterviewRecord | None = None
    attempt: int = 0
    typed: bool = False
    draft: str = ""
    """typed answer so far"""
    warming_up: bool = False
    check_step: str = "devices"
    eyes: EyeCheck | None = None
    """while a dot is followed"""
    phase_since: float = 0.0
    """monotonic seconds"""
    presence_at: float = 0.0
    """last touch, voice or face"""
    speech_at: float = 0.0
    """last voice, or the start of the answer"""
    answer_at: float = 0.0
    """start of the answer, moved on by the length of its pauses"""
    prompt: str | None = None
    prompt_dismissed_at: float = 0.0
    idle_since: float | None = None
    """since when "still there?" is shown"""
    resumed: bool = False
    receipt: Mapping[str, object] | None = None
    switches: Mapping[str, object] = field(default_factory=lambda: {"live_strip": False, "volume": 80})

    @property
    def question(self) -> Question | None:
        """The question on the page."""
        return self.record.asked[-1] if self.record and self.record.asked else None

    @property
    def index(self) -> int:
        """0 for the first question."""
        return max(0, len(self.record.asked) - 1) if self.record else 0

    @property
    def answer_id(self) -> str | None:
        """Made here, so that saving the same answer twice is the same row."""
        if self.record is None or self.question is None:
            return None
        return f"{self.record.session_id}.{self.index}.{self.attempt}"

    @property
    def last(self) -> Answered | None:
        """The newest answer with its review."""
        return self.record.answered[-1] if self.record and self.record.answered else None


def sees(state: State) -> bool:
    """The camera was agreed to."""
    return state.consent is not None and state.consent.camera


def after_eyes(state: State) -> str:
    """The check step that follows the eyes': who types has nothing to read aloud."""
    return "done" if state.typed else "look"


def enter(state: State, phase: Phase, now: float, **changes: Any) -> State:
    """The one way to change the phase."""
    fresh = {"phase_since": now, "presence_at": now, "prompt": None, "idle_since": None}
    return replace(state, phase=phase, **{**fresh, **changes})


def wipe(state: State, now: float, **changes: Any) -> State:
    """A new state that remembers nothing of the candidate but the language for the goodbye page."""
    return enter(State(locale=state.locale), Phase.GOODBYE, now, **changes)
