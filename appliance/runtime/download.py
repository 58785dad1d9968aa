"""One file over HTTP(S): resumed, retried, with progress; blocking, for the command line and workers."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import IO

from appliance.errors import Unavailable

PIECE_BYTES = 1 << 16
TRIES = 4
FIRST_WAIT_SECONDS = 1.0
"""before the second try; doubles each time"""
Progress = Callable[[int, int], object]


def fetch(url: str, target: Path, size: int | None, progress: Progress | None = None) -> None:
    """Bring ``url`` to ``target``; a ``.part`` file beside it is taken up again.

    Args:
        url: https, or http on loopback (tests, LAN mirrors).
        target: the file.
        size: bytes expected; None: as the server says.
        progress: called with bytes so far and bytes in all.

    Raises:
        Unavailable: "runtime.download_not_found", "runtime.download_refused", "runtime.download_failed".
    """
    part = target.with_name(target.name + ".part")
    for attempt in range(TRIES):
        try:
            _piecewise(url, part, size, progress)
        except urllib.error.HTTPError as exc:
            exc.close()
            if exc.code == 416:  # the part is as long as the file or longer: begin anew
                part.unlink(missing_ok=True)
            elif exc.code < 500:
                raise _refused(target.name, exc.code) from exc
        except (OSError, HTTPException):
            pass  # no network or a broken line: try again below
        else:
            part.replace(target)
            return
        if attempt + 1 < TRIES:
            time.sleep(FIRST_WAIT_SECONDS * 2**attempt)
    raise Unavailable(
        "runtime.download_failed", f"{target.name}: no connection; copy it into a mirror folder instead"
    )


def _refused(name: str, status: int) -> Unavailable:
    if status == 404:
        return Unavailable("runtime.download_not_found", f"{name}: the server does not have it (404)")
    return Unavailable("runtime.download_refused", f"{name}: the server refuses it ({status})")


def _piecewise(url: str, part: Path, size: int | None, progress: Progress | None) -> None:
    begun = part.stat().st_size if part.exists() else 0
    if size is not None and begun == size:
        return
    request = urllib.request.Request(url, headers={"Range": f"bytes={begun}-"} if begun else {})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        resumed = answer.status == 206
        total = size or (begun if resumed else 0) + int(answer.headers.get("Content-Length", 0))
        with part.open("ab" if resumed else "wb") as file:
            done = _copy(answer, file, begun if resumed else 0, total, progress)
    if total and done != total:
        raise OSError("the line broke")


def _copy(answer: IO[bytes], file: IO[bytes], done: int, total: int, progress: Progress | None) -> int:
    while piece := answer.read(PIECE_BYTES):
        file.write(piece)
        done += len(piece)
        if progress is not None:
            progress(done, total)
    return done
