"""What the flow asks for, done: devices, voice, answers, reviews, records. Each effect is one method."""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from appliance.errors import ApplianceError, Invalid
from appliance.interview import flow, take_home, view
from appliance.interview.answering import Answering
from appliance.interview.facts import Spoken
from appliance.interview.state import Effect, Phase, State
from appliance.interview.warmup import WARMUP_TEXT
from appliance.messages import (
    LEVELS,
    Answer,
    Answered,
    Baseline,
    Consent,
    FaceObservation,
    InterviewRecord,
    Measured,
    Question,
)
from appliance.metrics import delivery, presence

if TYPE_CHECKING:
    from appliance.interview.conductor import Conductor

log = logging.getLogger(__name__)
SPOKEN_GRACE_SECONDS = 3.0
"""longer than this after the end of its sound, the page is taken to have said it (our choice)"""
SAVE_AGAIN_SECONDS = 5.0
LOOKING_RATIO = 0.5
"""of the last 2 s, for the live strip (our choice)"""


class Effects:
    """The conductor's hands; lives on the loop."""

    OWN = frozenset({"spoken", "keep", "claim", "print", "usb"})
    """commands that do not concern the flow"""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._parts = conductor.parts
        self._settings = conductor.settings
        self.answering: Answering | None = None
        self._warmup: Answering | None = None
        self._looked: tuple[FaceObservation, ...] = ()
        self._prepared: InterviewRecord | None = None
        self._user_id: str | None = None
        self._unsaved: InterviewRecord | None = None
        self._speech_ids = itertools.count(1)
        self._doing: Mapping[Effect, Callable[[State], Awaitable[None]]] = {
            Effect.CREATE: self._create,
            Effect.OPEN_SOURCES: self._open_sources,
            Effect.CLOSE_SOURCES: self._close_sources,
            Effect.APPLY_CONSENT: self._apply_consent,
            Effect.CHOOSE_QUESTION: self._choose_question,
            Effect.SPEAK_QUESTION: self._speak_question,
            Effect.BEGIN_WARMUP: self._begin_warmup,
            Effect.END_WARMUP: self._end_warmup,
            Effect.BEGIN_ANSWER: self._begin_answer,
            Effect.PAUSE_ANSWER: self._pause_answer,
            Effect.RESUME_ANSWER: self._resume_answer,
            Effect.DISCARD_ANSWER: self._discard_answer,
            Effect.END_ANSWER: self._end_answer,
            Effect.FINALISE: self._finalise,
            Effect.CLOSE_RECORD: self._close_record,
            Effect.ERASE: self._erase,
        }

    async def do(self, effect: Effect, state: State) -> None:
        """Do one effect for the state it was asked in."""
        await self._doing[effect](state)

    def tick(self, now: float) -> None:
        """Let time pass: end what was said, close windows, save again."""
        spoken = self._conductor.facts.spoken
        if spoken is not None and now > spoken.until:
            self.hush()
        if self.answering is not None and not self.answering.paused:
            fresh = self.answering.close_windows(self._parts.devices.now() - 0.5)
            if fresh and self._conductor.state.switches["live_strip"]:
                self._conductor.later(lambda: self._update_live(fresh[-1]))

    # --- a new interview ---

    def prepare(self, args: Mapping[str, Any]) -> None:
        """Check what was chosen and make its record.

        Raises:
            NotFound: "interview.unknown_role".
            Invalid: "interview.bad_arguments".
        """
        level, shape = args.get("level", "easy"), args.get("shape", "technical")
        planned = args.get("questions", self._settings.interview.questions)
        if level not in LEVELS or not isinstance(planned, int) or not 1 <= planned <= 12:
            raise Invalid("interview.bad_arguments", "level must be easy, medium or hard; questions 1 to 12")
        role = self._parts.bank.role(str(args.get("role"))).id
        self._prepared = self.new_record(role, str(shape), str(level), planned)

    def new_record(self, role: str, shape: str, level: str, planned: int) -> InterviewRecord:
        """A record of an interview that has just begun."""
        state = self._conductor.state
        return InterviewRecord(
            session_id=secrets.token_hex(8),
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            role=role,
            shape=shape,
            level=level,
            locale=state.locale,
            planned=planned,
            seed=self._settings.interview.seed or secrets.randbits(31),
            consent=state.consent or Consent(),
            engine=self._parts.engine(),
            user_id=self._user_id,
        )

    async def _create(self, state: State) -> None:
        if self._prepared is None:
            return
        record = replace(
            self._prepared, typed=state.typed, engine="typed" if state.typed else self._parts.engine()
        )
        self._prepared = None
        self._conductor.change(flow.created(self._conductor.state, record))
        await self._save(record)

    async def _open_sources(self, state: State) -> None:
        consent = state.consent or Consent()
        await self._parts.devices.open(consent.microphone and not state.typed, consent.camera)
        self._parts.watcher.watch(face=consent.camera, posture=consent.camera, expression=consent.expression)
        if state.record is not None and state.record.baseline is not None:  # after a power cut
            self._parts.watcher.calibrate(state.record.baseline)

    async def _close_sources(self, state: State) -> None:
        self._parts.watcher.watch(face=False, posture=False, expression=False)
        await self._parts.devices.close()

    async def _apply_consent(self, state: State) -> None:
        await self._open_sources(state)
        if state.record is not None:
            await self._save(state.record)

    # --- asking ---

    async def _choose_question(self, state: State) -> None:
        record = self._conductor.state.record
        if record is None:
            return
        question: Question | None = await self._parts.choose(record)
        if question is not None:  # saved before it is shown: after a power cut the same question stands there
            await self._save(replace(record, asked=(*record.asked, question)))
        self._conductor.change(*flow.asked(self._conductor.state, question, self._conductor.clock()))

    async def _speak_question(self, state: State) -> None:
        if state.question is not None:
            await self.say(state.question.text_in(state.locale), state.locale)

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
        baseline = Baseline()
        if self._hears(state):
            baseline = delivery.voice_baseline(await self._parts.listener.end_answer())
            self._parts.listener.forget()
        baseline = presence.add_baseline(baseline, self._looked, ())
        baseline = presence.add_baseline(baseline, warmup.faces, warmup.postures)
        self._parts.watcher.calibrate(baseline)
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
        review = await self._parts.coach.review(answer, state.record)
        answered = Answered(answer, review, tuple(answering.windows))
        await self._save(flow.with_answer(state.record, answered))
        current = self._conductor.state
        ours = current.record is not None and current.record.session_id == state.record.session_id
        if ours and current.phase is Phase.REVIEWING:
            self._conductor.change(flow.reviewed(current, answered, self._conductor.clock()))

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

    # --- the end ---

    async def _finalise(self, state: State) -> None:
        record = self._conductor.state.record
        if record is None:
            return
        history = await self._parts.store.history(record.user_id)
        report = await self._parts.coach.final_report(record, history)
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        record = replace(record, report=report, finished_at=ended)
        facts = self._conductor.facts
        facts.results = take_home.results(record, history, facts.sound_url)
        facts.take_home = take_home.offer(record, self._settings.web)
        await self._save(record)
        self._conductor.change(flow.finalised(self._conductor.state, record, self._conductor.clock()))

    async def _close_record(self, state: State) -> None:
        self._parts.listener.forget()
        self._unsaved = self._user_id = None
        if state.record is not None:
            receipt = await self._parts.store.close(state.record)
            self._show_receipt(receipt)

    async def _erase(self, state: State) -> None:
        self._parts.listener.forget()
        self.answering = self._warmup = self._unsaved = self._user_id = None
        if state.record is not None:
            self._show_receipt(await self._parts.store.erase(state.record.session_id))

    def _show_receipt(self, receipt: Mapping[str, object]) -> None:
        current = self._conductor.state
        if current.phase is Phase.GOODBYE:
            self._conductor.change(replace(current, receipt=receipt))

    async def _save(self, record: InterviewRecord) -> None:
        """Save, or remember to try again: nothing of an answer is lost while the booth runs."""
        try:
            await self._parts.store.save(record)
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
            self._conductor.later(lambda: self._save(self._conductor.state.record or record))

    # --- commands beside the flow ---

    async def own_command(self, name: str, args: Mapping[str, Any]) -> None:
        """``spoken``, ``keep``, ``claim``, ``print``, ``usb``."""
        if name == "spoken":
            spoken = self._conductor.facts.spoken
            if spoken is not None and args.get("id") == spoken.id:
                self.hush()
        elif name == "claim":
            self._user_id = await self._parts.store.claim(str(args.get("code", "")), str(args.get("pin", "")))
        elif name == "keep":
            await self._keep(args)
        else:
            await self._hand_out(name)

    async def _keep(self, args: Mapping[str, Any]) -> None:
        record = self._conductor.record()
        user_id, code = await self._parts.store.new_claim(record, str(args.get("pin", "")))
        self._conductor.change(replace(self._conductor.state, record=replace(record, user_id=user_id)))
        facts = self._conductor.facts
        facts.take_home = {**(facts.take_home or {}), "claim_code": code}

    async def _hand_out(self, name: str) -> None:
        record, facts = self._conductor.record(), self._conductor.facts
        key = "printer" if name == "print" else "usb"
        facts.take_home = {**(facts.take_home or {}), key: "printing" if name == "print" else "writing"}
        self._conductor.publish()
        try:
            await take_home.hand_out(name, record, self._settings.web)
        except ApplianceError:
            facts.take_home = {**facts.take_home, key: "failed"}
            raise
        facts.take_home = {**facts.take_home, key: "done"}
