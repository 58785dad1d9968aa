"""Cameras, microphones, sticks and keyboards of a virtual machine that come, go, freeze and fail; its watchdog."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boot import vm
from tests.boot.conftest import Measured
from tests.boot.machine import BOOTH, until
from tests.boot.vm import Vm

pytestmark = [pytest.mark.boot, pytest.mark.timeout(3600)]
BOOT_SECONDS = 1200.0
"""patience, no limit: everything is emulated, and other work may load the machine"""
SEEN_SECONDS = 3.0
WATCHDOG_SECONDS = 14.0
LIGHT = """
KABIL_CAPTURE__WIDTH_PX=320
KABIL_CAPTURE__HEIGHT_PX=240
KABIL_CAPTURE__FRAME_RATE_HZ=5
KABIL_VISION__FACE_HZ=0.2
KABIL_CAPTURE__MICROPHONE_DEVICE=Loopback
"""
"""an emulated processor is tens of times slower than a Raspberry Pi's"""
PLAY = "modprobe snd-aloop; (setsid aplay -q -D hw:Loopback,1,0 -f S16_LE -r 48000 -c 2 /dev/zero >/dev/null 2>&1 &)"
CONTROL = "v4l2-ctl -d /dev/video0 -c "
CAMERA_FAULTS = {
    "frozen": (CONTROL + "percentage_of_dropped_buffers=100", CONTROL + "percentage_of_dropped_buffers=0"),
    "failing": (CONTROL + "inject_fatal_streaming_error=1", "true"),
    "unplugged": (CONTROL + "disconnect=1", "rmmod vivid; modprobe vivid n_devs=1 node_types=0x1"),
}
UNBIND = "(setsid sh -c 'echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/unbind' &)"
BIND = "until echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/bind; do sleep 0.5; done"


@pytest.fixture(scope="module")
def machine(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vm]:
    folder = tmp_path_factory.mktemp("devices")
    stick = folder / "stick.img"
    subprocess.run(["mkfs.vfat", "-n", "STICK", "-C", stick, "16384"], check=True, capture_output=True)
    more = (
        "-drive", f"if=none,id=stick,file={stick},format=raw", "-rtc", "base=1970-01-02T00:00:00",
        "-device", "i6300esb", "-action", "watchdog=poweroff",
    )  # fmt: skip
    machine = Vm(folder, more, "systemd.mask=kabil-kiosk.service systemd.mask=e2scrub_reap.service")
    machine.fresh()
    machine.start(BOOT_SECONDS)
    machine.shell(f"echo '{LIGHT}' >/var/lib/kabil/test.env; modprobe vivid n_devs=1 node_types=0x1; {PLAY}")
    assert machine.run("systemctl", "restart", BOOTH, seconds=BOOT_SECONDS).rc == 0, machine.console()
    yield machine
    machine.cut()


def show(machine: Vm, name: str, unit: str = BOOTH) -> str:
    return machine.run("systemctl", "show", "--value", "-p", name, unit).text


def hurt(machine: Vm, kind: str, fault: tuple[str, str]) -> dict[str, str]:
    """What the program inside told, word by word."""
    said = machine.run(vm.PYTHON, "/opt/test/device.py", kind, *fault, seconds=BOOT_SECONDS)
    assert said.rc == 0, said.text
    words = said.text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


@pytest.mark.parametrize("fault", CAMERA_FAULTS)
def test_a_camera_that_goes_is_seen_and_taken_up_again(machine: Vm, fault: str, measured: Measured) -> None:
    before = show(machine, "MainPID")
    told = hurt(machine, "camera", CAMERA_FAULTS[fault])
    measured(f"camera_{fault}_seen_seconds", float(told["seen"]))
    measured(f"camera_{fault}_healed_seconds", float(told["healed"]))
    measured("one_look_seconds", float(told["look"]))
    assert float(told["seen"]) <= SEEN_SECONDS + float(told["look"])  # the control: how slow this machine is
    assert fault == "failing" or told["told"].startswith(
        "capture.camera_"
    )  # it is back before a page can say so
    assert fault == "frozen" or int(told["reopened"]) >= 1  # a frozen one may go on by itself
    assert show(machine, "MainPID") == before


def test_a_microphone_that_goes_is_seen_and_taken_up_again(machine: Vm, measured: Measured) -> None:
    """The driver is taken from it: callbacks end without a word, and the stream stays "active"."""
    before = show(machine, "MainPID")
    told = hurt(machine, "microphone", (UNBIND, f"{BIND}; {PLAY}"))
    measured("microphone_removed_seen_seconds", float(told["seen"]))
    measured("microphone_removed_healed_seconds", float(told["healed"]))
    assert float(told["seen"]) <= SEEN_SECONDS + float(told["look"])
    assert told["told"].startswith("capture.microphone_")
    assert show(machine, "MainPID") == before


def test_the_root_is_never_written_and_the_clock_is_not_of_1970(machine: Vm) -> None:
    assert machine.run("findmnt", "-no", "FSTYPE", "/").text == "overlay"
    assert machine.run("findmnt", "-no", "FSTYPE", "/var/lib/kabil").text == "ext4"
    assert int(machine.run("date", "+%Y").text) > 2020  # systemd's own epoch
    assert show(machine, "NRestarts") == "0"


def test_the_report_goes_home_on_a_stick(machine: Vm) -> None:
    assert machine.run("findmnt", "/run/kabil-usb").rc != 0
    machine.qmp("device_add", driver="usb-storage", id="stick1", drive="stick", bus="usb.0", removable=True)
    until(lambda: machine.run("findmnt", "/run/kabil-usb").rc == 0, 300.0)
    options = machine.run("findmnt", "-no", "OPTIONS", "/run/kabil-usb").text.split(",")
    assert {"nodev", "nosuid", "noexec"} <= set(options)
    # without models: emulated, one judgement takes longer than the watchdog waits
    machine.shell(f"echo KABIL_PLACES__MODELS=/nowhere >>/var/lib/kabil/test.env; systemctl restart {BOOTH}")
    said = machine.run(vm.PYTHON, "/opt/test/export.py", "2030-01-01", "stick", seconds=BOOT_SECONDS)
    assert "usb done" in said.lines, said.text + machine.run("journalctl", "-b", "-n", "40", "-o", "cat").text
    machine.qmp("device_del", id="stick1")
    until(lambda: machine.run("findmnt", "/run/kabil-usb").rc != 0, 300.0)
    listed = subprocess.run(
        ["mdir", "-b", "-i", machine.folder / "stick.img"], check=True, capture_output=True, text=True
    )
    assert "kabil-2030" in listed.stdout


def test_a_keyboard_is_refused_and_a_touch_panel_is_not(machine: Vm) -> None:
    machine.qmp("device_add", driver="usb-tablet", id="panel", bus="usb.0")
    machine.qmp("device_add", driver="usb-kbd", id="keys", bus="usb.0")
    inputs = "cat /proc/bus/input/devices"
    until(lambda: "QEMU QEMU USB Tablet" in machine.shell(inputs).text, 120.0)
    machine.run("udevadm", "settle")
    time.sleep(5.0)
    assert "QEMU USB Keyboard" in machine.shell("cat /sys/bus/usb/devices/*/product").text  # it is plugged in
    assert "QEMU USB Keyboard" not in machine.shell(inputs).text


def test_the_hardware_ends_a_machine_whose_systemd_hangs(machine: Vm, measured: Measured) -> None:
    """The last test: the machine is off afterwards."""
    begun = time.monotonic()
    machine.shell("kill -SEGV 1 &", seconds=30.0)
    assert machine.ended(WATCHDOG_SECONDS + 60.0)
    measured("hardware_watchdog_seconds", time.monotonic() - begun)
    assert time.monotonic() - begun <= WATCHDOG_SECONDS + SEEN_SECONDS
