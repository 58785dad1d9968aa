"""A Debian 12 with the product installed, booted by systemd-nspawn; its network namespace has loopback only."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "var" / "boot"
BASE = (
    "systemd", "systemd-sysv", "dbus", "udev", "kmod", "procps", "iproute2", "nftables", "libpam-systemd", "python3",
    "python3-venv", "pulseaudio", "pulseaudio-utils", "libasound2-plugins",
)  # fmt: skip
"""what a booth's Debian has besides the product's own; the sound server is asleep but for its test"""
SITE = """
[places]
data = "/var/lib/kabil"
models = "/opt/kabil/models"
[capture]
camera = "webrtc"
microphone = "webrtc"
[voice]
engine = "none"
[interview]
questions = 2
"""
UPTIME = "[Service]\nEnvironment=KABIL_UPTIME=/etc/uptime\n"
"""a container shows its host's uptime: each boot counts as one of a minute"""
BOOTH = "kabil-booth.service"
ADDRESS = "http://127.0.0.1:8080"
HIERARCHIES = tuple(
    path for name in ("systemd", "unified") if (path := Path("/sys/fs/cgroup") / name).is_dir()
)
CLONE_NEWNET = 0x40000000
RUN_SECONDS = 60


def lacking() -> str | None:
    """Why no machine can be booted here; None when one can."""
    if os.geteuid() != 0:
        return "booting a container needs root"
    missing = [name for name in ("systemd-nspawn", "mmdebstrap", "nsenter") if shutil.which(name) is None]
    return f"{', '.join(missing)} not installed" if missing else None


def base_archive() -> Path:
    """A plain Debian 12 with what the product needs of it, made once for each list of packages."""
    lines = (ROOT / "requirements" / "system.txt").read_text().split("\n")
    packages = ",".join(sorted({*BASE, *(line for line in lines if line and line[0] != "#")}))
    archive = CACHE / f"rootfs-{hashlib.sha256(packages.encode()).hexdigest()[:12]}.tar"
    if archive.exists():
        return archive
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = CACHE / "new.tar"
    command = ["mmdebstrap", "--quiet", "--variant=apt", f"--include={packages}", "bookworm", str(partial)]
    subprocess.run(command, check=True, timeout=1200)
    for before in CACHE.glob("rootfs*.tar"):
        before.unlink()
    return partial.rename(archive)


@dataclass
class Machine:
    """One container; ``start`` boots it."""

    folder: Path
    """its root file system"""
    name: str = "kabil-test"
    more: tuple[str, ...] = ()
    """of systemd-nspawn"""
    _nspawn: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def install(self) -> None:
        """Unpack Debian, and install the product as its operator would."""
        self.folder.mkdir(parents=True)
        unpack = ["tar", "-C", str(self.folder), "--exclude=./dev/*", "-xf", str(base_archive())]
        subprocess.run(unpack, check=True, timeout=300)
        site = self.folder / "etc/kabil/site.toml"
        site.parent.mkdir()
        site.write_text(SITE)
        (self.folder / "etc/uptime").write_text("60.00 60.00\n")
        for unit in ("kabil-booth.service", "kabil-boots.service"):
            more = self.folder / f"etc/systemd/system/{unit}.d/container.conf"
            more.parent.mkdir(parents=True)
            more.write_text(UPTIME)
        command = [str(ROOT / "scripts" / "install_appliance"), "--root", str(self.folder)]
        subprocess.run(command, check=True, timeout=300, capture_output=True)

    def start(self) -> None:
        """Boot; returns when PID 1 answers."""
        for group in self._groups():
            group.mkdir(exist_ok=True)
        joins = "".join(f"echo $$ >{group}/cgroup.procs; " for group in self._groups())
        command = (
            f'mount -t tmpfs tmpfs /run; {joins}exec systemd-nspawn -D "$0" -M {self.name} --boot --register=no '
            '--keep-unit --console=pipe --private-network --quiet "$@"'
        )
        self._nspawn = subprocess.Popen(
            ["unshare", "-m", "--propagation", "private", "bash", "-c", command, self.folder, *self.more],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until(
            lambda: self.leader is not None and self.run("systemctl", "is-system-running").stdout != "", 30.0
        )

    def _groups(self) -> list[Path]:
        """Its control groups."""
        return [path / f"{self.name}-{os.getpid()}" for path in HIERARCHIES]

    @property
    def leader(self) -> int | None:
        """PID 1 of the container, as the host numbers it; None while there is none."""
        if self._nspawn is None:
            return None
        for child in _children(self._nspawn.pid):
            with contextlib.suppress(OSError):
                if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return child
        return None

    def ended(self) -> int | None:
        """How the container ended; None while it runs."""
        return None if self._nspawn is None else self._nspawn.poll()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command inside; it ends with the machine at the latest."""
        enter = ["nsenter", "-t", str(self.leader), "-m", "-u", "-i", "-n", "-p", "--", *command]
        pipe = subprocess.PIPE
        with subprocess.Popen(enter, stdout=pipe, stderr=pipe, text=True) as process:
            for _ in range(RUN_SECONDS):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    told = process.communicate(timeout=1.0)
                    return subprocess.CompletedProcess(enter, process.returncode, *told)
                # a machine that goes down stops all it runs before it kills it, and nsenter stops with its child
                process.send_signal(signal.SIGCONT)
            process.kill()
        raise AssertionError(f"{command} did not end within {RUN_SECONDS} s")

    def show(self, name: str, unit: str = BOOTH) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", "-p", name, unit).stdout.strip()

    def booth_pid(self) -> int | None:
        """The booth's process, as the host numbers it; None while there is none."""
        inside = int(self.show("MainPID") or 0)
        if not inside or self.leader is None:
            return None
        for pid in _descendants(self.leader):
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{pid}/status").read_text()
                if f"\nNSpid:\t{pid}\t{inside}\n" in status:
                    return pid
        return None

    def ready(self) -> bool:
        """Whether the booth has said READY=1."""
        return self.show("SubState") == "running"

    def wait_ready(self, seconds: float) -> float:
        """Until the booth is ready; how long that took."""
        return until(self.ready, seconds, self.log)

    def log(self) -> str:
        """The end of the booth's journal."""
        return self.run("journalctl", "--no-pager", "-b", "-n", "40", "-u", BOOTH).stdout

    @contextlib.contextmanager
    def network(self) -> Iterator[None]:
        """This thread's sockets are the machine's."""
        libc = ctypes.CDLL(None, use_errno=True)
        with (
            Path("/proc/thread-self/ns/net").open() as ours,
            Path(f"/proc/{self.leader}/ns/net").open() as theirs,
        ):
            assert libc.setns(theirs.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            try:
                yield
            finally:
                assert libc.setns(ours.fileno(), CLONE_NEWNET) == 0

    def packets(self) -> dict[str, int]:
        """What the packet filter dropped, by direction."""
        counters = json.loads(self.run("nft", "-j", "list", "counters", "table", "inet", "kabil").stdout)
        found: dict[str, Any] = {
            one["counter"]["name"]: one["counter"]["packets"]
            for one in counters["nftables"]
            if "counter" in one
        }
        return found

    def kill(self) -> None:
        """End it as a crash would, and wait for the end."""
        if self._nspawn is None:
            return
        for pid in (self._nspawn.pid, self.leader):
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self._nspawn.wait(20)
        self._nspawn = None
        until(lambda: all(map(_removed, self._groups())), RUN_SECONDS)


def _removed(group: Path) -> bool:
    """Take a control group away; not before the last process in it has ended."""
    for folder in sorted(group.glob("**/"), reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()
    return not group.exists()


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _descendants(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _descendants(child)


def until(done: Any, seconds: float, why: Any = None) -> float:
    """Ask again and again until it is so; how long that took."""
    begun = time.monotonic()
    while not done():
        late = time.monotonic() - begun > seconds
        assert not late, f"not within {seconds} s" + (f"\n{why()}" if why is not None else "")
        time.sleep(0.05)
    return time.monotonic() - begun
