"""What time does to an interview: prompts, limits, "still there?"; pure, called a few times a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from appliance.interview import eye_check
from appliance.interview.flow import Step, command
from appliance.interview.state import FINISHED, QUIET, Effect, Phase, State, after_eyes, enter, sees, wipe
from appliance.settings import Interview as Limits

TAKE_YOUR_TIME_SECONDS = 6.0
MOVE_ON_SECONDS = 12.0
GOODBYE_SECONDS = 12.0
REVIEWING_SECONDS = 45.0
"""a review takes well under a second; after this it has failed, and the question is asked again (our choice)"""


def answer_seconds(state: State, now: float) -> float:
    """Answer time so far, pauses apart."""
    until = state.phase_since if state.phase is Phase.PAUSED else now
    return max(0.0, until - state.answer_at)


def tick(state: State, now: float, limits: Limits, speaking: bool = False) -> Step:
    """Let time pass; ``speaking``: the booth talks, so time stands still for the candidate."""
    if speaking:
        return replace(
            state, presence_at=max(state.presence_at, now - 1.0), phase_since=_held(state, now)
        ), ()
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
        ended = Effect.CLOSE_RECORD if state.phase in FINISHED else Effect.ERASE  # kept only as agreed
        return wipe(state, now), (Effect.HUSH, Effect.CLOSE_SOURCES, ended)
    return state, ()


def _tick_check(state: State, now: float, limits: Limits) -> Step:
    if state.eyes is not None:
        eyes = eye_check.advance(state.eyes, now) if sees(state) else None
        if eyes is None:
            over = replace(state, eyes=None, check_step=after_eyes(state), phase_since=now)
            return over, (Effect.END_EYES,)
        state = replace(state, eyes=eyes)
    if state.warming_up and now - state.phase_since > limits.warmup_seconds:
        return replace(state, warming_up=False, check_step="done"), (Effect.END_WARMUP,)
    return _tick_page(state, now, limits)


def _tick_think(state: State, now: float, limits: Limits) -> Step:
    if now - state.phase_since > limits.think_seconds:
        return command(state, "start_answer", {}, now, limits)
    return state, ()


def _tick_answer(state: State, now: float, limits: Limits) -> Step:
    if now - state.presence_at > limits.unattended_seconds:
        return enter(state, Phase.PAUSED, now, presence_at=state.presence_at), (Effect.PAUSE_ANSWER,)
    seconds = answer_seconds(state, now)
    if seconds > limits.hard_limit_seconds and not state.typed:
        return command(state, "done", {}, now, limits)
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
    """The booth is working: nobody has to touch anything; but a review that never comes must not hold a candidate."""
    if now - state.phase_since > REVIEWING_SECONDS and state.question is not None:
        record = replace(state.record, unreviewed=None) if state.record else None
        return enter(replace(state, record=record), Phase.THINK, now), (Effect.SAVE,)
    return state, ()


_TICKS: Mapping[Phase, Callable[[State, float, Limits], Step]] = {
    Phase.CHECK: _tick_check,
    Phase.THINK: _tick_think,
    Phase.ANSWER: _tick_answer,
    Phase.PAUSED: _tick_paused,
    Phase.REVIEWING: _tick_reviewing,
}
