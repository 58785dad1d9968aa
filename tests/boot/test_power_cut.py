"""True power cuts: a kernel and its page cache are gone while a candidate types; the booth boots again and resumes."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.boot import uml, vm
from tests.boot.conftest import Measured
from tests.boot.machine import BOOTH
from tests.boot.uml import Uml

pytestmark = [pytest.mark.boot, pytest.mark.timeout(3600)]
CUTS = 10
QUESTIONS = 6
BOOT_SECONDS = 600.0
"""patience, no limit: other work may load the machine"""


@dataclass
class Told:
    """What the candidate was told before a cut."""

    acknowledged: int = 0
    question: str = ""
    """the one that stood on the page at the cut"""
    phase: str = ""
    lost: int = 0
    faults: list[str] = field(default_factory=list)


@pytest.fixture
def machine(image: Path, tmp_path: Path) -> Iterator[Uml]:
    if (reason := uml.lacking()) is not None:
        pytest.skip(reason)
    machine = Uml(tmp_path, append=uml.QUIET)
    machine.fresh()
    yield machine
    machine.cut()


def boot(machine: Uml) -> float:
    """From the mains to READY; the seconds that took."""
    begun = time.monotonic()
    machine.start(BOOT_SECONDS)
    assert machine.run("systemctl", "start", BOOTH).rc == 0, machine.shell(f"journalctl -u {BOOTH}").text
    return time.monotonic() - begun


def cut_in_an_answer(machine: Uml, told: Told, at: str) -> None:
    """Resume, answer, and cut when the candidate is told of something: "acknowledged" or "answering"."""
    for line in machine.lines(vm.PYTHON, "/opt/test/candidate.py", str(QUESTIONS), seconds=BOOT_SECONDS):
        assert isinstance(line, str), told.faults
        word, *rest = line.split()
        if word == "found":
            compare(told, rest)
            sys.stderr.write(f"{line}: {told}\n")
        elif word == "began":
            told.acknowledged = 0
        elif word in ("acknowledged", "answering"):
            told.acknowledged += int(word == "acknowledged")
            told.phase, told.question = word, rest[0]
            if word == at:
                return
        else:
            told.faults.append(line)
    raise AssertionError(f"no {at}: {told.faults}")


def compare(told: Told, found: list[str]) -> None:
    """What the booth has after the cut, with what it had acknowledged before."""
    phase, answered, question = found[0], int(found[1]), found[2]
    told.lost += max(0, told.acknowledged - answered)
    resumed = {"acknowledged": ("review",), "answering": ("think", "answer"), "": ("attract",)}[told.phase]
    if phase not in resumed or (told.question and question != told.question):
        told.faults.append(f"after {told.phase} {told.question}: {' '.join(found)}")
    told.acknowledged = answered


def healthy(machine: Uml) -> None:
    """Nothing moved aside, every page of the database in order."""
    assert machine.shell("ls /var/lib/kabil | grep -c corrupt").text == "0"
    assert machine.run(vm.PYTHON, "/opt/test/integrity.py").text == "ok"


def test_ten_power_cuts_lose_no_acknowledged_answer(machine: Uml, measured: Measured) -> None:
    told = Told()
    boots = []
    machine.first_start()
    for number in range(CUTS):
        if number:
            boots.append(boot(machine))
        cut_in_an_answer(machine, told, "answering" if number % 2 else "acknowledged")
        machine.cut()
    boots.append(boot(machine))
    cut_in_an_answer(machine, told, "acknowledged")
    healthy(machine)
    measured("power_cuts", CUTS)
    measured("answers_lost", told.lost)
    measured("slowest_boot_seconds", max(boots))
    assert (told.lost, told.faults) == (0, [])


def test_the_cut_is_seen_where_commits_are_not_synced(machine: Uml, measured: Measured) -> None:
    """The control: with synchronous=NORMAL the same cuts do lose answers."""
    told = Told()
    machine.first_start("KABIL_STORE__SYNCHRONOUS=NORMAL")
    for number in range(3):
        if number:
            boot(machine)
        cut_in_an_answer(machine, told, "answering")
        machine.cut()
        if told.lost:
            break
    boot(machine)
    cut_in_an_answer(machine, told, "acknowledged")
    measured("answers_lost_not_synced", told.lost)
    assert told.lost > 0
