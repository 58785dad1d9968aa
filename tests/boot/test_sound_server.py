"""A microphone behind a sound server of the installed booth: stalled, moved, killed while a candidate speaks."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from appliance.bench.visitor import Visitor, visiting
from tests.boot.conftest import START_SECONDS, Measured, up
from tests.boot.machine import ADDRESS, BOOTH, ROOT, SITE, Machine

pytestmark = [pytest.mark.boot, pytest.mark.timeout(600)]
SEEN_SECONDS = 3.0
LOOK_SECONDS = 0.05
HEALED_SECONDS = 60.0
"""patience: the pauses between two tries grow to 10 s"""
SERVER = "site-sound.service"
UNIT = """
[Service]
User=pulse
RuntimeDirectory=pulse
Environment=HOME=/run/pulse
ExecStart=/usr/bin/pulseaudio -n -F /etc/site-sound.pa --exit-idle-time=-1 --daemonize=no --use-pid-file=no
"""
SCRIPT = """
load-module module-native-protocol-unix socket=/run/pulse/native auth-anonymous=1
load-module module-null-sink sink_name=speaker
load-module module-sine-source source_name=microphone
set-default-source microphone
"""
"""where every client of PulseAudio looks for a server of the whole machine; the microphone hears 440 Hz"""
ALSA = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
FAULTS = {
    "stalled": ("pactl suspend-source microphone 1", "pactl suspend-source microphone 0"),
    "moved": (
        "pactl unload-module module-sine-source",
        "pactl load-module module-sine-source source_name=microphone && pactl set-default-source microphone",
    ),
    "killed": (
        f"systemctl kill -s KILL {SERVER}",
        f"systemctl reset-failed {SERVER}; systemctl start {SERVER}",
    ),
}
"""what is done to the sound, and what undoes it; moved: only the loudspeaker's own sound is left to hear"""


@pytest.fixture(scope="module")
def listening(booted: Machine) -> Iterator[Machine]:
    """A site with a sound server of the whole machine, and a booth that hears by it."""
    etc = up(booted).folder / "etc"
    site = {
        "systemd/system/site-sound.service": UNIT,
        "site-sound.pa": SCRIPT,
        "asound.conf": ALSA,
        "kabil/site.toml": SITE.replace('microphone = "webrtc"', 'microphone = "sounddevice"')
        + '[speech]\nengine = "vosk"\nmodel = "vosk-tiny"\n',
    }
    for name, text in site.items():
        (etc / name).write_text(text)
    model = booted.folder / "opt/kabil/tests/data/vosk-tiny"
    shutil.copytree(ROOT / "tests/data/vosk-tiny", model)
    booted.run("systemctl", "daemon-reload")
    booted.run("systemctl", "start", SERVER)
    booted.run("systemctl", "restart", BOOTH)
    booted.wait_ready(START_SECONDS)
    yield booted
    booted.run("systemctl", "stop", SERVER)
    (etc / "kabil/site.toml").write_text(SITE)
    for name in ("asound.conf", "systemd/system/site-sound.service", "site-sound.pa"):
        (etc / name).unlink()
    shutil.rmtree(model.parents[1])
    booted.run("systemctl", "daemon-reload")
    booted.run("systemctl", "restart", BOOTH)


@dataclass(frozen=True)
class Told:
    """What the booth told of one fault."""

    seen_seconds: float
    """since the fault was ordered"""
    order_seconds: float
    """what the order itself took: the control, on a loaded machine"""
    healed_seconds: float
    code: str
    """of the trouble that the candidate reads"""
    before: dict[str, Any]
    after: dict[str, Any]
    """the microphone in /health"""
    answered: list[bool]


async def ordered(machine: Machine, script: str) -> float:
    """Have a script run in the machine; the seconds that took."""
    begun = time.monotonic()
    done = await asyncio.to_thread(machine.run, "sh", "-c", script)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - begun


async def becomes(visitor: Visitor, *states: str) -> float:
    """Seconds until the candidate's page knows the microphone to be so."""
    begun = time.monotonic()
    async with asyncio.timeout(HEALED_SECONDS):
        while visitor.state["booth"]["devices"]["microphone"]["state"] not in states:
            await asyncio.sleep(LOOK_SECONDS)
    return time.monotonic() - begun


async def trouble(visitor: Visitor) -> str:
    """The code of what the candidate reads."""
    async with asyncio.timeout(SEEN_SECONDS):
        while not visitor.state.get("trouble"):
            await asyncio.sleep(LOOK_SECONDS)
    return str(visitor.state["trouble"]["code"])


async def microphone(visitor: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = (await visitor.health())["devices"]["microphone"]
    return found


async def hurt_while_answering(machine: Machine, hurt: str, heal: str) -> Told:
    """One spoken answer, in which the microphone goes and comes."""
    async with visiting(ADDRESS) as visitor:
        await visitor.arrive(questions=2)
        await visitor.command("start_answer")
        await visitor.at("answer")
        await becomes(visitor, "live")
        async with asyncio.timeout(HEALED_SECONDS):
            while (before := await microphone(visitor))["detail"] != "microphone":
                await asyncio.sleep(LOOK_SECONDS)
        order = await ordered(machine, hurt)
        seen = order + await becomes(visitor, "lost", "stalled")
        code = await trouble(visitor)
        await becomes(visitor, "lost")  # closed, and tried again and again
        await ordered(machine, heal)
        healed = await becomes(visitor, "live")
        async with asyncio.timeout(HEALED_SECONDS):
            while (after := await microphone(visitor))["reopened_count"] == before["reopened_count"]:
                await asyncio.sleep(LOOK_SECONDS)
        await visitor.command("done", text="")
        await visitor.at("review")
        answered = visitor.state["interview"]["answered"]
        await visitor.command("erase")
        await visitor.at("attract", "goodbye")
        return Told(seen, order, healed, code, before, after, answered)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_microphone_behind_a_sound_server(listening: Machine, fault: str, measured: Measured) -> None:
    before = listening.booth_pid()
    with listening.network():
        told = asyncio.run(hurt_while_answering(listening, *FAULTS[fault]))
    measured(f"sound_{fault}_seen_seconds", told.seen_seconds)
    measured(f"sound_{fault}_order_seconds", told.order_seconds)
    measured(f"sound_{fault}_healed_seconds", told.healed_seconds)
    assert told.seen_seconds <= SEEN_SECONDS + told.order_seconds
    assert f"trouble.{told.code}" in json.loads((ROOT / "kiosk_ui/src/locales/en.json").read_text())
    assert told.before["driver"] == told.after["driver"] == "sounddevice"
    assert told.after["detail"] == "microphone"
    assert told.answered == [True]
    assert listening.booth_pid() == before
    assert listening.show("NRestarts") == "0"
