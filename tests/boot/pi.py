"""A Raspberry Pi 5's processor, emulated by QEMU: Debian's Python and the pinned wheels for aarch64 run as programs.

Its kernel is this machine's, so it tells nothing about speed, cameras or booting: only whether what was built for
that processor runs, and whether it says the same.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from tests.boot.machine import CACHE, ROOT

MARKERS = {
    "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "aarch64",
    "implementation_name": "cpython", "platform_python_implementation": "CPython",
    "python_version": "3.11", "python_full_version": "3.11.2",
}  # fmt: skip
GLIBC_MINORS = range(17, 37)
"""2.36 is Debian 12's; a wheel names the oldest that it runs with. Source: PEP 600"""
BUILT_ANYWHERE = {"srt"}
"""published as source only, one Python file: pip makes its wheel without a compiler"""
ENTRY = re.compile(r"^([\w.-]+)==(\S+)(?: ; (.+?))? \\\n((?: +--hash=\S+(?: \\)?\n)+)", re.M)
EMULATOR = "qemu-aarch64-static"
PROCESSOR, PART, CORES = "cortex-a76", "0xd0b", 4
"""a Raspberry Pi 5's, as QEMU and as the kernel call it"""
FEATURES = (
    "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp"
)
TESTING = {
    "hypothesis", "imageio", "iniconfig", "jsonschema", "jsonschema-specifications", "lazy-loader", "networkx",
    "pluggy", "pygments", "pytest", "pytest-asyncio", "pytest-timeout", "referencing", "rpds-py", "scikit-image",
    "scipy", "sortedcontainers", "tifffile",
}  # fmt: skip
"""packages of the tests that run there"""
SCREEN = {"cage", "seatd", "xwayland", "chromium", "nftables"}
"""packages of the appliance that the booth's own process does not load"""


@dataclass(frozen=True)
class Pinned:
    """One package of the lock file."""

    version: str
    hashes: frozenset[str]


def pinned(lock_file: str = "core.txt") -> dict[str, Pinned]:
    """What a lock file wants on a Raspberry Pi."""
    lock = (ROOT / "requirements" / lock_file).read_text()
    return {
        name: Pinned(version, frozenset(re.findall(r"sha256:(\w+)", hashes)))
        for name, version, marker, hashes in ENTRY.findall(lock)
        if not marker or Marker(marker).evaluate(MARKERS)
    }


def install(names: dict[str, Pinned], folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Pip, asked for that processor's wheels of these packages; ``options`` say what becomes of them."""
    wanted = folder / "wanted.txt"
    wanted.write_text("".join(f"{name}=={one.version}\n" for name, one in names.items()))
    tags = ["2014", *(f"_2_{minor}" for minor in GLIBC_MINORS)]
    platforms = [f"--platform=manylinux{tag}_aarch64" for tag in tags]
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--retries=1", "--no-deps", "--only-binary=:all:",
        "--python-version=3.11", "--implementation=cp", *platforms, *options, f"--requirement={wanted}",
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=1000)


def lacking() -> str | None:
    """Why nothing can be emulated here; None when it can."""
    missing = [tool for tool in ("mmdebstrap", EMULATOR) if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} not installed"
    if os.geteuid() != 0:
        return "mmdebstrap unpacks Debian as root"
    return None if sys.version_info[:2] == (3, 11) else "pip asks for wheels of the Python that it runs under"


@dataclass(frozen=True)
class Pi:
    """Debian 12 for aarch64, unpacked and never booted, with the booth's packages; kept until these change."""

    folder: Path = CACHE / "pi"

    @property
    def root(self) -> Path:
        """Debian."""
        return self.folder / "root"

    @property
    def site(self) -> Path:
        """The Python packages."""
        return self.folder / "site"

    @property
    def python(self) -> Path:
        """Python there, called from here; its children are called by the same name."""
        return self.folder / "python"

    def make(self) -> None:
        """Unpack and install, unless what is there was made of the same lists."""
        listed = [str(ROOT / "scripts/install_appliance"), "--packages"]
        asked = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()
        debian, wheels = sorted({"python3", "libstdc++6", *asked} - SCREEN), self._wheels()
        made_of = json.dumps([debian, sorted((name, one.version) for name, one in wheels.items())])
        stamp = self.folder / "made_of.json"
        if stamp.exists() and stamp.read_text() == made_of:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        unpack = ["mmdebstrap", "--quiet", "--variant=extract", "--architectures=arm64"]
        include = f"--include={','.join(debian)}"
        subprocess.run([*unpack, include, "bookworm", str(self.root)], check=True, timeout=900)
        self._install(wheels)
        self._say_which_processor()
        self._write_python()
        stamp.write_text(made_of)

    def _wheels(self) -> dict[str, Pinned]:
        tests = {name: one for name, one in pinned("test.txt").items() if name in TESTING}
        return {**pinned(), **tests}

    def _install(self, wheels: dict[str, Pinned]) -> None:
        built = {name: one for name, one in wheels.items() if name in BUILT_ANYWHERE}
        there = {name: one for name, one in wheels.items() if name not in built}
        said = install(there, self.folder, f"--target={self.site}")
        assert said.returncode == 0, said.stderr[-2000:]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", f"--target={self.site}"]
        names = [f"{name}=={one.version}" for name, one in built.items()]
        subprocess.run([*pip, *names], check=True, timeout=300)

    def _say_which_processor(self) -> None:
        """Files that programs there would else find of this machine; onnxruntime dies of another processor's."""
        core = f"Features\t: {FEATURES}\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: {PART}\n\n"
        told = {"proc/cpuinfo": "".join(f"processor\t: {number}\n{core}" for number in range(CORES))}
        told |= {f"sys/devices/system/cpu/{name}": f"0-{CORES - 1}\n" for name in ("possible", "present")}
        for name, text in told.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def _write_python(self) -> None:
        called = [EMULATOR, "-cpu", PROCESSOR, "-L", str(self.root), "-0", str(self.python)]
        command = shlex.join([*called, str(self.root / "usr/bin/python3")])
        home = shlex.quote(str(self.root / "usr"))
        self.python.write_text(f'#!/bin/sh\nexport PYTHONHOME={home}\nexec {command} "$@"\n')
        self.python.chmod(0o755)

    def environ(self, **more: str) -> dict[str, str]:
        """Of a process there."""
        found = {"PYTHONPATH": f"{self.site}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
        return {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(self.folder), **found, **more}

    def run(self, *args: str, patience_seconds: float, **environ: str) -> subprocess.CompletedProcess[str]:
        """Python there, to its end."""
        return subprocess.run(
            [str(self.python), *args], env=self.environ(**environ), cwd=ROOT, capture_output=True, text=True,
            timeout=patience_seconds,
        )  # fmt: skip
