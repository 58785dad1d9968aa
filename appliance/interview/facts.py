"""What the page is told beside the flow: devices, captions, the check, the live strip, reviews, trouble."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appliance import __version__
from appliance.interview import eye_check, view
from appliance.interview.answering import Answering
from appliance.interview.parts import Parts
from appliance.interview.state import Phase, State
from appliance.interview.warmup import WARMUP_TEXT
from appliance.messages import Answered, FaceObservation, PostureObservation, SourceState
from appliance.metrics import presence
from appliance.settings import Settings
from appliance.speech import microphone_check

RECENT_COUNT = 25
"""observations that the framing hints look at: five seconds at 5 Hz (our choice)"""
_REVIEWED = frozenset({Phase.REVIEW})
_RESULTS = frozenset({Phase.RESULTS, Phase.TAKE_HOME})
_DEVICES = frozenset({Phase.CHECK, Phase.THINK, Phase.ANSWER})


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the booth is saying now."""

    id: int
    text: str
    wav: bytes | None
    seconds: float
    until: float
    """monotonic seconds: latest end, should the page never say that it ended"""


class Facts:
    """The conductor's notice board; changed on the loop only."""

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self._parts = parts
        self._settings = settings
        self.trouble: Mapping[str, str] | None = None
        self.spoken: Spoken | None = None
        self.take_home: view.Wire | None = None
        self.results: view.Wire | None = None
        self.live: view.Wire | None = None
        self.demo = False
        self._faces: deque[FaceObservation] = deque(maxlen=RECENT_COUNT)
        self._postures: deque[PostureObservation] = deque(maxlen=5)
        self._review: tuple[Answered, view.Wire] | None = None
        self._booth = self._fixed()

    def renew(self) -> None:
        """Tell of the settings, the questions and the notice that hold from now on."""
        self._booth = self._fixed()

    def forget_faces(self) -> None:
        """Nobody was seen (staff tried the camera)."""
        self._faces.clear()
        self._postures.clear()

    def see(self, observation: FaceObservation | PostureObservation) -> None:
        """Keep the newest few for the check step."""
        if isinstance(observation, FaceObservation):
            self._faces.append(observation)
        else:
            self._postures.append(observation)

    def recent_faces(self) -> tuple[FaceObservation, ...]:
        """The newest face observations."""
        return tuple(self._faces)

    def recent_postures(self) -> tuple[PostureObservation, ...]:
        """The newest posture observations."""
        return tuple(self._postures)

    def entered(self, phase: Phase) -> None:
        """A new phase: what belonged to the old one goes."""
        self.live = None
        if phase in (Phase.GOODBYE, Phase.ATTRACT):
            self.trouble = self.spoken = self.take_home = self.results = self._review = None
            self.forget_faces()

    def wire(self, state: State, answering: Answering | None) -> view.Wire:
        """The part of the wire state that the conductor knows."""
        return {
            "booth": {**self._booth, "devices": self._devices(state), "engine": self._parts.engine()},
            "caption": _caption(state, answering) if state.phase in (Phase.ANSWER, Phase.PAUSED) else None,
            "speaking": self._speaking(),
            "live": self.live if state.switches["live_strip"] and state.phase is Phase.ANSWER else None,
            "check": self._check(state) if state.phase is Phase.CHECK else None,
            "review": self._reviewed(state) if state.phase in _REVIEWED else None,
            "results": self.results if state.phase in _RESULTS else None,
            "take_home": self.take_home if state.phase is Phase.TAKE_HOME else None,
            "trouble": _as_trouble(self.trouble) or self._device_trouble(state),
        }

    def _fixed(self) -> view.Wire:
        limits, web = self._settings.interview, self._settings.web
        return {
            "version": __version__,
            "locales": ["en", "hi"],
            "roles": [view.plain(role) for role in self._parts.bank.roles()],
            "speaks": self._parts.speaker.name != "none",
            "expression_available": self._settings.expression.available,
            "demo": self.demo,
            "usb": web.usb_export,
            "printer": bool(web.printer),
            "contact": web.grievance_contact,
            "panel_inches": web.panel_inches,
            "notice_version": self._parts.store.notices.in_force,
            "retention": {
                "profile": self._settings.store.retention,
                "days": self._settings.store.retention_days,
            },
            "limits": {
                "think_seconds": limits.think_seconds,
                "soft_limit_seconds": limits.soft_limit_seconds,
                "hard_limit_seconds": limits.hard_limit_seconds,
                "warmup_seconds": limits.warmup_seconds,
                "idle_grace_seconds": limits.idle_grace_seconds,
            },
        }

    def _devices(self, state: State) -> view.Wire:
        owners, statuses = self._parts.devices.owners(), self._parts.devices.statuses()
        return {kind: _device(kind, owners[kind], statuses[kind].state) for kind in ("camera", "microphone")}

    def _device_trouble(self, state: State) -> Mapping[str, str] | None:
        if state.phase not in _DEVICES:
            return None
        for kind, device in self._devices(state).items():
            if device["code"] and _wanted(kind, state):
                return {"code": device["code"], "message": f"the {kind} is {device['state']}"}
        return None

    def _speaking(self) -> view.Wire | None:
        spoken = self.spoken
        if spoken is None:
            return None
        url = f"/api/kiosk/speech/{spoken.id}.wav" if spoken.wav else None
        return {"id": spoken.id, "text": spoken.text, "url": url, "seconds": round(spoken.seconds, 2)}

    def _check(self, state: State) -> view.Wire:
        camera = state.consent is not None and state.consent.camera
        framing = presence.framing(tuple(self._faces), tuple(self._postures)) if camera else None
        return {
            "microphone": self._microphone(state),
            "light": framing.light if framing else "off",
            "framing": framing.framing if framing else "off",
            "bystander": framing.bystander if framing else False,
            "step": state.check_step,
            "eyes": eye_check.wire(state.eyes),
            "warmup_text": WARMUP_TEXT[state.locale],
        }

    def _microphone(self, state: State) -> view.Wire:
        if state.consent is None or not state.consent.microphone:
            return {"state": "off", "level": None}
        level = self._parts.listener.level()
        return {"state": str(microphone_check.judge_microphone(level)), "level": bar(level.rms_db)}

    def _reviewed(self, state: State) -> view.Wire | None:
        last = state.last
        if last is None:
            return None
        if self._review is None or self._review[0] is not last:
            wire = view.review(last, self.sound_url(last.answer.id))
            self._review = (last, wire or {})
        return self._review[1]

    def sound_url(self, answer_id: str) -> str | None:
        """Where the candidate's own answer can be heard while it is in memory."""
        here = self._parts.listener.answer_sound(answer_id) is not None
        return f"/api/kiosk/sound/{answer_id}.wav" if here else None


def bar(rms_db: float | None) -> float | None:
    """Loudness as a bar: -60 dB is empty, -10 dB is full (our choice)."""
    return None if rms_db is None else round(min(1.0, max(0.0, (rms_db + 60.0) / 50.0)), 2)


def _caption(state: State, answering: Answering | None) -> view.Wire | None:
    if state.typed:  # the draft: a page that was loaded again shows it
        return {"final": state.draft, "partial": ""}
    if answering is None:
        return None
    return {"final": answering.final_text, "partial": answering.partial_text}


_BAD = {SourceState.STALLED: "stalled", SourceState.LOST: "lost"}


def _device(kind: str, owner: str, state: SourceState) -> dict[str, Any]:
    code = f"capture.{kind}_{_BAD[state]}" if state in _BAD else None
    return {"owner": owner, "state": str(state), "code": code}


def _wanted(kind: str, state: State) -> bool:
    consent = state.consent
    return consent is not None and (consent.camera if kind == "camera" else consent.microphone)


def _as_trouble(error: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """An error as docs/wire.md tells it of the booth: there it is a code."""
    return None if error is None else {"code": error["error"], "message": error["message"]}
