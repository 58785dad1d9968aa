"""``kabil serve`` as a real process that the console asks to restart: it begins anew by itself, as the same process."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import _free_port

PIN = "271828"
PATIENCE_SECONDS = 60.0
SITE = """
[web]
port = {port}
[places]
data = "{data}"
[capture]
camera = "disabled"
microphone = "disabled"
[speech]
engine = "none"
[voice]
engine = "none"
"""


@dataclass
class Serving:
    """The process, and a member of staff at its console."""

    process: subprocess.Popen[str]
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ready(self) -> str:
        """The line in which it says where it is."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {
            "Origin": f"http://127.0.0.1:{self.port}",
            "Cookie": cookie,
            "Content-Type": "application/json",
        }
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content[:1] == b"{" else None

    def proc(self, name: str) -> Path:
        """What the kernel says of it."""
        return Path(f"/proc/{self.process.pid}/{name}")

    def arguments(self) -> list[str]:
        """How it was called."""
        return self.proc("cmdline").read_text().split("\0")[:-1]

    def began_at(self) -> str:
        """When the kernel made this process. Source: proc(5), stat, field 22."""
        return self.proc("stat").read_text().rpartition(")")[2].split()[19]

    def database_files(self) -> list[str]:
        """The database's files, as often as it holds them open."""
        targets = []
        for one in self.proc("fd").iterdir():
            with suppress(FileNotFoundError):  # closed since it was listed
                targets.append(str(one.readlink()))
        return [target for target in targets if "kabil.db" in target]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    port = _free_port()
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(port=port, data=tmp_path / "data"))
    environ = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    # not in the checkout: it must find itself again by its package, not by its folder
    command = [str(Path(sys.executable).with_name("kabil")), "--site", str(site), "-v", "serve"]
    with (tmp_path / "booth.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=log, text=True
        )
    found = Serving(process, port)
    try:
        assert found.ready() == f"Kabil is ready: http://127.0.0.1:{port}", (
            tmp_path / "booth.log"
        ).read_text()
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert process.stdout is not None
        process.stdout.close()


def restart(serving: Serving) -> None:
    """Ask until a booth that has just started has its patience."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (answer := serving.ask("POST", "/api/admin/restart", {}))[0] != 202:
        assert answer == (409, {"error": "web.just_started", "message": answer[1]["message"]})
        assert time.monotonic() < end
        time.sleep(1.0)  # a finger's


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_restart_is_the_same_process_called_alike(serving: Serving) -> None:
    assert serving.ask("POST", "/api/admin/setup", {"pin": PIN})[0] == 204
    before = serving.ask("GET", "/health")[1]
    began_at, arguments = serving.began_at(), serving.arguments()
    restart(serving)
    begun = time.monotonic()
    assert serving.ready() == f"Kabil is ready: http://127.0.0.1:{serving.port}"
    sys.stderr.write(f"ready again after {time.monotonic() - begun:.2f} s\n")
    assert serving.process.poll() is None
    assert serving.began_at() == began_at
    called = serving.arguments()
    assert called[1:3] == ["-m", "appliance"]
    assert called[3:] == arguments[arguments.index("--site") :]
    after = serving.ask("GET", "/health")[1]
    assert after["uptime_seconds"] < before["uptime_seconds"] + 20.0
    assert (before["restarts_count"], after["restarts_count"]) == (0, 1)
    held = serving.database_files()
    assert held
    assert len(held) == len(set(held))  # nothing of the process before is held open
    assert serving.ask("GET", "/api/admin/settings")[0] == 403  # who was signed in signs in again
    assert serving.ask("POST", "/api/admin/login", {"pin": PIN})[0] == 204
    entries = serving.ask("GET", "/api/admin/audit")[1]["entries"]
    assert "restarted" in [entry["event"] for entry in entries]
