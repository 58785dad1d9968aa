"""A claim code and a PIN find kept interviews again, and lock after wrong tries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.errors import Forbidden, Invalid, NotFound, TooMany, WrongState
from appliance.messages import READABLE, Consent
from appliance.store import claims
from appliance.store.interview_store import InterviewStore
from tests.store.conftest import Clock
from tests.store.records import SAID, finished
from tests.store.test_interview_store import raw

PIN = "4711"


async def kept(store: InterviewStore) -> tuple[str, str]:
    user_id, code = await store.new_claim(finished(), PIN)
    await store.close(replace(finished(), user_id=user_id))
    return user_id, code


async def test_the_code_finds_the_user_again(store: InterviewStore) -> None:
    user_id, code = await kept(store)
    assert len(code) == 8
    assert set(code) <= set(READABLE)
    assert await store.claim(code, PIN) == user_id
    assert await store.claim(f" {code[:4].lower()}-{code[4:]} ", PIN) == user_id
    assert await store.history(user_id) == [
        {"date": "2026-11-22", "scores": {"fluency": 6.0, "posture": None}}
    ]
    assert await store.history(None) == []


async def test_unknown_codes_and_wrong_pins_are_told_apart(store: InterviewStore) -> None:
    _, code = await kept(store)
    with pytest.raises(NotFound) as unknown:
        await store.claim("AAAAAAAA", PIN)
    with pytest.raises(Forbidden) as wrong:
        await store.claim(code, "0000")
    assert (unknown.value.code, wrong.value.code) == ("store.unknown_code", "store.wrong_pin")


async def test_wrong_pins_lock_the_code_for_a_while(store: InterviewStore, clock: Clock) -> None:
    _, code = await kept(store)
    for _ in range(claims.WRONG_TRIES):
        with pytest.raises(Forbidden):
            await store.claim(code, "0000")
    with pytest.raises(TooMany) as locked:
        await store.claim(code, PIN)
    assert locked.value.code == "store.locked"
    clock.now += claims.LOCK + timedelta(seconds=1)
    assert await store.claim(code, PIN)


async def test_a_lock_outlives_a_restart(store: InterviewStore, tmp_path: Path, clock: Clock) -> None:
    _, code = await kept(store)
    for _ in range(claims.WRONG_TRIES):
        with pytest.raises(Forbidden):
            await store.claim(code, "0000")
    await store.stop()
    again = InterviewStore(store.settings, tmp_path, clock)
    await again.start()
    with pytest.raises(TooMany):
        await again.claim(code, PIN)
    await again.stop()


async def test_a_clock_set_back_does_not_lock_for_years(store: InterviewStore, clock: Clock) -> None:
    _, code = await kept(store)
    for _ in range(claims.WRONG_TRIES):
        with pytest.raises(Forbidden):
            await store.claim(code, "0000")
    clock.now -= timedelta(days=2000)
    assert await store.claim(code, PIN)


async def test_a_right_pin_forgets_the_wrong_ones(store: InterviewStore) -> None:
    _, code = await kept(store)
    for _ in range(3):
        for _ in range(claims.WRONG_TRIES - 1):
            with pytest.raises(Forbidden):
                await store.claim(code, "0000")
        assert await store.claim(code, PIN)


@pytest.mark.parametrize("pin", ["", "123", "1234567", "12a4", "१२३४"])
async def test_a_pin_is_four_to_six_digits(store: InterviewStore, pin: str) -> None:
    with pytest.raises(Invalid) as caught:
        await store.new_claim(finished(), pin)
    assert caught.value.code == "store.bad_pin"


async def test_the_pin_itself_is_not_stored(store: InterviewStore, tmp_path: Path) -> None:
    await store.new_claim(finished(), "918273")
    assert b"918273" not in raw(tmp_path)
    assert b"$argon2id$" in raw(tmp_path)


async def test_nothing_can_be_claimed_that_is_not_kept(store: InterviewStore) -> None:
    with pytest.raises(WrongState) as caught:
        await store.new_claim(replace(finished(), consent=Consent(microphone=True)), PIN)
    assert caught.value.code == "store.not_kept"


async def test_who_comes_back_keeps_the_code_and_gets_the_new_pin(store: InterviewStore) -> None:
    user_id, code = await kept(store)
    second = replace(finished("s2"), user_id=user_id)
    assert await store.new_claim(second, "2222") == (user_id, code)
    await store.close(second)
    assert len(await store.history(await store.claim(code, "2222"))) == 2


async def test_erasing_by_code_takes_everything(store: InterviewStore, tmp_path: Path) -> None:
    _, code = await kept(store)
    assert (await store.erase_claim(code, PIN))["erased"] is True
    with pytest.raises(NotFound):
        await store.claim(code, PIN)
    found = raw(tmp_path)
    assert SAID.encode() not in found
    assert b"$argon2id$" not in found
    assert code.encode() not in found


async def test_a_code_ends_with_its_last_interview(store: InterviewStore) -> None:
    _, code = await kept(store)
    await store.erase("s1")
    with pytest.raises(NotFound):
        await store.claim(code, PIN)


async def test_an_interview_outlives_its_user_erased_meanwhile(store: InterviewStore) -> None:
    user_id, code = await kept(store)
    now = replace(finished("s2"), user_id=user_id)
    await store.save(now)
    await store.erase_claim(code, PIN)
    await store.save(now)
    assert (await store.get("s2")).user_id is None


async def test_the_export_holds_everything_kept(store: InterviewStore) -> None:
    _, code = await kept(store)
    exported = await store.export(code, PIN)
    assert SAID in str(exported["interviews"])
    assert exported["claim_made_at"] == "2026-11-22T10:00:00+00:00"
