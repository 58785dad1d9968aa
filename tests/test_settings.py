"""Settings: layers, and errors that name the full path."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance import settings
from appliance.errors import Invalid


def test_site_file_over_defaults_environment_over_both(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('[web]\nport = 9000\n[capture]\ncamera = "v4l2"\n')
    loaded = settings.load(site, {"KABIL_WEB__PORT": "9001", "KABIL_EXPRESSION__AVAILABLE": "false"})
    assert loaded.web.port == 9001
    assert loaded.capture.camera == "v4l2"
    assert loaded.expression.available is False
    assert loaded.interview.questions == 5


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[web]\nprot = 1\n", "web.prot"),
        ("[webb]\nport = 1\n", "webb"),
        ('[web]\nport = "many"\n', "web.port"),
        ("[web]\nport = 1.5\n", "web.port"),
        ("[expression]\navailable = 1\n", "expression.available"),
        ('[capture]\ncamera = "gopro"\n', "capture.camera"),
        ("web = 3\n", "web"),
    ],
)
def test_an_error_names_the_full_path(tmp_path: Path, text: str, path: str) -> None:
    site = tmp_path / "site.toml"
    site.write_text(text)
    with pytest.raises(Invalid) as caught:
        settings.load(site, {})
    assert path in caught.value.message
    assert caught.value.code.startswith("settings.")


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        settings.load(tmp_path / "none.toml", {})


def test_broken_toml(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text("[web\n")
    with pytest.raises(Invalid):
        settings.load(site, {})


def test_the_dump_hides_secrets() -> None:
    loaded = settings.from_table({"web": {"platform_token": "very secret"}})
    assert "very secret" not in str(settings.dump(loaded))
