"""A Raspberry Pi 5's processor, emulated by QEMU: Debian's Python and the pinned wheels for aarch64 run as programs.

Its kernel is this machine's, so it tells nothing about speed, cameras or booting: only whether what was built for
that processor runs, and whether it says the same.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.boot.machine import CACHE, ROOT
from tests.boot.wheels import BUILT_ANYWHERE, Pinned, install, pinned

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
