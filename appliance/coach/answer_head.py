"""The learned part of the judgement: two small forests over the features of ``statement_match`` (pure after loading).

``heard`` was trained on answers labelled correct or not, ``grade`` on answers graded by two teachers; how, on what
and how well stands in ``models_onnx/answer_scorer/card.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.coach.forest import load_forests
from appliance.coach.statement_match import Features

SCORER_FILE = Path(__file__).resolve().parents[2] / "models_onnx" / "answer_scorer" / "answer_scorer.npz"


@dataclass(frozen=True, slots=True)
class HeadVerdict:
    """What the forests say of one answer and one statement."""

    heard: float
    """0..1, probability that a reader would call the statement made"""
    grade: float
    """0..1, the share of the full mark teachers would give"""
    contributions: Mapping[str, float]
    """feature -> what it added to or took from ``heard``; with ``base`` they add up to it"""
    base: float
    """``heard`` before any feature is looked at"""


class AnswerHead:
    """The trained forests.

    Raises:
        Unavailable: "coach.scorer_missing".
        Broken: "coach.scorer_unreadable".
    """

    def __init__(self, path: Path = SCORER_FILE) -> None:
        self._heard, self._grade = load_forests(path, ("heard", "grade"))

    def judge(self, features: Features) -> HeadVerdict:
        """Both verdicts, with the reasons for ``heard``."""
        heard, contributions = self._heard.verdict(features)
        grade, _ = self._grade.verdict(features)
        return HeadVerdict(heard, grade, contributions, self._heard.base)
