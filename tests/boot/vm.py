"""A virtual machine of QEMU's software emulation that runs the product's own disk image; killing it is a power cut."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from tests.boot.machine import CACHE, ROOT, until

IMAGES = CACHE / "image"
GUEST = ROOT / "tests" / "boot" / "guest"
AGENT_PROGRAM = GUEST / "agent.py"
SITE = """
[places]
data = "/var/lib/kabil"
models = "/opt/kabil/models"
[capture]
camera = "v4l2"
microphone = "sounddevice"
[speech]
engine = "vosk"
model = "vosk-tiny"
[voice]
engine = "none"
[interview]
questions = 8
[web]
usb_export = true
"""
BOOTH_SETTINGS = "[Service]\nEnvironmentFile=-/var/lib/kabil/test.env\n"
"""what a test sets for one machine; on the data partition, so that it outlives a power cut"""
AGENT = """
[Unit]
Description=Takes commands of the test
After=kabil-boots.service
[Service]
ExecStart=/usr/bin/python3 /opt/test/agent.py
Restart=always
[Install]
WantedBy=multi-user.target
"""
TOOLS = "v4l-utils alsa-utils x11-apps x11-utils"
MEMORY_MIB = 3072
PIECE_BYTES = 1500
PYTHON = "/opt/kabil/venv/bin/python"


def lacking() -> str | None:
    """Why no virtual machine can be built and run here; None when one can."""
    if os.geteuid() != 0:
        return "building an image needs root"
    needed = ("qemu-system-x86_64", "qemu-img", "mmdebstrap", "mke2fs", "sfdisk", "mkfs.vfat", "mcopy")
    missing = [name for name in needed if shutil.which(name) is None]
    return f"{', '.join(missing)} not installed" if missing else None


def build(folder: Path) -> Path:
    """The product's image with the test's agent in it; its Debian is kept between runs."""
    added = folder / "added"
    shutil.rmtree(added, ignore_errors=True)
    _put(added / "etc/kabil/site.toml", SITE)
    _put(added / "etc/systemd/system/test-agent.service", AGENT)
    _put(added / "etc/systemd/system/kabil-booth.service.d/test.conf", BOOTH_SETTINGS)
    wants = added / "etc/systemd/system/multi-user.target.wants/test-agent.service"
    wants.parent.mkdir()
    wants.symlink_to("/etc/systemd/system/test-agent.service")
    _put(added / "opt/test/agent.py", AGENT_PROGRAM.read_text())
    shutil.copytree(ROOT / "tests/data/vosk-tiny", added / "opt/kabil/tests/data/vosk-tiny")
    image = folder / "kabil.img"
    command = [ROOT / "scripts/build_image", "--to", image, "--cache", folder, "--add", added]
    subprocess.run([*map(str, command), "--packages", TOOLS], check=True, timeout=1800)
    return image


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@dataclass
class Said:
    """What a command said, and how it ended."""

    lines: list[str] = field(default_factory=list)
    rc: int | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def connected(path: Path) -> socket.socket:
    """A Unix socket that another process is about to offer."""
    end = socket.socket(socket.AF_UNIX)
    until(lambda: path.exists(), 20.0)
    end.connect(str(path))
    return end


class Line:
    """A channel into the machine: JSON lines over a Unix socket, each answer put where it is waited for."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._inboxes: dict[int, queue.Queue[dict[str, Any] | None]] = {0: queue.Queue()}
        self._count = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError), self._socket.makefile("rb") as file:
            for line in file:
                with contextlib.suppress(ValueError):  # a power cut in the middle of a line
                    message = json.loads(line)
                    self._inboxes.setdefault(message["id"], queue.Queue()).put(message)
        for inbox in list(self._inboxes.values()):
            inbox.put(None)

    def wait_up(self, seconds: float) -> None:
        """Until the agent inside has said that it is there."""
        assert self._inboxes[0].get(timeout=seconds) is not None, "the machine ended"

    def lines(self, *command: str, seconds: float) -> Iterator[str | int]:
        """What a command says, as it says it; its exit status at last. Ends early with the machine."""
        self._count += 1
        inbox = self._inboxes[self._count] = queue.Queue()
        self._socket.sendall(json.dumps({"id": self._count, "command": command}).encode() + b"\n")
        deadline = time.monotonic() + seconds
        while (message := inbox.get(timeout=max(0.1, deadline - time.monotonic()))) is not None:
            if "rc" in message:
                yield int(message["rc"])
                return
            yield str(message["line"])

    def close(self) -> None:
        self._socket.close()


@dataclass
class Vm:
    """One virtual machine; ``disk`` keeps what is written to it between its runs."""

    folder: Path
    """sockets, logs and the disk"""
    more: tuple[str, ...] = ()
    """of QEMU"""
    append: str = ""
    """of the kernel, besides the image's own options"""
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _line: Line | None = field(default=None, repr=False)

    @property
    def disk(self) -> Path:
        return self.folder / "disk.qcow2"

    def fresh(self) -> None:
        """A disk as the image is; what was written before is gone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.disk.unlink(missing_ok=True)
        backing = ["-b", str(IMAGES / "kabil.img"), "-F", "raw"]
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *backing, str(self.disk)], check=True)

    def command(self) -> list[str]:
        """QEMU with all that a machine has."""
        return [
            "qemu-system-x86_64", "-cpu", "max", "-m", str(MEMORY_MIB), "-display", "none", "-nic", "none",
            "-no-reboot", "-serial", f"file:{self.folder / 'console.log'}",
            "-drive", f"file={self.disk},format=qcow2,if=virtio,cache=writeback",
            "-device", "virtio-serial", "-chardev", f"socket,id=test,path={self.folder / 'line'},server=on,wait=off",
            "-device", "virtserialport,chardev=test,name=kabil.test",
            "-device", "qemu-xhci,id=usb",
            "-qmp", f"unix:{self.folder / 'qmp'},server=on,wait=off",
            *self.starting(),
            *self.more,
        ]  # fmt: skip

    def starting(self) -> list[str]:
        """The image's kernel; the firmware is left out to save its time."""
        options = (IMAGES / "options").read_text().strip()
        return [
            "-accel", "tcg,thread=multi", "-smp", "2",
            "-kernel", str(IMAGES / "vmlinuz"), "-initrd", str(IMAGES / "initrd.img"),
            "-append", f"{options} console=ttyS0 systemd.show_status=0 {self.append}",
        ]  # fmt: skip

    def start(self, seconds: float = 600.0) -> float:
        """Switch on; returns when commands can be given: the seconds that took."""
        begun = time.monotonic()
        with (self.folder / "machine.log").open("wb") as log:
            self._line = Line(self._launch(log))
        self._line.wait_up(seconds)
        took = time.monotonic() - begun
        for path in GUEST.glob("*.py"):
            if path == AGENT_PROGRAM:  # the image's own, which is running
                continue
            self.put(f"/opt/test/{path.name}", path.read_bytes())
        return took

    def _launch(self, log: BinaryIO) -> socket.socket:
        for name in ("line", "qmp"):
            (self.folder / name).unlink(missing_ok=True)
        self._process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return connected(self.folder / "line")

    def run(self, *command: str, seconds: float = 300.0) -> Said:
        """A command inside, to its end."""
        said = Said()
        for part in self.lines(*command, seconds=seconds):
            if isinstance(part, int):
                said.rc = part
            else:
                said.lines.append(part)
        return said

    def put(self, path: str, content: bytes) -> None:
        """A file inside, in pieces that any channel takes."""
        self.run("rm", "-f", path)
        for start in range(0, len(content), PIECE_BYTES):
            piece = base64.b64encode(content[start : start + PIECE_BYTES]).decode()
            assert self.shell(f"echo {piece} | base64 -d >>{path}").rc == 0
        self.run("sync", path)  # the power may go next

    def lines(self, *command: str, seconds: float = 300.0) -> Iterator[str | int]:
        """A command inside, line by line."""
        assert self._line is not None
        return self._line.lines(*command, seconds=seconds)

    def shell(self, script: str, seconds: float = 300.0) -> Said:
        """A shell script inside."""
        return self.run("bash", "-c", script, seconds=seconds)

    def qmp(self, execute: str, **arguments: Any) -> Any:
        """A command to QEMU's monitor."""
        with socket.socket(socket.AF_UNIX) as monitor, monitor.makefile("rw") as file:
            monitor.connect(str(self.folder / "qmp"))
            file.readline()
            for name, told in (("qmp_capabilities", {}), (execute, arguments)):
                file.write(json.dumps({"execute": name, "arguments": told}) + "\n")
                file.flush()
                while "event" in (reply := json.loads(file.readline())):
                    pass
                assert "error" not in reply, reply
        return reply["return"]

    def console(self) -> str:
        """The end of what the kernel printed."""
        return (self.folder / "console.log").read_text(errors="replace")[-3000:]

    def ended(self, seconds: float) -> bool:
        """Whether the machine switched itself off, or asked for a reboot, within a time."""
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.poll() is not None

    def cut(self) -> None:
        """The mains go."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None
        if self._line is not None:
            self._line.close()
            self._line = None
