"""Sentences of stories, labelled by part: how they are built tells which part they play."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from appliance.coach.embedder import Embedder
from appliance.coach.star import PARTS, star_parts
from appliance.coach.story_grammar import is_told, signs_of

ROWS = yaml.safe_load(Path(__file__).with_name("story_sentences.yaml").read_text("utf-8"))
LABELLED = [(part, sentence) for part, sentences in ROWS.items() for sentence in sentences]


@pytest.fixture(scope="module")
def played(minilm: Embedder) -> list[tuple[str, str]]:
    """(labelled part, part heard) of every sentence, each taken for itself."""
    result = []
    for part, sentence in LABELLED:
        heard = [name for name, quote in star_parts([sentence], minilm.embed).items() if quote]
        result.append((part, heard[0] if heard else "none"))
    return result


@pytest.mark.parametrize("part", [*PARTS, "none"])
def test_precision_and_recall_of_each_part(part: str, played: list[tuple[str, str]]) -> None:
    hits = sum(labelled == heard == part for labelled, heard in played)
    assert hits >= 0.8 * sum(labelled == part for labelled, _ in played)
    assert hits >= 0.6 * sum(heard == part for _, heard in played)


def test_an_act_is_an_own_verb_in_the_past() -> None:
    said = "So I sat down with my friend, wrote a one-page plan, and went back in the morning."
    assert max(signs_of(said), key=lambda part: signs_of(said)[part]) == "action"
    assert signs_of("I was tired and I wanted to sleep.")["action"] == 0
    assert signs_of("They sat down and wrote a plan.")["action"] == 0


@pytest.mark.parametrize("said", [
    "I would ask the customer first.", "A good leader listens to everyone.", "If such a thing happens I will call.",
])  # fmt: skip
def test_plans_and_opinions_tell_nothing(said: str) -> None:
    assert not is_told(said)
    assert set(signs_of(said).values()) == {0.0}


def test_what_others_did_after_the_own_act_is_what_came_of_it(minilm: Embedder) -> None:
    before, act, after = (
        "The guests were angry.",
        "I opened the second gate myself.",
        "The guests left happy.",
    )
    assert star_parts([before, act, after], minilm.embed) == {
        "situation": before, "task": None, "action": act, "result": after
    }  # fmt: skip
