"""The installed product under a real systemd: it boots, heals itself, asks for staff, and sends nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from appliance.bench.visitor import Visitor, visiting
from appliance.capture.webrtc_peer import use_addresses
from tests.boot.conftest import Measured
from tests.boot.held import Held
from tests.boot.machine import ADDRESS, Machine, until
from tests.capture.webrtc_page import Page, Picture, Tone

pytestmark = [pytest.mark.boot, pytest.mark.timeout(600)]
WATCHDOG_SECONDS = 20.0
SLACK_SECONDS = 5.0
REBOOT = 133
"""how systemd-nspawn ends when its machine asks to start anew"""
START_FACTOR = 4.0
"""a start may take this many times the start that was measured just before, on a machine that others load too"""
PROGRAMS = ("kabil-boots.service", "kabil-firewall.service", "kabil-health.timer", "kabil-booth.service")


def start_seconds(machine: Machine) -> float:
    """How long a start of the booth takes now: the control for the recoveries."""
    machine.run("systemctl", "restart", "kabil-booth.service")
    begun = int(machine.show("ExecMainStartTimestampMonotonic"))
    machine.wait_ready(120.0)
    return (int(machine.show("ActiveEnterTimestampMonotonic")) - begun) / 1e6


def replaced(machine: Machine, before: int | None) -> bool:
    """Whether another process has taken the booth's place."""
    now = machine.booth_pid()
    return now is not None and now != before


def settled(machine: Machine) -> None:
    """Nobody in the booth: an interview that a test left open is erased."""

    async def erase() -> None:
        async with visiting(ADDRESS) as visitor:
            phase = await visitor.at(
                "attract", "think", "answer", "review", "paused", "goodbye", "results", "check"
            )
            if phase not in ("attract", "goodbye"):
                await visitor.command("erase")
            await visitor.at("attract", "goodbye")

    with machine.network():
        asyncio.run(erase())


def test_boots_to_ready_with_nothing_failed(machine: Machine, measured: Measured) -> None:
    assert machine.run("systemctl", "--failed", "--no-legend").stdout == ""
    for unit in PROGRAMS:
        assert machine.show("ActiveState", unit) == "active", unit
    pid1 = int(machine.run("systemctl", "show", "--value", "-p", "UserspaceTimestampMonotonic").stdout)
    ready = int(machine.show("ActiveEnterTimestampMonotonic"))
    measured("ready_after_pid1_seconds", (ready - pid1) / 1e6)
    key = machine.folder / "var/lib/kabil-key/dbkey.cred"
    assert key.stat().st_mode & 0o777 == 0o600
    assert not (machine.folder / "var/lib/kabil/kabil.key").exists()  # the key is systemd's credential
    assert not list((machine.folder / "var/log/journal").glob("*"))  # logs live in memory


def test_no_console_is_offered(machine: Machine) -> None:
    for unit in (
        "getty@tty1.service",
        "autovt@tty2.service",
        "serial-getty@ttyS0.service",
        "ctrl-alt-del.target",
    ):
        assert machine.show("LoadState", unit) == "masked", unit
    assert machine.run("pgrep", "-x", "agetty").stdout == ""


def test_a_frozen_process_is_replaced_within_the_watchdog_and_five_seconds(
    machine: Machine, measured: Measured
) -> None:
    control = start_seconds(machine)
    before = machine.booth_pid()
    assert before is not None
    os.kill(before, signal.SIGSTOP)
    seconds = until(lambda: replaced(machine, before), WATCHDOG_SECONDS + 30, machine.log)
    again = machine.wait_ready(START_FACTOR * control + SLACK_SECONDS)
    measured("frozen_replaced_seconds", seconds)
    measured("frozen_ready_again_seconds", again)
    measured("start_seconds", control)
    assert seconds <= WATCHDOG_SECONDS + SLACK_SECONDS
    assert machine.show("NRestarts") == "1"


def test_a_blocked_loop_is_replaced_too(machine: Machine, measured: Measured) -> None:
    """The loop's own thread stops, while all the others of the process go on."""
    before = machine.booth_pid()
    assert before is not None
    begun = time.monotonic()
    with Held(before) as held:
        until(lambda: not held.still(), WATCHDOG_SECONDS + 30, machine.log)
    until(lambda: replaced(machine, before), 30, machine.log)
    seconds = time.monotonic() - begun
    machine.wait_ready(120.0)
    measured("blocked_replaced_seconds", seconds)
    assert seconds <= WATCHDOG_SECONDS + SLACK_SECONDS


def test_a_killed_interview_goes_on_at_the_same_question(machine: Machine, measured: Measured) -> None:
    settled(machine)

    async def until_second_question() -> tuple[str, str]:
        async with visiting(ADDRESS) as visitor:
            await visitor.arrive(typed=True, questions=3)
            first = visitor.state["question"]["id"]
            await visitor.answer()
            await visitor.command("next")
            await visitor.at("think")
            second = visitor.state["question"]["id"]
            await visitor.command("start_answer")
            await visitor.at("answer")
            await asyncio.sleep(1.0)  # the candidate thinks; a question is saved a moment after it is shown
            os.kill(doomed, signal.SIGKILL)
            return first, second

    async def after() -> dict[str, Any]:
        async with visiting(ADDRESS) as visitor:
            await visitor.at("think")
            found = dict(visitor.state)
            await visitor.answer()
            await visitor.command("erase")
            return found

    doomed = machine.booth_pid() or 0
    assert doomed
    with machine.network():
        first, second = asyncio.run(until_second_question())
        begun = time.monotonic()
        until(lambda: replaced(machine, doomed), 30.0, machine.log)
        machine.wait_ready(120.0)
        measured("killed_ready_again_seconds", time.monotonic() - begun)
        state = asyncio.run(after())
    assert state["question"]["id"] == second != first
    assert state["interview"]["resumed"] is True
    assert state["interview"]["answered"][:2] == [True, False]


def test_the_results_are_there_again_after_a_kill(machine: Machine, measured: Measured) -> None:
    """Whoever reads them goes on reading: the same results, the same session."""
    settled(machine)

    async def until_results() -> str:
        async with visiting(ADDRESS) as visitor:
            await visitor.arrive(typed=True, questions=1)
            await visitor.answer()
            await visitor.command("next")
            await visitor.at("results")
            os.kill(doomed, signal.SIGKILL)
            return str(visitor.state["interview"]["session_id"])

    async def after() -> str:
        async with visiting(ADDRESS) as visitor:
            await visitor.at("results")
            assert (await visitor.get("/api/kiosk/report.pdf")).startswith(b"%PDF")
            found = str(visitor.state["interview"]["session_id"])
            await visitor.command("end")
            return found

    doomed = machine.booth_pid() or 0
    assert doomed
    with machine.network():
        before = asyncio.run(until_results())
        begun = time.monotonic()
        until(lambda: replaced(machine, doomed), 30.0, machine.log)
        machine.wait_ready(120.0)
        measured("killed_at_results_ready_again_seconds", time.monotonic() - begun)
        assert asyncio.run(after()) == before


def test_a_whole_interview_with_dtls_under_the_unit_sends_no_packet(
    machine: Machine, measured: Measured
) -> None:
    settled(machine)

    async def whole() -> tuple[int, dict[str, Any]]:
        async with visiting(ADDRESS) as visitor:
            await visitor.check(questions=2)
            use_addresses(loopback_only=True)  # as the screen's browser is told to
            page = Page()
            session = visitor.state["interview"]["session_id"]
            await page.take(await visitor.offer(f"/whip/{session}", await page.offer(Tone(), Picture())))
            health = await live(visitor)
            assert page.connection.connectionState == "connected"
            await visitor.command("check_step", step="done")
            await visitor.at("think")
            count = 0
            while visitor.state["phase"] != "results":
                await visitor.answer()
                count += 1
                await visitor.command("next")
                await visitor.at("think", "results")
            pdf = await visitor.get("/api/kiosk/report.pdf")
            assert pdf.startswith(b"%PDF")
            await visitor.command("end")
            await page.close()
            return count, health

    async def live(visitor: Visitor) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while True:
                found = await visitor.health()
                if {one["state"] for one in found["devices"].values()} == {"live"}:
                    return found
                await asyncio.sleep(0.2)

    before = machine.packets()
    with machine.network():
        count, health = asyncio.run(whole())
    after = machine.packets()
    assert count == 2
    assert {one["driver"] for one in health["devices"].values()} == {"webrtc"}
    assert after == before == {"dropped_out": 0, "dropped_in": 0}
    assert interfaces(machine) == {"lo"}


def test_the_packet_filter_sees_a_packet_that_would_leave(machine: Machine) -> None:
    """The control: a namespace with another interface, one datagram to it, one drop counted."""
    before = machine.packets()["dropped_out"]
    machine.run("ip", "link", "add", "out0", "type", "veth", "peer", "name", "out1")
    try:
        machine.run("ip", "address", "add", "10.99.0.1/24", "dev", "out0")
        machine.run("ip", "link", "set", "out0", "up")
        machine.run("ip", "link", "set", "out1", "up")
        send = (
            "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('10.99.0.2', 9))"
        )
        machine.run("python3", "-c", send)
        assert machine.packets()["dropped_out"] > before
    finally:
        machine.run("ip", "link", "delete", "out0")
        machine.run("systemctl", "restart", "kabil-firewall.service")


def interfaces(machine: Machine) -> set[str]:
    """Network interfaces of the machine."""
    return {
        line.split(":")[0].strip()
        for line in machine.run("cat", "/proc/net/dev").stdout.split("\n")[2:]
        if line
    }


def test_ending_too_often_reboots_and_the_third_reboot_asks_for_staff(
    machine: Machine, measured: Measured
) -> None:
    """Kills as soon as the booth is up, until systemd reboots; three times. It must be the last test of the file."""
    reboots = 0
    begun = time.monotonic()
    while not (flag := staff_page(machine)):
        assert reboots < 4, "a reboot loop"
        kill_until_reboot(machine)
        reboots += 1
    measured("three_reboots_seconds", time.monotonic() - begun)
    assert flag
    assert reboots == 3
    until(lambda: machine.run("systemctl", "is-system-running", "--wait").stdout.strip() == "running", 60.0)
    assert machine.show("ActiveState") == "inactive"
    assert machine.show("ConditionResult") == "no"
    machine.kill()  # the mains switch
    machine.start()
    machine.wait_ready(120.0)
    assert not staff_page(machine)


def staff_page(machine: Machine) -> bool:
    return machine.run("test", "-e", "/run/kabil-staff-page").returncode == 0


def kill_until_reboot(machine: Machine) -> None:
    """A storm of kills until systemd asks for a reboot, which is then carried out."""
    deadline = time.monotonic() + 240
    while (ended := machine.ended()) is None:
        assert time.monotonic() < deadline, "no reboot after a storm of kills"
        pid = machine.booth_pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    assert ended == REBOOT
    machine.start()
    until(lambda: machine.show("ActiveState", "multi-user.target") == "active", 120.0)


def test_a_root_that_cannot_be_written_boots_too(booted: Machine) -> None:
    """All that the machine writes goes to memory; the disk stays as it was. After the tests that need the disk."""
    booted.kill()
    before = times(booted.folder)
    lonely = Machine(booted.folder, "kabil-read-only", ("--volatile=overlay",))
    lonely.start()
    try:
        assert lonely.run("findmnt", "-no", "FSTYPE", "/").stdout.strip() == "overlay"
        lonely.wait_ready(120.0)
    finally:
        lonely.kill()
    assert times(booted.folder) == before


def times(folder: Path) -> dict[str, int]:
    """When everything that a booth could write to was last changed."""
    places = (folder / "etc", folder / "var", folder / "opt/kabil/appliance")
    return {str(path): path.lstat().st_mtime_ns for place in places for path in place.rglob("*")}
