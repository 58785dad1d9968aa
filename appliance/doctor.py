"""``kabil check``: devices, models, disk – what will not work, and why, in words."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Mapping
from typing import Any

from appliance import model_setup
from appliance.capture import choose
from appliance.runtime.model_files import CHECKOUT
from appliance.settings import Settings

LOW_DISK_BYTES = 500_000_000
"""our choice: a year of kept interviews is far less"""
Finding = dict[str, Any]
"""``{"code", "values"}``"""
WORDS: Mapping[str, str] = {
    "no_camera": "No camera is attached: the browser's is used, or the interview runs without pictures.",
    "no_microphone": "No microphone is attached: the browser's is used, or answers are typed.",
    "wrong_file": "The file of {name} is not what it should be; it is not loaded. Run: kabil models fetch {name}",
    "old_model": "{name} was built by an earlier version: build it anew. Run: kabil models fetch {name}",
    "no_vosk": "Vosk's English model is missing: PocketSphinx hears instead, less well. Run: kabil models fetch",
    "no_hearing": "Vosk's English model is missing: nothing hears. Run: kabil models fetch",
    "no_face_model": "The face model is missing: eye contact is not measured. Run: kabil models fetch",
    "no_posture_model": "The posture model is missing: posture is not measured. Run: kabil models fetch",
    "no_meaning_model": "MiniLM is missing: what an answer says is not judged. Run: kabil models fetch",
    "not_writable": "The data folder cannot be written: no interview can be held.",
    "disk_low": "The disk is nearly full.",
    "no_page": "The page is not built: run scripts/setup.",
    "no_voice": "espeak-ng is missing: questions are shown but not spoken.",
}
"""for who reads a terminal; the console words the same codes in its own languages"""


def examine(settings: Settings) -> dict[str, Any]:
    """All findings; ``usable`` is false only when no interview at all can be held."""
    devices = choose.list_devices()
    models = model_setup.listing(settings)
    disk = _disk(settings)
    page = (CHECKOUT / "kiosk_ui" / "dist" / "index.html").is_file()
    found = [*_device_problems(devices), *_model_problems(models), *_other_problems(disk, page)]
    return {
        "usable": page and disk["writable"],
        "devices": devices,
        "models": models,
        "disk": disk,
        "page_built": page,
        "voice": shutil.which("espeak-ng") is not None,
        "findings": found,
        "problems": [WORDS[one["code"]].format_map(one["values"]) for one in found],
    }


def _disk(settings: Settings) -> dict[str, Any]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    return {
        "free_bytes": free,
        "low": free < LOW_DISK_BYTES,
        "writable": os.access(settings.data_dir, os.W_OK),
    }


def _finding(code: str, **values: str) -> Finding:
    return {"code": code, "values": values}


def _device_problems(devices: dict[str, Any]) -> list[Finding]:
    problems = []
    if not devices["cameras"]:
        problems.append(_finding("no_camera"))
    if not devices["microphones"]:
        problems.append(_finding("no_microphone"))
    return problems


def _model_problems(models: list[dict[str, Any]]) -> list[Finding]:
    state = {row["name"]: row["state"] for row in models}
    problems = [_finding("wrong_file", name=name) for name, found in state.items() if found == "wrong_hash"]
    problems += [_finding("old_model", name=name) for name, found in state.items() if found == "outdated"]
    if state["vosk-model-small-en-us-0.15"] == "missing":
        problems.append(_finding("no_vosk" if _has("pocketsphinx") else "no_hearing"))
    if state["face_landmarker"] == "missing":
        problems.append(_finding("no_face_model"))
    if "installed" not in (state["pose_landmarker"], state["pose_landmarker_full"]):
        problems.append(_finding("no_posture_model"))
    if state["minilm"] == "missing":
        problems.append(_finding("no_meaning_model"))
    return problems


def _other_problems(disk: dict[str, Any], page: bool) -> list[Finding]:
    problems = []
    if not disk["writable"]:
        problems.append(_finding("not_writable"))
    if disk["low"]:
        problems.append(_finding("disk_low"))
    if not page:
        problems.append(_finding("no_page"))
    if shutil.which("espeak-ng") is None:
        problems.append(_finding("no_voice"))
    return problems


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def in_words(findings: dict[str, Any]) -> str:
    """The findings for a person."""
    lines = ["The booth can hold interviews." if findings["usable"] else "The booth cannot hold interviews."]
    lines += [f"- {problem}" for problem in findings["problems"]]
    for kind in ("cameras", "microphones"):
        lines += [
            f"{kind}: {device['driver']} {device['id']} {device['name']}"
            for device in findings["devices"][kind]
        ]
    return "\n".join(lines)
