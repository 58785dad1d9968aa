"""Writes the pictures of docs/screens from the recorded wire states; needs `npm run build:wire`."""

from __future__ import annotations

import io
from pathlib import Path

import look
from PIL import Image
from playwright.sync_api import sync_playwright

OUT = look.HERE.parent / "docs" / "screens"
COLOURS = 128
SCREENS = {
    "attract": ("attract", "en", "1280x800"),
    "consent": ("consent", "en", "1280x800"),
    "check-eyes": ("check_eyes", "en", "1280x800"),
    "think": ("think", "en", "1280x800"),
    "answer": ("answer", "en", "1280x800"),
    "answer-hindi": ("answer_hi", "hi", "1280x800"),
    "answer-typed-small-panel": ("answer_typed", "en", "800x480"),
    "review": ("review", "en", "1280x800"),
    "results": ("results", "en", "1280x800"),
    "results-not-measured-hindi": ("results_no_camera", "hi", "1280x800"),
    "take-home": ("take_home", "en", "1280x800"),
    "review-upright": ("review_retry", "en", "800x1280"),
}
OPENED = {"timeline": ("review", "en", "1280x800", "tab-timeline")}


def main() -> None:
    """Take each picture and store it with few colours."""
    OUT.mkdir(parents=True, exist_ok=True)
    server, base = look.serve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (state, locale, panel, *taps) in {**SCREENS, **OPENED}.items():
            width, height = look.PANELS[panel]
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{base}/?wire={state}&locale={locale}")
            page.wait_for_selector("[data-testid=page]")
            for testid in taps:
                page.get_by_test_id(testid).click()
            page.evaluate("document.fonts.ready")
            page.wait_for_timeout(200)
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture.quantize(COLOURS, dither=Image.Dither.NONE).save(Path(OUT) / f"{name}.png", optimize=True)
            page.close()
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
