"""A PC is switched on: firmware, the image's own loader, the booth; its display shows the page, or asks for staff."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.boot import pc, vm
from tests.boot.conftest import Measured
from tests.boot.machine import BOOTH, CACHE, until
from tests.boot.pc import Pc
from tests.boot.test_screen import SCREEN, attract, staff

pytestmark = [pytest.mark.boot, pytest.mark.timeout(4 * 3600)]
PATIENCE_SECONDS = 3600.0
"""no limit: everything is emulated by one thread, and other work may load the machine"""
LOOK_SECONDS = 2.0
"""between two looks, which take the machine's own time"""
BARE_FACTOR = 3.0
"""from the kernel's start to READY, over the same machine's boot to the moment before the booth; our choice"""
LOADER = "/sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
"""Source: systemd, the boot loader interface"""
Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def machine(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pc]:
    """A PC that was switched on, and whose booth is ready."""
    if (reason := pc.lacking()) is not None:
        pytest.skip(reason)
    machine = Pc(tmp_path_factory.mktemp("display"))
    machine.fresh()
    machine.start(PATIENCE_SECONDS)
    assert machine.run("systemctl", "start", BOOTH, seconds=PATIENCE_SECONDS).rc == 0, machine.console()
    yield machine
    machine.cut()


def show(machine: Pc, name: str, unit: str = BOOTH) -> str:
    return machine.run("systemctl", "show", "--value", "-p", name, unit).text


def shows(machine: Pc, expected: Callable[[Picture], bool], name: str) -> bool:
    """Whether the display shows what is expected; kept under var/boot for a person to look at."""
    time.sleep(LOOK_SECONDS)
    found = machine.picture()
    Image.fromarray(found).save(CACHE / f"display-{name}.png")
    return found.shape == (720, 1280, 3) and expected(found)


def test_the_images_own_loader_starts_it(machine: Pc) -> None:
    """Nothing of the command line is QEMU's."""
    assert machine.shell(f"tr -d '\\0' <{LOADER} | grep -o 'systemd-boot'").text == "systemd-boot"
    told, options = machine.run("cat", "/proc/cmdline").text, (vm.IMAGES / "options").read_text().strip()
    assert told.split("\\")[-1].split(maxsplit=1)[1] == options
    assert machine.run("findmnt", "-no", "FSTYPE", "/").text == "overlay"
    assert machine.run("findmnt", "-no", "SOURCE", "/var/lib/kabil").text.startswith("/dev/vda3")


def test_it_is_ready_in_a_time_of_its_own(machine: Pc, measured: Measured) -> None:
    """The control is the boot before the booth, on the same machine by the same clock."""
    bare = int(show(machine, "InactiveExitTimestampMonotonic")) / 1e6
    ready = int(show(machine, "ActiveEnterTimestampMonotonic")) / 1e6
    measured("bare_boot_seconds_of_the_machine", bare)
    measured("ready_seconds_of_the_machine", ready)
    assert show(machine, "NRestarts") == "0"
    assert bare < ready <= BARE_FACTOR * bare


def test_the_display_shows_the_page_and_again_after_a_crash(machine: Pc) -> None:
    until(lambda: shows(machine, attract, "attract"), PATIENCE_SECONDS)
    assert show(machine, "NRestarts", SCREEN) == "0"
    machine.run("pkill", "-KILL", "-x", "chromium")
    until(lambda: show(machine, "NRestarts", SCREEN) == "1", PATIENCE_SECONDS)
    until(lambda: not shows(machine, attract, "after-crash"), PATIENCE_SECONDS)  # it is gone
    until(lambda: shows(machine, attract, "after-crash"), PATIENCE_SECONDS)


def test_after_three_reboots_the_display_asks_for_staff(machine: Pc) -> None:
    """As the third failing boot leaves it. The last test: the booth does not start any more."""
    assert not shows(machine, staff, "attract")
    machine.shell("cd /var/lib/kabil-boots; printf '60\\n60\\n' >reboots; echo 60 >this-boot; sync")
    machine.cut()
    machine.start(PATIENCE_SECONDS)
    until(lambda: shows(machine, staff, "staff"), PATIENCE_SECONDS)
    assert show(machine, "ActiveState") == "inactive"
