"""What a kernel of its own enforces: memory, packets, devices; a clock that jumps; a data partition that is gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boot import uml, vm
from tests.boot.conftest import Measured
from tests.boot.machine import BOOTH, until
from tests.boot.uml import Uml

pytestmark = [pytest.mark.boot, pytest.mark.timeout(1800)]
IN_THE_BOOTH = f"echo $$ >/sys/fs/cgroup/system.slice/{BOOTH}/cgroup.procs; exec "
ELSEWHERE = "10.99.0.1"
"""another address than loopback's, on the loopback device, so that no packet filter but the unit's own is asked"""
SEND = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('{}', 9))"
PATIENCE_SECONDS = 300.0


@pytest.fixture(scope="module")
def machine(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uml]:
    if (reason := uml.lacking()) is not None:
        pytest.skip(reason)
    machine = Uml(tmp_path_factory.mktemp("limits"), append=uml.QUIET)
    machine.fresh()
    machine.first_start()
    yield machine
    machine.cut()


def show(machine: Uml, name: str) -> str:
    return machine.run("systemctl", "show", "--value", "-p", name, BOOTH).text


def python(machine: Uml, code: str, prefix: str = "exec ") -> str:
    """The last line that a program says."""
    return "".join(machine.shell(f'{prefix}python3 -c "{code}"').lines[-1:])


def test_out_of_memory_ends_the_booth_alone_and_it_comes_back(machine: Uml, measured: Measured) -> None:
    """A process of the booth's takes more than the unit may have."""
    before, others = (
        show(machine, "MainPID"),
        machine.shell("pgrep -x systemd-journal; pgrep -x dbus-daemon").text,
    )
    machine.run("systemctl", "set-property", "--runtime", BOOTH, "MemoryHigh=infinity", "MemoryMax=700M")
    begun = time.monotonic()
    machine.shell(IN_THE_BOOTH + "python3 -c 'len(bytes([1]) * (900 << 20))'")
    until(lambda: show(machine, "MainPID") not in (before, "0"), PATIENCE_SECONDS)
    until(lambda: show(machine, "SubState") == "running", PATIENCE_SECONDS)
    measured("oom_ready_again_seconds", time.monotonic() - begun)
    assert "oom-kill" in machine.shell(f"journalctl -b -u {BOOTH}").text
    assert show(machine, "NRestarts") == "1"
    assert machine.shell("pgrep -x systemd-journal; pgrep -x dbus-daemon").text == others


def test_memory_below_the_limit_is_given(machine: Uml) -> None:
    """The control: the same program, of a size that fits."""
    before = show(machine, "MainPID")
    assert machine.shell(IN_THE_BOOTH + "python3 -c 'len(bytes([1]) * (100 << 20))'").rc == 0
    assert show(machine, "MainPID") == before


def test_a_packet_to_another_address_is_refused_by_the_unit(machine: Uml) -> None:
    machine.shell(f"ip address add {ELSEWHERE}/32 dev lo")
    assert python(machine, SEND.format(ELSEWHERE), IN_THE_BOOTH).startswith("PermissionError")
    assert python(machine, SEND.format("127.0.0.1"), IN_THE_BOOTH) == ""
    assert python(machine, SEND.format(ELSEWHERE)) == ""  # the control: outside of the unit it is sent


def test_a_device_that_is_not_the_booths_is_refused(machine: Uml) -> None:
    opening = "open('/dev/ubda', 'rb')"
    assert python(machine, opening, IN_THE_BOOTH).startswith("PermissionError")
    assert python(machine, opening) == ""


def test_a_clock_that_jumps_ends_nothing(machine: Uml) -> None:
    """Nine years ahead, in the middle of an answer; durations are of the monotonic clock."""
    before, restarts = show(machine, "MainPID"), show(machine, "NRestarts")
    said = machine.run(vm.PYTHON, "/opt/test/export.py", "2035-01-01", "-", seconds=PATIENCE_SECONDS)
    assert said.lines[0] == "phase answer", said.text
    assert float(said.lines[-1].removeprefix("uptime ")) < 3600
    assert (show(machine, "MainPID"), show(machine, "NRestarts")) == (before, restarts)
    back = machine.run(vm.PYTHON, "/opt/test/export.py", "1999-01-01", "-", seconds=PATIENCE_SECONDS)
    assert back.lines[0] == "phase answer", back.text
    assert (show(machine, "MainPID"), show(machine, "NRestarts")) == (before, restarts)


def test_without_its_data_partition_the_booth_asks_for_staff(machine: Uml) -> None:
    """No prompt, no endless start: the page that asks for staff. The last test: it breaks the machine."""
    machine.shell(
        "sed -i s/5min/20s/ /etc/fstab; dd if=/dev/zero of=/dev/ubda3 bs=1M count=8 conv=fsync; sync"
    )
    machine.cut()
    machine.start()
    until(lambda: machine.run("test", "-e", "/run/kabil-staff-page").rc == 0, PATIENCE_SECONDS)
    assert show(machine, "ActiveState") in ("inactive", "failed")
    assert machine.run("systemctl", "is-active", "emergency.target").text != "active"
