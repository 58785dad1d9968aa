"""``/health`` and ``kabil check`` of a served booth: every count, age, temperature, hash; and nothing of anybody."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from appliance.runtime.model_files import CHECKOUT
from tests.web.served import Served

SEEN = {
    "": ("status", "why", "version", "uptime_seconds", "restarts_count", "phase", "loop_hold_max_ms", "resident_mb",
         "temperature_c", "throttled", "models"),
    "devices.camera": ("driver", "state", "age_seconds", "dropped_count", "reopened_count", "detail"),
    "devices.microphone": ("driver", "state", "age_seconds", "dropped_count", "reopened_count", "detail"),
    "listener": ("engine", "model", "ready", "failed", "backlog_seconds", "dropped_count", "dropped_seconds"),
    "watcher": ("models", "frames_seen_count", "frames_analysed_count", "frames_waiting_count", "frames_skipped_count",
                "frames_unwanted_count", "frames_not_due_count", "frames_forgotten_count", "frames_refused_count",
                "failed_count"),
    "coach": ("ready", "waiting_count"),
    "store": ("state", "encrypted", "disk_free_bytes", "backup_age_seconds", "moved_aside", "owed_count", "kept_count"),
    "web.connections": ("open_count", "refused_count", "displaced_count", "expired_count"),
    "web.places": ("events", "stt", "video", "upload", "others"),
    "web.platform": ("sessions_count", "waiting_count"),
}  # fmt: skip


def health(served: Served) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(served.ask("GET", "/health").body)
    return found


@pytest.mark.parametrize("place", SEEN)
def test_everything_that_counts_is_told(served: Served, place: str) -> None:
    found: Any = health(served)
    for key in filter(None, place.split(".")):
        found = found[key]
    assert set(SEEN[place]) <= found.keys()


def test_numbers_are_measured(served: Served) -> None:
    found = health(served)
    assert found["restarts_count"] == 0  # this data folder is new
    assert abs(found["resident_mb"] - served.resident_mb()) < 50
    free = os.statvfs(served.folder).f_bavail * os.statvfs(served.folder).f_frsize
    assert found["store"]["disk_free_bytes"] == pytest.approx(free, rel=0.2)
    assert health(served)["uptime_seconds"] >= found["uptime_seconds"] > 0


def test_models_are_told_with_their_hashes(served: Served) -> None:
    """The expression model is in the repository: its hash can be told here."""
    models = health(served)["models"]
    path = CHECKOUT / "models_onnx" / "expression" / "expression.onnx"
    assert models["vosk-tiny"] == {"state": "installed", "sha256": None}  # a folder
    if path.is_file():
        assert models["expression"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert all(len(one["sha256"] or "x" * 64) == 64 for one in models.values())


def test_what_is_refused_is_counted(served: Served) -> None:
    before = health(served)["web"]["places"]["stt"]
    status, connection = served.upgrade("/ws/stt", {})
    assert status == 101
    assert health(served)["web"]["places"]["stt"] == before + 1
    connection.close()


def test_check_of_a_new_folder_speaks_plainly(served: Served) -> None:
    folder = served.folder / "fresh"
    places = {"KABIL_PLACES__DATA": str(folder), "KABIL_PLACES__MODELS": str(folder / "models")}
    command = [sys.executable, "-m", "appliance", "check"]
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.startswith("The booth can")
    assert "Traceback" not in done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("- ")]
    assert told
    assert all(line.endswith(".") or "kabil models fetch" in line for line in told), told
    found = json.loads(
        subprocess.run([*command, "--json"], cwd=CHECKOUT, env={**os.environ, **places}, capture_output=True, text=True,
                       timeout=60, check=False).stdout
    )  # fmt: skip
    assert {"usable", "devices", "models", "disk", "page_built", "voice", "problems"} <= found.keys()
