"""Reload in every phase, the server killed in every phase: the page stands where the interview stands."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.e2e.conftest import Booth, context_of
from tests.e2e.stations import ANSWER, SILENT, lead, phase_of, slow_improver, type_answer
from tests.e2e.touch import at, tap

BACK_SECONDS = 2.0
"""from the reload, or from the booth's being ready again, to the page that stands there"""
PHASES = ["attract", "language", "consent", "role", "check", "think", "answer", "reviewing", "review", "results",
          "take_home", "goodbye"]  # fmt: skip
WIRE = """() => new Promise((resolve) => {
  const socket = new WebSocket(`ws://${location.host}/api/kiosk/events`);
  socket.onmessage = (event) => { resolve(event.data); socket.close(); };
})"""
"""the whole state, as a page is told at first"""
AFTER_A_KILL = {
    "attract": "attract",
    "language": "attract",
    "consent": "attract",
    "role": "attract",  # nothing was chosen yet, so there is nothing to go on with
    "check": "check",
    "think": "think",
    "answer": "think",  # the answer that was being given is asked for again
    "reviewing": "reviewing",  # the answer was taken: it is judged, not asked for again
    "review": "review",
    "results": "results",
    "take_home": "take_home",
    "goodbye": "attract",
}


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Booth]:
    """A booth without devices whose reviews take long enough to be seen."""
    with slow_improver() as address:
        settings = {**SILENT, "KABIL_LLM__URL": address, "KABIL_LLM__TIMEOUT_SECONDS": "5"}
        booth = Booth(tmp_path, settings)
        booth.start()
        yield booth
        booth.stop()


class Commands:
    """What the page has asked the booth to do, and is not told to be done."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        page.on("request", lambda one: self._open.add(one) if one.url.endswith("/command") else None)
        page.on("requestfinished", lambda one: self._open.discard(one))
        page.on("requestfailed", lambda one: self._open.discard(one))

    def acknowledged(self) -> None:
        """Wait until all are: from here on a kill loses nothing of them."""
        for _ in range(400):
            if not self._open:
                return
            self._page.wait_for_timeout(25)
        raise AssertionError("a command is not acknowledged")


def told(page: Page) -> dict[str, Any]:
    """The whole state, as a page is told it that comes now."""
    found: dict[str, Any] = json.loads(page.evaluate(WIRE))
    return found


@pytest.fixture
def shown(browser: Browser, quick: Booth) -> Iterator[Page]:
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(quick.url)
        yield page


def _signs(page: Page) -> str:
    """What tells this place from another: the question, the code; not the clock."""
    names = ("question", "claim-code", "receipt", "point-try")
    found = [page.get_by_test_id(name).first for name in names]
    return " | ".join(one.inner_text() for one in found if one.count())


@pytest.mark.alone
@pytest.mark.slow
def test_a_reload_in_every_phase_lands_there(shown: Page) -> None:
    late: dict[str, float] = {}
    for phase in PHASES:
        lead(shown, phase)
        if phase == "answer":
            type_answer(shown, "half an answer")
            shown.wait_for_timeout(2500)  # the page sends its draft when the fingers rest
        before = _signs(shown)
        begun = time.monotonic()
        shown.reload(wait_until="commit")
        at(shown, phase)
        late[phase] = round(time.monotonic() - begun, 2)
        assert _signs(shown) == before, phase
        if phase == "answer":
            expect(shown.get_by_test_id("typed-text").first).to_have_value("half an answer")
    assert max(late.values()) <= BACK_SECONDS, late


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(900)  # twelve starts of the booth
def test_a_kill_in_every_phase_goes_on(shown: Page, quick: Booth) -> None:
    late: dict[str, float] = {}
    question = ""
    commands = Commands(shown)
    for phase in PHASES:
        lead(shown, phase)
        question = _question(shown) or question  # while a review is made, the question is not shown
        commands.acknowledged()
        before = told(shown)
        assert before["phase"] == phase
        quick.stop(signal.SIGKILL)
        at(shown, "trouble")  # in plain words, and it keeps trying
        quick.start()
        begun = time.monotonic()
        expected = AFTER_A_KILL[phase]
        at(shown, expected)
        late[phase] = round(time.monotonic() - begun, 2)
        after = told(shown)
        if expected not in ("attract", "goodbye"):
            assert _same(after) == _same(before), phase
        if phase in ("think", "answer"):
            assert _question(shown) == question, phase
        if phase == "reviewing":
            at(shown, "review", 30.0)
            assert told(shown)["review"]["text"] == ANSWER
    sys.stderr.write(f"stands again after (s): {late}\n")
    assert max(late.values()) <= BACK_SECONDS, late
    lead(shown, "results")


def _same(state: dict[str, Any]) -> dict[str, Any]:
    """What a kill must not change."""
    interview = {key: value for key, value in state["interview"].items() if key != "resumed"}
    return {"interview": interview} | {
        name: state[name] for name in ("question", "review", "results", "take_home")
    }


@pytest.mark.slow
def test_results_outlive_a_kill_for_what_is_left_of_the_idle_time(shown: Page, quick: Booth) -> None:
    quick.stop()
    quick.settings["KABIL_STORE__ENCRYPT"] = "false"  # so that its files can be searched
    quick.data = quick.data / "plain"
    quick.data.mkdir()
    quick.start()
    at(shown, "attract")
    lead(shown, "results")
    session_id = told(shown)["interview"]["session_id"]
    quick.stop(signal.SIGKILL)
    hurry = {"KABIL_INTERVIEW__IDLE_SECONDS": "1", "KABIL_INTERVIEW__IDLE_GRACE_SECONDS": "120"}
    quick.settings.update(hurry)
    shown.wait_for_timeout(1500)  # nobody is there
    quick.start()
    at(shown, "results")
    expect(shown.get_by_test_id("still-here")).to_be_visible()  # a start is nobody's presence
    assert told(shown)["idle"]["seconds_left"] < 120
    tap(shown, "still-here")
    assert told(shown)["interview"]["session_id"] == session_id
    lead(shown, "take_home")
    quick.stop(signal.SIGKILL)
    assert ANSWER.encode() in _disk(quick)
    quick.settings["KABIL_INTERVIEW__IDLE_GRACE_SECONDS"] = "2"
    shown.wait_for_timeout(4000)  # the idle time is over while the booth is down
    quick.start()
    at(shown, "attract")
    assert told(shown)["results"] is None
    assert ANSWER.encode() not in _disk(quick)


def _disk(booth: Booth) -> bytes:
    files = [path for path in sorted(booth.data.rglob("*")) if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


def _question(page: Page) -> str:
    shown = page.get_by_test_id("question")
    return shown.first.inner_text() if shown.count() else ""


@pytest.mark.slow
def test_nothing_answered_is_lost_by_a_kill(shown: Page, quick: Booth) -> None:
    lead(shown, "review")
    tap(shown, "next")
    at(shown, "think", 30.0)
    lead(shown, "review")
    quick.stop(signal.SIGKILL)
    quick.start()
    at(shown, "review")
    lead(shown, "results")
    shown.get_by_test_id("tab-answers").first.tap()
    for number in (1, 2):
        shown.get_by_test_id(f"answer-{number}").first.tap()
        sheet = shown.get_by_test_id("answer-sheet")
        expect(sheet).to_be_visible()
        tap(shown, "answer-sheet-close")
        expect(sheet).to_have_count(0)
    kept = told(shown)["results"]["answers"]
    assert [answer["text"] for answer in kept] == [ANSWER, ANSWER]


@pytest.mark.slow
def test_the_overlays_outlive_a_reload_and_end_with_a_kill(browser: Browser, tmp_path: Path) -> None:
    hurried = {"KABIL_INTERVIEW__IDLE_SECONDS": "3", "KABIL_INTERVIEW__UNATTENDED_SECONDS": "3",
               "KABIL_INTERVIEW__IDLE_GRACE_SECONDS": "120"}  # fmt: skip
    booth = Booth(tmp_path, {**SILENT, **hurried})
    booth.start()
    try:
        with context_of(browser) as context:
            page = context.new_page()
            page.goto(booth.url)
            lead(page, "check")
            expect(page.get_by_test_id("still-here")).to_be_visible(timeout=15_000)
            page.reload(wait_until="commit")
            expect(page.get_by_test_id("still-here")).to_be_visible()  # a reload is nobody's presence
            assert phase_of(page) == "check"
            booth.stop(signal.SIGKILL)
            booth.start()
            at(page, "check")
            if page.get_by_test_id("still-here").count():
                tap(page, "still-here")
            lead(page, "answer")
            question = _question(page)
            at(page, "paused", 15.0)
            page.reload(wait_until="commit")
            at(page, "paused")
            booth.stop(signal.SIGKILL)
            booth.start()
            at(page, "think")
            assert _question(page) == question
    finally:
        booth.stop()
