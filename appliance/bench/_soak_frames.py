"""The soak's account of pictures: each that was given was looked at, or left out under a name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from appliance.capture.recording import Want, read
from appliance.settings import Capture

NAMES = ("analysed", "waiting", "skipped", "unwanted", "not_due", "forgotten", "refused")
"""what may become of a picture, as ``/health`` names it"""
SMALL_PX = 32
"""only their number is asked for"""


def given_by(recording: Path) -> int:
    """How many pictures of a recording a booth is given."""
    want = Want(False, True, SMALL_PX, SMALL_PX, Capture().frame_rate_hz)
    return sum(1 for _ in read(recording, want))


def accounts(watcher: Mapping[str, Any]) -> dict[str, int]:
    """What became of all pictures since the booth's start, and how many of them nothing is known of."""
    found = {name: int(watcher.get(f"frames_{name}_count", 0)) for name in NAMES}
    return {**found, "uncounted": int(watcher.get("frames_seen_count", 0)) - sum(found.values())}


def missing(before: Mapping[str, Any], after: Mapping[str, Any], given_count: int) -> int:
    """Pictures of one answer that never came, came twice, or went without a name; 0 is right.

    Args:
        before: the watcher's part of ``/health``.
        after: the same, when all of them were given and looked at.
        given_count: pictures that were given in between.
    """
    came = int(after["frames_seen_count"]) - int(before["frames_seen_count"])
    return max(abs(given_count - came), abs(accounts(after)["uncounted"]))
