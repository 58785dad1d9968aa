"""The stations of a typed interview: how a candidate gets from each to the next; a booth that is quick to start."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.e2e.touch import choose, consent, tap

ANSWER = (
    "A hash table stores keys and values and finds them with a hash function in constant time on average."
)
SILENT = {
    "KABIL_CAPTURE__CAMERA": "disabled",
    "KABIL_CAPTURE__MICROPHONE": "disabled",
    "KABIL_SPEECH__ENGINE": "none",
    "KABIL_INTERVIEW__THINK_SECONDS": "600",
}
"""without devices a booth starts at once; and no clock presses a button"""
PHASE = "document.querySelector('[data-testid=page]')?.dataset.phase ?? ''"


def phase_of(page: Page) -> str:
    """The phase that is shown."""
    return str(page.evaluate(PHASE))


def type_answer(page: Page, text: str = ANSWER) -> None:
    """Words into the answer."""
    page.get_by_test_id("typed-text").first.focus()
    page.keyboard.type(text)


def _check(page: Page) -> None:
    tap(page, "check-next")


def _answer(page: Page) -> None:
    type_answer(page)
    tap(page, "done")


def _wait(page: Page) -> None:
    page.wait_for_timeout(100)


STEPS: dict[str, Callable[[Page], None]] = {
    "attract": lambda page: tap(page, "begin"),
    "language": lambda page: tap(page, "lang-en"),
    "consent": lambda page: consent(page, (), True),
    "role": choose,
    "check": _check,
    "think": lambda page: tap(page, "ready"),
    "answer": _answer,
    "reviewing": _wait,
    "paused": lambda page: tap(page, "continue"),
    "review": lambda page: tap(page, "next"),
    "results": lambda page: tap(page, "take-home"),
    "take_home": lambda page: tap(page, "end"),
    "goodbye": lambda page: tap(page, "again"),
}


def lead(page: Page, wanted: str, seconds: float = 180.0) -> None:
    """Go on until the booth stands there."""
    end = time.monotonic() + seconds
    while (here := phase_of(page)) != wanted:
        assert time.monotonic() < end, f"{wanted} is not reached; the booth stands in {here}"
        if here in STEPS:
            STEPS[here](page)
        _leave(page, here)


def _leave(page: Page, phase: str) -> None:
    """Until another phase is shown; a step may also end where the next one begins."""
    for _ in range(100):
        if phase_of(page) != phase:
            return
        page.wait_for_timeout(50)


@contextmanager
def slow_improver() -> Iterator[str]:
    """A local language model that takes connections and never answers: a review takes its whole time."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []
        threading.Thread(target=_take, args=(server, held), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        for one in held:
            one.close()


def _take(server: socket.socket, held: list[socket.socket]) -> None:
    while True:
        try:
            held.append(server.accept()[0])
        except OSError:
            return
