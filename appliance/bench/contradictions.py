"""``scripts/bench contradictions``: is a right sentence taken for a wrong one, and is a wrong one found?

The packs' own material: every model answer, every key point alone and all of a question's together must pass; every
known wrong statement should be found. And sentences written as students say them, right and wrong ones
(``tests/coach/contradictions.yaml``), each judged as the whole answer. Prints JSON with the sentences that went wrong.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from appliance.bench._minilm import add_models_argument, load_embedder
from appliance.coach.answer_head import AnswerHead
from appliance.coach.judge import CachedReader
from appliance.coach.key_points import KeyPointScore, judge_content
from appliance.coach.text import sentences_of
from appliance.interview.questions import QuestionBank
from appliance.messages import Question

DATA = Path(__file__).resolve().parents[2] / "tests" / "coach" / "contradictions.yaml"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was thought of one text."""

    kind: str
    """right, wrong, model_answer, key_point, key_points or wrong_statement"""
    question_id: str
    text: str
    contradicted: tuple[str, ...]
    """ids of the key points it was taken to deny"""


class Court:
    """Judges texts as answers to a question."""

    def __init__(self, reader: CachedReader, head: AnswerHead) -> None:
        self._reader, self._head = reader, head

    def judge(self, kind: str, question: Question, text: str) -> Verdict:
        """Which key points a text contradicts."""
        known = [question.text, *(point.text for point in question.key_points)]
        known += [point.wrong for point in question.key_points if point.wrong]
        self._reader.learn([*known, *sentences_of(question.model_answer)])
        content = judge_content(
            sentences_of(text),
            question.key_points,
            self._reader.read,
            self._head,
            question.text,
            sentences_of(question.model_answer),
        )
        return Verdict(kind, question.id, text, _denied(content.key_points))


def _denied(scores: tuple[KeyPointScore, ...]) -> tuple[str, ...]:
    return tuple(score.id for score in scores if score.contradiction)


def main(argv: list[str]) -> int:
    """Judge everything."""
    parser = argparse.ArgumentParser(prog="scripts/bench contradictions", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--packs", action="store_true", help="the packs too: some minutes")
    parser.add_argument("--json", action="store_true", help="the only form there is")
    add_models_argument(parser)
    options = parser.parse_args(argv)
    court, bank = Court(CachedReader(load_embedder(options.models)), AnswerHead()), QuestionBank.load()
    verdicts = list(written(court, bank, options.data))
    if options.packs:
        verdicts += packs(court, bank)
    print(json.dumps(report(verdicts), indent=1))
    return 0


def written(court: Court, bank: QuestionBank, path: Path) -> Iterator[Verdict]:
    """The sentences of a file."""
    for row in yaml.safe_load(path.read_text("utf-8")):
        question = bank.by_id(row["ask"])
        for kind in ("right", "wrong"):
            for text in row[kind]:
                yield court.judge(kind, question, text)


def packs(court: Court, bank: QuestionBank) -> Iterator[Verdict]:
    """The packs' technical questions."""
    every = (q for role in bank.roles() for q in bank.questions(role.id, shape="technical"))
    for question in every:
        points = question.key_points
        yield court.judge("model_answer", question, question.model_answer)
        yield court.judge("key_points", question, " ".join(point.text for point in points))
        for point in points:
            yield court.judge("key_point", question, point.text)
            if point.wrong:
                yield court.judge("wrong_statement", question, point.wrong)


def report(verdicts: list[Verdict]) -> dict[str, Any]:
    """Counts by kind, and each mistake."""
    kinds = dict.fromkeys(verdict.kind for verdict in verdicts)
    result: dict[str, Any] = {}
    for kind in kinds:
        own = [verdict for verdict in verdicts if verdict.kind == kind]
        result[kind] = {"texts": len(own), "contradicting": sum(bool(v.contradicted) for v in own)}
    result["mistakes"] = [
        [v.kind, v.question_id, v.text]
        for v in verdicts
        if bool(v.contradicted) != v.kind.startswith("wrong")
    ]
    return result
