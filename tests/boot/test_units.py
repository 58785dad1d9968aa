"""The units on a tree that the installer made: no fault, little exposed, and the installer leaves no trace."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted(
    path.name for path in (ROOT / "systemd").glob("kabil-*.*") if path.suffix in (".service", ".timer")
)
PROGRAMS = (
    "usr/bin/systemd-creds", "usr/sbin/nft", "opt/kabil/venv/bin/python", "usr/bin/mount", "usr/bin/umount",
    "usr/bin/touch", "usr/bin/systemctl",
)  # fmt: skip
BOOTH_EXPOSURE = 15
"""tenths, as systemd-analyze takes them"""
SCREEN_EXPOSURE = 50

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")


def install(root: Path, *more: str) -> None:
    command = [str(ROOT / "scripts" / "install_appliance"), "--root", str(root), "--units", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def snapshot(root: Path) -> dict[str, tuple[object, ...]]:
    """Every path with what would show a change."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        inside = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[str(path.relative_to(root))] = (status.st_mode, status.st_mtime_ns, inside)
    return found


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An image with our units, Debian's own, and stand-ins for the programs that are named."""
    root = tmp_path_factory.mktemp("image")
    install(root)
    for name in PROGRAMS:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("#!/bin/sh\n")
        (root / name).chmod(0o755)
    shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    return root


def analyze(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", f"--root={tree}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_systemd_says_nothing_against_the_units(tree: Path) -> None:
    done = analyze(tree, "verify", *UNITS)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_misspelt_setting_would_be_seen(tree: Path, tmp_path: Path) -> None:
    other = tmp_path / "image"
    shutil.copytree(tree, other, symlinks=True)
    unit = other / "etc/systemd/system/kabil-booth.service"
    unit.write_text(unit.read_text().replace("ProtectHome=", "ProtectHomes="))
    assert "ProtectHomes" in analyze(other, "verify", "kabil-booth.service").stderr


@pytest.mark.parametrize(
    ("unit", "threshold"), [("kabil-booth.service", BOOTH_EXPOSURE), ("kabil-kiosk.service", SCREEN_EXPOSURE)]
)
def test_little_is_exposed(tree: Path, unit: str, threshold: int) -> None:
    gate = ["security", "--offline=yes", unit, "--threshold"]
    assert analyze(tree, *gate, str(threshold)).returncode == 0
    assert analyze(tree, *gate, "5").returncode != 0  # the gate can close


def test_the_booth_may_write_code_to_memory(tree: Path) -> None:
    """DTLS (cffi callbacks) fails under MemoryDenyWriteExecute."""
    unit = (tree / "etc/systemd/system/kabil-booth.service").read_text()
    assert "MemoryDenyWriteExecute=" not in unit


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    install(tmp_path)
    before = snapshot(tmp_path)
    install(tmp_path)
    assert snapshot(tmp_path) == before


def test_the_sites_file_is_kept_and_followed(tmp_path: Path) -> None:
    site = tmp_path / "etc/kabil/site.toml"
    site.parent.mkdir(parents=True)
    site.write_text("[web]\nport = 9001\n")
    install(tmp_path)
    assert site.read_text() == "[web]\nport = 9001\n"
    assert "KABIL_URL=http://127.0.0.1:9001\n" in (tmp_path / "etc/kabil/kiosk.env").read_text()
    policy = json.loads((tmp_path / "etc/chromium/policies/managed/kabil.json").read_text())
    assert policy["URLAllowlist"][0] == "http://127.0.0.1:9001"


@pytest.mark.parametrize(("exported", "barred"), [("true", False), ("false", True)])
def test_memory_sticks_are_barred_unless_the_site_exports_to_them(
    tmp_path: Path, exported: str, barred: bool
) -> None:
    site = tmp_path / "etc/kabil/site.toml"
    site.parent.mkdir(parents=True)
    site.write_text(f"[web]\nusb_export = {exported}\n")
    install(tmp_path)
    rules = (tmp_path / "etc/udev/rules.d/71-kabil.rules").read_text()
    assert ('ATTR{bInterfaceClass}=="08"' in rules) is barred
    assert ("kabil-usb@" in rules) is not barred
    assert 'ATTR{bInterfaceClass}=="03"' in rules


def test_uninstall_leaves_what_was_there(tmp_path: Path) -> None:
    for name in ("etc/systemd/system/other.service", "etc/chromium/policies/managed/other.json"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("")
    before = snapshot(tmp_path)
    install(tmp_path)
    install(tmp_path, "--uninstall")
    assert {name: (mode, inside) for name, (mode, _, inside) in snapshot(tmp_path).items()} == {
        name: (mode, inside) for name, (mode, _, inside) in before.items()
    }


def boots(folder: Path, what: str, uptime: int, **environ: str) -> bool:
    """Run the reboot count; whether the staff page is asked for."""
    clock = folder / "uptime"
    clock.write_text(f"{uptime}.00 1.00\n")
    page = folder / "staff-page"
    places = {"KABIL_BOOTS": str(folder / "state"), "KABIL_STAFF_PAGE": str(page), "KABIL_UPTIME": str(clock)}
    subprocess.run(
        [ROOT / "systemd" / "kabil-boots", what], env={**os.environ, **places, **environ}, check=True
    )
    return page.exists()


def failing_boots(folder: Path, count: int, uptime: int) -> list[bool]:
    found = []
    for _ in range(count):
        boots(folder, "failed", uptime, SERVICE_RESULT="watchdog")
        found.append(boots(folder, "boot", 5))
    return found


def test_the_third_reboot_in_half_an_hour_asks_for_staff(tmp_path: Path) -> None:
    assert not boots(tmp_path, "boot", 5)
    assert failing_boots(tmp_path, 3, 120) == [False, False, True]
    assert not boots(tmp_path, "boot", 5)  # switched off and on by a person: a fresh chance
    assert failing_boots(tmp_path, 3, 120) == [False, False, True]


def test_reboots_far_apart_do_not(tmp_path: Path) -> None:
    assert failing_boots(tmp_path, 5, 700) == [False] * 5


def test_mains_cuts_of_a_healthy_booth_do_not(tmp_path: Path) -> None:
    for _ in range(5):
        boots(tmp_path, "failed", 100, SERVICE_RESULT="success")
        assert not boots(tmp_path, "boot", 5)
        boots(tmp_path, "failed", 60, SERVICE_RESULT="exit-code")
        boots(tmp_path, "healthy", 130)
        assert not boots(tmp_path, "boot", 5)


def test_health_for_half_an_hour_forgets(tmp_path: Path) -> None:
    failing_boots(tmp_path, 2, 100)
    boots(tmp_path, "healthy", 1900)
    assert failing_boots(tmp_path, 1, 100) == [False]
