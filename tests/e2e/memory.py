"""Whether a page stays small over many interviews: ``python -m tests.e2e.memory``; figures as JSON, 1 where it grows.

A real booth process, its built page, a real Chromium: typed interviews one after the other in one page, no pauses.
Every few of them, on the attract page and after the garbage is collected, the page's heap, nodes, listeners and
documents are read by the DevTools protocol, the resident memory of browser and booth from /proc.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.e2e.conftest import Booth
from tests.e2e.devtools import Session, opened_page
from tests.e2e.finger import Finger
from tests.e2e.many import interview
from tests.e2e.stations import SILENT

SETTLE_SECONDS = 0.05
REST_SECONDS = 0.5
WARM_INTERVIEWS = 50
"""caches and compiled code fill up in them"""
HEAP_BYTES = 5_000.0
"""the growth of the heap with each interview, as the slope of a straight line through the samples (our choice)"""
RENDERER_BYTES = 10_000_000.0
"""how much more the page's process may hold in the last third of the samples than in the first, by the medians: the
browser gives memory back when it likes, a line would follow that (our choice)"""
COUNTS = {"nodes": 20, "listeners": 5, "documents": 0}
"""how many more may be there at the end than after the warm interviews, all interviews together (our choice)"""
LEAK = """(() => {
  window.kept = [];
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const gone of change.removedNodes) if (gone.dataset?.testid === "page") window.kept.push(gone);
  }).observe(document.getElementById("root"), { childList: true, subtree: true });
})()"""
"""a control: every page that was shown is held"""
SETTINGS = {**SILENT, "KABIL_INTERVIEW__QUESTIONS": "1", "KABIL_STORE__RETENTION": "days"}


@dataclass(frozen=True, slots=True)
class Sample:
    """What is held after so many interviews, garbage aside."""

    interviews: int
    heap_bytes: int
    nodes: int
    listeners: int
    documents: int
    renderer_bytes: int
    """of the page's process alone: pages of the program count with every other browser that runs"""
    booth_bytes: int
    """resident memory of the booth's process"""


class Scale:
    """Weighs page, browser and booth."""

    def __init__(self, browser: Session, page: Session, booth: Booth) -> None:
        self._browser = browser
        self._page = page
        self._booth = booth
        page.send("Performance.enable")

    def sample(self, interviews: int) -> Sample:
        """Collect the garbage, then read."""
        for _ in range(2):  # what the first frees lets go of more
            self._page.send("HeapProfiler.collectGarbage")
            time.sleep(REST_SECONDS)
        found = {
            one["name"]: int(one["value"]) for one in self._page.send("Performance.getMetrics")["metrics"]
        }
        assert self._booth.process is not None
        return Sample(
            interviews,
            found["JSHeapUsedSize"],
            found["Nodes"],
            found["JSEventListeners"],
            found["Documents"],
            max(_kept(pid, "smaps_rollup", "Private_Dirty:") for pid in self._renderers()),
            _kept(self._booth.process.pid, "status", "VmRSS:"),
        )

    def _renderers(self) -> list[int]:
        processes = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        return [int(one["id"]) for one in processes if one["type"] == "renderer"]


def _kept(pid: int, file: str, line: str) -> int:
    """Bytes, as /proc tells them."""
    lines = Path(f"/proc/{pid}/{file}").read_text("ascii").splitlines()
    return 1024 * next(int(one.split()[1]) for one in lines if one.startswith(line))


def slope(points: list[tuple[float, float]]) -> float:
    """Of the straight line through the points, by least squares."""
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    width = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / width


def more(first: Sample, last: Sample) -> dict[str, int]:
    """What is there in addition, of the things that are counted."""
    return {name: getattr(last, name) - getattr(first, name) for name in COUNTS}


def within(found: dict[str, int]) -> bool:
    """Whether no more is there than may be."""
    return all(found[name] <= limit for name, limit in COUNTS.items())


def judged(samples: list[Sample]) -> dict[str, Any]:
    """What grew after the warm interviews, beside what may; the first sample given is the end of the warm ones."""
    third = max(1, len(samples) // 3)
    before, after = (
        median(one.renderer_bytes for one in part) for part in (samples[:third], samples[-third:])
    )
    heap = slope([(one.interviews, one.heap_bytes) for one in samples])
    counted = more(samples[0], samples[-1])
    return {
        "interviews": [samples[0].interviews, samples[-1].interviews],
        "heap_bytes_an_interview": round(heap),
        "renderer_bytes_more": round(after - before),
        "booth_bytes_an_interview": round(slope([(one.interviews, one.booth_bytes) for one in samples])),
        "more": counted,
        "flat": heap <= HEAP_BYTES and after - before <= RENDERER_BYTES and within(counted),
    }


@contextmanager
def opened(booth: Booth) -> Iterator[tuple[Finger, Scale]]:
    """The booth's page on its panel, a finger on it, and the scale."""
    with opened_page(booth.url) as (page, browser):
        yield Finger(page, SETTLE_SECONDS), Scale(browser, page, booth)


def samples_of(finger: Finger, scale: Scale, interviews: int, every: int) -> Iterator[Sample]:
    """So many interviews; a sample before them and after every few."""
    finger.at("attract")
    yield scale.sample(0)
    for number in range(interviews):
        interview(finger, number)
        if (number + 1) % every == 0:
            yield scale.sample(number + 1)


def measured(args: argparse.Namespace) -> Iterator[Sample]:
    """The samples of a booth, a browser and a page of our own."""
    with tempfile.TemporaryDirectory(prefix="kabil-memory-") as place:
        booth = Booth(Path(place), SETTINGS)
        booth.start()
        try:
            with opened(booth) as (finger, scale):
                if args.leak:
                    finger.value(LEAK)
                yield from samples_of(finger, scale, args.interviews, args.every)
        finally:
            booth.stop()


def main(argv: list[str]) -> int:
    """Measure; 0 when it is flat."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.memory", description=__doc__)
    parser.add_argument("--interviews", type=int, default=200)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument(
        "--warm", type=int, default=WARM_INTERVIEWS, help="interviews before growth is counted"
    )
    parser.add_argument("--json", action="store_true", help="the samples too, and each as it comes to stderr")
    parser.add_argument(
        "--leak", action="store_true", help="a control that must be found: hold every page shown"
    )
    args = parser.parse_args(argv)
    samples: list[Sample] = []
    for sample in measured(args):
        samples.append(sample)
        if args.json:
            sys.stderr.write(json.dumps(asdict(sample)) + "\n")
    found = judged([one for one in samples if one.interviews >= args.warm])
    if args.json:
        found["samples"] = [asdict(one) for one in samples]
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0 if found["flat"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
