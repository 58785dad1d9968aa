"""The next question of a record: from the packs of its role, of every role, from the generator, of any shape."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from appliance.errors import ApplianceError
from appliance.interview import generator
from appliance.interview.next_question import Plan, asked_of, choose_next
from appliance.interview.proposals import PREFIX, Proposer, accepted
from appliance.interview.questions import QuestionBank
from appliance.messages import InterviewRecord, Question

MADE_COUNT = 6
"""questions made when the packs are used up (our choice)"""
HOMES = {"introduction": "self_introduction", "talk": "just_a_minute", "behavioural": "general_hr"}
"""shape -> the role whose questions of that shape fit every role"""


class Chooser:
    """Chooses from a bank; the same record gets the same question, unless a language model proposes a better one."""

    def __init__(self, bank: QuestionBank, proposer: Proposer | None = None) -> None:
        self._bank = bank
        self._proposer = proposer

    async def choose(self, record: InterviewRecord) -> Question | None:
        """The next question, or None when the interview is complete; the work is done on a thread."""
        chosen = await asyncio.to_thread(self.next_of, record)
        if chosen is None or self._proposer is None or not record.asked:
            return chosen
        return await self._better(chosen, record, self._proposer) or chosen

    async def _better(self, chosen: Question, record: InterviewRecord, proposer: Proposer) -> Question | None:
        """What a language model proposed in its place: a follow-up for a follow-up, something new for something new.

        Never two of its own in a row, so that the packs stay the interview.
        """
        last, follows = record.asked[-1], chosen.follows is not None
        draft = proposer.proposed(last.id, follows)
        if draft is None or last.id.startswith(PREFIX) or chosen.shape != "technical":
            return None
        own = self._bank.questions(record.role, shape="technical")
        known = [question.text for question in (*record.asked, *own)]
        return await accepted(proposer, draft, known, follows)

    def next_of(self, record: InterviewRecord) -> Question | None:
        """As ``choose``, here and now."""
        plan = Plan(record.level, record.planned, record.seed, locale=record.locale)
        asked = asked_of(record)
        if len(asked) >= record.planned:
            return None
        chosen = (choose_next(pool(record), asked, plan) for pool in self._pools())
        return next((question for question in chosen if question is not None), None)

    def _pools(self) -> tuple[Callable[[InterviewRecord], Sequence[Question]], ...]:
        """Where questions are looked for, in this order."""
        return self._of_role, self._of_home, self._made, self._of_any_shape

    def _of_role(self, record: InterviewRecord) -> Sequence[Question]:
        return self._bank.questions(record.role, shape=record.shape)

    def _of_home(self, record: InterviewRecord) -> Sequence[Question]:
        """Introductions, talks and stories that fit every role."""
        home = HOMES.get(record.shape)
        known = home in {role.id for role in self._bank.roles()}
        return self._bank.questions(home, shape=record.shape) if home and known else ()

    def _made(self, record: InterviewRecord) -> Sequence[Question]:
        before = [name for question in record.asked for name in (question.id, question.text)]
        try:
            made = generator.generate(record.role, record.level, MADE_COUNT, record.seed, before)
        except ApplianceError:  # no concepts for this role: the interview is shorter
            return ()
        return [question for question in made if question.shape == record.shape]

    def _of_any_shape(self, record: InterviewRecord) -> Sequence[Question]:
        return self._bank.questions(record.role)
