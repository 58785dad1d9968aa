"""The report's pictures as SVG text: the radar of scores, and the timeline of an answer. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from appliance.messages import Answered, Moment

ACCENT, SOFT, LINE, INK = "#1f5f5b", "#cfe3df", "#d9d3c7", "#2b2a28"
COLOURS = {
    "pause": "#e3b15f",
    "long_pause": "#c9803a",
    "filler": "#8a5aa8",
    "filled_pause": "#8a5aa8",
    "look_away": "#7f9bb8",
}
LEGEND = {"words": SOFT, **{kind: COLOURS[kind] for kind in ("pause", "long_pause", "filler", "look_away")}}
"""what the timeline's colours mean"""
RADIUS = 70.0
WIDTH, HEIGHT = 330.0, 200.0
TOP_SCORE = 10.0


def radar(scores: Mapping[str, float | None]) -> str:
    """A radar of 0-10 scores; a score that was not measured leaves a gap."""
    keys = list(scores)
    spokes = [(_at(i, len(keys), RADIUS), key) for i, key in enumerate(keys)]
    rings = "".join(_ring(len(keys), RADIUS * share) for share in (0.25, 0.5, 0.75, 1.0))
    lines = "".join(
        f'<line x1="0" y1="0" x2="{x:.1f}" y2="{y:.1f}" stroke="{LINE}"/>' for (x, y), _ in spokes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-WIDTH / 2} {-HEIGHT / 2} {WIDTH} {HEIGHT}">'
        f"{rings}{lines}{_shape(list(scores.values()))}</svg>"
    )


def _at(index: int, count: int, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * index / count - math.pi / 2
    return radius * math.cos(angle), radius * math.sin(angle)


def _ring(count: int, radius: float) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(i, count, radius) for i in range(count)))
    return f'<polygon points="{points}" fill="none" stroke="{LINE}"/>'


def _shape(values: Sequence[float | None]) -> str:
    known = [(i, value) for i, value in enumerate(values) if value is not None]
    points = [_at(i, len(values), RADIUS * value / TOP_SCORE) for i, value in known]
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ACCENT}"/>' for x, y in points)
    if len(points) < 3:
        return dots
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{path}" fill="{SOFT}" fill-opacity="0.7" stroke="{ACCENT}" stroke-width="2"/>{dots}'


def radar_labels(
    scores: Mapping[str, float | None], names: Mapping[str, str]
) -> Iterable[tuple[float, float, str, str]]:
    """Left and top in percent of the radar's picture, alignment, and text of each label."""
    for index, (key, value) in enumerate(scores.items()):
        x, y = _at(index, len(scores), RADIUS + 12)
        align = "middle" if abs(x) < 10 else "start" if x > 0 else "end"
        text = f"{names.get(key, key)} {'–' if value is None else f'{value:g}'}"
        yield (x + WIDTH / 2) / WIDTH * 100, (y + HEIGHT / 2) / HEIGHT * 100, align, text


def timeline(answered: Answered, width: float = 660.0) -> str:
    """Words, pauses, fillers and looks away of one answer, along its seconds."""
    seconds = max(answered.answer.seconds, 1.0)
    scale = width / seconds
    words = "".join(_bar(w.start, w.end, scale, 14, 12, SOFT) for w in answered.answer.words)
    moments = "".join(_moment(m, scale) for m in _moments(answered) if m.kind in COLOURS)
    ticks = "".join(_tick(t, scale) for t in range(0, int(seconds) + 1, 5 if seconds <= 60 else 15))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 20:.0f} 50">'
        f'<rect x="0" y="14" width="{width:.0f}" height="12" fill="#f4f0e8"/>{words}{moments}{ticks}</svg>'
    )


def _moments(answered: Answered) -> Iterable[Moment]:
    for metrics in (answered.answer.delivery, answered.answer.presence):
        if metrics is not None:
            yield from metrics.moments


def _bar(start: float, end: float, scale: float, top: float, height: float, colour: str) -> str:
    length = max((end - start) * scale, 1.0)
    return f'<rect x="{start * scale:.1f}" y="{top}" width="{length:.1f}" height="{height}" fill="{colour}"/>'


def _moment(moment: Moment, scale: float) -> str:
    top, height = (28, 5) if moment.kind == "look_away" else (14, 12)
    return _bar(moment.start, moment.end, scale, top, height, COLOURS[moment.kind])


def _tick(second: int, scale: float) -> str:
    x = second * scale
    return f'<text x="{x:.1f}" y="46" font-size="9" fill="#6d675d">{second // 60}:{second % 60:02d}</text>'
