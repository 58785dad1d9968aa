"""``scripts/bench adversarial``: does any trick beat the honest answer it starts from?

Prints JSON: ``worst_gain`` (points of 100, content), ``worst_gain_overall`` (the platform's formula), gains by kind of
attack, and each attack that gains more than the limit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from appliance.bench._minilm import add_models_argument, load_embedder
from appliance.coach.answer_head import AnswerHead
from appliance.coach.answer_score import platform_score
from appliance.coach.embedder import Embedder
from appliance.coach.key_points import judge_content
from appliance.coach.text import sentences_of
from appliance.messages import KeyPoint

KINDS = ("stuffing", "parroting", "padding", "negated", "off_topic")
LIMIT = 5.0
"""points; the issue's own"""
DATA = Path(__file__).resolve().parents[2] / "tests" / "coach" / "adversarial.yaml"


@dataclass(frozen=True, slots=True)
class Gain:
    """What one attack gained over its honest answer."""

    kind: str
    attack: str
    honest_content: float
    content: float
    """points gained, content 0..100"""
    overall: float
    """points gained, the platform's overall 0..100"""


def main(argv: list[str]) -> int:
    """Measure every attack; 1 when one gains more than the limit in content."""
    parser = argparse.ArgumentParser(prog="scripts/bench adversarial", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--json", action="store_true", help="the only form there is")
    add_models_argument(parser)
    arguments = parser.parse_args(argv)
    gains = list(measure(read_cases(arguments.data), load_embedder(arguments.models), AnswerHead()))
    result = report(gains)
    print(json.dumps(result, indent=2))
    return int(result["worst_gain"] > LIMIT)


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a YAML file."""
    cases: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return cases


def measure(cases: list[dict[str, Any]], embedder: Embedder, head: AnswerHead) -> Iterator[Gain]:
    """Every attack of every case."""
    for case in cases:
        content, overall = _scores(case, case["honest"], embedder, head)
        for kind in KINDS:
            for attack in case.get(kind, ()):
                text = f"{case['honest'].rstrip()} {attack[1:].strip()}" if attack.startswith("+") else attack
                got = _scores(case, text, embedder, head)
                yield Gain(kind, attack, content, round(got[0] - content, 2), round(got[1] - overall, 2))


def _scores(
    case: Mapping[str, Any], answer: str, embedder: Embedder, head: AnswerHead
) -> tuple[float, float]:
    rows = enumerate(case["key_points"])
    points = [KeyPoint(f"k{number}", row["text"], row.get("wrong")) for number, row in rows]
    content = judge_content(sentences_of(answer), points, embedder.read, head, case["question"])
    texts = [point.text for point in points]
    platform = platform_score(case["question"], answer, case["keywords"], texts, embedder.embed)
    return content.content or 0.0, platform.overall or 0.0


def report(gains: list[Gain]) -> dict[str, Any]:
    """The figures."""
    beaten = [gain for gain in gains if max(gain.content, gain.overall) > LIMIT]
    return {
        "attacks": len(gains),
        "worst_gain": max(gain.content for gain in gains),
        "worst_gain_overall": max(gain.overall for gain in gains),
        "limit": LIMIT,
        "by_kind": {kind: _worst(gains, kind) for kind in KINDS},
        "mean_honest_content": round(sum(g.honest_content for g in gains) / len(gains), 2),
        "over_limit": [
            {"kind": g.kind, "attack": g.attack, "content": g.content, "overall": g.overall} for g in beaten
        ],
    }


def _worst(gains: list[Gain], kind: str) -> dict[str, float]:
    own = [gain for gain in gains if gain.kind == kind]
    return {"content": max(g.content for g in own), "overall": max(g.overall for g in own)}
