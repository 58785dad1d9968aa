"""The booth behind the console's browser test, as a process that believes systemd started it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.conftest import ROOT, _free_port


class Systemd:
    """What listens to the booth's words for systemd."""

    def __init__(self, path: Path) -> None:
        self.told: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while words := self._socket.recv(4096):
                self.told.append(words.decode())

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@dataclass
class ConsoleBooth:
    """The booth of this module: its tests follow one another, as a term does."""

    data: Path
    more: str = ""
    """what else stands in the console's file of settings"""
    port: int = 0
    claim: str = ""
    other_claim: str = ""
    systemd: Systemd = field(init=False)
    process: subprocess.Popen[str] = field(init=False)

    @property
    def stick(self) -> Path:
        return self.data / "stick"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = _free_port()
        self.stick.mkdir()
        self.systemd = Systemd(self.data / "notify")
        environ = {
            **os.environ,
            "NOTIFY_SOCKET": str(self.data / "notify"),
            "KABIL_WEB__PORT": str(self.port),
            "KABIL_PLACES__DATA": str(self.data / "data"),
            "KABIL_PLACES__MODELS": str(self.data / "models"),
            "KABIL_CAPTURE__CAMERA": "webrtc",
            "KABIL_CAPTURE__MICROPHONE": "webrtc",
            "KABIL_SPEECH__ENGINE": "none",
            "KABIL_VOICE__ENGINE": "none",
        }
        (self.data / "data").mkdir()
        (self.data / "data" / "console.toml").write_text(f'[store]\nretention = "days"\n{self.more}')
        command = [sys.executable, "-m", "tests.e2e.console_booth", str(self.stick)]
        with (self.data / "booth.log").open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        self.claim, self.other_claim = self.process.stdout.readline().removeprefix("claim ").split()
        line = self.process.stdout.readline()
        assert "ready" in line, (self.data / "booth.log").read_text()[-3000:]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.systemd.close()
