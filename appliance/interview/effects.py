"""What the flow asks for, done: devices, questions, records, the end. Answers, voice, saving: files of their own."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from appliance.errors import ApplianceError, Invalid
from appliance.interview import flow, take_home
from appliance.interview.answer_effects import AnswerEffects
from appliance.interview.answering import Answering
from appliance.interview.eye_effects import EyeEffects
from appliance.interview.saving import LifeSigns, Saving
from appliance.interview.saying import Saying
from appliance.interview.state import Effect, Phase, State
from appliance.messages import LEVELS, Consent, InterviewRecord, Question

if TYPE_CHECKING:
    from appliance.interview.conductor import Conductor


class Effects:
    """The conductor's hands; lives on the loop."""

    OWN = frozenset({"spoken", "keep", "claim", "print", "usb"})
    """commands that do not concern the flow"""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._parts = conductor.parts
        self._settings = conductor.settings
        self._saving = Saving(conductor)
        self._signs = LifeSigns(conductor)
        self._saying = Saying(conductor)
        self._eyes = EyeEffects(conductor)
        self._answers = AnswerEffects(conductor, self._saving, self._eyes)
        self._prepared: InterviewRecord | None = None
        self._user_id: str | None = None
        self._doing: Mapping[Effect, Callable[[State], Awaitable[None]]] = {
            Effect.CREATE: self._create,
            Effect.OPEN_SOURCES: self._open_sources,
            Effect.CLOSE_SOURCES: self._close_sources,
            Effect.APPLY_CONSENT: self._apply_consent,
            Effect.CHOOSE_QUESTION: self._choose_question,
            Effect.SPEAK_QUESTION: self._speak_question,
            Effect.FINALISE: self._finalise,
            Effect.SAVE: self._save,
            Effect.STAND: self._stand,
            Effect.CLOSE_RECORD: self._close_record,
            Effect.ERASE: self._erase,
            **self._eyes.doing,
            **self._answers.doing,
        }

    async def do(self, effect: Effect, state: State) -> None:
        """Do one effect for the state it was asked in."""
        await self._doing[effect](state)

    def tick(self, now: float) -> None:
        """Let time pass: end what was said, close windows."""
        self._saying.tick(now)
        self._answers.tick()
        self._signs.tick()

    def hush(self) -> None:
        """The booth is silent."""
        self._saying.hush()

    @property
    def answering(self) -> Answering | None:
        """What is being answered now, the warm-up too."""
        return self._answers.answering

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
        await self._saving.save(record)

    async def _open_sources(self, state: State) -> None:
        consent = state.consent or Consent()
        await self._parts.devices.open(consent.microphone and not state.typed, consent.camera)
        shown = consent.expression and self._settings.expression.available
        self._parts.watcher.watch(face=consent.camera, posture=consent.camera, expression=shown)
        if not consent.camera:
            self._eyes.forget()
        if state.record is not None:  # after a power cut, or when a consent was taken back
            self._eyes.calibrate(state.record.baseline)

    async def _close_sources(self, state: State) -> None:
        self._eyes.forget()
        self._parts.watcher.watch(face=False, posture=False, expression=False)
        await self._parts.devices.close()

    async def _apply_consent(self, state: State) -> None:
        await self._open_sources(state)
        await self._save(state)

    async def _save(self, state: State) -> None:
        record = self._conductor.state.record  # as it is now: an effect before this one may have added to it
        if record is not None:
            await self._saving.save(record)

    # --- asking ---

    async def _choose_question(self, state: State) -> None:
        record = self._conductor.state.record
        if record is None:
            return
        question: Question | None = await self._parts.choose(record)
        if question is not None:  # saved before it is shown: after a power cut the same question stands there
            await self._saving.save(flow.with_question(record, question))
        self._conductor.change(*flow.asked(self._conductor.state, question, self._conductor.clock()))

    async def _speak_question(self, state: State) -> None:
        if state.question is not None:
            await self._saying.say(state.question.text_in(state.locale), state.locale)

    # --- the end ---

    async def _finalise(self, state: State) -> None:
        record = self._conductor.state.record
        if record is None:
            return
        history = await self._parts.store.history(record.user_id)
        report = await self._parts.coach.final_report(record, history)
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        record = replace(record, report=report, finished_at=ended)
        self._show(record, history)
        await self._signs.give(record.session_id, Phase.RESULTS)  # before it is finished: see LifeSigns
        await self._saving.save(record)
        self._conductor.change(flow.finalised(self._conductor.state, record, self._conductor.clock()))

    def _show(self, record: InterviewRecord, history: Sequence[Mapping[str, Any]]) -> None:
        facts = self._conductor.facts
        facts.results = take_home.results(record, history, facts.sound_url)
        facts.take_home = take_home.offer(record, self._settings.web)

    async def show_again(self, record: InterviewRecord) -> None:
        """The results of an interview that was finished before the booth was started again."""
        store = self._parts.store
        self._show(record, await store.history(record.user_id, without=record.session_id))
        facts = self._conductor.facts
        facts.take_home = {**(facts.take_home or {}), "claim_code": await store.claim_code(record)}

    async def _stand(self, state: State) -> None:
        if state.record is not None:
            await self._signs.give(state.record.session_id, state.phase)

    async def _close_record(self, state: State) -> None:
        self._parts.listener.forget()
        self._saving.forget()
        self._user_id = None
        if state.record is not None:
            receipt = await self._parts.store.close(state.record)
            self._show_receipt(receipt)

    async def _erase(self, state: State) -> None:
        self._parts.listener.forget()
        self._answers.forget()
        self._saving.forget()
        self._user_id = None
        if state.record is not None:
            self._show_receipt(await self._parts.store.erase(state.record.session_id))

    def _show_receipt(self, receipt: Mapping[str, object]) -> None:
        current = self._conductor.state
        if current.phase is Phase.GOODBYE:
            self._conductor.change(replace(current, receipt=receipt))

    # --- commands beside the flow ---

    async def own_command(self, name: str, args: Mapping[str, Any]) -> None:
        """``spoken``, ``keep``, ``claim``, ``print``, ``usb``."""
        if name == "spoken":
            self._saying.said(args.get("id"))
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
            role = self._parts.bank.title(record.role, record.locale)
            await take_home.hand_out(name, record, role, self._settings.web)
        except ApplianceError:
            facts.take_home = {**facts.take_home, key: "failed"}
            raise
        facts.take_home = {**facts.take_home, key: "done"}
