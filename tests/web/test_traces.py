"""What a candidate said, who they are and their claim code stand in the database alone: in no log, in no other file."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from appliance.bench.visitor import AGREED, Visitor, visiting
from tests.web.served import Served, serve

SAID = "zwetschgendatschi"
NAME = "Padmavathi Quixbury"
PIN = "903817"
ANSWER = f"My name is {NAME} and I like {SAID}. A hash table finds a value by the hash of its key in constant time."
DATABASE = ("kabil.db", "kabil.db-wal", "kabil.db-shm")


async def kept(visitor: Visitor) -> tuple[str, str]:
    """A whole interview whose result is kept; its session and its claim code."""
    await visitor.arrive({**AGREED, "keep": True}, typed=True, questions=1)
    session = str(visitor.state["interview"]["session_id"])
    await visitor.answer(ANSWER)
    await visitor.command("retry")
    await visitor.at("think", "answer")
    await visitor.answer(ANSWER)
    await visitor.command("next")
    await visitor.at("results")
    await visitor.get("/api/kiosk/report.pdf")
    await visitor.command("take_home")
    await visitor.at("take_home")
    await visitor.command("keep", pin=PIN)
    async with asyncio.timeout(20):
        while not (visitor.state.get("take_home") or {}).get("claim_code"):
            await asyncio.sleep(0.01)
    code = str(visitor.state["take_home"]["claim_code"])
    await visitor.command("end")
    await visitor.at("goodbye", "attract")
    return session, code


async def mistaken(served: Served) -> None:
    """The same words where they do not belong: each is refused, and a refusal quotes nothing into a log."""
    async with aiohttp.ClientSession(served.origin) as http:
        for path in ("/score", "/qa", "/start", "/finalize", "/api/kiosk/command", "/api/admin/login"):
            for body in (
                json.dumps({"role": SAID, "answer": SAID, "question": SAID, SAID: NAME}),
                f'{{"{SAID}',
            ):
                for headers in ({}, {"Origin": served.origin, "Cookie": served.cookie}):
                    async with http.post(path, data=body, headers=headers) as answer:
                        assert answer.status < 500
        for path in (f"/{SAID}", f"/ws/stt/{SAID}", f"/health?{SAID}={SAID}", f"/assets/{SAID}.js"):
            async with http.get(path, headers={"User-Agent": SAID, "Referer": f"http://{SAID}"}) as answer:
                assert answer.status < 500
        async with http.ws_connect("/ws/stt") as socket:
            await socket.send_str(json.dumps({"config": SAID}))
            await socket.receive(timeout=10)
        async with http.post("/whep", data=SAID, headers={"Content-Type": "application/sdp"}) as answer:
            assert answer.status == 400
        async with http.post("/stt", data=SAID.encode()) as answer:
            assert answer.status == 400
    served.raw(f"{SAID} /{SAID} HTTP/1.1\r\n{SAID}\r\n\r\n".encode())


async def claimed(visitor: Visitor, code: str) -> None:
    """The next one finds it again; then with a wrong PIN, and with a code that is none."""
    await visitor.at("attract", "goodbye")
    await visitor.command("claim", code=code, pin=PIN)
    for wrong, pin in ((code, "111111"), (SAID, PIN)):
        with pytest.raises(RuntimeError):
            await visitor.command("claim", code=wrong, pin=pin)


async def _visit(served: Served) -> tuple[str, str]:
    async with visiting(served.origin) as visitor:
        session, code = await kept(visitor)
    async with visiting(served.origin) as visitor:
        await claimed(visitor, code)
    await mistaken(served)
    return session, code


def holding(folder: Path, word: str, *, besides: tuple[str, ...] = ()) -> list[str]:
    """The files that hold a word, in any of the forms in which it may be written."""
    forms = [word.lower().encode(), word.lower().encode("utf-16-le"), word.split()[-1].lower().encode()]
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in besides:
            content = path.read_bytes().lower()
            found += [str(path.relative_to(folder))] * any(form in content for form in forms)
    return found


@pytest.mark.parametrize("encrypt", ["true", "false"])
def test_nothing_of_a_candidate_is_written_beside_the_database(
    tmp_path: Path, encrypt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KABIL_STORE__RETENTION", "days")
    monkeypatch.setenv("KABIL_STORE__ENCRYPT", encrypt)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("tmp", "home"):
        (tmp_path / name).mkdir()
    with serve(tmp_path) as served:
        session, code = asyncio.run(_visit(served))
        running = {
            word: holding(tmp_path, word, besides=DATABASE) for word in (SAID, NAME, code, PIN, session)
        }
    assert not any(running.values()), running
    for word in running:
        besides = () if encrypt == "true" else DATABASE
        assert holding(tmp_path, word, besides=besides) == []
    assert holding(tmp_path, "phase") == ["booth.log"]  # the search sees, and the log was written
    if encrypt == "false":
        assert "data/kabil.db" in holding(tmp_path, NAME)  # it was kept: there was something to find
