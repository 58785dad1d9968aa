"""A real booth with kept interviews and a folder for a USB stick: what the console's browser test runs as a process.

Arguments: the folder of the stick. Settings come from the environment. The first line out are the claim codes of "s0"
and of "s2".
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from appliance import serving, settings
from appliance.settings import Settings
from appliance.store.interview_store import InterviewStore
from appliance.web import parts
from tests.store.records import AGREED, finished

STUDENTS_PIN = "1234"


class Stick(type(Path())):  # type: ignore[misc]
    """A folder that says it is mounted."""

    def is_mount(self) -> bool:
        """A stick is plugged in as long as the folder is there."""
        return bool(self.is_dir())


async def seed(site: Settings) -> list[str]:
    """Twelve kept interviews, one of them shared, two with a claim code; the codes."""
    store = InterviewStore(site.store, site.data_dir)
    await store.start()
    for number in range(11):
        locale = "hi" if number % 2 else "en"
        await store.close(replace(finished(f"s{number}", fluency=5.0 + number / 4), locale=locale))
    await store.close(replace(finished("ours"), consent=replace(AGREED, share=True)))
    codes = [(await store.new_claim(finished(name), STUDENTS_PIN))[1] for name in ("s0", "s2")]
    await store.stop()
    return codes


def main() -> None:
    """Seed, then serve."""
    site = settings.load()
    codes = asyncio.run(seed(site))
    sys.stdout.write(f"claim {' '.join(codes)}\n")
    sys.stdout.flush()
    vars(parts)["STICK"] = Stick(sys.argv[1])
    serving.serve(site)


if __name__ == "__main__":
    main()
