"""``scripts/bench typed``: typed interviews played through the booth itself, as readable transcripts.

Nothing is measured here that a machine could judge: a person reads what a student would read. The script names the
questions, or leaves the choice to the booth; nothing is kept, no device is opened.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from appliance import app
from appliance.interview.conductor import Conductor
from appliance.interview.parts import Parts
from appliance.messages import Answered, InterviewRecord, Question
from appliance.rehearsal import FOR_EVER
from appliance.runtime.lifecycle import Lifecycle
from appliance.settings import Settings, load

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "typed_interviews.yaml"
SEED = 7
"""makes the booth's own choices the same every time"""


def main(argv: list[str]) -> int:
    """Play the interviews and print their transcripts."""
    parser = argparse.ArgumentParser(prog="scripts/bench typed", description=__doc__)
    parser.add_argument("--script", type=Path, default=SCRIPT)
    parser.add_argument("--only", nargs="*", default=[], help="names of interviews; none: all")
    parser.add_argument("--json", action="store_true", help="the final reports instead of transcripts")
    options = parser.parse_args(argv)
    wanted = yaml.safe_load(options.script.read_text("utf-8"))["interviews"]
    chosen = [one for one in wanted if not options.only or one["name"] in options.only]
    records = [asyncio.run(play(one, quiet(load()))) for one in chosen]
    if options.json:
        reports = {one["name"]: r.report for one, r in zip(chosen, records, strict=True)}
        print(json.dumps(reports, ensure_ascii=False, indent=1))
    else:
        for one, record in zip(chosen, records, strict=True):
            print("\n".join(transcript(one["name"], record)))
    return 0


def quiet(settings: Settings) -> Settings:
    """A booth without devices and without haste."""
    limits = replace(settings.interview, think_seconds=FOR_EVER, idle_seconds=FOR_EVER, seed=SEED)
    capture = replace(settings.capture, camera="disabled", microphone="disabled")
    voice = replace(settings.voice, engine="none")
    speech = replace(settings.speech, engine="none")
    return replace(settings, interview=limits, capture=capture, voice=voice, speech=speech)


class _Asked:
    """Asks what the script names, else what the booth would ask."""

    def __init__(self, parts: Parts, names: Sequence[str | None]) -> None:
        self._bank, self._own, self._names = parts.bank, parts.choose, names

    async def choose(self, record: InterviewRecord) -> Question | None:
        name = self._names[len(record.asked)]
        return self._bank.by_id(name) if name else await self._own(record)


async def play(script: Mapping[str, Any], settings: Settings) -> InterviewRecord:
    """One interview from the first touch to its report."""
    booth = app.build(settings, keep=False)
    parts = booth.conductor.parts
    asked = _Asked(parts, [question.get("ask") for question in script["questions"]])
    conductor = Conductor(replace(parts, choose=asked.choose), settings)
    ready = asyncio.Event()
    lifecycle = Lifecycle((*booth.services[:-1], conductor))
    running = asyncio.create_task(lifecycle.run(ready))
    await ready.wait()
    try:
        return await _interview(conductor, script)
    finally:
        lifecycle.request_stop()
        await running


async def _interview(conductor: Conductor, script: Mapping[str, Any]) -> InterviewRecord:
    questions = script["questions"]
    await _do(conductor, "begin")
    await _do(conductor, "choose_language", locale=script.get("locale", "en"))
    await _do(conductor, "consent")
    await _do(
        conductor,
        "choose_interview",
        role=script["role"],
        shape=script.get("shape", "technical"),
        level=script.get("level", "easy"),
        questions=len(questions),
    )
    await _do(conductor, "check_step", step="done")
    for question in questions:
        for number, text in enumerate(question["answers"]):
            if number:
                await _do(conductor, "retry")
            await _do(conductor, "start_answer")
            await _do(conductor, "done", text=text)
        await _do(conductor, "next")
    return conductor.record()


async def _do(conductor: Conductor, name: str, **args: Any) -> None:
    await conductor.command(name, args)
    await conductor.settle()


# --- what a person reads ----------------------------------------------------------------------------------------


def transcript(name: str, record: InterviewRecord) -> Iterator[str]:
    """An interview as Markdown."""
    yield f"# {name.replace('_', ' ').capitalize()}"
    yield f"\n{record.role}, {record.shape}, {record.level}, {record.locale}; typed; as `scripts/bench typed` prints it"
    for answered in record.answered:
        yield from _turn(answered, record.locale)
    yield from _report(record.report or {})


def _turn(answered: Answered, locale: str) -> Iterator[str]:
    answer, review = answered.answer, answered.review
    again = " (retry)" if answer.attempt else ""
    follows = " (follow-up)" if answer.question.follows else ""
    yield f"\n## {answer.question.text_in(locale)}{again}{follows}\n"
    yield f"> {answer.text}\n"
    numbers = {"overall": review.overall, **review.breakdown, "content": review.content}
    yield ", ".join(f"{key} {_number(value)}" for key, value in numbers.items())
    if review.not_judged:
        yield f"(not judged: {review.not_judged})"
    yield from (f"({comment})" for comment in review.comments)
    yield ""
    for point in review.key_points:
        mark = "✗ opposite" if point.contradicted else "✓" if point.heard else "·"
        yield f"- {mark} {point.text}" + (f" — “{point.quote}”" if point.quote else "")
    if review.star is not None:
        yield "- story: " + ", ".join(f"{part} {'✓' if said else '·'}" for part, said in review.star.items())
    yield ""
    for advice in review.points:
        yield f"- **{'Good' if advice.kind == 'strength' else 'Try'}:** {advice.text}"
        yield from (f"  - {line}" for line in (_quoted(advice.quote), advice.reason, advice.drill) if line)
    yield from (f"- *{sentence}*" for sentence in review.retry_diff)


def _quoted(quote: str | None) -> str | None:
    return f"“{quote}”" if quote else None


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:g}"


def _report(report: Mapping[str, Any]) -> Iterator[str]:
    yield "\n## Report\n"
    yield ", ".join(f"{name} {_number(value)}" for name, value in report["scores"].items())
    yield f"\nFeedback: {report['feedback']}\n"
    yield from (f"{number}. {step}" for number, step in enumerate(report["improvement_plan"], 1))
    missing = ", ".join(f"{row['what']} ({row['reason']})" for row in report["not_measured"])
    yield f"\nNot measured: {missing}\n" if missing else ""
