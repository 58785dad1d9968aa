"""The conductor: runs the flow with ears, eyes, voice, timers, coach and store.

Everything here happens on the event loop. Commands change the state at once; what takes time (opening devices,
reviewing, saving) is an effect, done one after the other by one task, which then tells the flow what came of it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from appliance.errors import ApplianceError, NotFound, WrongState
from appliance.interview import flow, resuming, timing, view
from appliance.interview.effects import Effects
from appliance.interview.facts import Facts
from appliance.interview.parts import Parts
from appliance.interview.state import QUIET, Effect, Phase, State
from appliance.messages import (
    FaceObservation,
    InterviewRecord,
    PartialTranscript,
    PostureObservation,
    Transcript,
    VoiceActivity,
)
from appliance.runtime.streams import Fanout, Subscription
from appliance.settings import Settings

log = logging.getLogger(__name__)
TICK_SECONDS = 0.25
CLOCK_SECONDS = 5.0


class Conductor:
    """The one interview of the booth.

    Args:
        parts: the players.
        settings: all of them.
        clock: monotonic seconds (tests give their own).
    """

    name = "conductor"

    def __init__(self, parts: Parts, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.parts = parts
        self.settings = settings
        self.clock = clock
        self.state = State(phase_since=clock(), presence_at=clock())
        self.facts = Facts(parts, settings)
        self.effects = Effects(self)
        self._events: Fanout[view.Wire] = Fanout()
        self._sent: view.Wire = {}
        self._queue: asyncio.Queue[tuple[str, Callable[[], Awaitable[None]]]] = asyncio.Queue()
        self._clock_sent_at = 0.0
        self.failed = False
        self.ticked_at = clock()
        """monotonic seconds; the watchdog asks for it"""

    # --- service ---

    async def start(self) -> None:
        """Take up an interrupted interview, or show results again, if there are any."""
        limits = self.settings.interview
        found = await self.parts.store.take_up(limits.idle_seconds + limits.idle_grace_seconds)
        if found is None:
            return
        now, record = self.clock(), found.record
        log.info("resume an interview after %d answers", len(record.answered))
        if found.phase is None:
            self._apply(*resuming.resume(record, now))
            return
        await self.effects.show_again(record)
        phase = Phase.TAKE_HOME if found.phase == Phase.TAKE_HOME else Phase.RESULTS
        self._apply(*resuming.show_again(record, phase, found.away_seconds, now, limits))

    async def run(self) -> None:
        """Tick and work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tick_for_ever())
            group.create_task(self._work_for_ever())

    async def stop(self) -> None:
        """Close the devices; what was answered is already saved."""
        await self.parts.devices.close()

    # --- the page ---

    def subscribe(self) -> tuple[view.Wire, Subscription[view.Wire]]:
        """The whole state, and the changes from now on."""
        return self.snapshot(), self._events.subscribe()

    def unsubscribe(self, subscription: Subscription[view.Wire]) -> None:
        """Forget a page."""
        self._events.unsubscribe(subscription)

    def snapshot(self) -> view.Wire:
        """The whole wire state."""
        return {**self._wire(), "clock": view.clock(self.state, self.clock(), self.settings.interview)}

    async def command(self, name: str, args: Mapping[str, Any]) -> None:
        """A command of the page; what must not be lost by a crash after its answer is saved before it.

        Raises:
            ApplianceError: unknown, not now, or not possible.
        """
        now = self.clock()
        if name in self.effects.OWN:
            await self.effects.own_command(name, args)
            self.publish()
            return
        if name == "choose_interview":
            self.effects.prepare(args)
        state, effects = flow.command(self.state, name, args, now, self.settings.interview)
        saving = max((n for n, effect in enumerate(effects, 1) if effect in _SAVING), default=0)
        self._apply(state, effects[: saving or None])
        if saving:
            reached = self._when_reached()
            self._apply(self.state, effects[saving:])
            await reached.wait()

    @property
    def busy(self) -> bool:
        """A candidate is in the booth."""
        return self.state.phase not in QUIET

    @property
    def session_id(self) -> str | None:
        """The interview in progress."""
        return self.state.record.session_id if self.state.record else None

    def record(self) -> InterviewRecord:
        """The interview in progress.

        Raises:
            WrongState: "interview.none".
        """
        if self.state.record is None:
            raise WrongState("interview.none", "there is no interview in progress")
        return self.state.record

    def speech_sound(self, speech_id: int) -> bytes:
        """The booth's voice as WAV; raises ``NotFound("voice.not_here")``."""
        spoken = self.facts.spoken
        if spoken is None or spoken.id != speech_id or not spoken.wav:
            raise NotFound("voice.not_here", "this was said before")
        return spoken.wav

    async def settle(self) -> None:
        """Wait until all effects asked for so far are done."""
        await self._queue.join()

    def _when_reached(self) -> asyncio.Event:
        """Set when the effects that wait already are done; what follows from them may come later."""
        reached = asyncio.Event()

        async def reach() -> None:
            reached.set()

        self.later(reach)
        return reached

    # --- the senses (all on the loop) ---

    def on_speech(self, event: VoiceActivity | PartialTranscript | Transcript) -> None:
        """The listener heard something."""
        if isinstance(event, VoiceActivity):
            if event.speaking:
                self.state = flow.heard(self.state, self.clock())
        elif self.effects.answering is not None:
            self.effects.answering.hear(event)
            if event.text:
                self.state = flow.heard(self.state, self.clock())
        self.publish()

    def on_sight(self, observation: FaceObservation | PostureObservation) -> None:
        """The watcher saw something."""
        if isinstance(observation, FaceObservation):
            self.state = flow.looked(self.state, observation, self.clock())
        self.facts.see(observation)
        if self.effects.answering is not None:
            self.effects.answering.see(observation)

    # --- inside ---

    def change(self, state: State, effects: tuple[Effect, ...] = ()) -> None:
        """A new state from an effect's outcome."""
        self._apply(state, effects)

    def _apply(self, state: State, effects: tuple[Effect, ...]) -> None:
        before, self.state = self.state, state
        if state.phase is not before.phase:
            log.info("phase %s -> %s", before.phase, state.phase)
            self.facts.entered(state.phase)
        for effect in effects:
            if effect is Effect.HUSH:
                self.effects.hush()
            else:
                self._queue.put_nowait(
                    (effect, partial(self.effects.do, effect, before if effect in _OF_BEFORE else state))
                )
        self.publish()

    def later(self, do: Callable[[], Awaitable[None]]) -> None:
        """Do something after the effects that wait already."""
        self._queue.put_nowait(("later", do))

    async def _work_for_ever(self) -> None:
        while True:
            name, do = await self._queue.get()
            try:
                await do()
            except ApplianceError as exc:
                log.warning("%s: %s", name, exc.code)
                self.facts.trouble = exc.as_json()
            except Exception:  # a defect of ours: the process ends, systemd starts it, the interview resumes
                log.exception("%s failed", name)
                self.failed = True
                raise
            finally:
                self._queue.task_done()
            self.publish()

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.tick()

    def tick(self) -> None:
        """Let time pass."""
        now = self.ticked_at = self.clock()
        self.effects.tick(now)
        speaking = self.facts.spoken is not None
        state, effects = timing.tick(self.state, now, self.settings.interview, speaking)
        if state != self.state or effects:
            self._apply(state, effects)
        else:
            self.publish()

    def _wire(self) -> view.Wire:
        wire = {
            **view.state_of(self.state, self.clock(), self.settings.interview),
            **self.facts.wire(self.state, self.effects.answering),
        }
        return wire if self.settings.expression.available else view.without_expression(wire)

    def publish(self) -> None:
        """Send what changed; the clock only every 5 s and with a change of phase."""
        wire = self._wire()
        changed = {key: value for key, value in wire.items() if self._sent.get(key, _NEVER) != value}
        now = self.clock()
        if {"phase", "speaking", "check"} & changed.keys() or now - self._clock_sent_at >= CLOCK_SECONDS:
            changed["clock"] = view.clock(self.state, now, self.settings.interview)
            self._clock_sent_at = now
        self._sent = wire
        if changed and (set(changed) != {"clock"} or changed["clock"] is not None):
            self._events.publish(changed)


_NEVER = object()
_SAVING = frozenset(
    {Effect.CREATE, Effect.END_ANSWER, Effect.SAVE, Effect.STAND, Effect.CLOSE_RECORD, Effect.ERASE}
)
"""effects after which the disk has what the command changed"""
_OF_BEFORE = frozenset({Effect.ERASE, Effect.CLOSE_RECORD, Effect.DISCARD_ANSWER, Effect.END_EYES})
"""effects that concern the interview that was there before the change"""
