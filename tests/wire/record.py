"""Writes tests/data/wire anew from a real booth: ``python -m tests.wire.record``.

Clock, ears and eyes are scripted, everything else is the product's. Where MiniLM is not installed the content of
answers would not be judged, so that it is asked for. States that differ in a word only are made from recorded ones.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import json
import sys
from typing import Any

from appliance.app import load_embedder
from appliance.metrics.calibration import TARGETS
from appliance.model_setup import files_of
from appliance.settings import Settings
from tests.conftest import ROOT
from tests.wire.walks import States, all_states

FOLDER = ROOT / "tests" / "data" / "wire"
SAME = {"session_id": "5d1f0c3ab7e94260", "claim_code": "K7MQ3XPA", "number": "7Q2K4NAB",
        "report_number": "7K2Q",
        "kept_until": "2026-12-16T09:40:00+00:00"}  # fmt: skip
"""what is another each time"""
LONG_QUESTION = (
    "How does binary search work, and what must be true of the data before you can use it? Give one situation from a "
    "project of yours where you would choose it over a hash table, and say why."
)
EARLIER = ((5.1, 5.8, 4.9, None, 6.0, 5.5), (6.0, 6.4, 5.2, 6.1, 6.8, 6.0), (6.4, 7.0, 6.1, 6.5, 7.5, 6.2))
FIRST_DAYS = ("2026-10-05", "2026-10-19", "2026-11-02")
EYES = {
    "eyes": None,
    "eyes_lens": ("lens", 0),
    "eyes_corner": ("bottom_right", 3),
    "eyes_turn": ("turn_left", 5),
}


def made(states: States) -> States:
    """States that differ from recorded ones by what is said here, and by nothing else."""

    def like(name: str, **changes: Any) -> dict[str, Any]:
        return merged(copy.deepcopy(states[name]), changes)

    history = [
        {
            "date": f"{day}T10:00:00+00:00",
            "scores": dict(zip(states["results"]["results"]["scores"], row, strict=True)),
        }
        for day, row in zip(FIRST_DAYS, EARLIER, strict=True)
    ]
    good = {"microphone": {"state": "ok", "level": 0.55}}
    live = {"pace": "good", "loudness": "quiet", "looking": None}
    return {
        "consent_ephemeral": like("consent", booth={"retention": {"profile": "ephemeral"}}),
        "check_look": like("check_look", check=good),
        "check_done": like("check_look", check={**good, "step": "done"}),
        "check_no_camera": like(
            "check_devices", consent={"camera": False}, check={"framing": "off", "light": "off"}
        ),
        "check_warmup": like("check_warmup", check=good),
        "check_warmup_hi": like("check_warmup_hi", check=good),
        **{f"check_{name}": like("check_look", check=_eyes(step)) for name, step in EYES.items()},
        "think_resumed": like("think", interview={"resumed": True}),
        "answer_live": like(
            "answer_live",
            question={"text": LONG_QUESTION, "text_en": LONG_QUESTION},
            caption=states["answer"]["caption"],
            live=live,
        ),
        "results": like("results", results={"history": history}),
        "take_home_shared": like("take_home_code", consent={"share": True}),
        "results_hi": like("results_hi", results={"history": history}),
    }


def _eyes(step: tuple[str, int] | None) -> dict[str, Any]:
    if step is None:
        return {"step": "eyes"}
    return {"step": "follow", "eyes": {"target": step[0], "index": step[1], "count": len(TARGETS)}}


def merged(state: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Changes of single values, however deep."""
    for key, value in changes.items():
        if key not in state:
            raise KeyError(f"the booth sends no {key}")
        inner = state[key]
        state[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return state


def without_chance(state: dict[str, Any]) -> str:
    """As text, with what is another each time made the same."""
    text = json.dumps(state, ensure_ascii=False, indent=1)
    for name, value in _chances(state):
        text = text.replace(value, SAME[name])
    return text


def _chances(value: Any) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [found for item in value for found in _chances(item)]
    if not isinstance(value, dict):
        return []
    own = [(name, inner) for name, inner in value.items() if name in SAME and isinstance(inner, str)]
    return own + [found for inner in value.values() for found in _chances(inner)]


def main() -> int:
    """Record; 1 where the language model is missing."""
    embedder = functools.partial(load_embedder, files_of(Settings()))
    if embedder() is None:
        sys.stderr.write("MiniLM is not installed: kabil models fetch\n")
        return 1
    states = asyncio.run(all_states(embedder))
    states |= made(states)
    for path in FOLDER.glob("*.json"):
        if path.stem not in states:
            path.unlink()
    for name, state in sorted(states.items()):
        (FOLDER / f"{name}.json").write_text(without_chance(state) + "\n", "utf-8")
    sys.stdout.write(f"{len(states)} states in {FOLDER.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
