"""How often the booth was started again since its machine was switched on."""

from __future__ import annotations

import json
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""another one after each start of the machine. Source: random(4)"""


def count_restart(path: Path, boot_id: Path = BOOT_ID) -> int | None:
    """Count this start; how many came before it in this boot, None where it cannot be told.

    Args:
        path: where the count is kept between starts.
        boot_id: names the machine's boot.
    """
    try:
        boot = boot_id.read_text("ascii").strip()
        count = _counted(path, boot)
        path.write_text(json.dumps({"boot": boot, "starts": count + 1}), "utf-8")
    except OSError:
        return None
    return count


def _counted(path: Path, boot: str) -> int:
    try:
        found = json.loads(path.read_text("utf-8"))
        return int(found["starts"]) if found["boot"] == boot else 0
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return 0
