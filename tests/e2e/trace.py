"""Chromium's trace: what the page's main thread did, task by task."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

CATEGORIES = [
    "-*",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "blink.user_timing",
    "v8.execute",
]
MARK = "step:"
"""prefix of the user timing marks that name the steps"""
PARTS_MS = 2.0
"""what a task was made of is told from here on"""


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the main thread."""

    step: str
    ms: float
    """by the clock: other work on the machine counts too"""
    cpu_ms: float
    """of this thread alone"""
    parts: dict[str, float] = field(default_factory=dict)
    """milliseconds of the processor by what was done, the largest"""


def main_thread_tasks(trace: bytes) -> list[Task]:
    """The tasks of the thread that the step marks come from."""
    events = json.loads(trace)["traceEvents"]
    marks = sorted((e["ts"], e["name"][len(MARK) :]) for e in events if e["name"].startswith(MARK))
    threads = [(e["pid"], e["tid"]) for e in events if e["name"].startswith(MARK)]
    main = max(set(threads), key=threads.count)
    mine = sorted((e for e in events if _is_span_of(e, main)), key=lambda e: e["ts"])
    inner = [e for e in mine if e["name"] != "RunTask"]
    return [_task(e, marks, inner) for e in mine if e["name"] == "RunTask"]


def _is_span_of(event: dict[str, Any], thread: tuple[int, int]) -> bool:
    return event.get("ph") == "X" and (event["pid"], event["tid"]) == thread


def _task(event: dict[str, Any], marks: list[tuple[float, str]], inner: list[dict[str, Any]]) -> Task:
    start, end = event["ts"], event["ts"] + event.get("dur", 0)
    place = bisect_right(marks, end, key=lambda mark: mark[0])
    step = marks[place - 1][1] if place else "load"
    cpu = event.get("tdur", 0) / 1000
    parts = _parts(inner, start, end) if cpu >= PARTS_MS else {}
    return Task(step, round(event.get("dur", 0) / 1000, 1), round(cpu, 1), parts)


def _parts(inner: list[dict[str, Any]], start: float, end: float) -> dict[str, float]:
    """Own time by name: what lies within another is taken from it."""
    found: dict[str, float] = {}
    above: list[dict[str, Any]] = []
    for at in range(bisect_right(inner, start - 1, key=lambda e: e["ts"]), len(inner)):
        event = inner[at]
        if event["ts"] > end:
            break
        while above and above[-1]["ts"] + above[-1].get("dur", 0) <= event["ts"]:
            above.pop()
        cost = event.get("tdur", 0) / 1000
        found[event["name"]] = found.get(event["name"], 0.0) + cost
        if above:
            found[above[-1]["name"]] -= cost
        above.append(event)
    largest = sorted(found.items(), key=lambda part: -part[1])[:4]
    return {name: round(ms, 1) for name, ms in largest if ms >= 1.0}
