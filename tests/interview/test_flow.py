"""The flow: a whole interview, silence, nobody there, wrong phases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from appliance.errors import ApplianceError, Invalid, WrongState
from appliance.interview import flow, timing
from appliance.interview.flow import COMMANDS
from appliance.interview.state import Effect, Phase, State
from appliance.messages import (
    Answer,
    Answered,
    Consent,
    GivenAnswer,
    InterviewRecord,
    Measured,
    Question,
    Review,
)
from appliance.settings import Interview

LIMITS = Interview()
QUESTION = Question("q1", "software_developer", "easy", "technical", "c", "What is a list?")


def record(planned: int = 2) -> InterviewRecord:
    return InterviewRecord(
        "s",
        "2026-01-01T00:00:00+00:00",
        "software_developer",
        "technical",
        "easy",
        "en",
        planned,
        1,
        Consent(microphone=True, camera=True, adult=True),
        "vosk",
    )


def answered(question: Question = QUESTION, attempt: int = 0) -> Answered:
    answer = Answer("a", question, attempt, "words", (), 3.0, False, "en", None, None, "vosk", Measured(1.0))
    return Answered(answer, Review("a", None, {}, (), None, (), None, {}, {}, ()))


def do(state: State, name: str, now: float = 0.0, **args: Any) -> State:
    return flow.command(state, name, args, now, LIMITS)[0]


def effects_of(state: State, name: str, now: float = 0.0, **args: Any) -> tuple[Effect, ...]:
    return flow.command(state, name, args, now, LIMITS)[1]


def thinking(now: float = 0.0) -> State:
    state = do(do(State(), "begin"), "choose_language", locale="en")
    state = do(
        state, "consent", microphone=True, camera=True, expression=False, keep=False, share=False, adult=True
    )
    state = flow.created(do(state, "choose_interview", role="software_developer"), record())
    state = do(state, "check_step", now, step="done")
    return flow.asked(state, QUESTION, now)[0]


def answering(now: float = 0.0) -> State:
    return do(thinking(now), "start_answer", now)


def tick(state: State, now: float) -> tuple[State, tuple[Effect, ...]]:
    return timing.tick(state, now, LIMITS)


def test_a_whole_interview() -> None:
    state = answering()
    assert state.phase is Phase.ANSWER
    assert state.answer_id == "s.0.0"
    state = do(state, "done", 5.0)
    assert state.phase is Phase.REVIEWING
    state = flow.reviewed(state, answered(), 6.0)
    assert state.phase is Phase.REVIEW
    assert effects_of(state, "next") == (Effect.CHOOSE_QUESTION,)
    state, _ = flow.asked(do(state, "next"), replace(QUESTION, id="q2"), 7.0)
    assert (state.phase, state.index) == (Phase.THINK, 1)
    state = flow.reviewed(do(do(state, "start_answer"), "done"), answered(replace(QUESTION, id="q2")), 8.0)
    assert effects_of(state, "next") == (Effect.FINALISE,)
    state = flow.finalised(do(state, "next"), replace(record(), finished_at="x"), 9.0)
    assert state.phase is Phase.RESULTS
    state = do(do(state, "take_home"), "end", 10.0)
    assert state.phase is Phase.GOODBYE
    assert state.record is None
    assert tick(state, 10.0 + timing.GOODBYE_SECONDS + 1)[0].phase is Phase.ATTRACT


def test_retry_makes_a_new_answer_of_the_same_question() -> None:
    state = flow.reviewed(do(answering(), "done"), answered(), 1.0)
    assert Effect.SAVE in effects_of(state, "retry")
    state = do(state, "retry")
    assert (state.phase, state.answer_id, state.index) == (Phase.THINK, "s.0.1", 0)
    assert state.record is not None
    assert state.record.attempt == 1
    state, _ = flow.asked(state, replace(QUESTION, id="q2"), 2.0)
    assert state.record is not None
    assert state.record.attempt == 0


def test_silence_prompts_and_never_ends_an_answer() -> None:
    state = answering(100.0)
    seen: list[str | None] = []
    for second in range(50):
        state = flow.seen(state, 100.0 + second)  # the camera sees a face: the student is there, thinking
        state, effects = tick(state, 100.0 + second)
        assert state.phase is Phase.ANSWER
        assert effects == ()
        seen.append(state.prompt)
    assert seen[3] is None
    assert seen[7] == "take_your_time"
    assert seen[13] == "move_on"
    state = do(state, "continue", 150.0)
    assert tick(state, 151.0)[0].prompt is None
    assert flow.heard(tick(state, 165.0)[0], 165.0).prompt is None


def test_a_student_who_speaks_is_never_wiped() -> None:
    state = answering(0.0)
    for second in range(0, 170, 5):
        state = flow.heard(state, float(second))
        state, _ = tick(state, second + 4.0)
        assert state.phase is Phase.ANSWER


def test_an_answer_left_alone_pauses_then_is_wiped() -> None:
    state, effects = tick(answering(0.0), 61.0)
    assert (state.phase, effects) == (Phase.PAUSED, (Effect.PAUSE_ANSWER,))
    assert tick(state, 80.0)[0].phase is Phase.PAUSED
    state, effects = tick(state, 92.0)
    assert state.phase is Phase.GOODBYE
    assert state.record is None
    assert Effect.ERASE in effects


def test_a_pause_does_not_count_as_answer_time() -> None:
    state, _ = tick(answering(0.0), 61.0)
    state = do(state, "continue", 81.0)
    assert state.phase is Phase.ANSWER
    assert timing.answer_seconds(state, 91.0) == pytest.approx(71.0)


def test_soft_and_hard_limit() -> None:
    state = flow.heard(answering(0.0), 121.0)
    assert tick(state, 122.0)[0].prompt == "soft_limit"
    state = flow.heard(state, 180.0)
    state, effects = tick(state, 181.0)
    assert state.phase is Phase.REVIEWING
    assert Effect.END_ANSWER in effects


def test_thinking_ends_by_itself_but_not_while_the_booth_speaks() -> None:
    state = thinking(0.0)
    held, _ = timing.tick(state, 31.0, LIMITS, speaking=True)
    assert tick(held, 32.0)[0].phase is Phase.THINK
    assert tick(held, 62.0)[0].phase is Phase.ANSWER


def test_a_review_that_never_comes_asks_the_question_again() -> None:
    state = do(answering(0.0), "done", 5.0)
    assert tick(state, 40.0)[0].phase is Phase.REVIEWING
    state, _ = flow.given(state, GivenAnswer(answered().answer))
    state, effects = tick(state, 51.0)
    assert (state.phase, effects) == (Phase.THINK, (Effect.SAVE,))
    assert state.record is not None
    assert state.record.unreviewed is None  # not judged after a restart either


def test_an_idle_page_asks_then_wipes() -> None:
    state = do(do(State(), "begin", 0.0), "choose_language", 0.0, locale="hi")
    state, _ = tick(state, 61.0)
    assert state.idle_since == 61.0
    assert do(state, "presence", 70.0).idle_since is None
    state, effects = tick(state, 92.0)
    assert state.phase is Phase.GOODBYE
    assert Effect.ERASE in effects


@pytest.mark.parametrize("phase", [Phase.RESULTS, Phase.TAKE_HOME])
def test_results_left_alone_are_wiped_and_kept_only_as_agreed(phase: Phase) -> None:
    state = replace(flow.finalised(thinking(0.0), replace(record(), finished_at="x"), 0.0), phase=phase)
    state, effects = tick(tick(state, 61.0)[0], 92.0)
    assert (state.phase, state.record) == (Phase.GOODBYE, None)
    assert Effect.CLOSE_RECORD in effects  # the store erases what nobody agreed to keep
    assert Effect.ERASE not in effects


def test_nothing_is_kept_of_minors() -> None:
    state = do(do(State(), "begin"), "choose_language", locale="en")
    state = do(
        state, "consent", microphone=True, camera=True, expression=False, keep=True, share=True, adult=False
    )
    assert state.consent == Consent(microphone=True, camera=True)


def test_expression_needs_the_camera() -> None:
    state = do(do(State(), "begin"), "choose_language", locale="en")
    state = do(
        state, "consent", microphone=True, camera=False, expression=True, keep=False, share=False, adult=True
    )
    assert state.consent is not None
    assert not state.consent.expression


def test_withdrawing_the_microphone_goes_on_by_typing() -> None:
    state = do(answering(), "withdraw", what="microphone")
    assert state.typed
    assert state.consent is not None
    assert not state.consent.microphone


@pytest.mark.parametrize("name", sorted(COMMANDS))
@pytest.mark.parametrize("phase", list(Phase))
def test_every_command_in_every_phase_is_answered(name: str, phase: Phase) -> None:
    state = replace(thinking(), phase=phase)
    args = {"locale": "en", "what": "camera", "step": "look", "volume": 20}
    phases = COMMANDS[name][0]
    if phases is not None and phase not in phases:
        with pytest.raises(WrongState) as caught:
            flow.command(state, name, args, 1.0, LIMITS)
        assert caught.value.code == "interview.wrong_phase"
    else:
        assert isinstance(flow.command(state, name, args, 1.0, LIMITS)[0], State)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("nonsense", {}),
        ("choose_language", {"locale": "xx"}),
        ("switch", {"volume": 101}),
        ("switch", {"live_strip": 1}),
    ],
)
def test_bad_commands(name: str, args: dict[str, Any]) -> None:
    with pytest.raises(ApplianceError) as caught:
        flow.command(State(), name, args, 0.0, LIMITS)
    assert isinstance(caught.value, Invalid)
