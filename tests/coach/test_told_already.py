"""What was told is not asked again."""

from __future__ import annotations

import pytest

from appliance.coach.told_already import told_already


@pytest.mark.parametrize(
    ("asked", "said", "told"),
    [
        ("Where do you come from, and what is it like?", "I am from Satara.", True),
        ("Where do you come from, and what is it like?", "My name is Ravi.", False),
        ("What do you do besides your studies?", "Outside class I run the trekking club.", True),
        ("What do you do besides your studies?", "I am a student of civil engineering.", False),
        (
            "Can you give me one example from college?",
            "In the festival I made a list for twenty people.",
            True,
        ),
        ("Can you give me one example from college?", "Planning is my strength.", False),
        ("When and how did you inform the person?", "I called her the same evening.", True),
        ("How many refused?", "Eleven shops said no.", True),
        ("How many refused?", "Most shops said no.", False),
    ],
)
def test_a_question_is_answered_by_its_own_wording(asked: str, said: str, told: bool) -> None:
    assert told_already(asked, [said], None) is told


def test_a_part_of_the_story_answers_its_question() -> None:
    star = {"situation": None, "task": None, "action": "I wrote a plan.", "result": None}
    assert told_already("What did you change in your approach?", [], star)
    assert not told_already("What was the result in the end?", [], star)
