"""How soon the installed booth is ready after the mains: held to a boot of the same root without the booth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.boot.conftest import START_SECONDS, Measured
from tests.boot.machine import BOOTH, Machine, until

pytestmark = [pytest.mark.boot, pytest.mark.timeout(1200)]
OURS = (
    BOOTH, "kabil-kiosk.service", "kabil-boots.service", "kabil-firewall.service", "kabil-health.timer",
)  # fmt: skip
BARE = tuple(f"systemd.mask={unit}" for unit in OURS)
"""in a container the arguments of PID 1 are its kernel's command line"""
PAIRS = 3
"""taken in turns, so that both see the same load"""
READY_FACTOR = 20.0
"""PID 1 to READY, in boots to multi-user.target with none of our units: our choice; 9.5 to 15.2 was seen"""
LATE = "[Service]\nExecStartPre=/bin/sleep {:.1f}\n"


def boot_seconds(folder: Path, unit: str, *options: str) -> float:
    """Boot, and end it: from PID 1 to a unit's being active."""
    machine = Machine(folder, more=options)
    machine.start()
    try:
        until(lambda: machine.show("ActiveState", unit) == "active", START_SECONDS, machine.log)
        assert (machine.show("LoadState") == "masked") == bool(options)
        begun = machine.run("systemctl", "show", "--value", "-p", "UserspaceTimestampMonotonic").stdout
        return (int(machine.show("ActiveEnterTimestampMonotonic", unit)) - int(begun)) / 1e6
    finally:
        machine.kill()


@pytest.fixture(scope="module")
def off(booted: Machine) -> Machine:
    """The installed machine, switched off after its first boot."""
    booted.kill()
    return booted


@pytest.fixture(scope="module")
def boots(off: Machine) -> list[tuple[float, float]]:
    """Seconds of a bare boot to multi-user.target, and of the booth's to READY, by turns."""
    return [
        (boot_seconds(off.folder, "multi-user.target", *BARE), boot_seconds(off.folder, BOOTH))
        for _ in range(PAIRS)
    ]


@pytest.fixture
def late(off: Machine, boots: list[tuple[float, float]]) -> Iterator[None]:
    """A booth that begins as late as it must not be ready."""
    more = off.folder / f"etc/systemd/system/{BOOTH}.d/late.conf"
    more.write_text(LATE.format(READY_FACTOR * median(bare for bare, _ in boots)))
    yield
    more.unlink()


def test_ready_comes_within_a_factor_of_a_bare_boot(
    boots: list[tuple[float, float]], measured: Measured
) -> None:
    for bare, ready in boots:
        measured("bare_boot_seconds", bare)
        measured("ready_seconds", ready)
    factor = median(ready / bare for bare, ready in boots)
    measured("ready_over_bare", factor)
    assert factor <= READY_FACTOR, boots


@pytest.mark.usefixtures("late")
def test_a_booth_that_is_late_would_be_seen(off: Machine, boots: list[tuple[float, float]]) -> None:
    """The control."""
    bare = median(bare for bare, _ in boots)
    assert boot_seconds(off.folder, BOOTH) > READY_FACTOR * bare
