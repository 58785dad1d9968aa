"""The lock files' wheels for another processor: aarch64, Debian 12, Python 3.11."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from tests.boot.machine import ROOT

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
