"""Where an interview goes on after the booth ended, from what was saved of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.interview import resuming, timing
from appliance.interview.state import Effect, Phase
from appliance.messages import GivenAnswer
from tests.interview.test_flow import LIMITS, QUESTION, answered, record

SECOND = replace(QUESTION, id="q2")


def test_at_the_first_unanswered_question() -> None:
    state, effects = resuming.resume(replace(record(), asked=(QUESTION, SECOND), answered=(answered(),)), 5.0)
    assert (state.phase, state.index, state.resumed) == (Phase.THINK, 1, True)
    assert Effect.SPEAK_QUESTION in effects


def test_between_questions() -> None:
    state, _ = resuming.resume(replace(record(), asked=(QUESTION,), answered=(answered(),)), 5.0)
    assert state.phase is Phase.REVIEW


def test_before_the_first_question() -> None:
    assert resuming.resume(record(), 5.0)[0].phase is Phase.CHECK


def test_in_a_further_try() -> None:
    tried = replace(record(), asked=(QUESTION,), answered=(answered(),), attempt=1)
    state, _ = resuming.resume(tried, 5.0)
    assert (state.phase, state.attempt, state.answer_id) == (Phase.THINK, 1, "s.0.1")
    again = replace(tried, answered=(answered(), answered(attempt=1)))
    state, _ = resuming.resume(again, 5.0)
    assert (state.phase, state.attempt) == (Phase.REVIEW, 1)


def test_an_answer_that_was_not_judged_is_judged() -> None:
    given = GivenAnswer(answered().answer)
    state, effects = resuming.resume(replace(record(), asked=(QUESTION,), unreviewed=given), 5.0)
    assert (state.phase, state.question) == (Phase.REVIEWING, QUESTION)
    assert effects == (Effect.SAVE, Effect.OPEN_SOURCES, Effect.REVIEW)
    assert state.record is not None
    assert state.record.unreviewed == replace(given, again_count=1)


def test_an_answer_whose_judging_ends_the_booth_is_asked_for_again() -> None:
    """Else the booth would end, start and end until the machine gives up."""
    left = replace(record(), asked=(QUESTION,), unreviewed=GivenAnswer(answered().answer))
    phases = []
    for _ in range(4):
        state, effects = resuming.resume(left, 5.0)
        phases.append(state.phase)
        assert state.record is not None
        left = state.record  # as the first effect saves it
    assert phases == [Phase.REVIEWING] * resuming.AGAIN_COUNT + [Phase.THINK] * 2
    assert Effect.REVIEW not in effects


@pytest.mark.parametrize("phase", [Phase.RESULTS, Phase.TAKE_HOME])
@pytest.mark.parametrize("away", [0.0, 40.0, 70.0])
def test_results_have_as_much_time_as_without_the_restart(phase: Phase, away: float) -> None:
    finished = replace(record(), finished_at="x")
    now = 500.0
    state, effects = resuming.show_again(finished, phase, away, now, LIMITS)
    assert (state.phase, state.record, effects) == (phase, finished, (Effect.OPEN_SOURCES,))
    assert (state.idle_since is not None) == (away > LIMITS.idle_seconds)
    end = now - away + LIMITS.idle_seconds + LIMITS.idle_grace_seconds
    second = now
    while state.phase is phase:
        assert second <= end + 1.0
        second += 0.25
        state, _ = timing.tick(state, second, LIMITS)
    assert second >= end
    assert state.record is None


def test_a_touch_after_the_restart_keeps_them() -> None:
    state, _ = resuming.show_again(replace(record(), finished_at="x"), Phase.RESULTS, 70.0, 500.0, LIMITS)
    touched = replace(state, presence_at=510.0, idle_since=None)
    assert timing.tick(touched, 560.0, LIMITS)[0].idle_since is None
