"""A booth in a process of its own, and bytes on its sockets as no client library would send them."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

PATIENCE_SECONDS = 30.0
SETTINGS = {
    "KABIL_WEB__PORT": "0",
    "KABIL_CAPTURE__CAMERA": "webrtc",
    "KABIL_CAPTURE__MICROPHONE": "webrtc",
    "KABIL_SPEECH__ENGINE": "vosk",
    "KABIL_SPEECH__MODEL": "vosk-tiny",
    "KABIL_VOICE__ENGINE": "none",
    "KABIL_MODEL_MIRROR": "",
}
STILL_COUNT = 100
"""answers in a row during which its memory did not grow by a megabyte: everything is loaded"""
SECRET = "zwetschge"
"""stands in files beside the page that nobody may reach"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bytes = field(repr=False)

    @property
    def error(self) -> str | None:
        """The code of a refusal."""
        try:
            return str(json.loads(self.body)["error"])
        except (ValueError, KeyError, TypeError):
            return None


@dataclass(slots=True)
class Served:
    """The booth's process."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    routes: list[tuple[str, str]]
    """method and pattern of everything that is served"""
    cookie: str = ""
    _told: int = 0

    @property
    def host(self) -> str:
        """What belongs into Host."""
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        """What the page's Origin is."""
        return f"http://{self.host}"

    def connect(self) -> socket.socket:
        """A new connection."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS)

    def raw(self, data: bytes) -> bytes:
        """Bytes in, bytes out until the booth ends the connection."""
        with closing(self.connect()) as one:
            try:
                one.sendall(data)
                return read_all(one)
            except ConnectionError:  # it hung up before it had read everything
                return b""

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """One request; Host is right unless it is given."""
        told = {"Host": self.host, "Connection": "close", **(headers or {})}
        if body or method == "POST":
            told.setdefault("Content-Length", str(len(body)))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
        return parsed(self.raw("\r\n".join(lines).encode("latin-1") + body))

    def page(self, **more: str) -> dict[str, str]:
        """The headers of the booth's own page."""
        return {"Origin": self.origin, "Cookie": self.cookie, **more}

    def upgrade(self, path: str, headers: Mapping[str, str]) -> tuple[int, socket.socket]:
        """A websocket's handshake: its status, and the connection."""
        key = base64.b64encode(os.urandom(16)).decode()
        told = {"Host": self.host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": key, **headers}  # fmt: skip
        one = self.connect()
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
        one.sendall("\r\n".join(lines).encode())
        head = b""
        try:
            while b"\r\n\r\n" not in head and (more := one.recv(1)):
                head += more
        except ConnectionError:
            head = b""
        return (int(head.split()[1]) if head else 0), one

    def resident_mb(self) -> float:
        """Resident memory of the booth's process."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def descriptors(self) -> int:
        """Open files of the booth's process."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def log(self) -> str:
        """What it has written so far."""
        return (self.folder / "booth.log").read_text("utf-8", "replace")

    def wait_until_loaded(self) -> None:
        """Models load after the start; what they take is no attack's doing."""
        body = json.dumps({"question": "What is a list?", "answer": "A list is mutable."}).encode()
        ready = False
        while not ready:
            health = json.loads(self.ask("GET", "/health").body)
            ready = health["listener"]["ready"] and health["coach"]["ready"]
        assert self.ask("POST", "/score", body=body).status == 200
        self.session()
        still, at = 0, self.resident_mb()
        while still < STILL_COUNT:
            self.ask("GET", "/nowhere")
            now = self.resident_mb()
            still, at = (still + 1, at) if abs(now - at) < 1.0 else (0, now)

    def assert_well(self) -> None:
        """It runs, it answers, and it has had no defect."""
        assert self.process.poll() is None, self.log()[-2000:]
        assert self.ask("GET", "/health").status == 200
        fresh, self._told = self.log()[self._told :], len(self.log())
        assert not [line for line in fresh.splitlines() if line.startswith(("ERROR", "Traceback"))]

    def session(self) -> str:
        """A new session of the platform."""
        body = json.dumps({"role": "software_developer"}).encode()
        found: dict[str, Any] = json.loads(self.ask("POST", "/start", body=body).body)
        return str(found["session_id"])


def read_all(one: socket.socket) -> bytes:
    """Everything until the other side ends."""
    found = b""
    while more := one.recv(65_536):
        found += more
    return found


def parsed(whole: bytes) -> Answer:
    """The first answer of what came back; status 0: none."""
    head, _, body = whole.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    status = first.split()[1] if first.startswith("HTTP/1.") else "0"
    return Answer(int(status), headers, body, whole)


def frame(opcode: int, payload: bytes, *, head: int = 0x80, masked: bool = True) -> bytes:
    """A websocket frame; ``head``: FIN and the reserved bits. Source: RFC 6455, section 5.2."""
    size = len(payload)
    if size < 126:
        length = bytes([size | (0x80 if masked else 0)])
    elif size < 65_536:
        length = bytes([126 | (0x80 if masked else 0)]) + struct.pack("!H", size)
    else:
        length = bytes([127 | (0x80 if masked else 0)]) + struct.pack("!Q", size)
    key = b"\0\0\0\0" if masked else b""  # a mask of zeros leaves the payload as it is
    return bytes([head | opcode]) + length + key + payload


def make_page(folder: Path) -> None:
    """A page as Vite builds it, and secrets around it."""
    page = folder / "kiosk_ui" / "dist"
    (page / "assets" / "deep").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>Kabil</title>")
    (page / "admin.html").write_text("<!doctype html><title>Console</title>")
    (page / "assets" / "index-abc123.js").write_text("export {};")
    for outside in (folder / "secret.js", page / "secret.js", page / "assets" / "deep" / "secret.js"):
        outside.write_text(SECRET)
    (page / "assets" / "link.js").symlink_to(folder / "secret.js")
    (page / "assets" / "index-abc123.js.gz").symlink_to(folder / "secret.js")
    (page / "assets" / "index-abc123.js.br").symlink_to(folder / "secret.js")
    (page / "assets" / "folder.js").mkdir()


@contextmanager
def serve(folder: Path, *options: str) -> Iterator[Served]:
    """A booth of its own, from READY to its orderly end."""
    make_page(folder)
    data = folder / "data"
    models = {"KABIL_PLACES__DATA": str(data), "KABIL_PLACES__MODELS": str(folder / "models")}
    command = [sys.executable, "-m", "tests.web.serve_booth", str(folder), *options]
    with (folder / "booth.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **SETTINGS, **models}, stdout=subprocess.PIPE, stderr=log
        )
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        assert told, (folder / "booth.log").read_text()[-3000:]
        found = json.loads(told)
        served = Served(process, folder, found["port"], [(m, p) for m, p in found["routes"]])
        served.wait_until_loaded()
        served.cookie = served.ask("GET", "/").headers["set-cookie"].partition(";")[0]
        yield served
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
