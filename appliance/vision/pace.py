"""How often each model looks: what the box can do, dropping first what matters least (pure; time is an argument)."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.settings import Vision

FACE_FLOOR_HZ, POSTURE_FLOOR_HZ = 3.0, 0.5
"""Source: the booth's specification, 3 frames a second and 1 in 2 s."""

BUSY_ABOVE, IDLE_BELOW = 0.7, 0.5
"""shares of a core: above the first something is dropped, below the second it comes back (our choice)"""

LEARNING = 0.1
"""weight of the newest duration in the running mean (our choice)"""


@dataclass(frozen=True, slots=True)
class Rates:
    """Looks per second of each model."""

    face_hz: float
    posture_hz: float
    expression_hz: float


def ladder(wanted: Vision) -> tuple[Rates, ...]:
    """From everything wanted down to the floor: posture goes first, then expression, then the face."""
    face, posture = wanted.face_hz, wanted.posture_hz
    low_posture, low_face = min(posture, POSTURE_FLOOR_HZ), min(face, FACE_FLOOR_HZ)
    return (
        Rates(face, posture, face),
        Rates(face, low_posture, face),
        Rates(face, low_posture, min(face, 1.0)),
        Rates((face + low_face) / 2, low_posture, min(face, 1.0)),
        Rates(low_face, low_posture, min(face, 1.0)),
    )


@dataclass(slots=True)
class Costs:
    """Running means of what one look costs, seconds on the worker; 0 before the first."""

    face: float = 0.0
    posture: float = 0.0
    expression: float = 0.0

    def learn(self, model: str, seconds: float) -> None:
        """Take in one more duration of "face", "posture" or "expression"."""
        before: float = getattr(self, model)
        setattr(self, model, seconds if before == 0.0 else before + LEARNING * (seconds - before))

    def load(self, rates: Rates) -> float:
        """Share of one core that these rates take."""
        return (
            rates.face_hz * self.face
            + rates.posture_hz * self.posture
            + rates.expression_hz * self.expression
        )


def step(level: int, rungs: tuple[Rates, ...], costs: Costs) -> int:
    """The next level of the ladder, at most one rung away."""
    if costs.load(rungs[level]) > BUSY_ABOVE:
        return min(level + 1, len(rungs) - 1)
    if level > 0 and costs.load(rungs[level - 1]) < IDLE_BELOW:
        return level - 1
    return level


class Beat:
    """Evenly spaced looks; follows the frames' own times, so that a replay may run faster than life."""

    EARLY = 0.1
    """share of a period by which a frame may come early (our choice)"""

    def __init__(self) -> None:
        self._due: float | None = None

    def is_due(self, t: float, rate_hz: float) -> bool:
        """Whether the frame of time ``t`` seconds is due; if so the next one is one period later."""
        period = 1.0 / rate_hz
        if self._due is not None and self._due - 2 * period < t < self._due - self.EARLY * period:
            return False
        kept = self._due is not None and abs(t - self._due) <= period
        self._due = (self._due if kept and self._due is not None else t) + period
        return True

    def forget(self) -> None:
        """The next frame is due."""
        self._due = None
