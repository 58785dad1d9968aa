"""A question that a local language model proposed becomes one of ours, if it passes the rules of a question pack."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from appliance.coach.proposal import Draft
from appliance.coach.reading import Vectors
from appliance.errors import ApplianceError
from appliance.interview.pack_format import PackHead, Row, read_question
from appliance.interview.pack_problems import Problems
from appliance.messages import Question

SAME_QUESTION = 0.9
"""cosine from which two questions ask the same thing; the generator's own limit"""
PREFIX = "llm."
"""where such a question comes from is told by its id"""
ACCEPT_SECONDS = 0.5
"""the interview waits no longer for the comparison (our choice)"""


class Proposer(Protocol):
    """The coach, as far as it matters here."""

    def proposed(self, after_id: str, follows: bool) -> Draft | None:
        """The question proposed after that one, about what it left out or something new; or None."""

    async def embed(self, texts: Sequence[str]) -> Vectors | None:
        """Unit vectors, or None without an encoder."""


async def accepted(proposer: Proposer, draft: Draft, known: Sequence[str], follows: bool) -> Question | None:
    """The question, or None when it breaks a rule, asks what is asked anyway, or cannot be compared in time.

    Args:
        proposer: compares texts.
        draft: what was proposed.
        known: texts of the questions that were asked or may be asked.
        follows: as a follow-up of the question it was proposed after.
    """
    question = as_question(draft, draft.wanted.after_id if follows else None)
    if question is None:
        return None
    try:
        async with asyncio.timeout(ACCEPT_SECONDS):
            vectors = await proposer.embed([question.text, *known])
    except (TimeoutError, ApplianceError):
        return None
    if vectors is None or (vectors[1:] @ vectors[0]).max(initial=0.0) >= SAME_QUESTION:
        return None
    return question


def as_question(draft: Draft, follows: str | None) -> Question | None:
    """The draft by the rules of a pack; None when any is broken."""
    name = hashlib.sha256(draft.text.encode()).hexdigest()[:12]
    points = [Row(1, {"id": f"k{n}", "text": text}) for n, text in enumerate(draft.key_points, 1)]
    row = Row(
        1,
        {
            "id": f"{PREFIX}{draft.wanted.role}.{name}",
            "text": draft.text,
            "shape": "technical",
            "competency": draft.wanted.competency,
            "bloom": "understand",
            "key_points": points,
            "keywords": [Row(1, {"word": word}) for word in draft.keywords],
            "model_answer": draft.model_answer,
        },
    )
    head = PackHead(role=draft.wanted.role, level=draft.wanted.level)
    question = read_question(row, head, Problems("llm"))
    return None if question is None else replace(question, generated=True, follows=follows)
