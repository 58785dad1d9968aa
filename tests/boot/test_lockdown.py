"""Chromium under the installed policy: one origin, and no way out of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import pytest

from appliance import kiosk_policy
from appliance.settings import Settings, Web
from tests.boot.machine import until

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.boot,
    pytest.mark.skipif(
        CHROMIUM is None or os.geteuid() != 0, reason="needs Chromium, and root for its policy folder"
    ),
]
BLOCKED = "net::ERR_BLOCKED_BY_ADMINISTRATOR"
LIFTED = {"RemoteDebuggingAllowed", "DeveloperToolsAvailability"}
"""with these two the browser refuses any driver, so that nothing could be tested"""
DRIVER = re.compile(r"ws://([^/:]+):(\d+)/")
"""where a browser says that it can be driven"""
WAYS_OUT = (
    "chrome://settings",
    "chrome://flags",
    "chrome://downloads",
    "chrome://version",
    "devtools://devtools/bundled/inspector.html",
    "view-source:{origin}/",
    "file:///etc/passwd",
    "file:///",
    "http://127.0.0.1:1/",
    "http://localhost:{port}/",
    "http://example.org/",
    "data:text/html,hello",
)


class _Hello(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []
    """every path that a browser asked for"""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Kabil</title><a id=file download=taken.txt href=/file>file</a>")

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hello)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextlib.contextmanager
def browsing(folder: Path, policy: dict[str, object], start: str) -> Iterator[Driven]:
    """A browser that a test drives, so that two keys are lifted."""
    lifted = {name: value for name, value in policy.items() if name not in LIFTED}
    with running(folder, lifted, start) as log:
        yield Driven(*_devtools(log), start)


@contextlib.contextmanager
def running(folder: Path, policy: dict[str, object], start: str) -> Iterator[Path]:
    """A browser that finds this policy where the installer puts it, and offers to be driven; what it logs."""
    managed = folder / "policies" / "managed"
    managed.mkdir(parents=True)
    (managed / "kabil.json").write_text(json.dumps(policy))
    command = [
        "unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/chromium && exec "$@"', str(folder), str(CHROMIUM),
        "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
        "--remote-allow-origins=*",
        f"--user-data-dir={folder / 'profile'}", start,
    ]  # fmt: skip
    log = folder / "browser.log"
    with log.open("wb") as told:
        browser = subprocess.Popen(command, stdout=told, stderr=told)
    try:
        yield log
    finally:
        browser.terminate()
        browser.wait(20)


def _devtools(log: Path) -> tuple[str, str]:
    """Host and port where the browser listens for its driver, as it says when it has started."""
    deadline = time.monotonic() + 60
    while (found := DRIVER.search(log.read_text(errors="replace"))) is None:
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-1000:]
        time.sleep(0.1)
    return found[1], found[2]


class Driven:
    """One page of the browser, by its own protocol: ephemeral profiles are hidden from other drivers."""

    def __init__(self, host: str, port: str, start: str) -> None:
        self._door, self._start = f"http://{host}:{port}/json", start
        self._socket = ""

    def fresh(self) -> None:
        """A new tab at the start page: the page of a refused navigation cannot be driven on."""
        asked = urllib.request.Request(f"{self._door}/new?{self._start}", method="PUT")
        with urllib.request.urlopen(asked, timeout=20) as reply:
            self._socket = json.load(reply)["webSocketDebuggerUrl"]
        self.until("document.readyState === 'complete' && document.title")

    def goto(self, url: str) -> str:
        """Navigate from the start page; the error's name, or nothing."""
        self.fresh()
        return str(self._call("Page.navigate", url=url).get("errorText", ""))

    def evaluate(self, script: str) -> Any:
        found = self._call("Runtime.evaluate", expression=script, returnByValue=True)
        return found["result"].get("value")

    def until(self, script: str) -> Any:
        """Evaluate again and again until it gives something."""
        deadline = time.monotonic() + 20
        while not (found := self.evaluate(script)):
            assert time.monotonic() < deadline, script
            time.sleep(0.1)
        return found

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        return asyncio.run(self._talk({"id": 1, "method": method, "params": params}))

    async def _talk(self, message: dict[str, Any]) -> dict[str, Any]:
        async with aiohttp.ClientSession() as client, client.ws_connect(self._socket) as socket:
            await socket.send_json(message)
            while True:
                reply = json.loads((await socket.receive(timeout=20)).data)
                if reply.get("id") == message["id"]:
                    assert "error" not in reply, reply
                    found: dict[str, Any] = reply["result"]
                    return found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, origin: str) -> Iterator[Driven]:
    folder = tmp_path_factory.mktemp("locked")
    with browsing(folder, kiosk_policy.policy(site(origin)), origin) as page:
        yield page


def site(origin: str) -> Settings:
    return Settings(web=Web(port=int(origin.rsplit(":", 1)[1])))


def test_the_booths_page_is_reached(page: Driven, origin: str) -> None:
    assert page.goto(f"{origin}/") == ""
    assert page.until("document.title") == "Kabil"
    assert page.evaluate("isSecureContext") is True


@pytest.mark.parametrize("url", WAYS_OUT)
def test_nothing_else_is(page: Driven, origin: str, url: str) -> None:
    assert page.goto(url.format(origin=origin, port=origin.rsplit(":", 1)[1])) == BLOCKED


def test_no_driver_is_let_in(tmp_path: Path, origin: str) -> None:
    """Under the whole policy the browser shows the page and listens to nobody; the tests above are the control."""
    _Hello.asked.clear()
    with running(tmp_path, kiosk_policy.policy(site(origin)), f"{origin}/started") as log:
        until(lambda: "/started" in _Hello.asked, 60.0)
        until(lambda: "remote debugging is disallowed" in log.read_text(errors="replace"), 60.0)
        assert DRIVER.search(log.read_text(errors="replace")) is None
        assert not (tmp_path / "profile" / "DevToolsActivePort").exists()


def test_no_page_lets_its_tools_in(tmp_path: Path, origin: str) -> None:
    """Where a driver is let in all the same, the page's developer tools stay closed."""
    policy = kiosk_policy.policy(site(origin))
    policy.pop("RemoteDebuggingAllowed")
    with running(tmp_path, policy, f"{origin}/") as log:
        page = Driven(*_devtools(log), f"{origin}/")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            page.fresh()
    assert refused.value.status == 403


def taken(folder: Path, policy: dict[str, object], origin: str, seconds: float) -> float | None:
    """Click on a file to take it; the seconds until it lies in the folder, None where it does not."""
    _Hello.asked.clear()
    goal = folder / "goal"
    with browsing(folder, {**policy, "DownloadDirectory": str(goal)}, f"{origin}/") as page:
        page.fresh()
        page.evaluate("document.getElementById('file').click()")
        until(lambda: "/file" in _Hello.asked, 60.0)
        with contextlib.suppress(AssertionError):
            return until(lambda: (goal / "taken.txt").exists(), seconds)
        assert not goal.exists() or list(goal.iterdir()) == []
    return None


def test_nothing_is_downloaded(tmp_path: Path, origin: str) -> None:
    """The control is the same policy without that one key."""
    policy = kiosk_policy.policy(site(origin))
    free = {name: value for name, value in policy.items() if name != "DownloadRestrictions"}
    seconds = taken(tmp_path / "free", free, origin, 60.0)
    assert seconds is not None
    assert taken(tmp_path / "policy", policy, origin, 2.0 + 5.0 * seconds) is None


def test_the_browser_knows_every_name_of_the_policy(tmp_path: Path, origin: str) -> None:
    """Its own policy page, with that one page let in, shows no error; a made-up name is the control."""
    policy = kiosk_policy.policy(site(origin))
    allowed = [origin, "chrome://policy"]
    with browsing(tmp_path, {**policy, "URLAllowlist": allowed, "NoSuchPolicy": True}, origin) as page:
        assert page.goto("chrome://policy") == ""
        rows = page.until(ROWS)
        assert {row["name"] for row in rows} >= set(policy) - LIFTED
        assert {row["name"] for row in rows if "rror" in row["text"]} == {"NoSuchPolicy"}


ROWS = """(() => {
  const app = document.querySelector('policy-app');
  if (!app?.shadowRoot) return null;
  const tables = [...app.shadowRoot.querySelectorAll('policy-table')];
  const rows = tables.flatMap(table => [...table.shadowRoot.querySelectorAll('policy-row')]);
  const text = (row, of) => row.shadowRoot.querySelector(of)?.textContent.trim() ?? '';
  const found = rows.map(row => ({name: text(row, '#name'), text: text(row, '.policy.row .messages')}));
  return found.length > 50 ? found : null;
})()"""
"""name and message of every row of chrome://policy"""
