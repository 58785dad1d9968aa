"""``kabil models``: what there is, fetched or built at set-up."""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from appliance.errors import ApplianceError, Broken
from appliance.runtime.model_files import CHECKOUT, Found, ModelFile, ModelFiles
from appliance.runtime.onnx_model import sha256_of
from appliance.settings import Settings

RECIPE_FILE = "recipe.sha256"
SET_UP = ("vosk-model-small-en-us-0.15", "face_landmarker", "pose_landmarker", "minilm")
"""what ``models fetch`` installs when nothing is named"""


def files_of(settings: Settings) -> ModelFiles:
    """The models folder of the site."""
    return ModelFiles(settings.models_dir)


def listing(settings: Settings) -> list[dict[str, Any]]:
    """Every model of the manifest, as rows."""
    files = files_of(settings)
    return [_row(files.find(name), settings) for name in files.entries]


def _row(found: Found, settings: Settings) -> dict[str, Any]:
    model = found.model
    state = found.state
    if model.name == "expression" and not settings.expression.available:
        state = "switched_off"
    if model.kind == "built" and state == "installed" and found.path and not _is_current(found.path, model):
        state = "outdated"
    return {
        "name": model.name,
        "state": state,
        "needed": model.needed,
        "for": model.purpose,
        "licence": model.licence,
        "bytes": model.bytes,
        "path": str(found.path) if found.path else None,
        "url": model.url,
    }


def fingerprints(settings: Settings) -> dict[str, dict[str, Any]]:
    """State and sha256 of every model that is there, for ``/health``; a folder has no hash of its own."""
    found = (files_of(settings).find(name) for name in files_of(settings).entries)
    return {
        one.model.name: {"state": one.state, "sha256": sha256_of(one.path) if one.path.is_file() else None}
        for one in found
        if one.path is not None
    }


def in_words(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a table."""
    return "\n".join(f"{row['name']:28} {row['state']:12} {row['needed']:9} {row['for']}" for row in rows)


def fetch(settings: Settings, names: Sequence[str], quiet: bool = False) -> list[str]:
    """Install models; a sentence for each that could not be had."""
    files = files_of(settings)
    for name in names:
        files.entry(name)
    problems = []
    for name in names or SET_UP:
        try:
            install(files, name, quiet)
        except ApplianceError as exc:
            problems.append(f"{name}: {exc.message}")
    if not names and files.find("pose_landmarker").path is None and files.find("pose_landmarker_full").path:
        problems = [problem for problem in problems if not problem.startswith("pose_landmarker:")]
    return problems


def install(files: ModelFiles, name: str, quiet: bool = False) -> Path:
    """Install one model; built models are built."""
    model = files.entry(name)
    found = files.find(name)
    usable = found.state != "wrong_hash"
    if model.kind == "built":
        return (
            found.path if usable and found.path and _is_current(found.path, model) else _build(files, model)
        )
    if usable and found.path:
        return found.path
    return files.fetch(name, _bar() if not quiet and sys.stderr.isatty() else None)


def _build(files: ModelFiles, model: ModelFile) -> Path:
    target = files.folder / Path(model.file).parent
    try:
        built = Path(_script(model.name).build(target))
        (target / RECIPE_FILE).write_text(_recipe(model))
        return built
    except (OSError, RuntimeError, ImportError) as exc:
        raise Broken("runtime.model_not_built", f"{model.name} could not be built: {exc!r}") from exc


def _is_current(path: Path, model: ModelFile) -> bool:
    """Built by the scripts as they are now; an older build may have another shape."""
    record = path.parent / RECIPE_FILE
    return record.is_file() and record.read_text() == _recipe(model)


def _recipe(model: ModelFile) -> str:
    """The hash of the scripts and of the text they read."""
    folder = CHECKOUT / "models_onnx" / model.name
    parts = [*sorted(folder.glob("*.py")), *sorted(folder.glob("*.txt"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()


def _script(name: str) -> ModuleType:
    """The build script beside a model; the checkout's top is importable while it loads."""
    sys.path.insert(0, str(CHECKOUT))
    try:
        return importlib.import_module(f"models_onnx.{name}.build")
    finally:
        sys.path.remove(str(CHECKOUT))


def _bar() -> Callable[[str, int, int], None]:
    def show(name: str, done: int, total: int) -> None:
        share = done / total if total else 0.0
        print(f"\r{name}: {done / 1e6:.1f} of {total / 1e6:.1f} MB ({share:.0%})", end="", file=sys.stderr)
        if done == total:
            print(file=sys.stderr)

    return show
