"""Claim codes: a code and a PIN by which a candidate finds kept interviews again; nothing else is known of them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from appliance.errors import Forbidden, Invalid, NotFound, TooMany
from appliance.messages import READABLE
from appliance.store.database import Database
from appliance.store.retention import utc
from appliance.store.schema import User

CODE_LENGTH = 8
WRONG_TRIES = 5
"""our choice"""
LOCK = timedelta(minutes=15)
"""our choice"""
PIN_LENGTHS = range(4, 7)
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id; Source: OWASP Password Storage Cheat Sheet, minimum configuration"""


def hash_pin(pin: str) -> str:
    """A PIN as it is stored; raises ``Invalid("store.bad_pin")`` unless it is 4 to 6 digits."""
    if not (pin.isascii() and pin.isdigit() and len(pin) in PIN_LENGTHS):
        raise Invalid("store.bad_pin", "a PIN has 4 to 6 digits")
    return HASHER.hash(pin)


def pin_matches(pin_hash: str, pin: str) -> bool:
    """Whether a PIN is the one that was hashed."""
    try:
        return HASHER.verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


def new_user(database: Database, pin: str, now: datetime) -> tuple[str, str]:
    """A new user; its id and its claim code."""
    user_id, code = secrets.token_hex(8), "".join(secrets.choice(READABLE) for _ in range(CODE_LENGTH))
    User.insert(id=user_id, created_at=utc(now), claim_code=code, pin_hash=hash_pin(pin)).execute(database)
    return user_id, code


def new_pin(database: Database, user_id: str, pin: str) -> str | None:
    """Another PIN for somebody who has just shown the old one; the code, or None for nobody known."""
    code = code_of(database, user_id)
    if code is not None:
        User.update(pin_hash=hash_pin(pin)).where(User.id == user_id).execute(database)
    return code


def code_of(database: Database, user_id: str) -> str | None:
    """The code of a user; None for nobody known."""
    user = User.select().where(User.id == user_id).first(database)
    return None if user is None else str(user.claim_code)


def check(database: Database, code: str, pin: str, now: datetime) -> str:
    """Whose code it is.

    Raises:
        NotFound: "store.unknown_code".
        TooMany: "store.locked".
        Forbidden: "store.wrong_pin".
    """
    user = _by_code(database, code)
    if is_locked(user.locked_until, now):
        raise TooMany("store.locked", "too many wrong PINs; try again in a quarter of an hour")
    with database.atomic():
        right = pin_matches(user.pin_hash, pin)
        _count(database, user, right, now)
    if not right:
        raise Forbidden("store.wrong_pin", "this is not the PIN of that code")
    return str(user.id)


def is_locked(locked_until: str | None, now: datetime) -> bool:
    """Whether a lock still holds; one that ends too far off comes from a clock that was set back."""
    if locked_until is None:
        return False
    left = datetime.fromisoformat(locked_until) - now
    return timedelta() < left <= LOCK


def _by_code(database: Database, code: str) -> Any:
    written = code.upper().replace("-", "").replace(" ", "")
    user = User.select().where(User.claim_code == written).first(database)
    if user is None:
        raise NotFound("store.unknown_code", "nothing is kept under that code")
    return user


def _count(database: Database, user: Any, right: bool, now: datetime) -> None:
    wrong = 0 if right else user.wrong_count + 1
    locked = utc(now + LOCK) if wrong >= WRONG_TRIES else None
    values = {"wrong_count": 0 if locked else wrong, "locked_until": locked}
    User.update(values).where(User.id == user.id).execute(database)
