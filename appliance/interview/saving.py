"""A record is saved, or tried again: nothing of an answer is lost while the booth runs. And signs of life."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from appliance.errors import ApplianceError
from appliance.interview.state import FINISHED, Phase
from appliance.messages import InterviewRecord

if TYPE_CHECKING:
    from appliance.interview.conductor import Conductor

SAVE_AGAIN_SECONDS = 5.0
SIGN_SECONDS = 10.0
"""between two signs of life of somebody who reads: so much too early results may end after a restart (our choice)"""
log = logging.getLogger(__name__)


class Saving:
    """Saves the conductor's record; lives on the loop."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._unsaved: InterviewRecord | None = None

    def forget(self) -> None:
        """The interview is over: what could not be saved is not tried again."""
        self._unsaved = None

    async def save(self, record: InterviewRecord) -> None:
        """Save, or remember to try again."""
        try:
            await self._conductor.parts.store.save(record)
        except ApplianceError as exc:
            self._unsaved = record
            self._conductor.facts.trouble = exc.as_json()
            asyncio.get_running_loop().call_later(SAVE_AGAIN_SECONDS, self._again)
            return
        if self._unsaved is not None:
            self._unsaved = None
            self._conductor.facts.trouble = None

    def _again(self) -> None:
        record = self._unsaved
        if record is not None:
            self._conductor.later(lambda: self.save(self._conductor.state.record or record))


class LifeSigns:
    """Lets the store know where a finished interview stands and when somebody was last there; lives on the loop.

    After a restart the store gives back what has a young sign, and closes what has none. So results have theirs before
    they are saved as finished.
    """

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._given_at = 0.0
        """monotonic seconds: the presence that the store knows of"""

    def tick(self) -> None:
        """Tell of presence that the store does not know of."""
        state = self._conductor.state
        if state.phase in FINISHED and state.presence_at - self._given_at >= SIGN_SECONDS:
            self._given_at = state.presence_at
            self._conductor.later(self._again)

    async def _again(self) -> None:
        state = self._conductor.state
        if state.phase in FINISHED and state.record is not None:
            await self.give(state.record.session_id, state.phase)

    async def give(self, session_id: str, phase: Phase) -> None:
        """An interview stands there; somebody was there when the flow last noticed."""
        self._given_at = self._conductor.state.presence_at
        try:
            await self._conductor.parts.store.stand(
                session_id, phase, self._conductor.clock() - self._given_at
            )
        except ApplianceError as exc:  # at the next start it is closed as agreed: nothing is shown too long
            log.warning("no sign of life: %s", exc.code)
