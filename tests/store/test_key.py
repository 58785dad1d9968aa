"""The key comes from systemd, else a named file, else one made at first start."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import Unavailable
from appliance.settings import Store
from appliance.store.key import database_key


def test_the_credential_of_systemd_comes_first(tmp_path: Path) -> None:
    (tmp_path / "dbkey").write_text("of the credential, long enough\n")
    (tmp_path / "named").write_text("of the named file, long enough")
    settings = Store(key_file=str(tmp_path / "named"))
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert database_key(settings, tmp_path, environ) == b"of the credential, long enough"
    assert database_key(settings, tmp_path, {}) == b"of the named file, long enough"


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = database_key(Store(), tmp_path, {})
    assert key is not None
    assert len(key) == 64
    assert database_key(Store(), tmp_path, {}) == key
    assert [path.name for path in tmp_path.iterdir()] == ["kabil.key"]
    assert oct((tmp_path / "kabil.key").stat().st_mode)[-3:] == "600"


def test_half_a_key_of_a_power_cut_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "kabil.new").write_text("ha")
    key = database_key(Store(), tmp_path, {})
    assert key is not None
    assert len(key) == 64


def test_a_named_key_that_is_missing_or_short_is_refused(tmp_path: Path) -> None:
    settings = Store(key_file=str(tmp_path / "named"))
    with pytest.raises(Unavailable) as missing:
        database_key(settings, tmp_path, {})
    (tmp_path / "named").write_text("short")
    with pytest.raises(Unavailable) as short:
        database_key(settings, tmp_path, {})
    assert (missing.value.code, short.value.code) == ("store.key_missing", "store.key_too_short")


def test_no_key_without_encryption(tmp_path: Path) -> None:
    assert database_key(Store(encrypt=False), tmp_path, {}) is None
    assert list(tmp_path.iterdir()) == []
