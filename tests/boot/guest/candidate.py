"""A candidate inside the machine who types answers, and tells what the booth acknowledged, a line each."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

from appliance.bench import visitor
from appliance.bench.visitor import Visitor, visiting

visitor.PATIENCE_SECONDS = 150.0  # everything is slow in an emulated machine
ADDRESS = "http://127.0.0.1:8080"


def say(*words: object) -> None:
    """At once: the power may go after it."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def question(now: Visitor) -> str:
    return str(now.state["question"]["id"])


async def answer(now: Visitor) -> None:
    """Type one answer; the time to think may have run out meanwhile."""
    with suppress(RuntimeError):
        await now.command("start_answer")
    await now.at("answer")
    await now.command("done", text=visitor.ANSWER)
    await now.at("review")


async def stand(now: Visitor, questions: int) -> None:
    """Before a question: of the interview that is resumed, or of a new one when that is nearly done."""
    phase = await now.at("attract", "think", "answer", "review", "paused")
    answered = sum(now.state["interview"]["answered"]) if phase != "attract" else 0
    say("found", phase, answered, question(now) if phase != "attract" else "-")
    if phase == "review" and answered < questions - 1:
        await now.command("next")
        await now.at("think")
    elif phase != "attract" and answered >= questions - 1:
        await now.command("erase")
        await now.at("attract")
        phase = "attract"
    if phase == "attract":
        await now.arrive(typed=True, questions=questions)
        say("began", question(now))


async def answers(questions: int) -> None:
    """One answer, and another one begun."""
    async with visiting(ADDRESS) as now:
        await stand(now, questions)
        asked = question(now)
        await answer(now)
        say("acknowledged", asked)
        await now.command("next")
        await now.at("think")
        asked = question(now)
        with suppress(RuntimeError):
            await now.command("start_answer")
        await now.at("answer")
        say("answering", asked)
        await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(answers(int(sys.argv[1])))
