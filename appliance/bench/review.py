"""``scripts/bench review``: how long the coach takes for one answer of 250 words to a question with five key points.

The whole service is measured, worker and all, without the web. Processor time is told beside wall time: on a machine
that does other work at the same time only the former says anything about the coach.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import os
import time
from dataclasses import dataclass

import numpy as np

from appliance.bench._minilm import add_models_argument, load_embedder
from appliance.coach.coach import Coach
from appliance.interview.questions import QuestionBank
from appliance.messages import Answer, Consent, InterviewRecord, Measured, Question
from appliance.settings import load

WORDS = 250
POINTS = 5
TARGET_SECONDS = 0.3
RECORD = InterviewRecord(
    "bench", "2026-01-01T00:00:00+00:00", "", "technical", "easy", "en", 5, 1, Consent(), "typed", typed=True
)


@dataclass(frozen=True, slots=True)
class Taken:
    """One review."""

    wall_seconds: float
    cpu_seconds: float
    """of the whole process"""


def main(argv: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench review", description=__doc__)
    add_models_argument(parser)
    parser.add_argument("--count", type=int, default=40, help="answers")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    coach = Coach(functools.partial(load_embedder, options.models), load().llm)
    result = summary(asyncio.run(measure(coach, answers(options.count))))
    print(
        json.dumps(result) if options.json else "\n".join(f"{key}: {value}" for key, value in result.items())
    )
    return 0


def answers(count: int) -> list[Answer]:
    """Answers of 250 words: the question's model answer, then others of its role; no two alike."""
    bank = QuestionBank.load()
    asked = [
        q
        for role in bank.roles()
        for q in bank.questions(role.id, shape="technical")
        if len(q.key_points) == POINTS
    ]
    chosen = asked[:: max(1, len(asked) // count)][:count]
    return [_answer(question, bank) for question in chosen]


def _answer(question: Question, bank: QuestionBank) -> Answer:
    others = [q.model_answer for q in bank.questions(question.role, shape="technical") if q.id != question.id]
    start = sum(map(ord, question.id)) % len(others)
    text = " ".join([question.model_answer, *others[start:], *others[:start]])
    words = text.split()[:WORDS]
    return Answer(
        question.id,
        question,
        0,
        " ".join(words),
        (),
        0.0,
        True,
        "en",
        None,
        None,
        "typed",
        Measured(1.0, 1.0),
    )


async def measure(coach: Coach, given: list[Answer]) -> list[Taken]:
    """Review each answer once; the first is a warm-up and does not count."""
    await coach.start()
    try:
        await coach.review(given[0], RECORD)
        return [await _one(coach, answer) for answer in given[1:]]
    finally:
        await coach.stop()


async def _one(coach: Coach, answer: Answer) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    await coach.review(answer, RECORD)
    return Taken(time.perf_counter() - wall, time.process_time() - cpu)


def summary(taken: list[Taken]) -> dict[str, float | int | bool]:
    """The figures, with the load they were measured under."""
    wall, cpu = np.array([t.wall_seconds for t in taken]), np.array([t.cpu_seconds for t in taken])
    p50, p95 = np.percentile(wall, [50, 95])
    return {
        "review_p50_seconds": round(float(p50), 3),
        "review_p95_seconds": round(float(p95), 3),
        "cpu_seconds": round(float(np.median(cpu)), 3),
        "cpu_p95_seconds": round(float(np.percentile(cpu, 95)), 3),
        "answers": len(taken),
        "words": WORDS,
        "load_average": round(os.getloadavg()[0], 2),
        "cpu_count": os.cpu_count() or 0,
        "met": bool(p95 <= TARGET_SECONDS),
    }
