"""A record is saved, or tried again: nothing of an answer is lost while the booth runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from appliance.errors import ApplianceError
from appliance.messages import InterviewRecord

if TYPE_CHECKING:
    from appliance.interview.conductor import Conductor

SAVE_AGAIN_SECONDS = 5.0


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
