"""The console's PIN: its hash in a file of the data folder, wrong tries counted there, locks that grow.

Every function reads or writes the file and hashes for some tens of milliseconds: call them on a thread, one at a time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from appliance.errors import Broken, Forbidden, Invalid, TooMany, Unavailable, WrongState
from appliance.store.claims import hash_pin, pin_matches

FILE_NAME = "console.json"
PIN_LENGTH = 6
FREE_TRIES = 10
"""wrong PINs before the first lock (our choice)"""
FIRST_LOCK_SECONDS = 300.0
LONGEST_LOCK_SECONDS = 3600.0
"""each further wrong PIN doubles the lock up to this (our choice): at most 24 guesses a day of a million"""


class Kept(msgspec.Struct, frozen=True):
    """What the file holds."""

    pin_hash: str
    wrong_count: int = 0
    """since the last right PIN"""
    locked_at: float | None = None
    """seconds of the wall clock, so that a lock outlives a restart"""


class ConsolePin:
    """The one PIN of the placement cell.

    Args:
        folder: of the booth's data.
        now: seconds of the wall clock (tests give their own).
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._path = folder / FILE_NAME
        self._now = now

    def is_set(self) -> bool:
        """Whether there is a PIN; a file that cannot be read is not "none"."""
        return self._read() is not None

    def set_first(self, pin: str) -> None:
        """The first PIN; raises ``WrongState("web.pin_is_set")`` or ``Invalid("web.bad_pin")``."""
        if self._read() is not None:
            raise WrongState("web.pin_is_set", "the console has a PIN already")
        self._write(_made(pin))

    def change(self, old: str, new: str) -> None:
        """Another PIN for who knows the old one; raises as ``check``."""
        self.check(old)
        self._write(_made(new))

    def check(self, pin: str) -> None:
        """Let the right PIN pass; a try is counted before it is looked at.

        Raises:
            WrongState: "web.no_pin".
            TooMany: "web.console_locked".
            Forbidden: "web.wrong_pin".
        """
        kept = self._read()
        if kept is None:
            raise WrongState("web.no_pin", "the console is not set up yet")
        if self.locked_seconds() > 0:
            raise TooMany("web.console_locked", "too many wrong PINs; wait until the lock is over")
        count = kept.wrong_count + 1
        locked_at = self._now() if lock_seconds(count) else None
        self._write(Kept(kept.pin_hash, count, locked_at))
        if not pin_matches(kept.pin_hash, pin):
            raise Forbidden("web.wrong_pin", "this is not the console's PIN")
        self._write(Kept(kept.pin_hash))

    def locked_seconds(self) -> float:
        """What is left of a lock; a clock that was set back begins it again."""
        kept = self._read()
        if kept is None or kept.locked_at is None:
            return 0.0
        whole, gone = lock_seconds(kept.wrong_count), self._now() - kept.locked_at
        if gone < 0:
            self._write(Kept(kept.pin_hash, kept.wrong_count, self._now()))
            return whole
        return max(0.0, whole - gone)

    def _read(self) -> Kept | None:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Kept)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as exc:
            raise Broken("web.pin_file", f"{FILE_NAME} in the data folder cannot be read") from exc

    def _write(self, kept: Kept) -> None:
        write_private(self._path, msgspec.json.encode(kept))


def lock_seconds(wrong_count: int) -> float:
    """How long that many wrong PINs lock the console.

    >>> [lock_seconds(n) for n in (9, 10, 11, 99)]
    [0.0, 300.0, 600.0, 3600.0]
    """
    if wrong_count < FREE_TRIES:
        return 0.0
    return float(min(FIRST_LOCK_SECONDS * 2 ** min(wrong_count - FREE_TRIES, 10), LONGEST_LOCK_SECONDS))


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner alone; raises ``Unavailable("web.cannot_write")``."""
    partial = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as exc:
        raise Unavailable("web.cannot_write", f"{path.name} cannot be written ({exc.strerror})") from exc


def _made(pin: str) -> Kept:
    if not (pin.isascii() and pin.isdigit() and len(pin) == PIN_LENGTH):
        raise Invalid("web.bad_pin", f"the console's PIN has {PIN_LENGTH} digits")
    return Kept(hash_pin(pin))
