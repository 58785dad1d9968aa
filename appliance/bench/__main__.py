"""``python -m appliance.bench NAME …``: runs one measurement."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main(argv: list[str]) -> int:
    """Run the measurement named first; 2 when there is none of that name."""
    names = sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))
    if not argv or argv[0] not in names:
        print(f"usage: scripts/bench {{{','.join(names)}}} [--help]", file=sys.stderr)
        return 2
    return int(importlib.import_module(f"appliance.bench.{argv[0]}").main(argv[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
