"""One machine for all tests of booted systems, and figures that a run leaves for its reader."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.boot import vm
from tests.boot.machine import BOOTH, CACHE, Machine, lacking

START_SECONDS = 120.0
Measured = Callable[[str, float], None]


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    """Writes a figure into var/boot/figures.jsonl, beside the name of the test."""

    def write(what: str, value: float) -> None:
        CACHE.mkdir(parents=True, exist_ok=True)
        with (CACHE / "figures.jsonl").open("a") as file:
            file.write(json.dumps({"test": request.node.name, what: round(value, 2)}) + "\n")

    return write


@pytest.fixture(scope="session")
def installed() -> Iterator[Machine]:
    """The product on a Debian that has not been booted yet."""
    reason = lacking()
    if reason is not None:
        pytest.skip(reason)
    folder = CACHE / "machine"
    shutil.rmtree(folder, ignore_errors=True)
    machine = Machine(folder)
    machine.install()
    yield machine
    machine.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def booted(installed: Machine) -> Machine:
    """The machine after its first boot, with a booth that was ready once."""
    installed.start()
    installed.wait_ready(START_SECONDS)
    return installed


@pytest.fixture
def machine(booted: Machine) -> Machine:
    """A running machine with a ready booth that nobody is in, whatever the test before did to it."""
    return up(booted)


def up(machine: Machine) -> Machine:
    """The machine again, running, its booth ready."""
    if machine.leader is None:
        machine.kill()
        machine.start()
    machine.run("systemctl", "reset-failed", BOOTH)
    machine.run("systemctl", "start", BOOTH)
    machine.wait_ready(START_SECONDS)
    return machine


@pytest.fixture(scope="session")
def image() -> Path:
    """The product's disk image; KABIL_BOOT_IMAGE=kept takes the one of the last run."""
    reason = vm.lacking()
    if reason is not None:
        pytest.skip(reason)
    made = vm.IMAGES / "kabil.img"
    return made if os.environ.get("KABIL_BOOT_IMAGE") == "kept" and made.exists() else vm.build(vm.IMAGES)
