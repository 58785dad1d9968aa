"""What the installed screen draws: the attract page, again after a crash, and the page that asks for staff.

The container has no display: cage draws to none (wlroots' headless outputs), and the picture is read from Xwayland.
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.boot import vm
from tests.boot.machine import CACHE, SITE, UPTIME, Machine, lacking, until

pytestmark = [pytest.mark.boot, pytest.mark.timeout(1200)]
SCREEN = "kabil-kiosk.service"
NO_DISPLAY = """
[Unit]
ConditionPathExists=
[Service]
Environment=WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 LIBSEAT_BACKEND=noop
"""
DRAWN_SECONDS = 240.0
"""patience: other work may load the machine"""
DUMP = """
server=$(pgrep -x Xwayland) || exit 1
mkdir -p /tmp/.X11-unix; mountpoint -q /tmp/.X11-unix || mount --bind /proc/$server/root/tmp/.X11-unix /tmp/.X11-unix
as="setpriv --reuid kabil-kiosk --regid kabil-kiosk --clear-groups env DISPLAY=:0"
window=$($as xwininfo -root -tree | awk '/"Chromium"/ && /1280x720/ { print $1; exit }')
$as xwd -silent -id $window >/run/picture.xwd; result=$?
umount /tmp/.X11-unix
cp /run/picture.xwd /var/picture.xwd; exit $result
"""
PRIMARY = (12, 92, 85)
"""of the button "Begin" """


@pytest.fixture
def machine(image: Path, tmp_path: Path) -> Iterator[Machine]:
    """The image's own root, with what is written to it kept apart."""
    if (reason := lacking()) is not None:
        pytest.skip(reason)
    upper, work, root = (tmp_path / name for name in ("upper", "work", "root"))
    for folder in (upper, work, root):
        folder.mkdir()
    layers = f"lowerdir={vm.IMAGES / 'root'},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, root], check=True)
    (root / "etc/fstab").unlink()
    (root / "etc/kabil/site.toml").write_text(SITE)
    for unit, text in ((SCREEN, NO_DISPLAY), ("kabil-boots.service", UPTIME)):
        more = root / f"etc/systemd/system/{unit}.d/container.conf"
        more.parent.mkdir(parents=True)
        more.write_text(text)
    (root / "etc/uptime").write_text("60.00 60.00\n")
    machine = Machine(root, "kabil-screen-test")
    yield machine
    machine.kill()
    subprocess.run(["umount", "-l", root], check=True)


def picture(machine: Machine) -> NDArray[np.uint8] | None:
    """What the browser's window shows, RGB; None while there is none."""
    if machine.run("sh", "-c", DUMP).returncode != 0:
        return None
    content = (machine.folder / "var/picture.xwd").read_bytes()
    if len(content) < 1_000_000:
        return None
    header = struct.unpack(">25I", content[:100])  # X11/XWDFile.h
    size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
    start = size + 12 * colours
    rows = np.frombuffer(content[start : start + line * height], np.uint8).reshape(height, line)
    return np.ascontiguousarray(rows[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1])


def shows(machine: Machine, expected: Callable[[NDArray[np.uint8]], bool], name: str) -> bool:
    """Whether the picture is what is expected; kept under var/boot for a person to look at."""
    found = picture(machine)
    if found is None:
        return False
    Image.fromarray(found).save(CACHE / f"screen-{name}.png")
    return expected(found)


def attract(rgb: NDArray[np.uint8]) -> bool:
    """The one big button at the lower right, on a light page."""
    corner = rgb[600:680, 1000:1200].astype(int)
    like = np.abs(corner - PRIMARY).max(axis=2) < 12
    return bool(like.mean() > 0.5 and rgb.mean() > 200)


def staff(rgb: NDArray[np.uint8]) -> bool:
    """Dark words in the middle of a white page, and no button."""
    white = (rgb == 255).all(axis=2)
    words = (rgb[200:520, 300:980].max(axis=2) < 80).mean()
    return bool(white.mean() > 0.8 and words > 0.005)


def test_the_attract_page_is_drawn_and_drawn_again_after_a_crash(machine: Machine) -> None:
    machine.start()
    machine.wait_ready(DRAWN_SECONDS)
    until(lambda: shows(machine, attract, "attract"), DRAWN_SECONDS)
    assert not shows(machine, staff, "attract")
    group = machine.run(
        "cat", f"/proc/{machine.run('pgrep', '-o', '-x', 'chromium').stdout.strip()}/cgroup"
    ).stdout
    assert SCREEN in group  # within the limits of its unit
    machine.run("pkill", "-KILL", "-x", "chromium")
    until(lambda: machine.show("NRestarts", SCREEN) != "0", DRAWN_SECONDS)
    until(lambda: shows(machine, attract, "after-crash"), DRAWN_SECONDS)


def test_after_three_reboots_the_page_asks_for_staff(machine: Machine) -> None:
    state = machine.folder / "var/lib/kabil-boots"
    (state / "reboots").write_text("60\n60\n")
    (state / "this-boot").write_text("60\n")  # as the third failing boot leaves it
    machine.start()
    until(lambda: shows(machine, staff, "staff"), DRAWN_SECONDS)
    assert machine.show("ActiveState") == "inactive"
