"""Readiness and watchdog heart-beat for systemd, over its datagram socket.

Source: sd_notify(3).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


def notify(message: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Send e.g. ``READY=1`` or ``WATCHDOG=1``; False when not started by systemd."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.connect(address)
        channel.sendall(message.encode())
    return True


def watchdog_seconds(environ: Mapping[str, str] = os.environ) -> float | None:
    """The watchdog's period; None when there is none for this process."""
    pid = environ.get("WATCHDOG_PID")
    if pid is not None and pid != str(os.getpid()):
        return None
    period = environ.get("WATCHDOG_USEC")
    return int(period) / 1e6 if period else None
