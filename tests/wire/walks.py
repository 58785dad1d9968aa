"""Deterministic interviews that pass every phase; each station's state by the name of its file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from appliance.coach.embedder import Embedder
from appliance.messages import Word
from tests.wire.booth import WireBooth, wire_booth

States = dict[str, dict[str, Any]]
AGREED = {
    "microphone": True, "camera": True, "expression": False, "keep": True, "share": False, "adult": True,
}  # fmt: skip
SPOKEN = (
    "a hash table stores values under a key um it uses a hash function to turn the key into an index so that you "
    "can find the value ... without looking at every element you know looking up a key takes constant time on average "
    "um for example in my uh final year project I kept roll numbers as keys"
)
AGAIN = SPOKEN.replace("... ", "") + " and two keys can land in the same slot which is called a collision"
HINDI = (
    "मेरी सबसे बड़ी ख़ूबी यह है कि मैं काम को समय पर पूरा करता हूँ ... कॉलेज में हमारे प्रोजेक्ट की टीम में "
    "मैंने सबके काम की सूची बनाई और हर सोमवार को देखा कि कौन सा काम बाकी है"
)
TYPED = (
    "A hash table stores values under a key. It uses a hash function to turn the key into an index, so looking up a "
    "key takes constant time on average."
)
STARTED = "2026-11-16T09:30:00+00:00"
"""of every interview: what is recorded does not tell when"""
WORD_SECONDS, GAP_SECONDS, PAUSE_SECONDS = 0.36, 0.1, 2.9


def spoken(text: str) -> tuple[tuple[Word, ...], float]:
    """Words with their times, and the seconds they take; ``...`` is a long pause."""
    words, at = [], 0.8
    for part in text.split():
        if part == "...":
            at += PAUSE_SECONDS
            continue
        words.append(Word(part, round(at, 2), round(at + WORD_SECONDS, 2), 0.93))
        at += WORD_SECONDS + GAP_SECONDS
    return tuple(words), at + 1.0


async def arrive(booth: WireBooth, states: States, **agreed: bool) -> None:
    """To the roles."""
    states["attract"] = booth.state()
    await booth.command("begin")
    states["language"] = booth.state()
    await booth.command("choose_language", locale=booth.locale)
    states["consent"] = booth.state()
    await booth.command("consent", **{**AGREED, **agreed})
    states["role"] = booth.state()


async def choose(booth: WireBooth, **more: Any) -> None:
    """To the check."""
    role, shape = (
        ("software_developer", "technical") if booth.locale == "en" else ("general_hr", "behavioural")
    )
    await booth.command("choose_interview", role=role, shape=shape, level="easy", **more)
    state = booth.conductor.state
    assert state.record is not None
    booth.conductor.change(replace(state, record=replace(state.record, started_at=STARTED)))


async def check(booth: WireBooth, states: States) -> None:
    """Through the check, badly seated at first."""
    booth.sits(4.0, center_x=0.12)
    await booth.hears((), 0.5)
    states["check_devices"] = booth.state()
    booth.time += 5.0
    booth.sits(6.0)
    await booth.command("check_step", step="look")
    states["check_look"] = booth.state()
    await booth.command("check_step", step="warmup")
    words, _ = spoken("every morning I take the bus to college the road is busy")
    booth.sits(6.0)
    await booth.hears(words, 6.0)
    states["check_warmup"] = booth.state()
    await booth.command("check_step", step="done")


async def answer(booth: WireBooth, text: str, middle: Callable[[], Awaitable[None]] | None = None) -> None:
    """One spoken answer, to its review."""
    words, seconds = spoken(text)
    booth.engine.words = words
    await booth.command("start_answer")
    booth.sits(seconds, away=(6.0, 13.0))
    half = round(seconds / 2, 1)
    await booth.hears([w for w in words if w.end <= half], half)
    if middle is not None:
        await middle()
    rest = [replace(w, start=w.start - half, end=w.end - half) for w in words if w.start >= half]
    await booth.hears(rest, seconds - half)
    await booth.command("done")


async def spoken_interview(booth: WireBooth) -> States:
    """English, seen and heard, the first question twice; kept, with a code."""
    states: States = {}
    await arrive(booth, states)
    await choose(booth)
    await check(booth, states)
    states["think_asking"] = booth.state()
    booth.conductor.effects.hush()
    booth.passes(7.0)
    states["think"] = booth.state()
    booth.devices.lost = "microphone"
    states["trouble"] = booth.state()
    booth.devices.lost = ""

    async def middle() -> None:
        states["answer"] = booth.state()

    await answer(booth, SPOKEN, middle)
    states["review"] = booth.state()
    await booth.command("retry")
    await answer(booth, AGAIN)
    states["review_retry"] = booth.state()
    booth.passes(61.0)
    states["idle"] = booth.state()
    await booth.command("next")
    await _second_answer(booth, states)
    await booth.command("next")
    states["results"] = booth.state()
    await booth.command("take_home")
    states["take_home"] = booth.state()
    await booth.command("keep", pin="2468")
    states["take_home_code"] = booth.state()
    await booth.command("end")
    states["goodbye_kept"] = booth.state()
    return states


async def _second_answer(booth: WireBooth, states: States) -> None:
    """Live hints on; silence, nobody there for a while, and words that were not understood."""
    booth.conductor.effects.hush()
    await booth.command("switch", live_strip=True)
    booth.engine.words = ()
    await booth.command("start_answer")
    booth.sits(4.0)
    await booth.hears((), 6.5)
    booth.passes(0.2)
    states["answer_silent"] = booth.state()
    booth.passes(6.0)
    await booth.conductor.settle()
    states["answer_live"] = booth.state()
    booth.passes(50.0)
    states["paused"] = booth.state()
    await booth.command("continue")
    await booth.conductor.command("done", {})
    states["reviewing"] = booth.state()
    await booth.conductor.settle()
    states["review_no_words"] = booth.state()


async def typed_interview(booth: WireBooth) -> States:
    """English without devices, from the page's own machine, of one who keeps nothing."""
    states: States = {}
    booth.devices.owner = "page"
    await arrive(booth, {}, microphone=False, camera=False, keep=False)
    await choose(booth, typed=True)
    states["check_typed"] = states["check_no_camera"] = booth.state()
    await booth.command("check_step", step="done")
    booth.conductor.effects.hush()
    await booth.command("start_answer")
    await booth.command("typing", text=TYPED[:96])
    booth.passes(41.0)
    states["answer_typed"] = booth.state()
    await booth.command("done", text=TYPED)
    await booth.command("next")
    await booth.command("start_answer")
    await booth.command("done", text="The data must be sorted.")
    await booth.command("next")
    states["results_no_camera"] = booth.state()
    await booth.command("take_home")
    states["take_home_plain"] = booth.state()
    await booth.command("erase")
    states["goodbye"] = booth.state()
    return states


async def hindi_interview(booth: WireBooth) -> States:
    """Hindi, seen and heard; its content is not judged."""
    states: States = {}
    booth.locale = "hi"
    await arrive(booth, {})
    await choose(booth)
    seen: States = {}
    await check(booth, seen)
    states["check_warmup_hi"] = seen["check_warmup"]
    booth.conductor.effects.hush()
    booth.passes(7.0)
    states["think_hi"] = booth.state()

    async def middle() -> None:
        states["answer_hi"] = booth.state()

    await answer(booth, HINDI, middle)
    states["review_hi_not_judged"] = booth.state()
    await booth.command("next")
    booth.conductor.effects.hush()
    await booth.command("withdraw", what="microphone")
    await booth.command("start_answer")
    await booth.command("typing", text="मेरी सबसे बड़ी ख़ूबी यह है कि मैं काम को समय पर")
    states["answer_typed_hi"] = booth.state()
    await booth.command("done", text="मैं अंग्रेज़ी में कम बोलता हूँ। अब रोज़ दस मिनट अभ्यास करता हूँ।")
    await booth.command("next")
    states["results_hi"] = booth.state()
    return states


WALKS: tuple[Callable[[WireBooth], Awaitable[States]], ...] = (
    spoken_interview,
    typed_interview,
    hindi_interview,
)


async def all_states(embedder: Callable[[], Embedder | None] = lambda: None) -> States:
    """What a booth sends on all of them."""
    found: States = {}
    for walk in WALKS:
        async with wire_booth(embedder) as booth:
            found |= await walk(booth)
    return found
