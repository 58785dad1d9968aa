"""A checked, pinned, warmed onnxruntime session; the only file that imports onnxruntime."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken, Unavailable

Feeds = Mapping[str, NDArray[Any]]


def sha256_of(path: Path) -> str:
    """The sha256 of a file, as lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class OnnxModel:
    """A model on the processor; not thread-safe, keep it on one worker.

    Args:
        path: the .onnx file.
        sha256: expected hash; None: not checked (tests, builds).
        threads: intra-op threads.
        warm: feeds run once at load, so that the first real call is quick.

    Raises:
        Unavailable: "runtime.model_missing", "runtime.model_wrong_hash".
        Broken: "runtime.model_unreadable"; with ``warm`` also what ``run`` raises.
    """

    def __init__(
        self, path: Path, sha256: str | None = None, threads: int = 1, warm: Feeds | None = None
    ) -> None:
        if not path.is_file():
            raise Unavailable("runtime.model_missing", f"{path.name} is not installed")
        if sha256 is not None and sha256_of(path) != sha256:
            raise Unavailable("runtime.model_wrong_hash", f"{path.name} is not the file it should be")
        self._name = path.name
        self._session = _session(path, threads)
        self.inputs: tuple[str, ...] = tuple(i.name for i in self._session.get_inputs())
        if warm is not None:
            self.run(warm)

    def run(self, feeds: Feeds) -> list[NDArray[Any]]:
        """All outputs for the feeds (input name -> array).

        Raises:
            Broken: "runtime.model_failed": the model does not take these feeds, or fails on them.
        """
        try:
            return [np.asarray(out) for out in self._session.run(None, dict(feeds))]
        except Exception as exc:  # onnxruntime raises several unrelated classes
            raise Broken("runtime.model_failed", f"{self._name} cannot be run as it should be") from exc


def _session(path: Path, threads: int) -> Any:
    # read at import: without it onnxruntime 1.32 writes a device id and a database of events into the home folder
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime raises several unrelated classes
        raise Broken("runtime.model_unreadable", f"{path.name} cannot be read as a model") from exc
