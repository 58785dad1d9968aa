"""What the conductor plays on, named by what it needs of each; the composition root gives the real ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from appliance.coach.coach import Coach
from appliance.interview.questions import QuestionBank
from appliance.messages import InterviewRecord, Question, SourceStatus
from appliance.speech.listener import Listener
from appliance.store.interview_store import InterviewStore
from appliance.vision.watcher import Watcher
from appliance.voice.speaker import Speaker


class Devices(Protocol):
    """Camera and microphone, joined to the watcher and the listener."""

    async def open(self, microphone: bool, camera: bool) -> None:
        """Open what was agreed to; close the rest. Never raises: a device that cannot be had is a status."""

    async def close(self) -> None:
        """Close both."""

    def owners(self) -> Mapping[str, str]:
        """Who opens "camera" and "microphone": "box", "page" or "off"."""

    def statuses(self) -> Mapping[str, SourceStatus]:
        """How "camera" and "microphone" are."""

    def now(self) -> float:
        """Seconds on the capture clock."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The players."""

    bank: QuestionBank
    listener: Listener
    watcher: Watcher
    speaker: Speaker
    coach: Coach
    store: InterviewStore
    devices: Devices
    choose: Callable[[InterviewRecord], Awaitable[Question | None]]
    """the next question of a record, or None"""

    def engine(self) -> str:
        """Who hears: "vosk", "sphinx" or "none"."""
        return self.listener.transcriber.name if self.listener.transcriber else "none"
