"""Holds the first thread of a process still by ptrace, while its other threads run: a blocked event loop."""

from __future__ import annotations

import contextlib
import ctypes
import os
from types import TracebackType

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000
"""Source: ptrace(2), waitpid(2)"""


class Held:
    """Context manager; the thread goes on at the end of the block, if it still is there."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self._libc.ptrace.restype = ctypes.c_long

    def _call(self, request: int) -> None:
        if self._libc.ptrace(request, self._pid, None, None) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def __enter__(self) -> Held:
        self._call(PTRACE_SEIZE)
        self._call(PTRACE_INTERRUPT)
        os.waitpid(self._pid, WALL)
        return self

    def still(self) -> bool:
        """Whether it is held; takes note of its end, which its parent sees only after us."""
        return os.waitpid(self._pid, WALL | os.WNOHANG)[0] == 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # it has ended
            self._call(PTRACE_DETACH)
