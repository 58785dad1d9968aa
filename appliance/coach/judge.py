"""All judgements of one answer together: the platform's numbers, key points, story parts, delivery scores."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from appliance.coach.answer_head import AnswerHead
from appliance.coach.answer_score import keyword_score, length_score, platform_score
from appliance.coach.delivery_score import delivery_scores
from appliance.coach.embedder import Embedder
from appliance.coach.key_points import ContentScore, judge_content
from appliance.coach.reading import Reading, Vectors
from appliance.coach.star import star_parts
from appliance.coach.text import contains_hindi, sentences_of
from appliance.messages import Answer, KeyPointHeard, Question

CACHED_TEXTS = 400
"""questions, key points and examples kept as read: about forty questions (our choice)"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought of one answer."""

    overall: float | None = None
    breakdown: Mapping[str, float | None] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    content: float | None = None
    key_points: tuple[KeyPointHeard, ...] = ()
    star: Mapping[str, str | None] | None = None
    scores: Mapping[str, float | None] = field(default_factory=dict)
    made_of: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    not_judged: str | None = None


class CachedReader:
    """An embedder that remembers the texts of questions; what a candidate said is never kept."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, Reading] = OrderedDict()

    def learn(self, texts: Sequence[str]) -> None:
        """Remember these texts."""
        unknown = [text for text in texts if text not in self._known]
        for text, reading in zip(unknown, self._embedder.read(unknown), strict=True):
            self._known[text] = reading
        while len(self._known) > CACHED_TEXTS:
            self._known.popitem(last=False)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Readings, from memory where possible; a text is read once a call."""
        fresh = list(dict.fromkeys(text for text in texts if text not in self._known))
        new = dict(zip(fresh, self._embedder.read(fresh), strict=True))
        return [self._known.get(text) or new[text] for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, from memory where possible."""
        return np.stack([reading.vector for reading in self.read(texts)])


class _OneAnswer:
    """Reads each sentence of one answer once, however often it is asked for; forgotten with the answer."""

    def __init__(self, reader: CachedReader) -> None:
        self._reader = reader
        self._said: dict[str, Reading] = {}

    def read(self, texts: Sequence[str]) -> list[Reading]:
        fresh = list(dict.fromkeys(text for text in texts if text not in self._said))
        self._said.update(zip(fresh, self._reader.read(fresh), strict=True))
        return [self._said[text] for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.stack([reading.vector for reading in self.read(texts)])


class Judge:
    """Judges answers; lives on the coach's worker.

    Args:
        embedder: MiniLM; None: what an answer means is not measured.
    """

    def __init__(self, embedder: Embedder | None) -> None:
        self.knows_meaning = embedder is not None
        self._reader = CachedReader(embedder) if embedder is not None else None
        self._head = AnswerHead() if embedder is not None else None

    def judge(self, answer: Answer) -> Judgement:
        """Everything that may be said of an answer."""
        scored = delivery_scores(answer.delivery, answer.presence, answer.question.shape)
        reason = self._why_not(answer)
        if reason is not None:
            return Judgement(scores=scored.scores, made_of=scored.made_of, not_judged=reason)
        return self._judge_text(answer, scored)

    def _why_not(self, answer: Answer) -> str | None:
        if answer.text_gate.value is None:
            return answer.text_gate.reason or "not_understood"
        if answer.locale == "hi" or contains_hindi(answer.text):
            return "hindi"
        return None

    def _judge_text(self, answer: Answer, scored: Any) -> Judgement:
        question = answer.question
        if self._reader is None or self._head is None:
            keywords, length = keyword_score(answer.text, question.keywords), length_score(answer.text)
            breakdown = {"relevance": None, "keywords": keywords, "length": length}
            return Judgement(
                None, breakdown, scores=scored.scores, made_of=scored.made_of, not_judged="no_model"
            )
        self._reader.learn(_texts_of(question))
        one = _OneAnswer(self._reader)
        sentences = sentences_of(answer.text, answer.words)
        points = [point.text for point in question.key_points]
        platform = platform_score(question.text, answer.text, question.keywords, points, one.embed)
        content = judge_content(sentences, question.key_points, one.read, self._head, question.text)
        return Judgement(
            overall=platform.overall,
            breakdown={
                "relevance": platform.relevance,
                "keywords": platform.keywords,
                "length": platform.length,
            },
            comments=platform.comments,
            content=content.content,
            key_points=_heard(question, content),
            star=star_parts(sentences, one.embed) if question.shape == "behavioural" and sentences else None,
            scores=scored.scores,
            made_of=scored.made_of,
        )

    def platform(
        self, question: str, answer: str, expected_keywords: Sequence[str], reference: str | None
    ) -> dict[str, Any]:
        """The platform's ``/score``; ``relevance`` and ``overall`` are None where MiniLM is not installed."""
        if self._reader is None:
            keywords, length = keyword_score(answer, expected_keywords), length_score(answer)
            return _wire(None, {"relevance": None, "keywords": keywords, "length": length}, ())
        references = (reference,) if reference else ()
        score = platform_score(
            question, answer, expected_keywords, references, _OneAnswer(self._reader).embed
        )
        breakdown = {"relevance": score.relevance, "keywords": score.keywords, "length": score.length}
        return _wire(score.overall, breakdown, score.comments)


def _wire(
    overall: float | None, breakdown: Mapping[str, float | None], comments: Sequence[str]
) -> dict[str, Any]:
    return {"overall": overall, "breakdown": dict(breakdown), "comments": list(comments)}


def _texts_of(question: Question) -> list[str]:
    wrong = [point.wrong for point in question.key_points if point.wrong]
    return [question.text, *(point.text for point in question.key_points), *wrong]


def _heard(question: Question, content: ContentScore) -> tuple[KeyPointHeard, ...]:
    scores = {score.id: score for score in content.key_points}
    rows = []
    for point in question.key_points:
        score = scores.get(point.id)
        if score is not None:
            rows.append(
                KeyPointHeard(
                    point.id, point.text, score.heard, score.confidence, score.quote, score.contradiction
                )
            )
    return tuple(rows)
