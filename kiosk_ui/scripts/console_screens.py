"""Every page of the console as a picture, from a real booth with kept interviews; ``--docs`` writes docs/screens.

Run from the repository's root: ``.venv/bin/python -m kiosk_ui.scripts.console_screens --out DIR``; needs ``npm run build``.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import CHROMIUM, QUIET, ROOT
from tests.e2e.test_console import PAGES, PIN, SIZES, ConsoleBooth, panel, type_pin
from tests.web.test_admin_packs import GOOD

COLOURS = 128
DOCS = ROOT / "docs" / "screens"
STEPS = ("language", "devices", "panel", "retention", "notice", "done")
SHOWN = (*PAGES, *(f"guide_{step}" for step in STEPS), "notice_edit", "first")
SHOWN_SMALL = ("keys_text", "keys_code", "keys_digits", "sign_in")


class Camera:
    """Takes the pictures of one panel and language."""

    def __init__(self, page: Page, out: Path, end: str) -> None:
        self.page, self.out, self.end = page, out, end

    def take(self, name: str) -> None:
        """The page as it stands."""
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_timeout(400)
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        path = self.out / f"console_{name}{self.end}.png"
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


@contextmanager
def booth_of_a_term() -> Iterator[ConsoleBooth]:
    """A booth whose staff have done this and that."""
    with tempfile.TemporaryDirectory() as folder:
        booth = ConsoleBooth(Path(folder))
        booth.start()
        (booth.stick / "our questions.csv").write_text(GOOD)
        try:
            yield booth
        finally:
            booth.stop()


def sign_in(page: Page, booth: ConsoleBooth, camera: Camera, *, first: bool) -> None:
    """Set the PIN, or type it."""
    page.goto(f"{booth.url}/admin")
    page.get_by_test_id("pin-1").wait_for()
    camera.take("first" if first else "sign_in")
    for _ in range(2 if first else 1):
        type_pin(page, PIN)
        page.get_by_test_id("enter").tap()


def walk(page: Page, camera: Camera) -> None:
    """Every page, the guided set-up, and the keys."""
    for name in PAGES:
        page.get_by_test_id(f"go-{name}").tap()
        page.wait_for_load_state("networkidle")
        if name == "health":  # looks for devices first
            page.locator(".lines").first.wait_for(timeout=60_000)
        camera.take(name)
    page.get_by_test_id("guide").tap()
    page.get_by_test_id("guide-next").wait_for()
    for step in STEPS:
        page.get_by_test_id(f"step-{step}").wait_for()
        if step == "devices":
            page.get_by_test_id("trial-begin").tap()
            expect(page.get_by_test_id("trial-view")).to_have_js_property("readyState", 4, timeout=20_000)
            expect(page.get_by_test_id("trial-level")).not_to_have_attribute(
                "aria-valuenow", "0", timeout=20_000
            )
        camera.take(f"guide_{step}")
        page.get_by_test_id("guide-finish" if step == STEPS[-1] else "guide-next").tap()
    for testid, name in (
        ("claim-code", "keys_code"),
        ("backup-passphrase", "keys_text"),
        ("claim-pin", "keys_digits"),
    ):
        page.get_by_test_id("go-data").tap()
        page.get_by_test_id(testid).tap()
        camera.take(name)
        page.locator('[data-skbtn="{hide}"]').tap()
    page.get_by_test_id("go-notices").tap()
    page.get_by_test_id("notice-edit").tap()
    page.get_by_test_id("line-hi-1-1").tap()
    camera.take("notice_edit")


def round_trip(browser: Browser, booth: ConsoleBooth, out: Path, locales: tuple[str, ...]) -> None:
    """Both panels in these languages."""
    first = True
    for locale in locales:
        for size in SIZES:
            with panel(browser, size) as context:
                page = context.new_page()
                camera = Camera(page, out, f".{locale}.{size[0]}x{size[1]}")
                sign_in(page, booth, camera, first=first)
                page.get_by_test_id("go-setup").wait_for()
                put = "([path, value]) => fetch(`/api/admin/${path}`, {method: 'PUT', body: JSON.stringify(value)})"
                page.evaluate(put, ["settings/web.console_locale", {"value": locale}])
                page.evaluate(put, ["steps", {"step": "language"}])
                page.reload()
                page.get_by_test_id("go-setup").wait_for()
                walk(page, camera)
                first = False


def main() -> None:
    """Parse, walk, and copy what docs/screens shows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--docs", action="store_true")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with booth_of_a_term() as booth, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        round_trip(browser, booth, args.out, ("en",) if args.docs else ("en", "hi"))
        browser.close()
    if args.docs:
        for name, size in {
            **dict.fromkeys(SHOWN, "1280x800"),
            **dict.fromkeys(SHOWN_SMALL, "800x480"),
        }.items():
            (DOCS / f"console_{name}.png").write_bytes(
                (args.out / f"console_{name}.en.{size}.png").read_bytes()
            )


if __name__ == "__main__":
    main()
