"""What changed since the last practice here, and what a whole interview is summed up as."""

from __future__ import annotations

from typing import Any

from appliance.coach.improvement import SCORES, over_sessions, summary
from appliance.coach.phrasebook import phrases

NOW: dict[str, float | None] = {"fluency": 7.5, "posture": 5.0, "eye_contact": None}


def earlier(**scores: float | None) -> list[dict[str, Any]]:
    return [{"date": "2026-01-01", "scores": scores}]


def test_what_rose_and_what_stayed_low() -> None:
    said = over_sessions(NOW, earlier(fluency=6.0, posture=4.8, eye_contact=8.0), phrases("en"))
    assert said[0] == "Fluency rose from 6 to 7.5 since your last practice here."
    assert said[1].startswith("Posture was lowest both times: 4.8 and 5 of 10.")


def test_a_first_interview_is_compared_with_nothing() -> None:
    assert over_sessions(NOW, [], phrases("en")) == []
    assert over_sessions(NOW, earlier(eye_contact=8.0), phrases("en")) == []


def test_small_changes_of_good_scores_are_not_worth_a_word() -> None:
    assert over_sessions({"fluency": 8.1}, earlier(fluency=8.0), phrases("hi")) == []


def test_a_summary_never_says_that_nothing_was_measured_beside_a_score() -> None:
    words = phrases("en")
    unknown: dict[str, float | None] = dict.fromkeys(SCORES)
    assert summary((), unknown, words) == "Nothing could be measured this time."
    said = summary((), {**unknown, "posture": 7.0}, words)
    assert said.startswith("Your words could not be judged this time.")
