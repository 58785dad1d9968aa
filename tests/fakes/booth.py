"""A booth behind its real server on loopback: real flow, coach, store, listener; scripted engine, eyes and voice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np

from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.coach.coach import Coach
from appliance.devices import BoothDevices
from appliance.heartbeat import Heartbeat
from appliance.interview.chooser import Chooser
from appliance.interview.conductor import Conductor
from appliance.interview.parts import Parts
from appliance.interview.questions import QuestionBank
from appliance.messages import AudioChunk, Keyword, Question
from appliance.runtime.lifecycle import Lifecycle
from appliance.settings import Settings
from appliance.speech.listener import Listener
from appliance.speech.transcriber import Transcriber
from appliance.store.interview_store import InterviewStore
from appliance.voice.speaker import Speaker, Spoken
from appliance.web.api import wav
from appliance.web.parts import WebParts
from appliance.web.server import Server
from tests.fakes.watcher import FakeWatcher
from tests.speech.fakes import ScriptedTranscriber
from tests.speech.sounds import DATA, read_sound

ROLE = "ml_engineer"
UNHURRIED = 1e6
AGREED = {
    "microphone": True,
    "camera": True,
    "expression": False,
    "keep": False,
    "share": False,
    "adult": True,
}


class FakeSpeaker(Speaker):
    """Says everything as a tenth of a second of silence."""

    name = "fake"

    async def _make(self, text: str, locale: str) -> Spoken | None:
        return Spoken(wav(np.zeros(1600, np.int16)), 0.1)


def bank() -> QuestionBank:
    """One role with six easy questions."""
    questions = [
        Question(
            f"{ROLE}.easy.{n}", ROLE, "easy", "technical", f"part {n}", f"What is thing {n}?",
            keywords=(Keyword("gradient"), Keyword("loss")), model_answer="A gradient of the loss.",
            texts={"hi": f"वस्तु {n} क्या है?"},
        )
        for n in range(6)
    ]  # fmt: skip
    return QuestionBank(questions, {ROLE: {"en": "ML engineer"}})


def site(**web: Any) -> Settings:
    """Settings in which no clock presses a button."""
    settings = Settings()
    limits = replace(
        settings.interview, think_seconds=UNHURRIED, idle_seconds=UNHURRIED, unattended_seconds=UNHURRIED
    )
    return replace(settings, interview=limits, web=replace(settings.web, port=0, **web))


@dataclass(slots=True)
class Booth:
    """A running booth and a client that has loaded its page."""

    conductor: Conductor
    server: Server
    listener: Listener
    watcher: FakeWatcher
    peers: WebRtcPeers
    http: aiohttp.ClientSession
    """a program: no cookie, no Origin"""
    page: aiohttp.ClientSession
    """the page: its cookie and its Origin"""
    address: str
    heard_until: float = 0.0
    """capture clock: sound comes faster than life, and never from the past"""

    async def command(self, name: str, **args: Any) -> None:
        """A command of the page that is taken, and all that follows from it."""
        async with self.page.post("/api/kiosk/command", json={"command": name, **args}) as answer:
            assert answer.status == 204, await answer.text()
        await self.conductor.settle()

    async def arrive(self, **chosen: Any) -> None:
        """A candidate begins and stands before the first question."""
        await self.command("begin")
        await self.command("choose_language", locale="en")
        await self.command("consent", **AGREED)
        await self.command("choose_interview", role=ROLE, shape="technical", level="easy", **chosen)
        await self.command("check_step", step="done")

    async def speak(self) -> None:
        """One spoken answer to the question on the page."""
        await self.command("start_answer")
        await self.say_into_microphone()
        await self.command("done")

    async def say_into_microphone(self) -> None:
        """A spoken sentence of the test data, faster than life but never faster than it is heard."""
        sound = read_sound(DATA / "spoken" / "engineer.flac")
        start = max(self.conductor.clock(), self.heard_until)
        self.heard_until = start + len(sound) / 16_000 + 1.0
        for n in range(len(sound) // 1600):
            self.listener.feed(AudioChunk(sound[n * 1600 : (n + 1) * 1600], start + n / 10))
            while self.listener.backlog_seconds > 1.0:
                await asyncio.sleep(0.001)


@asynccontextmanager
async def open_booth(
    page_dir: Path,
    settings: Settings | None = None,
    transcriber: Transcriber | None = None,
    store: InterviewStore | None = None,
    **more: Any,
) -> AsyncIterator[Booth]:
    """Start everything, stop everything; ``more`` is what else the server stands on."""
    settings = settings or site()
    watcher, peers = FakeWatcher(), WebRtcPeers(settings.capture)
    listener = Listener(transcriber or ScriptedTranscriber(), settings.speech, lambda event: None)
    devices = BoothDevices(peers.camera, peers.microphone, watcher.frame, listener.feed)
    questions = bank()
    parts = Parts(
        bank=questions,
        listener=listener,
        watcher=watcher,
        speaker=FakeSpeaker(),
        coach=Coach(lambda: None, settings.llm),
        store=store or InterviewStore.in_memory(),
        devices=devices,
        choose=Chooser(questions).choose,
    )
    conductor = Conductor(parts, settings)
    listener._on_event = conductor.on_speech
    server = Server(
        WebParts(conductor, parts, peers, settings, Heartbeat(conductor).health, page_dir, **more), lan_port=0
    )
    lifecycle = Lifecycle([parts.store, listener, watcher, parts.coach, conductor, server])
    ready = asyncio.Event()
    running = asyncio.create_task(lifecycle.run(ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if running.done():
        await running
    address = f"http://127.0.0.1:{server.port}"
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        aiohttp.ClientSession(address, cookie_jar=aiohttp.DummyCookieJar()) as http,
        aiohttp.ClientSession(address, cookie_jar=jar, headers={"Origin": address}) as page,
    ):
        async with page.get("/") as loaded:
            assert loaded.status == 200, await loaded.text()
        yield Booth(conductor, server, listener, watcher, peers, http, page, address)
    lifecycle.request_stop()
    await running
