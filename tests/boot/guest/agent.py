"""Runs inside the virtual machine: takes commands from its channel, sends back what they say, line by line."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import tty
from pathlib import Path
from typing import Any, BinaryIO

CHANNELS = (Path("/dev/virtio-ports/kabil.test"), Path("/dev/ttyS1"))
"""QEMU's, and that of user-mode Linux"""


class Agent:
    """One channel, as many commands at a time as are asked for."""

    def __init__(self, channel: BinaryIO) -> None:
        self._channel = channel
        self._lock = threading.Lock()

    def tell(self, **message: Any) -> None:
        """One line to the host; it is gone from the machine when this returns."""
        with self._lock:
            self._channel.write(json.dumps(message).encode() + b"\n")
            self._channel.flush()

    def serve(self) -> None:
        """Until the host hangs up."""
        for line in self._channel:
            order = json.loads(line)
            threading.Thread(target=self.run, args=(order["id"], order["command"]), daemon=True).start()

    def run(self, number: int, command: list[str]) -> None:
        """One command to its end."""
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
            errors="replace",
        ) as process:  # fmt: skip
            assert process.stdout is not None
            for line in process.stdout:
                self.tell(id=number, line=line.rstrip("\n"))
        self.tell(id=number, rc=process.returncode)


def main() -> None:
    """Say that the machine is up, then serve."""
    while not (found := [path for path in CHANNELS if path.exists()]):
        time.sleep(0.2)  # udev is at it
    with found[0].open("r+b", buffering=0) as channel:
        if channel.isatty():
            tty.setraw(channel.fileno())
        agent = Agent(channel)
        agent.tell(id=0, line="up")
        while True:
            agent.serve()


if __name__ == "__main__":
    main()
