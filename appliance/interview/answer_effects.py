"""Warm-up and answers, done: the listener begins and ends, what was heard and seen becomes an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from appliance.interview import flow, view
from appliance.interview.answering import Answering
from appliance.interview.eye_effects import EyeEffects
from appliance.interview.saving import Saving
from appliance.interview.state import Effect, Phase, State
from appliance.interview.warmup import WARMUP_TEXT
from appliance.messages import (
    Answer,
    Answered,
    Baseline,
    FaceObservation,
    GivenAnswer,
    InterviewRecord,
    Measured,
    Question,
)
from appliance.metrics import calibration, delivery, presence

if TYPE_CHECKING:
    from appliance.interview.conductor import Conductor

LOOKING_RATIO = 0.5
"""of the last 2 s, for the live strip (our choice)"""


class AnswerEffects:
    """The effects between the first word of an answer and its review; lives on the loop."""

    def __init__(self, conductor: Conductor, saving: Saving, eyes: EyeEffects) -> None:
        self._conductor = conductor
        self._parts = conductor.parts
        self._settings = conductor.settings
        self._save = saving.save
        self._eyes = eyes
        self.answering: Answering | None = None
        """what is being answered now, the warm-up too"""
        self._warmup: Answering | None = None
        self._looked: tuple[FaceObservation, ...] = ()
        self.doing: Mapping[Effect, Callable[[State], Awaitable[None]]] = {
            Effect.BEGIN_WARMUP: self._begin_warmup,
            Effect.END_WARMUP: self._end_warmup,
            Effect.BEGIN_ANSWER: self._begin_answer,
            Effect.PAUSE_ANSWER: self._pause_answer,
            Effect.RESUME_ANSWER: self._resume_answer,
            Effect.DISCARD_ANSWER: self._discard_answer,
            Effect.END_ANSWER: self._end_answer,
            Effect.REVIEW: self._review,
        }

    def forget(self) -> None:
        """Nothing is being answered any more."""
        self.answering = self._warmup = None

    def tick(self) -> None:
        """Let time pass: close the windows that are full."""
        if self.answering is not None and not self.answering.paused:
            fresh = self.answering.close_windows(self._parts.devices.now() - 0.5)
            if fresh and self._conductor.state.switches["live_strip"]:
                self._conductor.later(lambda: self._update_live(fresh[-1]))

    # --- warm-up ---

    def _hears(self, state: State) -> bool:
        return state.consent is not None and state.consent.microphone and not state.typed

    async def _begin_warmup(self, state: State) -> None:
        question = Question("warmup", "", "easy", "warmup", "", WARMUP_TEXT["en"])
        self._looked = self._conductor.facts.recent_faces()  # asked to look at the lens; reading follows
        self._warmup = self._new_answering(state, "warmup", question, None)
        self.answering = self._warmup
        if self._hears(state):
            await self._parts.listener.begin_answer("warmup")

    async def _end_warmup(self, state: State) -> None:
        warmup, self._warmup, self.answering = self._warmup, None, None
        record = self._conductor.state.record
        if warmup is None or record is None:
            return
        baseline = record.baseline or Baseline()  # of the eyes' check
        if self._hears(state):
            voice = delivery.voice_baseline(await self._parts.listener.end_answer())
            baseline = calibration.joined(baseline, voice)
            self._parts.listener.forget()
        baseline = presence.add_baseline(baseline, self._looked, ())
        baseline = presence.add_baseline(baseline, warmup.faces, warmup.postures)
        self._eyes.calibrate(baseline)
        self._conductor.change(replace(self._conductor.state, record=replace(record, baseline=baseline)))

    # --- answering ---

    def _new_answering(
        self, state: State, answer_id: str, question: Question, baseline: Baseline | None
    ) -> Answering:
        return Answering(
            answer_id=answer_id,
            question=question,
            attempt=state.attempt,
            locale=state.locale,
            shape=question.shape,
            t0=self._parts.devices.now(),
            baseline=baseline,
            every_seconds=self._settings.interview.metrics_seconds,
            gate_confidence=self._settings.speech.gate_confidence,
            expression=self._settings.expression.available,
        )

    async def _begin_answer(self, state: State) -> None:
        question, answer_id, record = state.question, state.answer_id, state.record
        if question is None or answer_id is None or record is None:
            return
        if self._hears(state):
            phrases = [k.word for k in question.keywords]
            await self._parts.listener.begin_answer(answer_id, phrases)
        self.answering = self._new_answering(state, answer_id, question, record.baseline)

    async def _pause_answer(self, state: State) -> None:
        self._parts.listener.hold(True)
        if self.answering is not None:
            self.answering.paused = True

    async def _resume_answer(self, state: State) -> None:
        self._parts.listener.hold(False)
        if self.answering is not None:
            self.answering.paused = False

    async def _discard_answer(self, state: State) -> None:
        if self.answering is not None and self._hears(state):
            await self._parts.listener.end_answer()
        self.answering = None
        self._parts.listener.hold(False)

    async def _end_answer(self, state: State) -> None:
        answering = self.answering
        if answering is None or state.record is None:
            return
        answer = await self._answer(answering, state)
        self.answering = None
        given = GivenAnswer(answer, tuple(answering.windows))
        record = self._waiting(state.record)
        if record is None:
            return
        await self._save(replace(record, unreviewed=given))  # the words are safe before they are judged
        if self._waiting(record):
            self._conductor.change(*flow.given(self._conductor.state, given))

    async def _review(self, state: State) -> None:
        before = self._conductor.state.record
        given = before.unreviewed if before else None
        if before is None or given is None:
            return
        review = await self._parts.coach.review(given.answer, before)
        answered = Answered(given.answer, review, given.windows)
        record = self._waiting(before)
        if record is None:
            return
        await self._save(flow.with_answer(record, answered))
        if self._waiting(before):
            self._conductor.change(flow.reviewed(self._conductor.state, answered, self._conductor.clock()))

    def _waiting(self, record: InterviewRecord) -> InterviewRecord | None:
        """The record as it is now, if its candidate still waits for the review."""
        state = self._conductor.state
        now = state.record
        here = now is not None and now.session_id == record.session_id and state.phase is Phase.REVIEWING
        return now if here else None

    async def _answer(self, answering: Answering, state: State) -> Answer:
        camera = state.consent is not None and state.consent.camera
        if not self._hears(state):
            return answering.finish_typed(state.draft, state.phase_since - state.answer_at, camera)
        heard = await self._parts.listener.end_answer()
        return answering.finish(heard, camera)

    async def _update_live(self, record: Mapping[str, object]) -> None:
        state = self._conductor.state
        if self.answering is None or state.phase is not Phase.ANSWER:
            return
        looking = record["eye_contact"]
        numbers: Mapping[str, Measured] = {}
        if self._hears(state):
            heard = await self._parts.listener.so_far()
            numbers = delivery.live_numbers(heard.words, heard.prosody, heard.seconds)
        self._conductor.facts.live = {
            **view.live(numbers),
            "looking": None if looking is None else float(str(looking)) >= LOOKING_RATIO,
        }
