"""Backups that leave the booth: a header that proves the passphrase, then the database under a key made from it.

The booth's own key never leaves it, so such a file opens on any booth, and only with its passphrase. Everything here
hashes and copies for a second or more and touches no open database: call it on a thread of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import shutil
import unicodedata
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from argon2.low_level import Type, hash_secret_raw

from appliance.errors import ApplianceError, Forbidden, Invalid, Unavailable
from appliance.store import database

MAGIC = b"KABIL BACKUP 1\n"
LONGEST_HEADER_BYTES = 1_000
SHORTEST_PASSPHRASE = 12
"""letters (our choice): every try costs argon2id, and the console offers one of sixteen at random"""
LONGEST_PASSPHRASE = 200
SALT_BYTES = 16
KEY_BYTES = 32
COST = {"time_cost": 3, "memory_kib": 65_536, "lanes": 4}
"""argon2id; Source: RFC 9106, section 4, second recommended option"""
MOST_COST = {"time_cost": 12, "memory_kib": 262_144, "lanes": 8}
"""what a file may ask of us (our choice)"""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be known before the passphrase can be tried."""

    salt: str
    """hexadecimal"""
    time_cost: int
    memory_kib: int
    lanes: int
    proof: str
    """HMAC-SHA256 of the rest under the second half of what argon2id gives, hexadecimal"""


def checked_passphrase(passphrase: str) -> str:
    """A passphrase as it is hashed; raises ``Invalid("store.weak_passphrase")``."""
    plain = unicodedata.normalize("NFC", passphrase.strip())
    if not SHORTEST_PASSPHRASE <= len(plain) <= LONGEST_PASSPHRASE or not plain.isprintable():
        raise Invalid("store.weak_passphrase", f"a passphrase has {SHORTEST_PASSPHRASE} letters or more")
    return plain


def seal(copy: Path, own_key: bytes | None, passphrase: str, target: Path) -> None:
    """Turn a copy of the database into a sealed backup; the copy is gone afterwards.

    Args:
        copy: with the booth's own key.
        own_key: that key; None: not encrypted.
        passphrase: as ``checked_passphrase`` gives it.
        target: the new file.

    Raises:
        Unavailable: "store.io_error".
    """
    made = {**COST, "salt": secrets.token_hex(SALT_BYTES)}
    key, proof_key = _keys(passphrase, made)
    header = {**made, "proof": _proof(proof_key, made)}
    try:
        database.rekey(copy, own_key, key)
        with target.open("wb") as file, copy.open("rb") as content:
            target.chmod(0o600)
            file.write(MAGIC + json.dumps(header).encode() + b"\n")
            shutil.copyfileobj(content, file)
    except OSError as exc:
        raise Unavailable("store.io_error", f"the backup cannot be written ({exc.strerror})") from exc
    finally:
        copy.unlink(missing_ok=True)


def unseal(backup: Path, passphrase: str, own_key: bytes | None, target: Path) -> None:
    """Turn a sealed backup into a database of this booth: opened, checked, under its own key, tables up to date.

    Raises:
        Forbidden: "store.wrong_passphrase".
        Invalid: "store.bad_backup", "store.newer_backup".
        Unavailable: "store.io_error".
    """
    try:
        with backup.open("rb") as file:
            key = _key_of(file, passphrase)
            with target.open("wb") as payload:
                target.chmod(0o600)
                shutil.copyfileobj(file, payload)
    except OSError as exc:
        raise Unavailable("store.io_error", f"the backup cannot be read ({exc.strerror})") from exc
    try:
        database.check_copy(target, key)
        database.rekey(target, key, own_key)
    except ApplianceError as exc:
        if isinstance(exc, Invalid):
            raise
        raise Invalid("store.bad_backup", "the backup is damaged") from exc
    database.bring_up_copy(target, own_key)


def _key_of(file: BinaryIO, passphrase: str) -> bytes:
    header = _read_header(file)
    made = {name: getattr(header, name) for name in (*COST, "salt")}
    key, proof_key = _keys(unicodedata.normalize("NFC", passphrase.strip()), made)
    if not hmac.compare_digest(_proof(proof_key, made), header.proof):
        raise Forbidden("store.wrong_passphrase", "this is not the passphrase of that backup")
    return key


def _read_header(file: BinaryIO) -> Header:
    if file.read(len(MAGIC)) != MAGIC:
        raise Invalid("store.bad_backup", "this file is no backup of a booth")
    try:
        header = msgspec.json.decode(file.readline(LONGEST_HEADER_BYTES), type=Header)
        salt = bytes.fromhex(header.salt)
    except (msgspec.DecodeError, ValueError) as exc:
        raise Invalid("store.bad_backup", "the backup's first lines are damaged") from exc
    is_fair = all(1 <= getattr(header, name) <= most for name, most in MOST_COST.items())
    if not is_fair or len(salt) != SALT_BYTES or header.memory_kib < 8 * header.lanes:
        raise Invalid("store.bad_backup", "the backup's first lines are damaged")
    return header


def _keys(passphrase: str, made: dict[str, Any]) -> tuple[bytes, bytes]:
    """The database's key and the one of the proof."""
    both = hash_secret_raw(
        passphrase.encode(),
        bytes.fromhex(made["salt"]),
        time_cost=made["time_cost"],
        memory_cost=made["memory_kib"],
        parallelism=made["lanes"],
        hash_len=2 * KEY_BYTES,
        type=Type.ID,
    )
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _proof(key: bytes, made: dict[str, Any]) -> str:
    return hmac.new(key, MAGIC + json.dumps(made, sort_keys=True).encode(), hashlib.sha256).hexdigest()
