"""The next question of a record: from the packs while they last, else from the generator."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from appliance.errors import ApplianceError
from appliance.interview import generator
from appliance.interview.next_question import Plan, asked_of, choose_next
from appliance.interview.questions import QuestionBank
from appliance.messages import InterviewRecord, Question

MADE_COUNT = 6
"""questions made when the packs are used up (our choice)"""


class Chooser:
    """Chooses from a bank; the same record gets the same question."""

    def __init__(self, bank: QuestionBank) -> None:
        self._bank = bank

    async def choose(self, record: InterviewRecord) -> Question | None:
        """The next question, or None when the interview is complete; the work is done on a thread."""
        return await asyncio.to_thread(self.next_of, record)

    def next_of(self, record: InterviewRecord) -> Question | None:
        """As ``choose``, here and now."""
        plan = Plan(record.level, record.planned, record.seed, locale=record.locale)
        asked = asked_of(record)
        found = choose_next(self._questions(record), asked, plan)
        if found is None and len(asked) < record.planned:
            return choose_next(self._made(record), asked, plan)
        return found

    def _questions(self, record: InterviewRecord) -> Sequence[Question]:
        return self._bank.questions(record.role, shape=record.shape) or self._bank.questions(record.role)

    def _made(self, record: InterviewRecord) -> Sequence[Question]:
        texts = [question.text for question in record.asked]
        try:
            return generator.generate(record.role, record.level, MADE_COUNT, record.seed, texts)
        except ApplianceError:  # no concepts for this role: the interview is shorter
            return ()
