"""A proposed question is asked only when it passes the rules of a pack and asks something new."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from appliance.coach.proposal import Draft, Wanted
from appliance.coach.reading import Vectors
from appliance.interview.chooser import Chooser
from appliance.interview.proposals import ACCEPT_SECONDS, PREFIX, accepted, as_question
from appliance.interview.questions import QuestionBank
from appliance.messages import Question
from tests.fakes.word_reader import embed_words
from tests.interview.test_chooser import record

BANK = QuestionBank.load()
FIRST = BANK.by_id("software_developer.easy.01")
DRAFT = Draft(
    Wanted(FIRST.id, FIRST.text, FIRST.role, FIRST.level, FIRST.competency),
    "How would you choose the size of a table for a college library?",
    (
        "The table should have more slots than there are books.",
        "A table that is too full has many collisions.",
        "A table that is too large wastes memory.",
    ),
    ("slots", "collisions", "memory"),
    "I would first estimate how many books the library has, and take more slots than that. When the table gets too "
    "full, there are many collisions and a lookup becomes slow.",
)


class Proposer:
    """Proposes one draft, and knows words but no meaning."""

    def __init__(self, draft: Draft | None, encoder: bool = True, slow: bool = False) -> None:
        self._draft, self._encoder, self._slow = draft, encoder, slow

    def proposed(self, after_id: str, follows: bool) -> Draft | None:
        return self._draft if after_id == FIRST.id and not follows else None

    async def embed(self, texts: Sequence[str]) -> Vectors | None:
        if self._slow:
            await asyncio.sleep(ACCEPT_SECONDS * 10)
        return embed_words(texts) if self._encoder else None


async def chosen(proposer: Proposer, last: Question = FIRST) -> Question:
    of = replace(record("software_developer", "technical"), asked=(last,))
    question = await Chooser(BANK, proposer).choose(of)
    assert question is not None
    return question


async def test_a_good_proposal_is_asked_and_says_where_it_comes_from() -> None:
    question = await chosen(Proposer(DRAFT))
    assert question.text == DRAFT.text
    assert question.id.startswith(PREFIX)
    assert question.generated
    assert question.follows is None
    assert [point.text for point in question.key_points] == list(DRAFT.key_points)


@pytest.mark.parametrize(
    "proposer",
    [
        Proposer(None),
        Proposer(replace(DRAFT, text="What is a hash table, and when would you use it?")),  # in the pack
        Proposer(replace(DRAFT, model_answer="Too short.")),
        Proposer(replace(DRAFT, keywords=("slots", "slots", "memory"))),
        Proposer(replace(DRAFT, key_points=(" ".join(["long"] * 40), *DRAFT.key_points[1:]))),
        Proposer(DRAFT, encoder=False),
        Proposer(DRAFT, slow=True),
    ],
)
async def test_else_the_pack_goes_on(proposer: Proposer) -> None:
    assert await chosen(proposer) == Chooser(BANK).next_of(
        replace(record("software_developer", "technical"), asked=(FIRST,))
    )


async def test_never_two_in_a_row_and_never_twice() -> None:
    question = as_question(DRAFT, None)
    assert question is not None
    again = await chosen(
        Proposer(replace(DRAFT, wanted=replace(DRAFT.wanted, after_id=question.id))), question
    )
    assert not again.id.startswith(PREFIX)
    assert await accepted(Proposer(DRAFT), DRAFT, [DRAFT.text], follows=False) is None


def test_a_follow_up_names_what_it_follows() -> None:
    question = as_question(DRAFT, FIRST.id)
    assert question is not None
    assert question.follows == FIRST.id
