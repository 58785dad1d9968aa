"""All judgements of one answer together: the platform's numbers, key points, story parts, delivery scores."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from appliance.coach.answer_head import AnswerHead
from appliance.coach.answer_score import (
    GOOD_COMMENT,
    GOOD_KEYWORDS,
    RELEVANCE_COMMENT,
    SHORT_COMMENT,
    SHORT_LENGTH,
    PlatformScore,
    keyword_score,
    length_score,
    platform_score,
)
from appliance.coach.delivery_score import DeliveryScores, delivery_scores
from appliance.coach.embedder import Embedder
from appliance.coach.genuine import genuine_sentences
from appliance.coach.key_points import ContentScore, KeyPointScore, judge_content
from appliance.coach.own_words import OwnWords, asks_for_story, own_words
from appliance.coach.reading import Embed, Reading, Vectors
from appliance.coach.star import star_parts
from appliance.coach.text import contains_hindi, sentences_of
from appliance.messages import Answer, KeyPoint, KeyPointHeard, Keyword, Question

SURE_OPPOSITE = 0.8
"""cosine with the known wrong statement from which a sentence is called its opposite to the candidate's face; of
ten opposites found in typed interviews the four true ones were at 0.80 to 1.0, the six false ones at 0.66 to 0.79
(our choice: rather one wrong sentence unsaid than a right one doubted)"""
ANSWERED = 0.45
"""cosine of a follow-up question with a sentence from which it counts as answered (our choice: 34 of 70 model
answers have such a sentence, 1 of 70 answers to another question)"""
LEAST_WORDS = 6
"""a shorter sentence answers nothing (our choice)"""
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
    own: OwnWords = field(default_factory=OwnWords)
    prompts: tuple[str, ...] = ()
    """what an interviewer would ask next, the least answered first; empty where key points are judged"""
    answered: tuple[str, str] | None = None
    """one of these that was answered already, and the sentence"""


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

    def embed(self, texts: Sequence[str]) -> Vectors | None:
        """Unit vectors of questions, remembered; None without an encoder."""
        if self._reader is None:
            return None
        self._reader.learn(texts)
        return self._reader.embed(texts)

    def _why_not(self, answer: Answer) -> str | None:
        if answer.text_gate.value is None:
            return answer.text_gate.reason or "not_understood"
        if answer.locale == "hi" or contains_hindi(answer.text):
            return "hindi"
        return None

    def _judge_text(self, answer: Answer, scored: DeliveryScores) -> Judgement:
        question = answer.question
        sentences = sentences_of(answer.text, answer.words)
        delivered = Judgement(
            scores=scored.scores, made_of=scored.made_of, own=own_words(question, sentences)
        )
        if self._reader is None or self._head is None:
            platform = without_meaning(answer.text, question.keywords)
            return replace(delivered, **_numbers(platform), not_judged="no_model")
        self._reader.learn(_texts_of(question))
        one = _OneAnswer(self._reader)
        references = (
            [point.text for point in question.key_points] if _has_points(question) else _asked(question)
        )
        platform = platform_score(question.text, answer.text, question.keywords, references, one.embed)
        judged = replace(delivered, **_numbers(platform))
        if _has_points(question):
            model = sentences_of(question.model_answer)
            content = judge_content(
                sentences, question.key_points, one.read, self._head, question.text, model
            )
            return replace(judged, content=content.content, key_points=_heard(question, content))
        return replace(
            judged,
            comments=tuple(said for said in platform.comments if said != RELEVANCE_COMMENT),
            star=star_parts(sentences, one.embed) if sentences and asks_for_story(question) else None,
            **_prompts(question, sentences, one.embed),
        )

    def platform(
        self, question: str, answer: str, expected_keywords: Sequence[str], reference: str | None
    ) -> dict[str, Any]:
        """The platform's ``/score``; ``relevance`` and ``overall`` are None where MiniLM is not installed."""
        if self._reader is None:
            return _wire(without_meaning(answer, expected_keywords, question))
        references = (reference,) if reference else ()
        embed = _OneAnswer(self._reader).embed
        return _wire(platform_score(question, answer, expected_keywords, references, embed))


def without_meaning(
    answer: str, expected_keywords: Sequence[str | Keyword], question: str = ""
) -> PlatformScore:
    """The platform's numbers without an encoder: what needs no meaning, and the comments on it."""
    own = " ".join(genuine_sentences(sentences_of(answer), question))
    keywords = None if contains_hindi(answer) else keyword_score(own, expected_keywords)
    length = length_score(answer)
    good = keywords is not None and keywords >= GOOD_KEYWORDS
    comments = ((good, GOOD_COMMENT), (length < SHORT_LENGTH, SHORT_COMMENT))
    return PlatformScore(None, None, keywords, length, tuple(text for applies, text in comments if applies))


def _numbers(score: PlatformScore) -> dict[str, Any]:
    breakdown = {"relevance": score.relevance, "keywords": score.keywords, "length": score.length}
    return {"overall": score.overall, "breakdown": breakdown, "comments": score.comments}


def _wire(score: PlatformScore) -> dict[str, Any]:
    return {**_numbers(score), "comments": list(score.comments)}


def _has_points(question: Question) -> bool:
    """Technical questions have statements to be heard; the others say what to tell, which no sentence resembles.

    Of the packs' own model answers the head hears 23 % (behavioural), 11 % (introduction) and 26 % (talk) of such
    points, so "not heard" would mostly be wrong: there they become what an interviewer would ask next.
    """
    return question.shape == "technical"


def _asked(question: Question) -> list[str]:
    """The question with each thing that an interviewer would ask next."""
    return [f"{question.text} {asked}" for asked in _next_questions(question)] or [question.text]


def _next_questions(question: Question) -> list[str]:
    return [p.follow_up for p in question.key_points if p.follow_up and p.follow_up.endswith("?")]


def _prompts(question: Question, sentences: Sequence[str], embed: Embed) -> dict[str, Any]:
    """What an interviewer would ask next, the one that no sentence comes near first; and one answered already."""
    points = [p for p in question.key_points if p.follow_up in _next_questions(question)]
    asked = [str(point.follow_up) for point in points]
    sentences = [sentence for sentence in sentences if len(sentence.split()) >= LEAST_WORDS]
    if not asked or not sentences:
        return {"prompts": tuple(asked)}
    nearness = embed(asked) @ embed(sentences).T
    about = nearness + embed([point.text for point in points]) @ embed(sentences).T
    order = np.argsort(about.max(axis=1), kind="stable")
    best, said = (int(at) for at in np.unravel_index(nearness.argmax(), nearness.shape))
    answered = (asked[best], sentences[said]) if nearness[best, said] >= ANSWERED else None
    open_ones = (at for at in order if nearness[at].max() < ANSWERED)
    return {"prompts": tuple(asked[at] for at in open_ones), "answered": answered}


def _texts_of(question: Question) -> list[str]:
    if not _has_points(question):
        points = [point.text for point in question.key_points]
        return [question.text, *_asked(question), *_next_questions(question), *points]
    wrong = [point.wrong for point in question.key_points if point.wrong]
    return [question.text, *(point.text for point in question.key_points), *wrong]


def _heard(question: Question, content: ContentScore) -> tuple[KeyPointHeard, ...]:
    scores = {score.id: score for score in content.key_points}
    return tuple(_told(point, scores[point.id]) for point in question.key_points if point.id in scores)


def _told(point: KeyPoint, score: KeyPointScore) -> KeyPointHeard:
    """What the candidate is told of a key point; an opposite that is not sure is not mentioned (confidence None)."""
    if score.contradiction and (score.wrong_likeness or 0.0) < SURE_OPPOSITE:
        return KeyPointHeard(point.id, point.text, False, None)
    return KeyPointHeard(
        point.id, point.text, score.heard, score.confidence, score.quote, score.contradiction
    )
