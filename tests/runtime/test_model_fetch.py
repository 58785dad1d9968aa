"""Models over HTTP from a real loopback server: resume, wrong hash, 404, no network, mirrors."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from appliance.errors import NotFound, Unavailable
from appliance.runtime import download
from appliance.runtime.model_files import ModelFile, ModelFiles, manifest

BODY = bytes(range(256)) * 1200


class Library(BaseHTTPRequestHandler):
    """A server that breaks the line once, halfway, and then honours ranges."""

    requests: list[str]
    broken: bool

    def do_GET(self) -> None:
        begin = int(self.headers.get("Range", "bytes=0-")[6:-1])
        type(self).requests.append(f"{self.path} from {begin}")
        if self.path == "/gone":
            self.send_error(404)
            return
        body = packed() if self.path.endswith(".zip") else BODY
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        if self.path == "/breaks" and not type(self).broken:
            type(self).broken = True
            self.wfile.write(body[: len(body) // 2])
            return
        self.wfile.write(body[begin:])

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def packed() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("speech/am/final.mdl"), b"weights")
    return file.getvalue()


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Library.requests, Library.broken = [], False
    monkeypatch.setattr(download, "FIRST_WAIT_SECONDS", 0.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Library)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def files(
    folder: Path, url: str, sha256: str | None = None, kind: str = "file", name: str = "face"
) -> ModelFiles:
    entry = ModelFile(
        name, kind, "MIT", "test", "no", "" if kind == "zip" else "face.task", sha256=sha256, url=url
    )
    return ModelFiles(folder, (), {name: entry})


def test_a_broken_line_is_taken_up_where_it_broke(tmp_path: Path, library: str) -> None:
    models = files(tmp_path, f"{library}/breaks", hashlib.sha256(BODY).hexdigest())
    seen: list[int] = []
    path = models.fetch("face", lambda name, done, total: seen.append(done))
    assert path.read_bytes() == BODY
    assert Library.requests == ["/breaks from 0", f"/breaks from {len(BODY) // 2}"]
    assert seen == sorted(seen)
    assert seen[-1] == len(BODY)


def test_a_wrong_hash_is_never_installed(tmp_path: Path, library: str) -> None:
    models = files(tmp_path, f"{library}/face.task", "0" * 64)
    with pytest.raises(Unavailable, match="not the file it should be") as caught:
        models.fetch("face")
    assert caught.value.code == "runtime.model_wrong_hash"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_went_bad_is_not_loaded(tmp_path: Path, library: str) -> None:
    (tmp_path / "face.task").write_bytes(b"bad")
    with pytest.raises(Unavailable) as caught:
        files(tmp_path, library, "0" * 64).path("face")
    assert caught.value.code == "runtime.model_wrong_hash"


def test_404_says_so(tmp_path: Path, library: str) -> None:
    with pytest.raises(Unavailable, match="does not have it") as caught:
        files(tmp_path, f"{library}/gone").fetch("face")
    assert caught.value.code == "runtime.download_not_found"


def test_no_network_says_so(tmp_path: Path, library: str) -> None:
    with pytest.raises(Unavailable, match="no connection") as caught:
        files(tmp_path, "http://127.0.0.1:1/face.task").fetch("face")
    assert caught.value.code == "runtime.download_failed"


def test_a_zip_is_unpacked(tmp_path: Path, library: str) -> None:
    folder = files(tmp_path, f"{library}/speech.zip", kind="zip", name="speech").fetch("speech")
    assert (folder / "am" / "final.mdl").read_bytes() == b"weights"
    assert [path.name for path in tmp_path.iterdir()] == ["speech"]


def test_a_mirror_is_as_good_as_installed(tmp_path: Path) -> None:
    mirror = tmp_path / "stick"
    mirror.mkdir()
    (mirror / "face.task").write_bytes(BODY)
    entry = ModelFile(
        "face", "file", "MIT", "test", "no", "face.task", sha256=hashlib.sha256(BODY).hexdigest()
    )
    models = ModelFiles(tmp_path / "models", (mirror,), {"face": entry})
    assert models.path("face") == mirror / "face.task"
    assert models.fetch("face") == mirror / "face.task"


def test_an_unknown_model(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        ModelFiles(tmp_path, ()).find("nonsense")


def test_the_manifest_names_licence_and_hash_of_what_is_fetched() -> None:
    for model in manifest().values():
        assert model.licence
        assert model.kind != "file" or model.sha256


# --- models built at set-up ---


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "installed"),
        ({"encoder.onnx": b"torn"}, "wrong_hash"),
        ({"words.json": b"torn"}, "wrong_hash"),
        ({"words.json": None}, "wrong_hash"),
        ({"encoder_built.json": b"{}"}, "wrong_hash"),
        ({"encoder_built.json": b"[" + b"0"}, "wrong_hash"),
        ({"encoder_built.json": None}, "wrong_hash"),
    ],
)
def test_a_built_model_is_checked_against_what_was_written_down(
    tmp_path: Path, change: dict[str, bytes | None], state: str
) -> None:
    files = {"encoder.onnx": b"weights", "words.json": b"words"}
    written = {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()}
    files["encoder_built.json"] = json.dumps({"files": written}).encode()
    for name, content in {**files, **change}.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
    entry = ModelFile("encoder", "built", "MIT", "test", "no", "encoder.onnx")
    models = ModelFiles(tmp_path, (), {"encoder": entry})
    assert models.find("encoder").state == state
    if state == "wrong_hash":
        with pytest.raises(Unavailable, match="not loaded"):
            models.path("encoder")
