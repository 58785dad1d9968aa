"""The platform's final report: mean scores, a summary and an improvement plan over all answers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from appliance.coach.phrasebook import Phrases
from appliance.messages import Answered, FeedbackPoint, InterviewRecord, KeyPointHeard

SCORES = ("confidence", "communication", "fluency", "eye_contact", "posture", "engagement")
PLAN_POINTS = 4
RISE, LOW = 0.5, 7.0
"""a change of a score worth a word, and a score worth work, of 10 (our choice)"""
PLAN_EACH = 2
"""of one kind, so that the plan is not all of one thing (our choice)"""
OWN_PLAN = frozenset({"key_point", "contradiction", "more"})
"""topics that the plan words itself"""
DRILL_ONLY = frozenset({"hindi", "not_judged", "no_model", "no_text", "no_microphone", "overrun"})
DRILL_ONLY |= {"tiny", "short_words", "repeated", "no_idea", "off_topic"}
"""topics whose text speaks of one answer"""


def final_report(
    record: InterviewRecord, phrases: Phrases, history: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The report of a whole interview; ``None`` is "not measured".

    Args:
        record: the interview.
        phrases: of the candidate's language.
        history: earlier interviews of the same candidate, oldest first: {date, scores}.
    """
    answers = record.final_answers
    scores = {name: _mean([a.review.scores.get(name) for a in answers]) for name in SCORES}
    return {
        "scores": scores,
        "made_of": {name: _parts(answers, name) for name in SCORES},
        "feedback": summary(answers, scores, phrases),
        "improvement_plan": [*improvement_plan(answers, phrases), *over_sessions(scores, history, phrases)],
        "answers": [_answer(a) for a in answers],
        "not_measured": not_measured(answers, scores),
        "engine": record.engine,
        "overall": _mean([a.review.overall for a in answers]),
    }


def over_sessions(
    scores: Mapping[str, float | None], history: Sequence[Mapping[str, Any]], phrases: Phrases
) -> list[str]:
    """Against the last practice here: what rose most, and what was lowest both times."""
    before: Mapping[str, float | None] = history[-1]["scores"] if history else {}
    both = {
        name: (then, now)
        for name, now in scores.items()
        if now is not None and (then := before.get(name)) is not None
    }
    if not both:
        return []
    sentences = []
    risen = max(both, key=lambda name: both[name][1] - both[name][0])
    if both[risen][1] - both[risen][0] >= RISE:
        then, now = both[risen]
        sentences.append(_session(phrases, "rose", risen, then, now))
    lowest = min(both, key=lambda name: both[name][1])
    if lowest == min(both, key=lambda name: both[name][0]) and max(both[lowest]) < LOW:
        sentences.append(_session(phrases, "lowest", lowest, *both[lowest]))
    return sentences


def _session(phrases: Phrases, kind: str, name: str, then: float, now: float) -> str:
    score = phrases.text("scores", name)
    return phrases.text("feedback", kind, score=score, then=f"{then:g}", now=f"{now:g}")


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(fmean(known), 1) if known else None


def _answer(answered: Answered) -> dict[str, Any]:
    answer, review = answered.answer, answered.review
    return {
        "question_id": answer.question.id,
        "question": answer.question.text,
        "answer": answer.text,
        "seconds": round(answer.seconds, 1),
        "overall": review.overall,
        "breakdown": dict(review.breakdown),
        "comments": list(review.comments),
        "content": review.content,
        "not_judged": review.not_judged,
    }


def _parts(answers: Sequence[Answered], name: str) -> list[dict[str, Any]]:
    """What a score is made of, each part's mean over the answers."""
    by_part: dict[str, list[Mapping[str, Any]]] = {}
    for answered in answers:
        for part in answered.review.made_of.get(name, ()):
            by_part.setdefault(str(part["name"]), []).append(part)
    return [_mean_part(part, rows) for part, rows in by_part.items()]


def _mean_part(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "value": _mean([row.get("value") for row in rows]),
        "unit": rows[0].get("unit"),
        "weight": rows[0].get("weight"),
        "score": _mean([row.get("score") for row in rows]),
    }


def improvement_plan(answers: Sequence[Answered], phrases: Phrases) -> list[str]:
    """What to do before the next interview: what to look up, what to practise, then the drills that came up most."""
    plan = [*_points_to_learn(answers, phrases), *_questions_to_prepare(answers)]
    return [*plan, *_drills(answers)][:PLAN_POINTS]


def _points_to_learn(answers: Sequence[Answered], phrases: Phrases) -> list[str]:
    """Opposites first, then the first missing point of each question."""
    judged = [a.review for a in answers if not a.review.not_judged]
    opposite = [p.text for review in judged for p in review.key_points if p.contradicted]
    missing = [next((p.text for p in r.key_points if _is_missing(p)), None) for r in judged]
    plan = [phrases.text("plan", "look_up", what=what) for what in opposite[:PLAN_EACH]]
    return plan + [phrases.text("plan", "practise", what=what) for what in missing if what][:PLAN_EACH]


def _is_missing(point: KeyPointHeard) -> bool:
    return not point.heard and not point.contradicted and point.confidence is not None


def _questions_to_prepare(answers: Sequence[Answered]) -> list[str]:
    points = [p for a in answers for p in a.review.points if p.topic == "more"]
    return [f"{p.text} {p.drill}" for p in points[:PLAN_EACH]]


def _drills(answers: Sequence[Answered]) -> list[str]:
    """The drills of what came up most often; the earlier one first where they tie."""
    tries = [p for a in answers for p in a.review.points if p.kind == "try" and p.topic not in OWN_PLAN]
    counts = Counter(p.topic for p in tries)
    first: dict[str, FeedbackPoint] = {}
    for point in tries:
        first.setdefault(point.topic, point)
    ranked = sorted(first.values(), key=lambda p: -counts[p.topic])
    spoken = [p.drill if p.topic in DRILL_ONLY else f"{p.text} {p.drill}" for p in ranked if p.drill]
    return [text for text in spoken if text]


def summary(answers: Sequence[Answered], scores: Mapping[str, float | None], phrases: Phrases) -> str:
    """The first strength, and how many points were heard in all; else what else there is."""
    points = [p for a in answers for p in a.review.points if p.kind == "strength"]
    strength = next((p.text for p in points if p.topic != "tried"), "")
    asked = [p for a in answers if not a.review.not_judged for p in a.review.key_points]
    heard = sum(p.heard for p in asked)
    counted = phrases.text("feedback", "heard", heard=heard, count=len(asked)) if asked else ""
    measured = any(value is not None for value in scores.values())
    left = "words_not_judged" if measured else "nothing"
    return f"{strength} {counted}".strip() or phrases.text("feedback", left)


def not_measured(answers: Sequence[Answered], scores: Mapping[str, float | None]) -> list[dict[str, Any]]:
    """What could not be measured, and why."""
    rows = [
        {"what": "content", "question_id": a.answer.question.id, "reason": a.review.not_judged}
        for a in answers
        if a.review.not_judged
    ]
    return rows + [
        {"what": name, "reason": _why(answers, name)} for name, value in scores.items() if value is None
    ]


def _why(answers: Sequence[Answered], name: str) -> str:
    if name in ("eye_contact", "posture"):
        seen = any(a.answer.presence is not None for a in answers)
        return "too_little_seen" if seen else "no_camera"
    heard = any(a.answer.delivery is not None for a in answers)
    return "too_little_heard" if heard else "no_microphone"
