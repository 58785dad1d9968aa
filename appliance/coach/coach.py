"""The coach: an answer in, a review out. The only service of this room; its models live on one worker."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from appliance.coach import local_llm
from appliance.coach.embedder import Embedder
from appliance.coach.evidence import Evidence
from appliance.coach.feedback import advise
from appliance.coach.improvement import final_report
from appliance.coach.judge import Judge, Judgement
from appliance.coach.phrasebook import phrases
from appliance.coach.proposal import Draft, Wanted, wanted_after
from appliance.coach.reading import Vectors
from appliance.coach.retry_diff import retry_diff
from appliance.errors import ApplianceError
from appliance.messages import Answer, Answered, InterviewRecord, Review
from appliance.runtime.lifecycle import forever
from appliance.runtime.worker import Worker
from appliance.settings import Llm

log = logging.getLogger(__name__)


class Coach:
    """Judges answers and says what to do next.

    Args:
        embedder_loader: called on the worker; None: MiniLM is not installed, meaning is then not measured.
        llm: the optional local language model.
    """

    name = "coach"

    def __init__(self, embedder_loader: Callable[[], Embedder | None], llm: Llm) -> None:
        self._loader = embedder_loader
        self._llm = local_llm.LocalLlm(llm) if llm.url else None
        self._worker = Worker("coach")
        self._judge: Judge | None = None
        self._model = "loading"
        self._review_seconds: float | None = None
        self._wanted: asyncio.Queue[tuple[Wanted, ...]] = asyncio.Queue(maxsize=1)
        self._drafts: list[Draft] = []

    async def start(self) -> None:
        """Start the worker; models load on it meanwhile, calls wait for them."""
        self._worker.start()
        self._worker.submit(self._loaded)

    async def run(self) -> None:
        """Answer calls until cancelled; meanwhile have the next question proposed, where there is a language model."""
        if self._llm is None:
            await forever()
            return
        while True:
            for wanted in await self._wanted.get():
                draft = await self._llm.propose(wanted)
                self._drafts += [draft] if draft is not None else []

    async def stop(self) -> None:
        """End the worker."""
        self._worker.stop()

    async def review(self, answer: Answer, record: InterviewRecord) -> Review:
        """Judge one answer and choose at most three things to say of it."""
        begun = asyncio.get_running_loop().time()
        review = await self._worker.run(functools.partial(self._review, answer, record))
        if self._llm is not None:
            review = replace(review, points=await self._llm.rephrase(review.points, record.locale))
        self._review_seconds = asyncio.get_running_loop().time() - begun
        self._want(wanted_after(answer, review.key_points))
        return review

    def proposed(self, after_id: str, follows: bool) -> Draft | None:
        """What was proposed while the review of that question was read; None: nothing, or not in time."""
        fitting = (
            d for d in self._drafts if d.wanted.after_id == after_id and bool(d.wanted.left_out) == follows
        )
        return next(fitting, None)

    async def embed(self, texts: Sequence[str]) -> Vectors | None:
        """Unit vectors of texts; None where MiniLM is not installed."""
        return await self._worker.run(lambda: self._loaded().embed(texts))

    def _want(self, wanted: tuple[Wanted, ...]) -> None:
        self._drafts = []
        if self._llm is not None and wanted:
            if self._wanted.full():
                self._wanted.get_nowait()  # the newest wins
            self._wanted.put_nowait(wanted)

    async def final_report(
        self, record: InterviewRecord, history: Sequence[Mapping[str, Any]] = ()
    ) -> dict[str, Any]:
        """The platform's final report; ``history``: earlier interviews of the same candidate, oldest first."""
        words = phrases(record.locale)
        return await self._worker.run(functools.partial(final_report, record, words, tuple(history)))

    async def score(
        self, question: str, answer: str, expected_keywords: list[str], reference: str | None = None
    ) -> dict[str, Any]:
        """The platform's ``/score``."""
        return await self._worker.run(
            lambda: self._loaded().platform(question, answer, expected_keywords, reference)
        )

    def health(self) -> dict[str, object]:
        """For ``/health``."""
        return {
            "ready": self._judge is not None,
            "meaning": self._judge is not None and self._judge.knows_meaning,
            "model": self._model,
            "waiting_count": self._worker.waiting_count,
            "last_review_seconds": None if self._review_seconds is None else round(self._review_seconds, 3),
            "llm": self._llm is not None,
        }

    # --- on the worker ---

    def _loaded(self) -> Judge:
        if self._judge is None:
            self._judge = self._made()
        return self._judge

    def _made(self) -> Judge:
        """The judge; a model that cannot be used counts as one that is not installed, and ``/health`` says why."""
        try:
            embedder = self._loader()
            judge = Judge(embedder)
        except ApplianceError as exc:
            log.warning("meaning is not judged: %s", exc.message)
            self._model = exc.code
            return Judge(None)
        self._model = "absent" if embedder is None else "ready"
        return judge

    def _review(self, answer: Answer, record: InterviewRecord) -> Review:
        judgement = self._loaded().judge(answer)
        return _worded(answer, judgement, record)


def _worded(answer: Answer, judgement: Judgement, record: InterviewRecord) -> Review:
    words = phrases(record.locale)
    evidence = Evidence(
        answer,
        judgement.key_points,
        judgement.star,
        judgement.not_judged,
        told=_told(record),
        said=frozenset(point.text for a in record.answered for point in a.review.points),
        own=judgement.own,
        prompts=judgement.prompts,
        answered=judgement.answered,
        relevance=judgement.breakdown.get("relevance"),
    )
    review = Review(
        answer_id=answer.id,
        overall=judgement.overall,
        breakdown=judgement.breakdown,
        comments=judgement.comments,
        content=judgement.content,
        key_points=judgement.key_points,
        star=judgement.star,
        scores=judgement.scores,
        made_of=judgement.made_of,
        points=advise(evidence, words),
        not_judged=judgement.not_judged,
    )
    return replace(review, retry_diff=retry_diff(Answered(answer, review), _before(answer, record), words))


def _told(record: InterviewRecord) -> frozenset[tuple[str, str]]:
    """What was said after the last answer."""
    last = record.answered[-1].review.points if record.answered else ()
    return frozenset((point.kind, point.topic) for point in last)


def _before(answer: Answer, record: InterviewRecord) -> Answered | None:
    """The last try of the same question."""
    same = [
        a for a in record.answered if a.answer.question.id == answer.question.id and a.answer.id != answer.id
    ]
    return same[-1] if same else None
