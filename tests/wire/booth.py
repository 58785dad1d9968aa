"""A booth whose clock, ears and eyes are scripted: real flow, real listener, coach, question bank, store and report."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.coach.coach import Coach
from appliance.coach.embedder import Embedder
from appliance.interview.conductor import Conductor
from appliance.interview.parts import Parts
from appliance.interview.questions import QuestionBank
from appliance.messages import (
    AudioChunk,
    FaceObservation,
    HeadPose,
    InterviewRecord,
    PostureObservation,
    Question,
    SourceState,
    SourceStatus,
    Word,
)
from appliance.runtime.lifecycle import Lifecycle
from appliance.settings import Settings
from appliance.speech.listener import Listener
from appliance.speech.transcriber import Transcriber, TranscriberSession, Utterance
from appliance.store.interview_store import InterviewStore
from appliance.web.wire import encode
from tests.fakes.booth import FakeSpeaker
from tests.fakes.watcher import FakeWatcher
from tests.speech.sounds import DATA, noise, read_sound

RATE_HZ = 16_000
BREATH_SECONDS = 0.1
QUESTIONS = {
    "en": ("software_developer.easy.01", "software_developer.easy.03"),
    "hi": ("general_hr.easy.01", "general_hr.easy.02"),
}
SITE: Mapping[str, Mapping[str, Any]] = {
    "interview": {"seed": 7, "questions": 2},
    "store": {"retention": "days", "encrypt": False},
    "web": {"grievance_contact": "Placement cell, room 12", "usb_export": True, "printer": "office"},
}


class ScriptedEngine(Transcriber):
    """Hears the words it was given, at their times."""

    name = "vosk"
    model_name = "scripted"

    def __init__(self) -> None:
        self.words: tuple[Word, ...] = ()

    def session(self, phrases: Sequence[str] = ()) -> TranscriberSession:
        return _ScriptedSession(self.words)


class _ScriptedSession(TranscriberSession):
    def __init__(self, words: tuple[Word, ...]) -> None:
        self._words, self._seconds, self._told = words, 0.0, 0

    def feed(self, samples: NDArray[np.int16]) -> Utterance | None:
        self._seconds += len(samples) / RATE_HZ
        return None

    def partial(self) -> str:
        return " ".join(word.text for word in self._new())

    def cut(self) -> Utterance | None:
        words = self._new()
        self._told += len(words)
        return Utterance(" ".join(w.text for w in words), words, 0.93) if words else None

    def _new(self) -> tuple[Word, ...]:
        return tuple(word for word in self._words[self._told :] if word.end <= self._seconds)


class Devices:
    """The booth's camera and microphone, live unless one is ``lost``; ``owner`` tells whose they are."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now, self.owner, self.lost = now, "box", ""

    async def open(self, microphone: bool, camera: bool) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    def owners(self) -> Mapping[str, str]:
        """The same for both."""
        return {"camera": self.owner, "microphone": self.owner}

    def statuses(self) -> Mapping[str, SourceStatus]:
        """Live, but for what is lost."""
        live, lost = SourceState.LIVE, SourceState.LOST
        return {
            kind: SourceStatus("replay", lost if kind == self.lost else live)
            for kind in ("camera", "microphone")
        }


class WireBooth:
    """The booth, its clock, and the states it would send."""

    def __init__(self, conductor: Conductor, engine: ScriptedEngine, devices: Devices) -> None:
        self.conductor, self.engine, self.devices = conductor, engine, devices
        self.locale = "en"
        self.time = 1000.0
        self._voice = read_sound(DATA / "spoken" / "engineer.flac")

    async def command(self, name: str, **args: Any) -> None:
        """A command, and all that follows from it."""
        await self.conductor.command(name, args)
        await self.conductor.settle()

    def state(self) -> dict[str, Any]:
        """The whole state as a page is told it."""
        sent: dict[str, Any] = json.loads(encode({**self.conductor.snapshot(), "reset": True}))
        del sent["reset"]
        return sent

    def passes(self, seconds: float) -> None:
        """Time goes by in which nothing happens."""
        self.time += seconds
        self.conductor.tick()

    def sits(self, seconds: float, center_x: float = 0.5, away: tuple[float, float] = (0.0, 0.0)) -> None:
        """A candidate in the picture for so long from now, who looks away once."""
        for step in range(round(seconds * 5)):
            t = self.time + step / 5
            looking = not away[0] <= step / 5 < away[1]
            pose = HeadPose(1.0 if looking else 18.0, -2.0, 0.5)
            face = FaceObservation(
                t, face=True, head_pose=pose, gaze_yaw_deg=1.0 if looking else 14.0, gaze_pitch_deg=-3.0,
                looking=looking, mouth_open=0.1, smile=0.3, blink=0.1, face_width_ratio=0.2, center_x=center_x,
                center_y=0.45, brightness=130.0, background_brightness=120.0,
            )  # fmt: skip
            self.conductor.on_sight(face)
            if step % 5 == 0:
                self.conductor.on_sight(_sitting(t))

    async def hears(self, words: Sequence[Word], seconds: float) -> None:
        """Sound for so long: a voice where the words are and in the breath after each, else a quiet room."""
        sound = noise(seconds, 12.0)
        for word in words:
            first, last = (
                round(word.start * RATE_HZ),
                min(round((word.end + BREATH_SECONDS) * RATE_HZ), len(sound)),
            )
            sound[first:last] += np.resize(self._voice[4000:], last - first)
        await self._feed(sound)

    async def _feed(self, sound: NDArray[np.int16]) -> None:
        listener = self.conductor.parts.listener
        for first in range(0, len(sound), RATE_HZ // 10):
            listener.feed(AudioChunk(sound[first : first + RATE_HZ // 10], self.time))
            self.time += 0.1
            while listener.backlog_seconds > 0.5:
                await asyncio.sleep(0.001)
        while listener.backlog_seconds > 0.05:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)  # the last words come to the loop
        self.conductor.publish()


def _sitting(t: float) -> PostureObservation:
    return PostureObservation(
        t, body=True, shoulder_tilt_deg=1.5, lean_deg=2.0, shoulder_width_ratio=0.45, neck_ratio=0.55,
        hand_to_face=False, movement=0.05,
    )  # fmt: skip


@asynccontextmanager
async def wire_booth(
    embedder: Callable[[], Embedder | None] = lambda: None, **changes: Mapping[str, Any]
) -> AsyncIterator[WireBooth]:
    """Start, stop; ``changes`` are further settings by room."""
    settings = Settings()
    for room, values in SITE.items():
        part = replace(getattr(settings, room), **{**values, **changes.get(room, {})})
        settings = replace(settings, **{room: part})
    engine = ScriptedEngine()
    place: dict[str, WireBooth] = {}
    devices = Devices(lambda: place["booth"].time)
    listener = Listener(engine, settings.speech, lambda event: place["booth"].conductor.on_speech(event))
    bank = QuestionBank.load()

    async def choose(record: InterviewRecord) -> Question | None:
        wanted = QUESTIONS[record.locale]
        asked = len(record.asked)
        return bank.by_id(wanted[asked]) if asked < len(wanted) else None

    parts = Parts(
        bank=bank,
        listener=listener,
        watcher=FakeWatcher(),
        speaker=FakeSpeaker(),
        coach=Coach(embedder, settings.llm),
        store=InterviewStore(settings.store, None),
        devices=devices,
        choose=choose,
    )
    conductor = Conductor(parts, settings, clock=lambda: place["booth"].time if place else 1000.0)
    place["booth"] = WireBooth(conductor, engine, devices)
    lifecycle = Lifecycle([parts.store, listener, parts.coach, conductor])
    ready = asyncio.Event()
    running = asyncio.create_task(lifecycle.run(ready))
    await ready.wait()
    yield place["booth"]
    lifecycle.request_stop()
    await running
