"""The interview as a state machine: event -> new state + effects.

No I/O and no clock: ``now`` is an argument (monotonic seconds). What time does by itself stands in ``timing.py``.

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
from dataclasses import replace
from typing import Any

from appliance.errors import Invalid, WrongState
from appliance.interview import eye_check
from appliance.interview.state import (
    ASKING,
    FINISHED,
    QUIET,
    Effect,
    Phase,
    State,
    after_eyes,
    enter,
    sees,
    wipe,
)
from appliance.messages import Answered, Consent, FaceObservation, GivenAnswer, InterviewRecord, Question
from appliance.settings import Interview as Limits

Step = tuple[State, tuple[Effect, ...]]
Arguments = Mapping[str, Any]


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
        raise WrongState(
            "interview.wrong_phase", f"{name} is not possible while the booth is in {state.phase}"
        )
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
    """``eyes`` asks for the dot that the eyes ``follow``; ``look`` shows what is read aloud in the ``warmup``."""
    step = _text(args, "step", ("devices", "eyes", "follow", "look", "warmup", "done"))
    ended = (Effect.END_WARMUP,) * state.warming_up + (Effect.END_EYES,) * (state.eyes is not None)
    if step == "done":
        state = replace(state, warming_up=False, eyes=None, check_step="done")
        return state, (*ended, Effect.CHOOSE_QUESTION)
    if step in ("eyes", "follow") and not sees(state):
        step = after_eyes(state)
    begun = (Effect.BEGIN_WARMUP,) if step == "warmup" else ()
    eyes = eye_check.begin(now) if step == "follow" else None
    state = replace(state, check_step=step, phase_since=now, warming_up=step == "warmup", eyes=eyes)
    return state, (*ended, *begun)


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
    attempt = state.attempt + 1
    record = replace(state.record, attempt=attempt) if state.record else None
    state = enter(replace(state, attempt=attempt, record=record), Phase.THINK, now)
    return state, (Effect.SAVE, Effect.SPEAK_QUESTION)


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
    return enter(state, Phase.TAKE_HOME, now), (Effect.STAND,)


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
        state = replace(state, record=None, warming_up=False, eyes=None)
        return enter(state, Phase.ROLE, now), (Effect.CLOSE_SOURCES, Effect.ERASE)
    told = (Effect.STAND,) if state.phase in FINISHED else ()
    return enter(state, _BACK[state.phase], now), told


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
    "end": (FINISHED, _end),
    "erase": (_AFTER_CONSENT, _erase),
    "back": (frozenset({*_BACK, Phase.CHECK}), _back),
    "presence": (None, _presence),
    "switch": (None, _switch),
}


# --- what the conductor reports ---------------------------------------------------------------------------------


def created(state: State, record: InterviewRecord) -> State:
    """The record exists."""
    return replace(state, record=record)


def asked(state: State, question: Question | None, now: float) -> Step:
    """The next question was chosen; None: there is none left."""
    if state.record is None:
        return state, ()
    if question is None:
        return enter(state, Phase.REVIEWING, now), (Effect.FINALISE,)
    record = with_question(state.record, question)
    return enter(replace(state, record=record, attempt=0), Phase.THINK, now), (Effect.SPEAK_QUESTION,)


def with_question(record: InterviewRecord, question: Question) -> InterviewRecord:
    """The record with one more question asked."""
    return replace(record, asked=(*record.asked, question), attempt=0)


def given(state: State, answer: GivenAnswer) -> Step:
    """The answer is whole: now it is reviewed."""
    if state.record is None:
        return state, ()
    return replace(state, record=replace(state.record, unreviewed=answer)), (Effect.REVIEW,)


def reviewed(state: State, answered: Answered, now: float) -> State:
    """The review of the answer is there."""
    if state.record is None:
        return state
    record = with_answer(state.record, answered)
    return enter(replace(state, record=record, draft=""), Phase.REVIEW, now)


def with_answer(record: InterviewRecord, answered: Answered) -> InterviewRecord:
    """The record with one more answer; the engine that heard it is the record's."""
    engine = answered.answer.engine
    return replace(record, answered=(*record.answered, answered), engine=engine, unreviewed=None)


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


def looked(state: State, face: FaceObservation, now: float) -> State:
    """A frame was looked at: somebody is there, and the eyes may be following the dot."""
    if state.eyes is not None:
        state = replace(state, eyes=eye_check.see(state.eyes, face, now))
    return seen(state, now) if face.face else state


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
