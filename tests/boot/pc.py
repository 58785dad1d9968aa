"""The disk image in a PC of QEMU's: UEFI firmware starts the image's own loader, and a display shows what it draws.

Its clock goes by its instructions, so that it is a slow PC on any host, never one whose timeouts run out while it waits
for a processor: the seconds it tells are its own.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.boot import vm

FIRMWARE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
VARIABLES = FIRMWARE.with_name("OVMF_VARS_4M.fd")
"""of Debian's package ovmf"""
NANOSECONDS_SHIFT = 1
"""2 ns for each instruction: 500 million a second, our choice; a Raspberry Pi 5 does more than ten times that"""


def lacking() -> str | None:
    """Why it cannot be run here; None when it can."""
    return vm.lacking() or (None if FIRMWARE.exists() else "ovmf not installed")


@dataclass
class Pc(vm.Vm):
    """One machine; nothing of the image is in QEMU's hand but the disk."""

    def fresh(self) -> None:
        """A disk as the image is, and a firmware that has started nothing yet."""
        super().fresh()
        shutil.copyfile(VARIABLES, self._variables)

    @property
    def _variables(self) -> Path:
        return self.folder / "variables.fd"

    def starting(self) -> list[str]:
        """By the firmware."""
        return [
            "-machine", "q35", "-accel", "tcg,thread=single,tb-size=1024", "-rtc", "clock=vm",
            "-icount", f"shift={NANOSECONDS_SHIFT},sleep=off",
            "-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE}",
            "-drive", f"if=pflash,format=raw,file={self._variables}",
            "-vga", "none", "-device", "virtio-vga,id=screen,xres=1280,yres=720",
        ]  # fmt: skip

    def picture(self) -> NDArray[np.uint8]:
        """What the display shows, RGB."""
        dump = self.folder / "screen.ppm"
        self.qmp("screendump", filename=str(dump))
        return np.asarray(Image.open(dump).convert("RGB"))
