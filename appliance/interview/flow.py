"""The interview as a state machine: event -> new state + effects; no I/O and no clock (``now`` is an argument).

::

    attract -> language -> consent -> role -> check -> think -> answer -> reviewing -> review -> results -> take_home
       ^                                       |         ^        |  ^                  |  |        |          |
       |                                       |         |        v  | continue        |  |        |          |
       |                                       |         |      paused                 |  |        |          |
       |                                       +---------+------- retry / next --------+  |        |          |
       |                                                                      finish -----+        |          |
       +------- goodbye <------- erase, end, or nobody there ("still there?" unanswered) ----------+----------+

Silence never ends an answer: it prompts after 6 s and 12 s; only Done, the hard limit, or nobody being there does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from appliance.errors import Invalid, WrongState
from appliance.messages import Answered, Consent, InterviewRecord, Question
from appliance.settings import Interview as Limits

TAKE_YOUR_TIME_SECONDS = 6.0
MOVE_ON_SECONDS = 12.0
GOODBYE_SECONDS = 12.0


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
    BEGIN_ANSWER = "begin_answer"
    PAUSE_ANSWER = "pause_answer"
    RESUME_ANSWER = "resume_answer"
    DISCARD_ANSWER = "discard_answer"
    END_ANSWER = "end_answer"
    FINALISE = "finalise"
    APPLY_CONSENT = "apply_consent"
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


Step = tuple[State, tuple[Effect, ...]]
Arguments = Mapping[str, Any]


def enter(state: State, phase: Phase, now: float, **changes: Any) -> State:
    """The one way to change the phase."""
    fresh = {"phase_since": now, "presence_at": now, "prompt": None, "idle_since": None}
    return replace(state, phase=phase, **{**fresh, **changes})


def wipe(state: State, now: float, **changes: Any) -> State:
    """A new state that remembers nothing of the candidate but the language for the goodbye page."""
    return enter(State(locale=state.locale), Phase.GOODBYE, now, **changes)


# --- commands of the page ---------------------------------------------------------------------------------------


def command(state: State, name: str, args: Arguments, now: float, limits: Limits) -> Step:
    """Apply a command of the page.

    Raises:
        Invalid: "interview.unknown_command", "interview.bad_arguments".
        WrongState: "interview.wrong_phase".
    """
    found = COMMANDS.get(name)
    if found is None:
        raise Invalid("interview.unknown_command", f"there is no command {name!r}")
    phases, apply = found
    if phases is not None and state.phase not in phases:
        raise WrongState("interview.wrong_phase", f"{name} is not possible while the booth is in {state.phase}")
    return apply(replace(state, presence_at=now, idle_since=None), args, now, limits)


def _begin(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    return enter(State(locale=state.locale), Phase.LANGUAGE, now), ()


def _choose_language(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    state = replace(state, locale=_text(args, "locale", ("en", "hi")))
    if state.phase is Phase.LANGUAGE:
        return enter(state, Phase.CONSENT, now), ()
    return state, ()


def _consent(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    names = ("microphone", "camera", "expression", "keep", "share", "adult")
    given = {name: _flag(args, name) for name in names}
    if not given["adult"]:  # under 18: nothing is kept nor shared
        given["keep"] = given["share"] = False
    given["expression"] = given["expression"] and given["camera"]
    return enter(replace(state, consent=Consent(**given)), Phase.ROLE, now), ()


def _withdraw(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    what = _text(args, "what", ("microphone", "camera", "expression", "keep", "share"))
    consent = state.consent or Consent()
    consent = replace(consent, **{what: False})
    if not consent.camera:
        consent = replace(consent, expression=False)
    record = replace(state.record, consent=consent) if state.record else None
    typed = state.typed or not consent.microphone
    return replace(state, consent=consent, record=record, typed=typed), (Effect.APPLY_CONSENT,)


def _choose_interview(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    consent = state.consent or Consent()
    typed = not consent.microphone or bool(args.get("typed", False))
    state = replace(state, typed=typed, check_step="devices")
    return enter(state, Phase.CHECK, now), (Effect.CREATE, Effect.OPEN_SOURCES)


def _check_step(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    step = _text(args, "step", ("devices", "look", "warmup", "done"))
    ended = (Effect.END_WARMUP,) if state.warming_up else ()
    if step == "done":
        return replace(state, warming_up=False, check_step="done"), (*ended, Effect.CHOOSE_QUESTION)
    begun = (Effect.BEGIN_WARMUP,) if step == "warmup" else ()
    return replace(state, check_step=step, phase_since=now, warming_up=step == "warmup"), (*ended, *begun)


def _start_answer(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    state = enter(state, Phase.ANSWER, now, speech_at=now, answer_at=now, prompt_dismissed_at=now, draft="")
    return state, (Effect.HUSH, Effect.BEGIN_ANSWER)


def _done(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    draft = str(args.get("text", state.draft))[:20_000]
    return enter(replace(state, draft=draft), Phase.REVIEWING, now), (Effect.HUSH, Effect.END_ANSWER)


def _typing(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    return replace(state, draft=str(args.get("text", ""))[:20_000], speech_at=now), ()


def _continue(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    if state.phase is Phase.PAUSED:
        begun = state.answer_at + (now - state.phase_since)
        state = enter(state, Phase.ANSWER, now, speech_at=now, answer_at=begun, prompt_dismissed_at=now)
        return state, (Effect.RESUME_ANSWER,)
    return replace(state, prompt=None, prompt_dismissed_at=now), ()


def _retry(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    return enter(replace(state, attempt=state.attempt + 1), Phase.THINK, now), (Effect.SPEAK_QUESTION,)


def _next(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    record = state.record
    if record is not None and len(record.asked) >= record.planned:
        return _finish(state, args, now, limits)
    return enter(state, Phase.REVIEWING, now), (Effect.CHOOSE_QUESTION,)


def _skip(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    state, effects = _next(state, args, now, limits)
    return state, (Effect.HUSH, Effect.DISCARD_ANSWER, *effects)


def _finish(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    return enter(state, Phase.REVIEWING, now), (Effect.FINALISE,)


def _to_take_home(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    return enter(state, Phase.TAKE_HOME, now), ()


def _end(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    return wipe(state, now), (Effect.CLOSE_SOURCES, Effect.CLOSE_RECORD)


def _erase(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    return wipe(state, now), (Effect.HUSH, Effect.CLOSE_SOURCES, Effect.ERASE)


_BACK = {
    Phase.LANGUAGE: Phase.ATTRACT,
    Phase.CONSENT: Phase.LANGUAGE,
    Phase.ROLE: Phase.CONSENT,
    Phase.TAKE_HOME: Phase.RESULTS,
}


def _back(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    if state.phase is Phase.CHECK:  # the record was made on the way in
        state = replace(state, record=None, warming_up=False)
        return enter(state, Phase.ROLE, now), (Effect.CLOSE_SOURCES, Effect.ERASE)
    return enter(state, _BACK[state.phase], now), ()


def _presence(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    return state, ()


def _switch(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    switches = dict(state.switches)
    if "live_strip" in args:
        switches["live_strip"] = _flag(args, "live_strip")
    if "volume" in args:
        volume = args["volume"]
        if not isinstance(volume, int) or isinstance(volume, bool) or not 0 <= volume <= 100:
            raise Invalid("interview.bad_arguments", "volume must be 0 to 100")
        switches["volume"] = volume
    return replace(state, switches=switches), ()


def _repeat(state: State, args: Arguments, now: float, limits: Limits) -> Step:
    return state, (Effect.SPEAK_QUESTION,)


_AFTER_CONSENT = frozenset(Phase) - {Phase.ATTRACT, Phase.LANGUAGE, Phase.CONSENT, Phase.GOODBYE}
_Apply = Callable[[State, Arguments, float, Limits], Step]
COMMANDS: Mapping[str, tuple[frozenset[Phase] | None, _Apply]] = {
    "begin": (QUIET, _begin),
    "choose_language": (None, _choose_language),
    "consent": (frozenset({Phase.CONSENT}), _consent),
    "withdraw": (_AFTER_CONSENT, _withdraw),
    "choose_interview": (frozenset({Phase.ROLE}), _choose_interview),
    "check_step": (frozenset({Phase.CHECK}), _check_step),
    "start_answer": (frozenset({Phase.THINK}), _start_answer),
    "repeat_question": (frozenset({Phase.THINK, Phase.ANSWER}), _repeat),
    "typing": (frozenset({Phase.ANSWER}), _typing),
    "done": (frozenset({Phase.ANSWER, Phase.PAUSED}), _done),
    "continue": (frozenset({Phase.ANSWER, Phase.PAUSED}), _continue),
    "retry": (frozenset({Phase.REVIEW}), _retry),
    "next": (frozenset({Phase.REVIEW}), _next),
    "finish": (frozenset({Phase.REVIEW}), _finish),
    "skip": (ASKING, _skip),
    "take_home": (frozenset({Phase.RESULTS}), _to_take_home),
    "end": (frozenset({Phase.RESULTS, Phase.TAKE_HOME}), _end),
    "erase": (_AFTER_CONSENT, _erase),
    "back": (frozenset({*_BACK, Phase.CHECK}), _back),
    "presence": (None, _presence),
    "switch": (None, _switch),
}


# --- what the conductor reports ---------------------------------------------------------------------------------


def created(state: State, record: InterviewRecord, now: float) -> State:
    """The record exists."""
    return replace(state, record=record)


def asked(state: State, question: Question | None, now: float) -> Step:
    """The next question was chosen; None: there is none left."""
    if state.record is None:
        return state, ()
    if question is None:
        return enter(state, Phase.REVIEWING, now), (Effect.FINALISE,)
    record = replace(state.record, asked=(*state.record.asked, question))
    return enter(replace(state, record=record, attempt=0), Phase.THINK, now), (Effect.SPEAK_QUESTION,)


def reviewed(state: State, answered: Answered, now: float) -> State:
    """The review of the answer is there."""
    if state.record is None:
        return state
    record = replace(state.record, answered=(*state.record.answered, answered))
    return enter(replace(state, record=record, draft=""), Phase.REVIEW, now)


def finalised(state: State, record: InterviewRecord, now: float) -> State:
    """The report is there."""
    return enter(replace(state, record=record), Phase.RESULTS, now)


def heard(state: State, now: float) -> State:
    """The candidate speaks."""
    prompt = None if state.prompt in ("take_your_time", "move_on") else state.prompt
    return replace(state, speech_at=now, presence_at=now, idle_since=None, prompt=prompt)


def seen(state: State, now: float) -> State:
    """A face is in the picture."""
    return replace(state, presence_at=now, idle_since=None)


def resume(record: InterviewRecord, now: float) -> Step:
    """Take up an interview after a power cut, at its first unanswered question."""
    state = State(locale=record.locale, consent=record.consent, record=record, typed=record.typed, resumed=True)
    answered_ids = {a.answer.question.id for a in record.answered}
    open_question = record.asked and record.asked[-1].id not in answered_ids
    if open_question:
        return enter(state, Phase.THINK, now), (Effect.OPEN_SOURCES, Effect.SPEAK_QUESTION)
    if not record.asked:
        return enter(state, Phase.CHECK, now), (Effect.OPEN_SOURCES,)
    state = replace(state, attempt=record.answered[-1].answer.attempt)
    return enter(state, Phase.REVIEW, now), (Effect.OPEN_SOURCES,)


# --- time -------------------------------------------------------------------------------------------------------


def answer_seconds(state: State, now: float) -> float:
    """Answer time so far, pauses apart."""
    until = state.phase_since if state.phase is Phase.PAUSED else now
    return max(0.0, until - state.answer_at)


def tick(state: State, now: float, limits: Limits, speaking: bool = False) -> Step:
    """Let time pass; call a few times a second. ``speaking``: the booth talks, so time stands still for the candidate."""
    if speaking:
        return replace(state, presence_at=max(state.presence_at, now - 1.0), phase_since=_held(state, now)), ()
    if state.phase in QUIET:
        done = state.phase is Phase.GOODBYE and now - state.phase_since > GOODBYE_SECONDS
        return (enter(State(), Phase.ATTRACT, now), ()) if done else (state, ())
    state, effects = _TICKS.get(state.phase, _tick_page)(state, now, limits)
    return state, effects


def _held(state: State, now: float) -> float:
    return now if state.phase is Phase.THINK else state.phase_since


def _tick_page(state: State, now: float, limits: Limits) -> Step:
    if state.idle_since is None:
        idle = now - state.presence_at > limits.idle_seconds
        return (replace(state, idle_since=now), ()) if idle else (state, ())
    if now - state.idle_since > limits.idle_grace_seconds:
        return wipe(state, now), (Effect.HUSH, Effect.CLOSE_SOURCES, Effect.ERASE)
    return state, ()


def _tick_check(state: State, now: float, limits: Limits) -> Step:
    if state.warming_up and now - state.phase_since > limits.warmup_seconds:
        return replace(state, warming_up=False, check_step="done"), (Effect.END_WARMUP,)
    return _tick_page(state, now, limits)


def _tick_think(state: State, now: float, limits: Limits) -> Step:
    if now - state.phase_since > limits.think_seconds:
        return _start_answer(state, {}, now, limits)
    return state, ()


def _tick_answer(state: State, now: float, limits: Limits) -> Step:
    if now - state.presence_at > limits.unattended_seconds:
        return enter(state, Phase.PAUSED, now, presence_at=state.presence_at), (Effect.PAUSE_ANSWER,)
    seconds = answer_seconds(state, now)
    if seconds > limits.hard_limit_seconds and not state.typed:
        return _done(state, {}, now, limits)
    return replace(state, prompt=_prompt(state, now, seconds, limits)), ()


def _prompt(state: State, now: float, seconds: float, limits: Limits) -> str | None:
    silent = 0.0 if state.typed else now - max(state.speech_at, state.prompt_dismissed_at)
    if silent > MOVE_ON_SECONDS:
        return "move_on"
    if silent > TAKE_YOUR_TIME_SECONDS:
        return "take_your_time"
    return "soft_limit" if seconds > limits.soft_limit_seconds and not state.typed else None


def _tick_paused(state: State, now: float, limits: Limits) -> Step:
    if now - state.phase_since > limits.idle_grace_seconds:
        return wipe(state, now), (Effect.DISCARD_ANSWER, Effect.CLOSE_SOURCES, Effect.ERASE)
    return state, ()


def _tick_reviewing(state: State, now: float, limits: Limits) -> Step:
    return state, ()  # the booth is working: nobody has to touch anything


_TICKS: Mapping[Phase, Callable[[State, float, Limits], Step]] = {
    Phase.CHECK: _tick_check,
    Phase.THINK: _tick_think,
    Phase.ANSWER: _tick_answer,
    Phase.PAUSED: _tick_paused,
    Phase.REVIEWING: _tick_reviewing,
}


def _flag(args: Arguments, name: str) -> bool:
    value = args.get(name, False)
    if not isinstance(value, bool):
        raise Invalid("interview.bad_arguments", f"{name} must be true or false")
    return value


def _text(args: Arguments, name: str, choices: tuple[str, ...]) -> str:
    value = args.get(name)
    if value not in choices:
        raise Invalid("interview.bad_arguments", f"{name} must be one of {', '.join(choices)}")
    return str(value)
