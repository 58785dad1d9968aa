"""The composition root: builds every room and joins them. The only file that names concrete drivers and models."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from appliance import model_setup
from appliance.capture import choose
from appliance.capture.replay import Recording
from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.coach.coach import Coach
from appliance.coach.embedder import MODEL_FILE, TOKENIZER_FILE, Embedder
from appliance.devices import BoothDevices
from appliance.errors import ApplianceError
from appliance.interview import chooser
from appliance.interview.conductor import Conductor
from appliance.interview.parts import Parts
from appliance.interview.questions import PACKS, QuestionBank
from appliance.messages import FaceObservation, PostureObservation, VideoFrame
from appliance.runtime.lifecycle import Service
from appliance.runtime.model_files import ModelFiles
from appliance.settings import Settings
from appliance.speech.engines import open_transcriber
from appliance.speech.listener import Listener
from appliance.speech.transcriber import Transcriber
from appliance.store.interview_store import InterviewStore
from appliance.vision.expression import ExpressionClassifier
from appliance.vision.watcher import Watcher
from appliance.voice.speaker import open_speaker

log = logging.getLogger(__name__)
BACKLOG_SECONDS = 1.0
"""a replay faster than real time holds back while more sound than this waits (our choice)"""


@dataclass(frozen=True, slots=True)
class Booth:
    """A booth, built but not started."""

    settings: Settings
    conductor: Conductor
    peers: WebRtcPeers
    recording: Recording | None
    services: tuple[Service, ...]
    """in the order of their start"""


class _Senses:
    """Where events of ears and eyes go; the conductor is made after them."""

    def __init__(self) -> None:
        self.conductor: Conductor | None = None

    def on_speech(self, event: Any) -> None:
        if self.conductor is not None:
            self.conductor.on_speech(event)

    def on_sight(self, observation: FaceObservation | PostureObservation) -> None:
        if self.conductor is not None:
            self.conductor.on_sight(observation)


def build(settings: Settings, recording: Recording | None = None, *, keep: bool = True) -> Booth:
    """Build a booth; looks at devices, so call it before the loop runs.

    Args:
        settings: of the site.
        recording: plays instead of the site's camera and microphone.
        keep: in the site's database; else in memory only.
    """
    files = model_setup.files_of(settings)
    senses = _Senses()
    peers = WebRtcPeers(settings.capture, loopback_only=not settings.web.lan)
    listener = _listener(settings, files, senses)
    watcher = _watcher(settings, files, senses)
    devices = _devices(settings, peers, recording, listener, watcher)
    coach = Coach(functools.partial(load_embedder, files), settings.llm)
    store = InterviewStore(settings.store, settings.data_dir) if keep else InterviewStore.in_memory()
    bank = load_bank(settings)
    parts = Parts(
        bank=bank,
        listener=listener,
        watcher=watcher,
        speaker=open_speaker(settings.voice),
        coach=coach,
        store=store,
        devices=devices,
        choose=chooser.Chooser(bank, coach if settings.llm.url else None).choose,
    )
    conductor = senses.conductor = Conductor(parts, settings)
    return Booth(settings, conductor, peers, recording, (store, listener, watcher, coach, conductor))


def build_rehearsal(settings: Settings, *, keep: bool = False) -> Booth:
    """A booth that plays recordings as fast as it can and serves no page; ``keep``: in the site's database."""
    waiting: list[Callable[[], bool]] = []
    recording = Recording(
        None, settings.capture, paced=False, ready=lambda: all(ready() for ready in waiting)
    )
    capture = replace(settings.capture, camera="replay", microphone="replay")
    booth = build(replace(settings, capture=capture), recording, keep=keep)
    parts = booth.conductor.parts
    waiting.append(lambda: parts.listener.backlog_seconds < BACKLOG_SECONDS)
    waiting.append(parts.watcher.ready)
    return booth


def load_bank(settings: Settings) -> QuestionBank:
    """Our packs and the placement cell's; a broken pack of theirs is told and left out."""
    try:
        return QuestionBank.load([PACKS, settings.packs_dir])
    except ApplianceError as exc:
        log.error("the placement cell's packs are left out: %s", exc.message)
        return QuestionBank.load([PACKS])


def _listener(settings: Settings, files: ModelFiles, senses: _Senses) -> Listener:
    load = functools.partial(load_transcriber, settings, files)
    return Listener(None, settings.speech, senses.on_speech, load, settings.voice.tail_seconds)


def load_transcriber(settings: Settings, files: ModelFiles) -> Transcriber | None:
    """The engine of the site; takes seconds, so it runs on the listener's worker."""
    return open_transcriber(settings.speech, _path(files, settings.speech.model))


def load_embedder(files: ModelFiles) -> Embedder | None:
    """MiniLM, if it is installed."""
    path = _path(files, "minilm")
    return Embedder(path.parent / MODEL_FILE, path.parent / TOKENIZER_FILE) if path else None


def _watcher(settings: Settings, files: ModelFiles, senses: _Senses) -> Watcher:
    posture = _path(files, "pose_landmarker") or _path(files, "pose_landmarker_full")
    expression = _path(files, "expression") if settings.expression.available else None
    return Watcher(
        settings.vision,
        face=_path(files, "face_landmarker"),
        posture=posture,
        expression=functools.partial(ExpressionClassifier, expression) if expression else None,
        on_observation=senses.on_sight,
    )


def _path(files: ModelFiles, name: str) -> Path | None:
    """Where a model lies; None, and a word to the operator, when it cannot be used."""
    try:
        return files.path(name)
    except ApplianceError as exc:
        log.info("%s", exc.message)
        return None


def _devices(
    settings: Settings, peers: WebRtcPeers, recording: Recording | None, listener: Listener, watcher: Watcher
) -> BoothDevices:
    def on_frame(frame: VideoFrame) -> None:
        watcher.frame(frame)
        peers.show(frame)

    camera = choose.choose_camera(settings.capture, peers, recording)
    microphone = choose.choose_microphone(settings.capture, peers, recording)
    now = time.monotonic if recording is None else recording.now
    return BoothDevices(camera, microphone, on_frame, listener.feed, now)


def score(
    settings: Settings, question: str, answer: str, keywords: list[str], reference: str | None
) -> dict[str, Any]:
    """The platform's score of one answer (``kabil score``)."""

    async def run() -> dict[str, Any]:
        coach = Coach(functools.partial(load_embedder, model_setup.files_of(settings)), settings.llm)
        await coach.start()
        try:
            return await coach.score(question, answer, keywords, reference)
        finally:
            await coach.stop()

    return asyncio.run(run())
