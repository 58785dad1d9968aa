"""An interview from recordings (``kabil interview``): the booth's own way, faster than real time.

Nothing is kept in the booth's database, unless that is asked for: the store is in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from appliance import app
from appliance.capture.recording import probe
from appliance.capture.replay import Recording
from appliance.errors import Broken, NotFound
from appliance.interview import view
from appliance.interview.conductor import Conductor
from appliance.interview.questions import QuestionBank
from appliance.messages import InterviewRecord
from appliance.runtime.lifecycle import Lifecycle
from appliance.settings import Settings

FOR_EVER = 1e9
BACKLOG_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is played."""

    answers: Sequence[Path]
    """one recording per question"""
    warmup: Path | None = None
    role: str = "software_developer"
    shape: str = "technical"
    level: str = "easy"
    locale: str = "en"
    expression: bool = False


def check(rehearsal: Rehearsal) -> None:
    """The role exists, every recording exists and can be read; raises ``NotFound`` or ``Invalid``."""
    QuestionBank.load().role(rehearsal.role)
    for path in (*rehearsal.answers, *([rehearsal.warmup] if rehearsal.warmup else [])):
        if not path.is_file():
            raise NotFound("capture.no_recording", f"there is no file {path}")
        probe(path)


async def rehearse(rehearsal: Rehearsal, settings: Settings, *, keep: bool = False) -> InterviewRecord:
    """Play the interview; the finished record with its report. ``keep``: in the site's database, as a visit is."""
    await asyncio.to_thread(check, rehearsal)
    async with _booth(_unhurried(settings), keep) as (conductor, recording):
        await _arrive(conductor, rehearsal)
        await _warm_up(conductor, recording, rehearsal.warmup)
        for path in rehearsal.answers:
            await _answer(conductor, recording, path)
        return conductor.record()


def _unhurried(settings: Settings) -> Settings:
    limits = replace(
        settings.interview,
        think_seconds=FOR_EVER,
        hard_limit_seconds=FOR_EVER,
        soft_limit_seconds=FOR_EVER,
        warmup_seconds=FOR_EVER,
        unattended_seconds=FOR_EVER,
        idle_seconds=FOR_EVER,
    )
    silent = replace(settings.voice, engine="none", tail_seconds=0.0)  # a recording speaks at once
    return replace(settings, interview=limits, voice=silent)


@asynccontextmanager
async def _booth(settings: Settings, keep: bool) -> AsyncIterator[tuple[Conductor, Recording]]:
    booth = app.build_rehearsal(settings, keep=keep)
    recording = booth.recording
    if recording is None:
        raise Broken("app.no_recording", "the rehearsal has no recording to play")
    ready = asyncio.Event()
    lifecycle = Lifecycle(booth.services)
    running = asyncio.create_task(lifecycle.run(ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if running.done():
            await running
        yield booth.conductor, recording
    finally:
        lifecycle.request_stop()
        await running


async def _command(conductor: Conductor, name: str, **args: Any) -> None:
    await conductor.command(name, args)
    await conductor.settle()
    if conductor.failed:
        raise Broken("app.rehearsal_failed", f"the interview broke off after {name}")
    trouble = conductor.facts.trouble
    if trouble is not None and trouble["error"].startswith(("interview.", "web.", "runtime.")):
        raise Broken(trouble["error"], trouble["message"])


async def _arrive(conductor: Conductor, rehearsal: Rehearsal) -> None:
    infos = [await asyncio.to_thread(probe, path) for path in rehearsal.answers]
    picture = any(info.has_picture for info in infos)
    await _command(conductor, "begin")
    await _command(conductor, "choose_language", locale=rehearsal.locale)
    await _command(
        conductor, "consent", microphone=True, camera=picture, expression=rehearsal.expression, adult=True
    )
    chosen = {"role": rehearsal.role, "shape": rehearsal.shape, "level": rehearsal.level}
    await _command(conductor, "choose_interview", **chosen, questions=len(rehearsal.answers))


async def _warm_up(conductor: Conductor, recording: Recording, path: Path | None) -> None:
    if path is not None:
        await _command(conductor, "check_step", step="warmup")
        await _play(conductor, recording, path)
    await _command(conductor, "check_step", step="done")


async def _answer(conductor: Conductor, recording: Recording, path: Path) -> None:
    await _command(conductor, "start_answer")
    await _play(conductor, recording, path)
    await _command(conductor, "done")
    await _command(conductor, "next")


async def _play(conductor: Conductor, recording: Recording, path: Path) -> None:
    await recording.play(path)
    await recording.wait_end()
    parts = conductor.parts
    while not parts.watcher.ready():
        await asyncio.sleep(0.01)


def report_of(record: InterviewRecord) -> dict[str, Any]:
    """The final report with everything that is known of each answer."""
    answers = [
        {"question": view.plain(answered.answer.question), **(view.review(answered, None) or {})}
        for answered in record.final_answers
    ]
    return {**(record.report or {}), "session_id": record.session_id, "answers": answers}
