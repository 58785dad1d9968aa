"""``scripts/bench curves --out docs/delivery_curves.svg``: draws every curve of the delivery scores from the code."""

from __future__ import annotations

import argparse
from pathlib import Path

from appliance.coach.delivery_score import LENGTH_BANDS, Part, parts_of

COLUMNS, CELL_WIDTH, CELL_HEIGHT, MARGIN = 3, 260, 150, 30
STYLE = "font-family:sans-serif;font-size:11px;fill:#222"


def main(argv: list[str]) -> int:
    """Write the picture."""
    parser = argparse.ArgumentParser(prog="scripts/bench curves", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/delivery_curves.svg"))
    parser.parse_args(argv).out.write_text(picture(all_parts()), "utf-8")
    return 0


def all_parts() -> dict[str, Part]:
    """Title -> observable, each once; the length once per shape of question."""
    found: dict[str, Part] = {}
    for shape in LENGTH_BANDS:
        for parts in parts_of(shape).values():
            for part in parts:
                long_name = f"{part.name}, {shape}" if part.name == "answer_seconds" else part.name
                found.setdefault(f"{long_name} ({part.unit})", part)
    return found


def picture(parts: dict[str, Part]) -> str:
    """All curves as one SVG."""
    cells = [_cell(number, title, part) for number, (title, part) in enumerate(parts.items())]
    rows = -(-len(cells) // COLUMNS)
    size = f'width="{COLUMNS * CELL_WIDTH}" height="{rows * CELL_HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<title>Delivery curves</title>\n{"".join(cells)}</svg>\n'


def _cell(number: int, title: str, part: Part) -> str:
    low, high = part.curve[0][0], part.curve[-1][0]
    pad = 0.2 * (high - low)
    corners = [(low - pad, part.curve[0][1]), *part.curve, (high + pad, part.curve[-1][1])]
    width, height = CELL_WIDTH - 2 * MARGIN, CELL_HEIGHT - 2 * MARGIN

    def at(value: float, score: float) -> str:
        x = MARGIN + width * (value - low + pad) / (high - low + 2 * pad)
        return f"{x:.1f},{MARGIN + height * (1 - score / 10):.1f}"

    line = " ".join(at(value, score) for value, score in corners)
    marks = "".join(
        f'<text x="{at(value, 0).split(",")[0]}" y="{MARGIN + height + 14}" text-anchor="middle" style="{STYLE}">'
        f"{value:g}</text>"
        for value, _ in part.curve
    )
    x, y = (number % COLUMNS) * CELL_WIDTH, (number // COLUMNS) * CELL_HEIGHT
    return (
        f'<g transform="translate({x},{y})"><text x="{MARGIN}" y="16" style="{STYLE};font-weight:bold">{title}</text>'
        f'<rect x="{MARGIN}" y="{MARGIN}" width="{width}" height="{height}" fill="none" stroke="#bbb"/>'
        f'<polyline points="{line}" fill="none" stroke="#0a5" stroke-width="2"/>'
        f'<text x="{MARGIN - 6}" y="{MARGIN + 6}" text-anchor="end" style="{STYLE}">10</text>'
        f'<text x="{MARGIN - 6}" y="{MARGIN + height}" text-anchor="end" style="{STYLE}">0</text>{marks}</g>\n'
    )
