"""Where the key of the database comes from: systemd's credential, a named file, or one made at first start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from appliance.errors import Unavailable
from appliance.settings import Store

CREDENTIAL = "dbkey"
KEY_FILE = "kabil.key"
KEY_BYTES = 32
MIN_BYTES = 16
"""a shorter key is taken for a mistake (our choice)"""


def database_key(settings: Store, data_dir: Path, environ: Mapping[str, str] = os.environ) -> bytes | None:
    """The key; None where encryption is switched off.

    Raises:
        Unavailable: "store.key_missing", "store.key_too_short".
    """
    if not settings.encrypt:
        return None
    credentials = environ.get("CREDENTIALS_DIRECTORY", "")
    credential = Path(credentials) / CREDENTIAL
    if credentials and credential.is_file():
        return _read(credential)
    if settings.key_file:
        return _read(Path(settings.key_file))
    return _read(_own_key(data_dir))


def _own_key(data_dir: Path) -> Path:
    path = data_dir / KEY_FILE
    if not path.exists():
        _write_new(path, secrets.token_hex(KEY_BYTES).encode())
    return path


def _write_new(path: Path, key: bytes) -> None:
    """Write beside and rename: a power cut leaves no half a key."""
    partial = path.with_suffix(".new")
    try:
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        sync_folder(path.parent)
    except OSError as exc:
        raise Unavailable("store.key_missing", f"the key cannot be written ({exc.strerror})") from exc


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes().strip()
    except OSError as exc:
        raise Unavailable("store.key_missing", f"the key cannot be read ({exc.strerror})") from exc
    if len(key) < MIN_BYTES:
        raise Unavailable("store.key_too_short", f"the key in {path.name} is shorter than {MIN_BYTES} bytes")
    return key
