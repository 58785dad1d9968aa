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
TOUCHES = frozenset({"pointerdown", "touchstart", "pointerup", "touchend", "click", "mousedown", "mouseup"})
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


@dataclass(frozen=True, slots=True)
class Work:
    """What the page's main thread did."""

    tasks: list[Task]
    answers: list[tuple[str, float]]
    """for each step, the most processor time (ms) from one of its touches to the picture that answers it"""


Events = list[dict[str, Any]]
Marks = list[tuple[float, str]]


def main_thread(trace: bytes) -> Work:
    """The work of the thread that the step marks come from."""
    events = json.loads(trace)["traceEvents"]
    marks = sorted((e["ts"], e["name"][len(MARK) :]) for e in events if e["name"].startswith(MARK))
    threads = [(e["pid"], e["tid"]) for e in events if e["name"].startswith(MARK)]
    main = max(set(threads), key=threads.count)
    mine = sorted((e for e in events if _is_span_of(e, main)), key=lambda e: e["ts"])
    inner = [e for e in mine if e["name"] != "RunTask"]
    tasks = [e for e in mine if e["name"] == "RunTask"]
    return Work([_task(e, marks, inner) for e in tasks], _answers(marks, tasks, inner))


def _answers(marks: Marks, tasks: Events, inner: Events) -> list[tuple[str, float]]:
    """The tasks from the one that a touch comes in to the one that hands the next picture over."""
    starts = [task["ts"] for task in tasks]
    pictures = [e["ts"] for e in inner if e["name"] == "Commit"]
    slowest: dict[int, float] = {}
    for at in (e["ts"] for e in inner if _is_touch(e)):
        step = bisect_right(marks, at, key=lambda mark: mark[0]) - 1
        drawn = bisect_right(pictures, at)
        if step < 0 or drawn == len(pictures):
            continue
        first, last = bisect_right(starts, at) - 1, bisect_right(starts, pictures[drawn])
        cost = sum(task.get("tdur", 0) for task in tasks[first:last]) / 1000
        slowest[step] = max(slowest.get(step, 0.0), cost)
    return [(marks[step][1], round(ms, 1)) for step, ms in sorted(slowest.items())]


def _is_touch(event: dict[str, Any]) -> bool:
    return event["name"] == "EventDispatch" and event["args"].get("data", {}).get("type") in TOUCHES


def _is_span_of(event: dict[str, Any], thread: tuple[int, int]) -> bool:
    return event.get("ph") == "X" and (event["pid"], event["tid"]) == thread


def _task(event: dict[str, Any], marks: Marks, inner: Events) -> Task:
    start, end = event["ts"], event["ts"] + event.get("dur", 0)
    place = bisect_right(marks, end, key=lambda mark: mark[0])
    step = marks[place - 1][1] if place else "load"
    cpu = event.get("tdur", 0) / 1000
    parts = _parts(inner, start, end) if cpu >= PARTS_MS else {}
    return Task(step, round(event.get("dur", 0) / 1000, 1), round(cpu, 1), parts)


def _parts(inner: Events, start: float, end: float) -> dict[str, float]:
    """Own time by name: what lies within another is taken from it."""
    found: dict[str, float] = {}
    above: Events = []
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
