"""The placement cell's console in a real browser, by touch: from the first PIN to the lock-out and the restart."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM, QUIET, ROOT
from tests.e2e.console_booth import STUDENTS_PIN
from tests.e2e.console_process import ConsoleBooth
from tests.e2e.touch import tap
from tests.web.test_admin_packs import BROKEN, GOOD

PIN = "271828"
PASSPHRASE = "monsoon guava 27"
PAGES = ("overview", "shared", "questions", "health", "data", "notices", "audit", "setup")
SIZES = ((1280, 800), (800, 480))
AXE = ROOT / "kiosk_ui" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE_MS = 20_000
"""for what takes a second on a quiet machine"""
LOADING = {"en": "Loading …", "hi": "लोड हो रहा है …"}
"""what a page says until the booth has told it everything"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def booth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleBooth]:
    booth = ConsoleBooth(tmp_path_factory.mktemp("console"))
    booth.start()
    yield booth
    booth.stop()


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
    yield browser
    browser.close()


@contextlib.contextmanager
def panel(chromium: Browser, size: tuple[int, int] = (1280, 800)) -> Iterator[BrowserContext]:
    viewport: Any = {"width": size[0], "height": size[1]}
    context = chromium.new_context(viewport=viewport, has_touch=True, permissions=["camera", "microphone"])
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()


@pytest.fixture(scope="module")
def page(chromium: Browser, booth: ConsoleBooth) -> Iterator[Page]:
    """The panel at which staff stand all term."""
    with panel(chromium) as context:
        page = context.new_page()
        page.goto(f"{booth.url}/admin")
        yield page


def type_pin(page: Page, pin: str) -> None:
    for digit in pin:
        tap(page, f"pin-{digit}")


def go(page: Page, name: str) -> None:
    tap(page, f"go-{name}")
    expect(page.get_by_test_id(f"page-{name}")).to_be_visible()


def touch_in(page: Page, testid: str, text: str) -> None:
    """Touch a field, and type on the keys that come up; letters that they lack are typed on a real keyboard."""
    page.get_by_test_id(testid).tap()
    keys = page.get_by_test_id("keys")
    expect(keys).to_be_visible()
    for letter in text:
        key = keys.locator(f'[data-skbtn="{"{space}" if letter == " " else letter}"]')
        key.tap()
    keys.locator('[data-skbtn="{hide}"]').tap()
    expect(keys).to_have_count(0)


def said(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_test_id("said-done").filter(has_text=words).first).to_be_visible(timeout=PATIENCE_MS)


def refused(page: Page, words: str) -> None:
    expect(page.get_by_test_id("said-error").filter(has_text=words).first).to_be_visible(timeout=PATIENCE_MS)


# --- the first day ---


def test_the_first_pin_and_the_guided_set_up_that_goes_on_where_it_was_left(
    page: Page, booth: ConsoleBooth
) -> None:
    type_pin(page, PIN)
    tap(page, "enter")
    type_pin(page, PIN)
    tap(page, "enter")
    expect(page.get_by_test_id("step-language")).to_be_visible()
    tap(page, "console-language-hi")
    expect(page.get_by_test_id("go-setup")).to_have_text("सेटअप")
    tap(page, "console-language-en")
    expect(page.get_by_test_id("go-setup")).to_have_text("Setup")
    tap(page, "guide-next")
    tap(page, "trial-begin")  # the browser's made camera and beeping microphone
    expect(page.get_by_test_id("trial-level")).not_to_have_attribute("aria-valuenow", "0", timeout=20_000)
    video = page.get_by_test_id("trial-view")
    expect(video).to_be_visible()
    expect(video).to_have_js_property("readyState", 4, timeout=PATIENCE_MS)
    expect(page.get_by_test_id("trial-hearing")).not_to_have_attribute("data-state", "no_signal")
    tap(page, "guide-next")
    tap(page, "panel-10.1")
    expect(page.locator(".measure")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("page-overview")).to_be_visible()
    go(page, "setup")
    tap(page, "guide")
    expect(page.get_by_test_id("step-panel")).to_be_visible()
    tap(page, "guide-back")
    expect(page.get_by_test_id("step-devices")).to_be_visible()
    tap(page, "guide-next")
    expect(page.get_by_test_id("panel-10.1").locator("input")).to_be_checked()
    tap(page, "guide-next")
    expect(page.get_by_test_id("setting-store.retention")).to_have_value("days")
    tap(page, "guide-next")
    expect(page.get_by_test_id("notice-text")).to_contain_text("Data Protection Board")
    tap(page, "guide-next")
    tap(page, "guide-finish")
    expect(page.get_by_test_id("restart-panel")).to_be_visible()


# --- the term ---


def test_figures_are_of_groups_with_what_was_not_measured_by_language(page: Page) -> None:
    go(page, "overview")
    expect(page.get_by_test_id("count")).to_have_text("12")
    main = page.get_by_test_id("page-overview")
    expect(main.get_by_role("region", name="Not measured, by language")).to_contain_text("Hindi")
    expect(main.get_by_role("region", name="Mean scores")).to_contain_text("12")
    expect(main).not_to_contain_text("s10")


def test_a_pack_with_a_broken_line_is_told_by_its_line(page: Page, booth: ConsoleBooth) -> None:
    (booth.stick / "Broken Pack.csv").write_text(BROKEN)
    (booth.stick / "cell.csv").write_text(GOOD)
    (booth.stick / ".hidden.csv").write_text(GOOD)
    go(page, "questions")
    tap(page, "bring-Broken Pack.csv")
    expect(page.get_by_test_id("problems").locator("li").first).to_have_text(
        re.compile(r"^broken-pack\.csv, line 3: “level” must be one of: easy")
    )
    expect(page.get_by_test_id("bring-.hidden.csv")).to_have_count(0)
    tap(page, "bring-cell.csv")
    said(page, "cell.csv is right")
    tap(page, "look-cell.csv")
    expect(page.get_by_text("How would you sell chalk91 to a school?")).to_be_visible()
    tap(page, "turn-cell.csv")
    said(page, "cell.csv is on")
    tap(page, "turn-cell.csv")
    said(page, "cell.csv is off")


def test_a_setting_is_typed_on_the_panel_and_holds_at_once(
    page: Page, chromium: Browser, booth: ConsoleBooth
) -> None:
    go(page, "setup")
    box = page.get_by_test_id("setting-web.grievance_contact")
    touch_in(page, "setting-web.grievance_contact", "desk 3")
    expect(box).to_have_value("desk 3")
    tap(page, "setting-web.grievance_contact-save")
    with panel(chromium) as context:
        students = context.new_page()
        students.goto(booth.url)
        expect(students.locator('[data-phase="attract"]')).to_contain_text("desk 3")
        assert students.evaluate("document.documentElement.style.getPropertyValue('--target')").endswith("px")
    page.get_by_test_id("setting-interview.questions").fill("99")
    expect(page.get_by_test_id("setting-interview.questions-save")).to_be_disabled()
    page.get_by_test_id("setting-voice.volume").fill("55")
    tap(page, "setting-voice.volume-save")
    expect(page.get_by_test_id("restart-panel")).to_contain_text("Some changes wait")


def test_only_what_was_shared_is_shown_and_it_goes_to_the_stick(page: Page, booth: ConsoleBooth) -> None:
    go(page, "shared")
    expect(page.locator("tbody tr")).to_have_count(1)
    tap(page, "stick-ours")
    said(page, re.compile("kabil-report-"))
    assert next(booth.stick.glob("kabil-report-*.pdf")).read_bytes()[:5] == b"%PDF-"
    tap(page, "stick-csv")
    said(page, re.compile("kabil-cohort-"))
    assert next(booth.stick.glob("kabil-shared-*.csv")).stat().st_size > 0


def test_a_site_writes_its_own_notice(page: Page) -> None:
    go(page, "notices")
    tap(page, "notice-edit")
    page.get_by_test_id("line-en-4-3").fill("Ask at the desk whenever you like to.")
    tap(page, "notice-save")
    expect(page.get_by_test_id("wrong-en-4-3")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_test_id("line-en-4-3").fill("Ask {contact}, or the Data Protection Board of India.")
    tap(page, "notice-save")
    said(page, "2026-11.site-1")
    expect(page.get_by_test_id("notice-in-force")).to_contain_text("site-1", timeout=PATIENCE_MS)
    expect(page.get_by_test_id("choose-2026-11")).to_be_enabled()


def test_a_student_takes_a_copy_then_everything_is_erased(page: Page, booth: ConsoleBooth) -> None:
    go(page, "data")
    touch_in(page, "claim-code", booth.claim)
    touch_in(page, "claim-pin", "9999")
    tap(page, "claim-stick")
    refused(page, "not the PIN of that code")
    page.get_by_test_id("claim-pin").fill(STUDENTS_PIN)
    tap(page, "claim-stick")
    said(page, "kabil-my-data-")
    copy = json.loads(next(booth.stick.glob("kabil-my-data-*.json")).read_bytes())
    assert [interview["session_id"] for interview in copy["interviews"]] == ["s0"]
    touch_in(page, "claim-code", booth.claim)
    page.get_by_test_id("claim-pin").fill(STUDENTS_PIN)
    tap(page, "claim-erase")
    tap(page, "claim-erase-yes")
    said(page, "Receipt")


def test_a_backup_comes_back_with_its_passphrase_alone(page: Page, booth: ConsoleBooth) -> None:
    go(page, "data")
    tap(page, "backup-suggest")
    expect(page.get_by_test_id("backup-passphrase")).to_have_value(re.compile(r"^(\w{4}-){3}\w{4}$"))
    page.get_by_test_id("backup-passphrase").fill(PASSPHRASE)
    tap(page, "backup")
    said(page, "kabil-backup-")
    name = next(booth.stick.glob("kabil-backup-*.kabil")).name
    expect(page.get_by_test_id(f"restore-{name}")).to_be_disabled()
    page.get_by_test_id("restore-passphrase").fill("another passphrase")
    tap(page, f"restore-{name}")
    tap(page, f"restore-{name}-yes")
    refused(page, "not the passphrase")
    page.get_by_test_id("restore-passphrase").fill(PASSPHRASE)
    tap(page, f"restore-{name}")
    tap(page, f"restore-{name}-yes")
    said(page, "The backup is in place")


def test_the_log_tells_what_was_done(page: Page) -> None:
    go(page, "audit")
    table = page.get_by_test_id("page-audit")
    for words in (
        "Backup restored",
        "Backup refused",
        "Student's data erased",
        "Setting changed: Whom to ask",
    ):
        expect(table).to_contain_text(words)
    expect(table).to_contain_text("not the passphrase")
    expect(table).not_to_contain_text("ours")


# --- every page, both languages, both panels ---


SMALL = """() => [...document.querySelectorAll('button, a, select, textarea, input, label[data-testid], [role=switch]')]
  .map(e => e.matches('input[type=checkbox], input[type=radio], [role=switch]') ? e.closest('label, button') ?? e : e)
  .filter(e => e.checkVisibility({visibilityProperty: true}) && getComputedStyle(e).clipPath === 'none')
  .map(e => [e.dataset.testid ?? e.className, e.getBoundingClientRect()])
  .filter(([, r]) => r.width > 1 && (r.width < 63.5 || r.height < 63.5))
  .map(([name, r]) => `small ${name} ${Math.round(r.width)}x${Math.round(r.height)}`)"""


def wrong_with(page: Page) -> list[str]:
    found = page.evaluate(
        "(tags) => axe.run(document, {runOnly: tags}).then(r => r.violations.map("
        "v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')))",
        TAGS,
    )
    wide = page.evaluate(
        "[...document.querySelectorAll('.console-main, .sign-in, .panel')].some(e => e.scrollWidth > e.clientWidth)"
    )
    return [*found, *page.evaluate(SMALL), *(["wider than the panel"] if wide else [])]


@pytest.mark.parametrize(
    ("locale", "size", "contrast"),
    [*((locale, size, "normal") for locale in LOADING for size in SIZES),
     ("en", SIZES[0], "high"), ("hi", SIZES[1], "high")],
)  # fmt: skip
def test_no_page_has_a_violation(page: Page, locale: str, size: tuple[int, int], contrast: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run scripts/setup --tools")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    put = "(body) => fetch('/api/admin/settings/web.console_locale', {method: 'PUT', body})"
    page.evaluate(put, json.dumps({"value": locale}))
    page.evaluate(
        "(contrast) => sessionStorage.setItem('kabil.display', JSON.stringify({contrast}))", contrast
    )
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-contrast", contrast)
    page.evaluate(AXE.read_text("utf-8"))
    problems: list[str] = []
    for name in PAGES:
        go(page, name)
        expect(page.get_by_test_id(f"page-{name}").get_by_text(LOADING[locale])).to_have_count(
            0, timeout=PATIENCE_MS
        )
        assert page.evaluate("document.documentElement.lang") == locale
        problems += [f"{name} {size} {locale} {contrast}: {line}" for line in wrong_with(page)]
    tap(page, "guide")
    problems += [f"guide {size} {locale} {contrast}: {line}" for line in wrong_with(page)]
    assert problems == []


# --- the door ---


def test_the_mark_is_held_for_three_seconds_and_the_panel_goes_back(
    chromium: Browser, booth: ConsoleBooth
) -> None:
    with panel(chromium, (800, 480)) as context:
        page = context.new_page()
        page.goto(booth.url)
        box = page.get_by_test_id("staff-door").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 30, box["y"] + 30)
        page.mouse.down()
        page.wait_for_timeout(500)
        page.mouse.up()
        assert page.url == f"{booth.url}/"
        page.get_by_test_id("staff-door").focus()
        page.keyboard.down("Enter")
        page.wait_for_url("**/admin")
        page.keyboard.up("Enter")
        expect(page.get_by_test_id("pin-1")).to_be_visible()
        page.evaluate(AXE.read_text("utf-8"))
        assert wrong_with(page) == []
        tap(page, "to-booth")
        expect(page.locator('[data-phase="attract"]')).to_be_visible()


def test_ten_wrong_pins_lock_the_console(chromium: Browser, booth: ConsoleBooth) -> None:
    with panel(chromium) as context:
        page = context.new_page()
        page.goto(f"{booth.url}/admin")
        for _ in range(10):
            page.get_by_test_id("pin").fill("000000")
            tap(page, "enter")
            expect(page.get_by_test_id("pin")).to_have_value("")
            expect(page.get_by_test_id("said-error")).to_be_visible()
        expect(page.get_by_test_id("locked")).to_be_visible()
        page.get_by_test_id("pin").fill(PIN)
        expect(page.get_by_test_id("enter")).to_be_disabled()


def test_the_booth_restarts_in_good_order(page: Page, booth: ConsoleBooth) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    go(page, "overview")
    go(page, "setup")
    for _ in range(30):  # a booth that has just started asks for patience
        tap(page, "restart")
        tap(page, "restart-yes")
        said = page.get_by_test_id("restart-panel").locator(
            "[data-testid=said-done], [data-testid=said-error]"
        )
        expect(said).to_be_visible()
        if said.get_attribute("data-testid") == "said-done":
            break
        page.wait_for_timeout(1000)
    assert booth.process.wait(20) == 0
    assert booth.systemd.told[0] == "READY=1"
    assert booth.systemd.told[-1] == "STOPPING=1"
