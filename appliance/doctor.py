"""``kabil check``: devices, models, disk – what will not work, and why, in words."""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import Any

from appliance import model_setup
from appliance.capture import choose
from appliance.runtime.model_files import CHECKOUT
from appliance.settings import Settings

LOW_DISK_BYTES = 500_000_000
"""our choice: a year of kept interviews is far less"""


def examine(settings: Settings) -> dict[str, Any]:
    """All findings; ``usable`` is false only when no interview at all can be held."""
    devices = choose.list_devices()
    models = model_setup.listing(settings)
    disk = _disk(settings)
    page = (CHECKOUT / "kiosk_ui" / "dist" / "index.html").is_file()
    problems = [*_device_problems(devices), *_model_problems(models), *_other_problems(disk, page)]
    return {
        "usable": page and disk["writable"],
        "devices": devices,
        "models": models,
        "disk": disk,
        "page_built": page,
        "voice": shutil.which("espeak-ng") is not None,
        "problems": problems,
    }


def _disk(settings: Settings) -> dict[str, Any]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    return {
        "free_bytes": free,
        "low": free < LOW_DISK_BYTES,
        "writable": os.access(settings.data_dir, os.W_OK),
    }


def _device_problems(devices: dict[str, Any]) -> list[str]:
    problems = []
    if not devices["cameras"]:
        problems.append(
            "No camera is attached: the browser's is used, or the interview runs without pictures."
        )
    if not devices["microphones"]:
        problems.append("No microphone is attached: the browser's is used, or answers are typed.")
    return problems


def _model_problems(models: list[dict[str, Any]]) -> list[str]:
    state = {row["name"]: row["state"] for row in models}
    problems = [
        f"The file of {name} is not what it should be; it is not loaded. Run: kabil models fetch {name}"
        for name, found in state.items()
        if found == "wrong_hash"
    ]
    if state["vosk-model-small-en-us-0.15"] == "missing":
        other = "PocketSphinx hears instead, less well" if _has("pocketsphinx") else "nothing hears"
        problems.append(f"Vosk's English model is missing: {other}. Run: kabil models fetch")
    if state["face_landmarker"] == "missing":
        problems.append("The face model is missing: eye contact is not measured. Run: kabil models fetch")
    if "installed" not in (state["pose_landmarker"], state["pose_landmarker_full"]):
        problems.append("The posture model is missing: posture is not measured. Run: kabil models fetch")
    if state["minilm"] == "missing":
        problems.append("MiniLM is missing: what an answer says is not judged. Run: kabil models fetch")
    return problems


def _other_problems(disk: dict[str, Any], page: bool) -> list[str]:
    problems = []
    if not disk["writable"]:
        problems.append("The data folder cannot be written: no interview can be held.")
    if disk["low"]:
        problems.append("The disk is nearly full.")
    if not page:
        problems.append("The page is not built: run scripts/setup.")
    if shutil.which("espeak-ng") is None:
        problems.append("espeak-ng is missing: questions are shown but not spoken.")
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
