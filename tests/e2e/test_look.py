"""Every page from every recorded state, in both languages, on three panels: nothing overflows, axe finds nothing."""

from __future__ import annotations

import functools
import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk_ui.scripts import look
from tests.e2e.conftest import ROOT

UI = ROOT / "kiosk_ui"
PANELS = ["1280x800", "800x480", "800x1280"]
TOUCHED = [
    ("language", "back"),
    ("language", "lang-en"),
    ("role", "group-software"),
    ("review", "tab-words"),
    ("results", "score-fluency"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The design build of now, served with the product's policy."""
    place = tmp_path_factory.mktemp("wire")
    command = [str(ROOT / "scripts" / "npm"), "run", "--silent", "build:wire", "--", "--outDir", str(place)]
    subprocess.run(command, cwd=UI, check=True, capture_output=True, timeout=240)
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(look.Quiet, directory=str(place))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def wire(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The design build on one panel."""
    width, height = look.PANELS[request.param]
    size: Any = {"width": width, "height": height}
    context = browser.new_context(viewport=size, has_touch=True)
    context.add_init_script(path=str(look.AXE))
    page = context.new_page()
    page.goto(f"{address}/?wire=attract")
    page.wait_for_selector("[data-testid=page]")
    yield page
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("text", ["normal", "largest"])
@pytest.mark.parametrize("wire", PANELS, indirect=True)
def test_every_state_fits_and_axe_finds_nothing(wire: Page, text: str) -> None:
    problems = []
    for name, locale in look.states(""):
        look.turn_to(wire, name, locale, text)
        problems += [f"{name} {locale}: {line}" for line in look.found(wire, axe=True)]
    assert "\n".join(problems) == ""


@pytest.mark.slow
@pytest.mark.parametrize("text", ["normal", "largest"])
@pytest.mark.parametrize("wire", PANELS, indirect=True)
def test_what_is_opened_on_a_page_fits_too(wire: Page, text: str) -> None:
    problems = []
    for name, ways in look.OPENED.items():
        for locale in ("en", "hi"):
            for taps in ways:
                missing = look.open_on(wire, name, locale, text, taps)
                lines = look.found(wire, axe=True) + [
                    f"no {one}" for one in missing if not _differs(name, one)
                ]
                problems += [f"{name} {locale} {'/'.join(taps)}: {line}" for line in lines]
    assert "\n".join(problems) == ""


def _differs(name: str, testid: str) -> bool:
    """On small panels the points have tabs of their own, so that what is measured is a tab away."""
    return name == "review" and testid == "how-measured"


@pytest.mark.parametrize("wire", ["800x480"], indirect=True)
def test_an_overflow_would_be_found(wire: Page) -> None:
    look.turn_to(wire, "think", "en", "normal")
    assert look.found(wire, axe=False) == []
    wire.evaluate("document.querySelector('[data-testid=ready]').style.marginRight = '-200px'")
    assert any("outside" in line for line in look.found(wire, axe=False))


@pytest.mark.parametrize("wire", ["800x480"], indirect=True)
def test_what_axe_is_for_would_be_found(wire: Page) -> None:
    look.turn_to(wire, "think", "en", "normal")
    assert look.found(wire, axe=True) == []
    ready = "document.querySelector('[data-testid=ready]')"
    wire.evaluate(f"{ready}.style.cssText = 'color: #777; background: #888'")
    assert "color-contrast" in " ".join(look.found(wire, axe=True))
    wire.evaluate(f"{ready}.setAttribute('aria-hidden', 'true')")
    assert "aria-hidden-focus" in " ".join(look.found(wire, axe=True))


@pytest.mark.parametrize("wire", ["800x480"], indirect=True)
def test_a_finger_is_answered_in_high_contrast_too(wire: Page) -> None:
    session = wire.context.new_cdp_session(wire)
    unanswered = []
    for name, testid in TOUCHED:
        look.turn_to(wire, name, "en", "normal&contrast=high")
        control = wire.get_by_test_id(testid).first
        box = control.bounding_box()
        assert box is not None
        before = control.screenshot()
        finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
        expect(control).to_have_attribute("data-pressed", "true")
        if control.screenshot() == before:
            unanswered.append(f"{name} {testid}")
        session.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    assert unanswered == []


def test_the_panels_are_those_of_the_product() -> None:
    assert sorted(look.PANELS) == sorted(PANELS)
    assert Path(look.AXE).is_file()
