"""A real booth and a real browser: ``kabil serve`` on a free port, Chromium with a made camera and microphone."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.e2e import media

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
OWN_PORTS = range(20_000, 32_000)
"""below those for outgoing connections. Source: the kernel's ip-sysctl, ip_local_port_range begins at 32768"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; it runs last: Playwright's loop would be in the way of asynchronous tests.

    The longest file comes first, so that two workers end together.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: (here in item.path.parents, item.path != here / "test_look.py"))


@dataclass
class Booth:
    """A booth process of our own."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    """a command that runs it elsewhere, such as in a network namespace"""
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start and wait until ready; the seconds that took."""
        self.port = self.port or _free_port()
        environ = {**os.environ, **self._environ()}
        begun = time.monotonic()
        command = [*self.prefix, sys.executable, "-m", "appliance", "serve"]
        log = (self.data / "booth.log").open("ab")
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=log)
        log.close()
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert b"ready" in line, (self.data / "booth.log").read_text()[-3000:]
        return time.monotonic() - begun

    def _environ(self) -> dict[str, str]:
        return {
            "KABIL_WEB__PORT": str(self.port),
            "KABIL_PLACES__DATA": str(self.data),
            "KABIL_PLACES__MODELS": str(ROOT / "var" / "models"),
            "KABIL_CAPTURE__CAMERA": "webrtc",
            "KABIL_CAPTURE__MICROPHONE": "webrtc",
            "KABIL_SPEECH__ENGINE": "vosk",
            "KABIL_SPEECH__MODEL": "vosk-tiny",
            "KABIL_VOICE__ENGINE": "none",
            "KABIL_INTERVIEW__QUESTIONS": "2",
            **self.settings,
        }

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; safe to call twice."""
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None


def _free_port() -> int:
    """One that the kernel gives to no connection of another test before the booth, seconds later, takes it."""
    for port in random.sample(OWN_PORTS, len(OWN_PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@pytest.fixture(scope="session")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The made candidate's camera and microphone files."""
    return media.make(tmp_path_factory.mktemp("candidate"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright, candidate: tuple[Path, Path]) -> Iterator[Browser]:
    camera, microphone = candidate
    devices = [
        f"--use-file-for-fake-video-capture={camera}",
        f"--use-file-for-fake-audio-capture={microphone}",
    ]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *devices])
    yield browser
    browser.close()


@contextlib.contextmanager
def context_of(browser: Browser, width: int = 1280, height: int = 800) -> Iterator[BrowserContext]:
    """A touch panel."""
    size: Any = {"width": width, "height": height}
    context = browser.new_context(viewport=size, has_touch=True, permissions=["camera", "microphone"])
    context.set_default_timeout(20_000)
    try:
        yield context
    finally:
        context.close()


@pytest.fixture
def booth(tmp_path: Path) -> Iterator[Booth]:
    booth = Booth(tmp_path)
    booth.start()
    yield booth
    booth.stop()


@pytest.fixture
def page(browser: Browser, booth: Booth) -> Iterator[Page]:
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(booth.url)
        yield page
