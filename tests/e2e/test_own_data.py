"""What is kept of a student, by code and PIN at the attract page, in a real browser: seen, taken along, erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.store.claims import WRONG_TRIES
from tests.e2e.conftest import context_of
from tests.e2e.console_booth import STUDENTS_PIN
from tests.e2e.console_process import ConsoleBooth
from tests.e2e.touch import tap

PATIENCE_MS = 20_000
STORES = (
    "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href, history.state])"
)


@pytest.fixture(scope="module")
def booth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleBooth]:
    booth = ConsoleBooth(tmp_path_factory.mktemp("own"), "[web]\nusb_export = true\n")
    booth.start()
    yield booth
    booth.stop()


@pytest.fixture
def page(browser: Browser, booth: ConsoleBooth) -> Iterator[Page]:
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(booth.url)
        yield page


def give_code(page: Page, code: str) -> None:
    """Open the sheet, and touch the code in."""
    tap(page, "own-data")
    keyboard = page.get_by_test_id("claim-sheet").get_by_test_id("keyboard")
    for letter in code:
        keyboard.locator(f'[data-skbtn="{letter}"]').tap()
    expect(page.get_by_test_id("claim-code")).to_have_text(code)
    tap(page, "claim-next")


def give_pin(page: Page, pin: str = STUDENTS_PIN) -> None:
    for digit in pin:
        tap(page, f"pin-{digit}")
    tap(page, "claim-next")


def refused(page: Page, words: str) -> None:
    """Said in plain words; put away, so that the next one is seen to be another."""
    notice = page.get_by_test_id("refused")
    expect(notice).to_contain_text(words, timeout=PATIENCE_MS)
    notice.get_by_role("button").tap()
    expect(notice).to_have_count(0)


def interviews(content: bytes) -> list[str]:
    found = json.loads(content)
    return [interview["session_id"] for interview in found["interviews"]]


def test_what_is_kept_is_seen_and_taken_along(page: Page, booth: ConsoleBooth, tmp_path: Path) -> None:
    give_code(page, booth.claim)
    give_pin(page)
    rows = page.get_by_test_id("own-rows").locator("li")
    expect(rows).to_have_count(1, timeout=PATIENCE_MS)
    expect(rows).to_contain_text("Machine learning engineer")
    away = booth.stick.rename(booth.stick.with_name("pulled"))
    tap(page, "own-usb")
    refused(page, "There is no USB stick.")
    expect(page.get_by_test_id("own-usb")).to_have_text("Copy to a USB stick")
    away.rename(booth.stick)
    tap(page, "own-usb")
    expect(page.get_by_test_id("own-usb")).to_have_text(
        "Written. You may pull the stick out.", timeout=PATIENCE_MS
    )
    (on_stick,) = booth.stick.glob("kabil-my-data-*.json")
    assert interviews(on_stick.read_bytes()) == ["s0"]  # theirs, and nobody else's
    with page.expect_download() as download:
        tap(page, "own-file")
    download.value.save_as(tmp_path / "own.json")
    assert interviews((tmp_path / "own.json").read_bytes()) == ["s0"]
    tap(page, "own-sheet-close")
    expect(page.get_by_test_id("own-rows")).to_have_count(0)
    assert booth.claim not in page.evaluate(STORES)
    give_code(page, booth.claim)  # who comes next has to know the PIN again
    expect(page.get_by_test_id("own-rows")).to_have_count(0)
    expect(page.get_by_test_id("claim-next")).to_be_disabled()


def test_a_wrong_pin_opens_nothing_and_the_fifth_locks_the_code(page: Page, booth: ConsoleBooth) -> None:
    give_code(page, booth.other_claim)
    for _ in range(WRONG_TRIES):
        give_pin(page, "9999")
        refused(page, "This PIN does not belong to the code.")
    give_pin(page)  # the right one comes too late
    refused(page, "Too many tries. Please wait a few minutes.")
    expect(page.get_by_test_id("own-rows")).to_have_count(0)


def test_everything_is_erased_after_one_question(page: Page, booth: ConsoleBooth) -> None:
    give_code(page, booth.claim)
    give_pin(page)
    expect(page.get_by_test_id("own-rows")).to_be_visible(timeout=PATIENCE_MS)
    tap(page, "own-erase")
    tap(page, "own-keep")
    expect(page.get_by_test_id("own-rows")).to_be_visible()
    tap(page, "own-erase")
    tap(page, "own-erase-confirm")
    expect(page.get_by_test_id("own-receipt")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("own-sheet")).to_contain_text("Receipt")
    expect(page.get_by_test_id("own-usb")).to_have_count(0)  # there is nothing left to take along
    tap(page, "own-sheet-close")
    give_code(page, booth.claim)
    give_pin(page)
    refused(page, "We do not know this code.")
