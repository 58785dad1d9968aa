"""By keyboard alone, from attract to the receipt: every control is reached, seen, and in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Booth, context_of
from tests.e2e.stations import ANSWER, SILENT
from tests.e2e.touch import at

FARTHEST = 90
"""presses of Tab: the on-screen keyboard has some fifty keys"""
FOCUSED = """() => {
  const e = document.activeElement;
  const target = e.closest('[data-testid]') ?? e;
  const seen = e.type === 'checkbox' || e.type === 'radio' ? target : e;
  const style = getComputedStyle(seen);
  const box = seen.getBoundingClientRect();
  return {
    id: target.dataset?.testid ?? '', tag: e.tagName, text: e.textContent,
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    inside: box.width > 0 && box.left >= 0 && box.top >= 0
      && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1,
  };
}"""


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A booth that keeps results, so that there is a code to ask for."""
    booth = Booth(tmp_path, {**SILENT, "KABIL_STORE__RETENTION": "days"})
    booth.start()
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(booth.url)
        yield page
    booth.stop()


def focused(page: Page) -> dict[str, Any]:
    """What has the focus, and whether that can be seen."""
    found: dict[str, Any] = page.evaluate(FOCUSED)
    return found


def reach(page: Page, testid: str) -> None:
    """Tab until it has the focus; whatever is passed on the way can be seen to have it."""
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        here = focused(page)
        if here["tag"] == "BODY":
            continue
        assert here["outlined"], f"no mark of the focus on {here}"
        assert here["inside"], f"the focus is out of sight on {here}"
        if here["id"] == testid:
            return
    raise AssertionError(f"{testid} cannot be reached by keys")


def press(page: Page, *testids: str, key: str = "Enter") -> None:
    """Reach and press, one after the other."""
    for testid in testids:
        reach(page, testid)
        page.keyboard.press(key)
        page.wait_for_timeout(150)


def arrived(page: Page, phase: str) -> None:
    """A new page, whose heading has the focus: a screen reader says it, and Tab begins there."""
    at(page, phase, 30.0)
    expect(page.locator("h1:focus")).to_have_count(1)


def test_the_whole_way_by_keys_alone(page: Page) -> None:
    arrived(page, "attract")
    press(page, "begin")
    arrived(page, "language")
    press(page, "lang-en")
    arrived(page, "consent")
    _agree(page)
    arrived(page, "role")
    press(page, "group-software", "role-software_developer", "role-next")
    arrived(page, "check")
    press(page, "check-next")
    _answer(page, "I have seen it once.")
    _look_around(page)
    press(page, "retry")
    _answer(page, ANSWER)
    expect(page.get_by_test_id("difference")).to_be_visible()
    press(page, "next")
    _answer(page, ANSWER)
    press(page, "next")
    arrived(page, "results")
    _results(page)
    press(page, "take-home")
    arrived(page, "take_home")
    _code(page)
    press(page, "erase", "erase-confirm")
    arrived(page, "goodbye")
    expect(page.get_by_test_id("receipt")).to_contain_text("erased")
    press(page, "again")
    arrived(page, "language")


def _agree(page: Page) -> None:
    reach(page, "consent-microphone")
    page.keyboard.press("Space")
    assert page.get_by_role("switch").first.is_checked()
    page.keyboard.press("Space")  # and off again: answers are typed
    reach(page, "age-yes")
    page.keyboard.press("Space")
    press(page, "consent-keep", key="Space")
    press(page, "consent-next")


def _answer(page: Page, text: str) -> None:
    arrived(page, "think")
    press(page, "ready")
    at(page, "answer")
    expect(page.get_by_test_id("typed-text")).to_be_focused()  # here it is the text, not the heading
    page.keyboard.type(text)
    press(page, "done")
    arrived(page, "review")


def _look_around(page: Page) -> None:
    press(page, "how-measured")
    expect(page.get_by_test_id("reason")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("reason")).to_have_count(0)
    assert focused(page)["id"] == "how-measured"  # back where it came from
    page.evaluate("document.querySelector('h1').focus()")
    reach(page, "tab-points")
    for tab in ("tab-key-points", "tab-timeline", "tab-words"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_test_id(tab)).to_have_attribute("aria-selected", "true")


def _results(page: Page) -> None:
    press(page, "score-fluency")
    expect(page.get_by_test_id("score-sheet")).to_be_visible()
    press(page, "score-sheet-close")
    expect(page.get_by_test_id("score-sheet")).to_have_count(0)
    page.evaluate("document.querySelector('h1').focus()")


def _code(page: Page) -> None:
    press(page, "keep", "pin-2", "pin-4", "pin-6", "pin-8", "keep-next")
    expect(page.get_by_test_id("claim-code")).to_be_visible()
    expect(page.get_by_test_id("keep-sheet")).to_have_count(0)


def test_the_focus_goes_by_the_order_of_the_page(page: Page) -> None:
    arrived(page, "attract")
    press(page, "begin")
    arrived(page, "language")
    seen: list[str] = []
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        here = focused(page)["id"]
        if here in seen or focused(page)["tag"] == "BODY":
            break
        seen.append(here)
    drawn = page.evaluate("[...document.querySelectorAll('button, a')].map((e) => e.dataset.testid ?? '')")
    assert seen == [one for one in drawn if one in seen]
    assert {"lang-en", "lang-hi", "menu", "back"} <= set(seen)
