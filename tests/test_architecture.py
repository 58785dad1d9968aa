"""Who may import whom (docs/architecture.md), lazy and type-only imports counted; sizes of files and functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "appliance"
FILES = sorted(PACKAGE.rglob("*.py"))
ALWAYS = {"messages", "errors", ""}
COMPOSITION = {
    "app",
    "devices",
    "rehearsal",
    "doctor",
    "demo",
    "kiosk_policy",
    "model_setup",
    "heartbeat",
    "serving",
    "bench",
}
MAY: dict[str, set[str]] = {
    "__main__": COMPOSITION | {"settings", "interview", "report"},
    **dict.fromkeys(
        COMPOSITION,
        COMPOSITION
        | {
            "web",
            "interview",
            "capture",
            "speech",
            "voice",
            "vision",
            "coach",
            "store",
            "runtime",
            "metrics",
            "report",
            "settings",
        },
    ),
    "web": {
        "interview",
        "store",
        "report",
        "capture",
        "coach",
        "speech",
        "vision",
        "metrics",
        "runtime",
        "settings",
    },
    "interview": {"speech", "voice", "vision", "metrics", "coach", "store", "report", "runtime", "settings"},
    **{
        room: {room, "runtime", "settings"}
        for room in ("capture", "speech", "voice", "vision", "coach", "store")
    },
    "runtime": {"settings"},
    "metrics": set(),
    "report": set(),
    "settings": set(),
    "messages": set(),
    "errors": set(),
}
HOMES = {
    "picamera2": {"capture/picamera2_camera.py"},
    "sounddevice": {"capture/sounddevice_microphone.py"},
    "aiortc": {"capture/webrtc_peer.py"},
    "aioice": {"capture/webrtc_peer.py"},
    "vosk": {"speech/vosk_transcriber.py"},
    "pocketsphinx": {"speech/sphinx_transcriber.py"},
    "onnxruntime": {"runtime/onnx_model.py"},
    "weasyprint": {"report/pdf.py"},
}
HOME_ROOMS = {
    "mediapipe": {"vision"},
    "peewee": {"store"},
    "playhouse": {"store"},
    "apsw": {"store"},
    "aiohttp": {"web"},
}
NO_CLOCK = (
    "interview/flow.py",
    "coach/answer_score.py",
    "coach/feedback.py",
    "metrics/delivery.py",
    "metrics/presence.py",
    "report/document.py",
    "speech/voice_activity.py",
)


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            if node.module == "appliance":
                yield from (f"appliance.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    """The room a file stands in; a file at the top is its own."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py") if parts[0] != "__init__.py" else ""


def name(path: Path) -> str:
    """A file's place within the package."""
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_go_down_only(path: Path) -> None:
    here = room(path)
    for module in imports(path):
        if module.startswith("appliance."):
            there = module.split(".")[1]
            allowed = MAY.get(here, set()) | ALWAYS | {here, "__version__"}
            assert there in allowed, f"{name(path)} may not import {module}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_heavy_library_has_one_home(path: Path) -> None:
    for module in imports(path):
        top = module.split(".")[0]
        if room(path) == "bench":
            continue  # measurements call the bare engines beside ours
        assert top not in HOMES or name(path) in HOMES[top], f"{name(path)} imports {top}"
        assert top not in HOME_ROOMS or room(path) in HOME_ROOMS[top], f"{name(path)} imports {top}"


@pytest.mark.parametrize("place", NO_CLOCK)
def test_pure_files_know_no_clock(place: str) -> None:
    tops = {module.split(".")[0] for module in imports(PACKAGE / place)}
    assert not tops & {"asyncio", "time", "datetime", "threading"}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines <= 40, f"{name(path)}:{node.lineno} {node.name} has {lines} lines"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_line_one_is_the_purpose(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{name(path)} does not say what it is for"
