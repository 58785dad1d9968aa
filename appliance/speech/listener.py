"""The listener: sound in; voice activity, partials and transcripts out. The only service of this room."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from appliance.errors import ApplianceError, Broken, WrongState
from appliance.messages import AudioChunk, HeardAnswer
from appliance.runtime.worker import Worker
from appliance.settings import Speech
from appliance.speech.hearing import PIECE_SAMPLES, Event, Hearing
from appliance.speech.inbox import Call, Sound, SoundInbox
from appliance.speech.level_meter import LevelMeter
from appliance.speech.microphone_check import MicrophoneLevel
from appliance.speech.prosody import STEP_SAMPLES, loudness_db
from appliance.speech.transcriber import Transcriber
from appliance.speech.voice_activity import VoiceDetector

log = logging.getLogger(__name__)
R = TypeVar("R")

WAIT_SECONDS = 2.0
"""sound that may wait for the recogniser"""
LOADING_SECONDS = 60.0
"""sound that may wait while a model is being loaded"""
KEPT_ANSWERS = 12
"""answers whose sound is kept for playback: every question of an interview, twice; our choice"""


class Listener:
    """Hears answers, one at a time. All methods but ``feed`` are for the event loop.

    Args:
        transcriber: the engine; None: none, or it comes from the loader.
        settings: of this room.
        on_event: takes events on the event loop, in order.
        transcriber_loader: called on the worker after ``start``; sound waits for it.
        tail_seconds: the microphone stays deaf this long after the booth spoke.
    """

    name = "listener"

    def __init__(
        self,
        transcriber: Transcriber | None,
        settings: Speech,
        on_event: Callable[[Event], None],
        transcriber_loader: Callable[[], Transcriber | None] | None = None,
        tail_seconds: float = 0.4,
    ) -> None:
        self.transcriber = transcriber
        self.ready = transcriber_loader is None
        self._settings, self._on_event, self._loader = settings, on_event, transcriber_loader
        self._tail_seconds = tail_seconds
        self._worker = Worker("listener")
        self._inbox = SoundInbox(WAIT_SECONDS, WAIT_SECONDS if self.ready else LOADING_SECONDS)
        self._detector = VoiceDetector()
        self._meter = LevelMeter(self._detector)
        self._hearing: Hearing | None = None
        self._answer_id: str | None = None
        self._sounds: dict[str, NDArray[np.int16]] = {}
        self._epoch = 0
        self._holding = self._was_held = False
        self._deaf_until = -np.inf
        self._last_end = -np.inf
        self._last_at: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failed: asyncio.Future[None] | None = None
        self._failure: BaseException | None = None
        self._problem: str | None = None

    async def start(self) -> None:
        """Start the worker; the model may still be loading on it afterwards."""
        self._loop = asyncio.get_running_loop()
        self._failed = self._loop.create_future()
        self._worker.start()
        if self._loader is not None:
            self._worker.submit(self._load)

    async def run(self) -> None:
        """Until cancelled, or until the engine fails."""
        if self._failed is not None:
            await asyncio.shield(self._failed)

    async def stop(self) -> None:
        """End the worker and forget all sound."""
        self.forget()
        self._worker.stop()

    def feed(self, chunk: AudioChunk) -> None:
        """Take a chunk, from any thread; never waits."""
        self._last_at, self._last_end = time.monotonic(), chunk.end
        if self._holding or chunk.t < self._deaf_until:
            self._was_held = True
            self._meter.feed_booth(loudness_db(_whole_steps(chunk.samples).astype(np.float32)))
            return
        self._put(Sound(chunk, self._was_held))
        self._was_held = False

    def hold(self, on: bool) -> None:
        """Be deaf while the booth speaks, and for the tail after it."""
        if self._holding and not on:
            self._deaf_until = self._last_end + self._tail_seconds
        if on and not self._holding:
            self._meter.booth_begins()
            if self._answer_id is not None:
                self._put(Call(self._cut, Future()))
        self._holding = on

    async def begin_answer(self, answer_id: str, phrases: Sequence[str] = ()) -> None:
        """Hear an answer from now on.

        Raises:
            WrongState: "speech.answer_running".
        """
        if self._answer_id is not None:
            raise WrongState("speech.answer_running", "an answer is being heard already")
        self._answer_id = answer_id
        self._epoch += 1
        epoch = self._epoch
        try:
            await self._call(lambda: self._begin(answer_id, epoch, tuple(phrases)))
        except BaseException:
            self._answer_id = None
            raise

    async def end_answer(self) -> HeardAnswer:
        """Everything heard; after this no event of the answer comes any more.

        Raises:
            WrongState: "speech.no_answer".
        """
        if self._answer_id is None:
            raise WrongState("speech.no_answer", "no answer is being heard")
        try:
            return await self._call(self._end)
        finally:
            self._answer_id = None
            self._epoch += 1

    async def so_far(self) -> HeardAnswer:
        """What was heard of the running answer, without the utterance that is being spoken.

        Raises:
            WrongState: "speech.no_answer".
        """
        if self._answer_id is None:
            raise WrongState("speech.no_answer", "no answer is being heard")
        return await self._call(self._so_far)

    def answer_sound(self, answer_id: str) -> NDArray[np.int16] | None:
        """An ended answer's sound, (N,) int16 at 16 kHz, for playback; None when it is not kept."""
        return self._sounds.get(answer_id)

    def forget(self) -> None:
        """Wipe the sound of all answers."""
        self._sounds.clear()

    def level(self, device: str = "") -> MicrophoneLevel:
        """The microphone's level at present; ``device`` is its name, for the check."""
        age = None if self._last_at is None else time.monotonic() - self._last_at
        return self._meter.level(age, device)

    @property
    def backlog_seconds(self) -> float:
        """Sound that waits; a replay holds back while this is large."""
        return self._inbox.seconds

    def health(self) -> dict[str, object]:
        """For ``/health``."""
        return {
            "engine": self.transcriber.name if self.transcriber else "none",
            "model": self.transcriber.model_name if self.transcriber else None,
            "ready": self.ready,
            "problem": self._problem,
            "failed": self._failure is not None,
            "backlog_seconds": round(self.backlog_seconds, 2),
            "dropped_count": self._inbox.dropped_count,
            "dropped_seconds": round(self._inbox.dropped_seconds, 2),
            "holding": self._holding,
        }

    # --- on the event loop ---

    async def _call(self, do: Callable[[], R]) -> R:
        if self._failure is not None:
            raise Broken("speech.engine_failed", "speech recognition has failed") from self._failure
        done: Future[R] = Future()
        self._put(Call(do, done))
        return await asyncio.wrap_future(done)

    def _deliver(self, epoch: int, event: Event) -> None:
        if epoch == self._epoch:
            self._on_event(event)

    def _fail(self, error: BaseException) -> None:
        if self._failed is not None and not self._failed.done():
            self._failed.set_exception(error)

    # --- on any thread ---

    def _put(self, item: Sound | Call) -> None:
        if self._inbox.put(item):
            self._worker.submit(self._pump)

    # --- on the worker ---

    def _load(self) -> None:
        try:
            if self._loader is not None:
                self.transcriber = self._loader()
        except ApplianceError as exc:  # a model that cannot be used counts as one that is not there
            log.warning("no words are heard: %s", exc.message)
            self._problem = exc.code
        except Exception as exc:  # whatever it is, the process must learn of it
            self._die(exc)
        self.ready = True

    def _pump(self) -> None:
        while (item := self._inbox.take()) is not None:
            if isinstance(item, Call):
                self._do(item)
            elif self._failure is None:
                self._hear(item)

    def _do(self, call: Call) -> None:
        wanted = call.done.set_running_or_notify_cancel()  # who gave up waiting still wants it done
        try:
            if self._failure is not None:
                raise Broken("speech.engine_failed", "speech recognition has failed") from self._failure
            result = call.do()
        except Exception as exc:  # belongs to who called; a broken engine is everybody's concern
            if wanted:
                call.done.set_exception(exc)
            if isinstance(exc, Broken) and self._failure is None:
                self._die(exc)
            return
        if wanted:
            call.done.set_result(result)

    def _hear(self, sound: Sound) -> None:
        try:
            if self._hearing is not None:
                self._hearing.feed(sound.chunk, sound.after_hold)
            else:
                self._overhear(sound.chunk.samples)
        except Exception as exc:  # a dead recogniser is the death of the service
            self._die(exc)

    def _overhear(self, samples: NDArray[np.int16]) -> None:
        """Between answers: the level only."""
        whole = _whole_steps(samples)
        for start in range(0, len(whole), PIECE_SAMPLES):
            piece = whole[start : start + PIECE_SAMPLES]
            rms_db = loudness_db(piece.astype(np.float32))
            self._detector.feed(rms_db)
            self._meter.feed(piece, rms_db)

    def _begin(self, answer_id: str, epoch: int, phrases: tuple[str, ...]) -> None:
        def emit(event: Event) -> None:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._deliver, epoch, event)

        if self._hearing is not None:  # whoever began it gave up waiting
            self._hearing.end()
        hearing = Hearing(answer_id, self.transcriber, self._settings, emit, self._detector)
        hearing.open(phrases if self._settings.bias_to_keywords else (), self._meter)
        self._hearing = hearing

    def _cut(self) -> None:
        if self._hearing is not None:
            self._hearing.cut()

    def _so_far(self) -> HeardAnswer:
        if self._hearing is None:
            raise WrongState("speech.no_answer", "no answer is being heard")
        return self._hearing.so_far()

    def _end(self) -> HeardAnswer:
        hearing, self._hearing = self._hearing, None
        if hearing is None:
            raise WrongState("speech.no_answer", "no answer is being heard")
        heard = hearing.end()
        self._sounds[hearing.answer_id] = hearing.sound()
        while len(self._sounds) > KEPT_ANSWERS:
            del self._sounds[next(iter(self._sounds))]
        return heard

    def _die(self, error: Exception) -> None:
        self._failure = error
        log.error("listener failed: %s", type(error).__name__)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._fail, error)


def _whole_steps(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    return samples[: len(samples) - len(samples) % STEP_SAMPLES]
