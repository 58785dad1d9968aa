"""Chromium by the DevTools protocol alone: a test driver keeps each answer of the network in the page's process."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from websockets.sync.client import ClientConnection, connect

from tests.e2e.conftest import CHROMIUM, QUIET

START_SECONDS = 60.0
POLL_SECONDS = 0.1
PANEL = {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}


class Session(Protocol):
    """What takes commands of the protocol."""

    def send(self, method: str, params: dict[str, Any] | None = None) -> Any:
        """The answer to a command."""


class DevTools:
    """One target: a page or the browser. Events are not asked for, so none come."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._count = 0

    def send(self, method: str, params: dict[str, Any] | None = None) -> Any:
        """The answer to a command; raises ``RuntimeError`` where it is refused."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": params or {}}))
        while (message := json.loads(self._socket.recv())).get("id") != self._count:
            pass
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message["result"]


@contextmanager
def opened_page(url: str) -> Iterator[tuple[DevTools, DevTools]]:
    """A browser of our own with one page on a touch panel: the page, and the browser."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(prefix="kabil-browser-", ignore_cleanup_errors=True) as place:
        own = ("--headless=new", "--remote-debugging-port=0", f"--user-data-dir={place}")
        process = subprocess.Popen([CHROMIUM, *own, *QUIET, url], stderr=subprocess.DEVNULL)
        try:
            address, path = _address(Path(place) / "DevToolsActivePort")
            with connect(_page(address), max_size=None) as page, connect(f"ws://{address}{path}") as browser:
                session = DevTools(page)
                session.send("Emulation.setDeviceMetricsOverride", PANEL)
                session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
                yield session, DevTools(browser)
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def _address(file: Path) -> tuple[str, str]:
    """Where the browser listens, and the path of its own socket."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        lines = file.read_text("ascii").splitlines() if file.exists() else []
        if len(lines) == 2:
            return f"127.0.0.1:{lines[0]}", lines[1]
        time.sleep(POLL_SECONDS)
    raise TimeoutError("the browser does not listen")


def _page(address: str) -> str:
    """The socket of the first page."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with urllib.request.urlopen(f"http://{address}/json/list", timeout=START_SECONDS) as answer:
            pages = [one for one in json.load(answer) if one["type"] == "page"]
        if pages:
            return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(POLL_SECONDS)
    raise TimeoutError("the browser shows no page")
