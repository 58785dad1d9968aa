"""The booth speaks and is silent again; the microphone is deaf meanwhile."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING

from appliance.errors import ApplianceError
from appliance.interview.facts import Spoken

if TYPE_CHECKING:
    from appliance.interview.conductor import Conductor

log = logging.getLogger(__name__)
SPOKEN_GRACE_SECONDS = 3.0
"""longer than this after the end of its sound, the page is taken to have said it (our choice)"""


class Saying:
    """What is being said, from its first word to its last; lives on the loop."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._parts = conductor.parts
        self._speech_ids = itertools.count(1)

    def tick(self, now: float) -> None:
        """End what the page never reported as said."""
        spoken = self._conductor.facts.spoken
        if spoken is not None and now > spoken.until:
            self.hush()

    def said(self, speech_id: object) -> None:
        """The page has played this to its end."""
        spoken = self._conductor.facts.spoken
        if spoken is not None and speech_id == spoken.id:
            self.hush()

    async def say(self, text: str, locale: str) -> None:
        """Say a text; the microphone is deaf meanwhile."""
        self._parts.listener.hold(True)
        try:
            said = await self._parts.speaker.say(text, locale)
        except ApplianceError as exc:  # the caption says it too
            log.warning("not spoken: %s", exc.code)
            said = None
        if said is None:
            self._parts.listener.hold(False)
            return
        until = self._conductor.clock() + said.seconds + SPOKEN_GRACE_SECONDS
        self._conductor.facts.spoken = Spoken(next(self._speech_ids), text, said.wav, said.seconds, until)

    def hush(self) -> None:
        """The booth is silent; the microphone hears again after its tail."""
        self._conductor.facts.spoken = None
        self._parts.listener.hold(False)
