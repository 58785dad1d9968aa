"""Every page of the student's way as a picture in docs/screens, and sheets to see them beside each other.

Run from the repository's root, after ``npm run build:wire``: ``python -m kiosk_ui.scripts.screens [--sheets DIR]``.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

from kiosk_ui.scripts import look
from tests.e2e.conftest import CHROMIUM, QUIET

OUT = look.HERE.parent / "docs" / "screens"
COLOURS = 128
OTHER_PANELS = (("answer_typed", "en", "800x480"), ("review_retry", "en", "800x1280"))
"""Shown on another panel as well; the sheets hold all on all."""

SHEET_COLUMNS, SHEET_WIDTH_PX, LINE_PX = 6, 2400, 18
"""A sheet's width, its columns, and the line with a picture's name (our choice)."""

Picture = tuple[str, Image.Image]


def shot(page: Page) -> Image.Image:
    """The page as it stands, in few colours."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.quantize(COLOURS, dither=Image.Dither.NONE)


def ways(name: str) -> list[list[str]]:
    """What is touched for the pictures of a state: nothing, then each thing that opens."""
    return [[], *look.OPENED.get(name, [])]


def pictures(browser: Browser, base: str, panel: str, wanted: list[tuple[str, str]]) -> list[Picture]:
    """Each state, and each thing opened on it, in the language asked for."""
    width, height = look.PANELS[panel]
    page = browser.new_page(viewport={"width": width, "height": height}, has_touch=True)
    page.goto(f"{base}/?wire=attract")
    page.wait_for_selector("[data-testid=page]")
    taken = []
    for name, locale in wanted:
        for taps in ways(name):
            if not look.open_on(page, name, locale, "normal", taps):  # all of it is there on this panel
                taken.append((".".join([name, *taps]), shot(page)))
    page.close()
    return taken


def sheet(taken: list[Picture]) -> Image.Image:
    """Pictures beside each other, each with its name."""
    side = SHEET_WIDTH_PX // SHEET_COLUMNS
    height = side * taken[0][1].height // taken[0][1].width + LINE_PX
    whole = Image.new("RGB", (SHEET_WIDTH_PX, height * -(-len(taken) // SHEET_COLUMNS)), "white")
    pen = ImageDraw.Draw(whole)
    for number, (name, picture) in enumerate(taken):
        at = (number % SHEET_COLUMNS * side, number // SHEET_COLUMNS * height)
        small = picture.convert("RGB").resize((side - 4, height - LINE_PX - 4), Image.Resampling.LANCZOS)
        whole.paste(small, (at[0], at[1] + LINE_PX))
        pen.text((at[0] + 2, at[1] + 3), name, fill="black")
    return whole


def spoken_in(locale: str) -> list[tuple[str, str]]:
    """The states that can be looked at in a language."""
    return [one for one in look.states("") if one[1] == locale]


def write_docs(browser: Browser, base: str) -> None:
    """One picture of each page; what was recorded in Hindi in Hindi."""
    hindi = [one for one in spoken_in("hi") if one[0].endswith("_hi") or "_hi_" in one[0]]
    for name, picture in pictures(browser, base, "1280x800", spoken_in("en") + hindi):
        picture.save(OUT / f"{name}.png", optimize=True)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(base)  # no recorded state: it looks for a booth
    page.wait_for_selector('[data-phase="trouble"]')
    look.settle(page)
    shot(page).save(OUT / "no_booth.png", optimize=True)
    page.close()
    for state, locale, panel in OTHER_PANELS:
        for name, picture in pictures(browser, base, panel, [(state, locale)])[:1]:
            picture.save(OUT / f"{name}.{panel}.png", optimize=True)


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=Path, help="all pages on all panels in both languages, for looking")
    args = parser.parse_args()
    server, base = look.serve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        write_docs(browser, base)
        if args.sheets:
            args.sheets.mkdir(parents=True, exist_ok=True)
            for panel in look.PANELS:
                for locale in ("en", "hi"):
                    whole = sheet(pictures(browser, base, panel, spoken_in(locale)))
                    whole.save(args.sheets / f"{locale}.{panel}.png")
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
