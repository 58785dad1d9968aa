"""What a Raspberry Pi with Debian 12 needs is there: wheels of pinned hashes, Debian's packages. Asks both indexes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.boot.machine import ROOT
from tests.boot.wheels import BUILT_ANYWHERE, Pinned, install, pinned

pytestmark = [pytest.mark.boot, pytest.mark.timeout(1200)]


def resolved(names: dict[str, Pinned], folder: Path) -> subprocess.CompletedProcess[str]:
    """Pip, asked for wheels of another machine than this; nothing is installed."""
    return install(
        names, folder, "--dry-run", f"--target={folder / 'nowhere'}", f"--report={folder / 'report.json'}"
    )


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pinned]:
    if sys.version_info[:2] != (3, 11):
        pytest.skip("pip holds a wheel's Python against the one that it runs under: Python 3.11 is needed")
    wanted = pinned()
    probe = {"segno": wanted["segno"]}  # small, for every machine
    if resolved(probe, tmp_path_factory.mktemp("probe")).returncode != 0:
        pytest.skip("no package index can be reached")
    return wanted


def test_each_package_has_a_pinned_wheel(wanted: dict[str, Pinned], tmp_path: Path) -> None:
    asked = {name: one for name, one in wanted.items() if name not in BUILT_ANYWHERE}
    said = resolved(asked, tmp_path)
    assert said.returncode == 0, said.stderr[-2000:]
    found = json.loads((tmp_path / "report.json").read_text())["install"]
    hashes = {
        normal(one["metadata"]["name"]): one["download_info"]["archive_info"]["hashes"]["sha256"]
        for one in found
    }
    assert set(hashes) == {normal(name) for name in asked}
    assert [name for name, one in asked.items() if hashes[normal(name)] not in one.hashes] == []


@pytest.mark.parametrize("name", sorted(BUILT_ANYWHERE))
def test_a_package_without_a_wheel_is_seen(wanted: dict[str, Pinned], name: str, tmp_path: Path) -> None:
    """The control, and the reason why the list of exceptions is not longer than it must be."""
    said = resolved({name: wanted[name]}, tmp_path)
    assert said.returncode != 0
    assert f"No matching distribution found for {name}" in said.stderr


def apt(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """This machine's sources, asked for another processor's packages; nothing is installed."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    options = {
        "APT::Architecture": "arm64", "APT::Architectures": "arm64", "APT::Sandbox::User": "root",
        "APT::Update::Error-Mode": "any", "Acquire::Languages": "none", "Acquire::Retries": "1",
        "Dir::State": folder / "state", "Dir::State::status": folder / "status", "Dir::Cache": folder / "cache",
    }  # fmt: skip
    settings = [f"--option={name}={value}" for name, value in options.items()]
    return subprocess.run(["apt-get", *settings, *command], capture_output=True, text=True, timeout=600)


def test_debian_has_what_is_installed(tmp_path: Path) -> None:
    """With all that these packages need; the control is a name that nobody gave."""
    if shutil.which("apt-get") is None or apt(tmp_path, "update").returncode != 0:
        pytest.skip("no index of Debian packages can be reached")
    listed = subprocess.run(
        [ROOT / "scripts/install_appliance", "--packages"], check=True, capture_output=True, text=True
    )
    install = (
        "--simulate",
        "--no-install-recommends",
        "install",
        "systemd-sysv",
        "python3",
        "linux-image-arm64",
    )
    said = apt(tmp_path, *install, *listed.stdout.split())
    assert said.returncode == 0, said.stderr[-2000:]
    assert all(f"\nInst {name} (" in said.stdout for name in listed.stdout.split())
    assert apt(tmp_path, *install, "kabil-is-no-package").returncode != 0
