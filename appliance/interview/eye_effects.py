"""The check of the eyes, done: what the looks at the dot teach goes to the watcher, and nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from appliance.interview.state import Effect, State, sees
from appliance.messages import Baseline, EyeFit
from appliance.metrics import calibration

if TYPE_CHECKING:
    from appliance.interview.conductor import Conductor


class EyeEffects:
    """Keeps how this candidate's eyes are seen while the visit lasts: never in a record, so never on a disk."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._fit: EyeFit | None = None
        self.doing: Mapping[Effect, Callable[[State], Awaitable[None]]] = {Effect.END_EYES: self._end_eyes}

    def forget(self) -> None:
        """The visit is over."""
        self._fit = None

    def calibrate(self, baseline: Baseline | None) -> None:
        """Tell the watcher all that is known of this candidate."""
        if baseline is not None or self._fit is not None:
            known = replace(baseline or Baseline(), eyes=self._fit)
            self._conductor.parts.watcher.calibrate(known)

    async def _end_eyes(self, state: State) -> None:
        now = self._conductor.state
        if state.eyes is None or now.record is None or not sees(now):
            return
        known = calibration.add_eyes(now.record.baseline or Baseline(), state.eyes.looks)
        known = calibration.add_baseline(known, (), self._conductor.facts.recent_postures())
        self._fit = known.eyes or self._fit
        kept = replace(known, eyes=None)
        self._conductor.change(replace(now, record=replace(now.record, baseline=kept)))
        self.calibrate(kept)
