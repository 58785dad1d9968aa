"""A candidate's finger: taps by test id, phase by phase."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect


def tap(page: Page, testid: str) -> None:
    """Touch a control."""
    page.get_by_test_id(testid).first.tap()


def at(page: Page, phase: str, seconds: float = 20.0) -> None:
    """Wait until the booth stands in a phase."""
    expect(page.locator(f'[data-phase="{phase}"]').first).to_be_visible(timeout=seconds * 1000)


def arrive(
    page: Page, language: str = "en", agree: Sequence[str] = ("microphone", "camera"), adult: bool = True
) -> None:
    """From the attract page through notice and consent to the roles."""
    at(page, "attract")
    tap(page, "begin")
    at(page, "language")
    tap(page, f"lang-{language}")
    at(page, "consent")
    consent(page, agree, adult)
    at(page, "role")


def consent(page: Page, agree: Sequence[str], adult: bool) -> None:
    """Notice pages, switches, the age question: whatever this panel shows, until it is done."""
    done: set[str] = set()
    for _ in range(8):
        if page.locator('[data-phase="role"]').count():
            return
        for what in agree:
            switch = page.get_by_test_id(f"consent-{what}")
            if what not in done and switch.count() and switch.first.is_visible():
                switch.first.tap()
                done.add(what)
        age = page.get_by_test_id("age-yes" if adult else "age-no")
        if "age" not in done and age.count() and age.first.is_visible():
            age.first.tap()
            done.add("age")
        for following in ("notice-next", "consent-next"):
            button = page.get_by_test_id(following)
            if button.count() and button.first.is_visible() and button.first.is_enabled():
                button.first.tap()
                break
        page.wait_for_timeout(250)


def choose(
    page: Page, group: str = "software", role: str = "software_developer", typed: bool = False
) -> None:
    """Group, role, shape and level; ends in the check."""
    for testid in (f"group-{group}", f"role-{role}", "shape-technical", "level-easy"):
        button = page.get_by_test_id(testid)
        if button.count() == 0:
            page.wait_for_timeout(300)
        if button.count():
            button.first.tap()
    if typed:
        tap(page, "typed")
    if page.get_by_test_id("role-next").count():
        tap(page, "role-next")
    at(page, "check")


def check(page: Page, warmup: bool = False) -> None:
    """Through the check to the first question; with the warm-up read aloud, or skipped."""
    wanted = ("eyes-skip", "warmup-start" if warmup else "warmup-skip", "check-next")
    for _ in range(200):
        if page.locator('[data-phase="think"]').count():
            return
        for testid in wanted:
            button = page.get_by_test_id(testid)
            if button.count() and button.first.is_visible():
                with contextlib.suppress(PlaywrightError):  # the booth may have gone on meanwhile
                    button.first.tap(timeout=2000)
                break
        page.wait_for_timeout(250)
    at(page, "think")
