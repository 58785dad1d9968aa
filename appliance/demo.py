"""``--demo``: a recorded candidate takes the interview on the page, through the very same pipeline.

Voice and face are made at set-up (``scripts/make_demo``); the tiny Vosk model, which knows these words, hears them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from appliance.capture.replay import Recording
from appliance.errors import ApplianceError, Unavailable
from appliance.interview.conductor import Conductor
from appliance.interview.state import Phase
from appliance.settings import Settings

log = logging.getLogger(__name__)
STEP_SECONDS = 4.0
"""how long the recorded candidate looks at a page"""
CHOSEN = {"role": "software_developer", "shape": "technical", "level": "easy", "questions": 3}


@dataclass(frozen=True, slots=True)
class Demo:
    """A recorded candidate."""

    settings: Settings
    recording: Recording
    answers: tuple[Path, ...]


def prepare(settings: Settings) -> Demo:
    """The recordings, and the settings to play them with; raises ``Unavailable("app.no_demo")``."""
    answers = tuple(sorted((settings.data_dir / "demo").glob("answer_*.mkv")))
    if not answers:
        raise Unavailable("app.no_demo", "the demo's recordings are not made yet: run scripts/make_demo")
    settings = replace(
        settings,
        speech=replace(settings.speech, engine="vosk", model="vosk-tiny"),
        capture=replace(settings.capture, camera="replay", microphone="replay"),
        interview=replace(settings.interview, warmup_seconds=10.0),
    )
    return Demo(settings, Recording(answers[0], settings.capture, loop=True), answers)


async def act(demo: Demo, conductor: Conductor, ready: asyncio.Event) -> None:
    """Take the interview again and again, until cancelled; a visitor may press buttons meanwhile."""
    await ready.wait()
    conductor.facts.demo = True
    while True:
        await asyncio.sleep(STEP_SECONDS)
        name, args = _next(conductor)
        if name is None:
            continue
        try:
            await conductor.command(name, args)
        except ApplianceError as exc:  # a visitor was quicker
            log.debug("demo: %s", exc.code)
        if name == "start_answer":
            await _speak(demo, conductor)


_STEPS: Mapping[Phase, tuple[str, dict[str, Any]]] = {
    Phase.ATTRACT: ("begin", {}),
    Phase.LANGUAGE: ("choose_language", {"locale": "en"}),
    Phase.CONSENT: ("consent", {"microphone": True, "camera": True, "adult": True}),
    Phase.ROLE: ("choose_interview", CHOSEN),
    Phase.THINK: ("start_answer", {}),
    Phase.REVIEW: ("next", {}),
    Phase.RESULTS: ("take_home", {}),
    Phase.TAKE_HOME: ("end", {}),
}
_CHECK = {"devices": "look", "look": "warmup", "warmup": None, "done": "done"}


def _next(conductor: Conductor) -> tuple[str | None, dict[str, Any]]:
    state = conductor.state
    if conductor.facts.spoken is not None:
        return None, {}
    if state.phase is Phase.CHECK:
        step = _CHECK[state.check_step]
        return ("check_step", {"step": step}) if step else (None, {})
    return _STEPS.get(state.phase, (None, {}))


async def _speak(demo: Demo, conductor: Conductor) -> None:
    """Play one answer of the recording, press Done, then sit still again."""
    path = demo.answers[conductor.state.index % len(demo.answers)]
    await demo.recording.stop()
    await demo.recording.play(path, loop=False)
    await demo.recording.wait_end()
    if conductor.state.phase is Phase.ANSWER:
        await conductor.command("done", {})
    await demo.recording.play(path, loop=True)
