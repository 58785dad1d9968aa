"""``kabil check``: what will not work, in words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from appliance import doctor, model_setup
from appliance.runtime.onnx_model import sha256_of
from appliance.settings import Settings


def settings(folder: Path) -> Settings:
    base = Settings()
    return replace(base, places=replace(base.places, data=str(folder), models=str(folder / "models")))


def test_missing_models_are_named_with_what_to_do(tmp_path: Path) -> None:
    findings = doctor.examine(settings(tmp_path))
    words = doctor.in_words(findings)
    assert "MiniLM is missing" in words
    assert "kabil models fetch" in words
    assert findings["disk"]["writable"]


def test_a_wrong_file_is_told_and_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "face_landmarker.task").write_bytes(b"not a model")
    findings = doctor.examine(settings(tmp_path))
    assert any("face_landmarker" in problem and "not loaded" in problem for problem in findings["problems"])
    rows = {row["name"]: row["state"] for row in model_setup.listing(settings(tmp_path))}
    assert rows["face_landmarker"] == "wrong_hash"


def test_expression_can_be_removed_from_a_site(tmp_path: Path) -> None:
    site = settings(tmp_path)
    site = replace(site, expression=replace(site.expression, available=False))
    rows = {row["name"]: row["state"] for row in model_setup.listing(site)}
    assert rows["expression"] == "switched_off"


def test_a_built_model_that_was_changed_or_is_of_an_older_recipe_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "minilm"
    folder.mkdir(parents=True)
    model = folder / "minilm_int8.onnx"
    model.write_bytes(b"an encoder")
    files = {model.name: {"sha256": sha256_of(model)}}
    (folder / "minilm_built.json").write_text(json.dumps({"files": files}))

    def state() -> object:
        return next(
            row["state"] for row in model_setup.listing(settings(tmp_path)) if row["name"] == "minilm"
        )

    assert state() == "outdated"
    assert "minilm was built by an earlier version" in doctor.in_words(doctor.examine(settings(tmp_path)))
    model.write_bytes(b"torn")
    assert state() == "wrong_hash"
    assert "minilm" in doctor.in_words(doctor.examine(settings(tmp_path)))


def test_a_built_model_is_outdated_once_a_script_or_its_text_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_setup, "CHECKOUT", tmp_path)
    folder = tmp_path / "models_onnx" / "minilm"
    folder.mkdir(parents=True)
    model = model_setup.files_of(settings(tmp_path)).entry("minilm")
    built = tmp_path / "models" / "minilm_int8.onnx"
    built.parent.mkdir()
    for name in ("build.py", "calibration.txt"):
        (built.parent / model_setup.RECIPE_FILE).write_text(model_setup._recipe(model))
        assert model_setup._is_current(built, model)
        (folder / name).write_text("something else")
        assert not model_setup._is_current(built, model)
