"""Nonsense on every call and every websocket: no crash, no hang, no 500, and the booth serves the next student."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from aiohttp import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Err
from schemathesis.generation.modes import GenerationMode

from appliance.web import openapi, security
from tests.fakes.booth import ROLE, Booth, open_booth
from tests.web.test_platform import posted

FUZZ = settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/sdp")
def as_text(context: Any, value: Any) -> bytes:
    return str(value).encode(errors="replace")


SCHEMA = schemathesis.openapi.from_dict(openapi.document())
OPERATIONS: dict[str, Any] = {
    found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if not isinstance(found, Err)
}
SOCKET_PATHS = ("/ws/stt", "/ws/stt/{session_id}", "/ws/video/{session_id}", "/api/kiosk/events")
SOCKETS = {label for label in OPERATIONS if "/ws/" in label or "events" in label}
CONSOLE = {label for label in OPERATIONS if label.split(" ")[1].startswith("/api/admin/")}
"""thrown at in ``test_fuzz_console``, signed in: here the door would refuse everything"""
THROWN = [
    (label, mode)
    for label in sorted(OPERATIONS.keys() - SOCKETS - CONSOLE)
    for mode in GenerationMode
    if mode.is_positive or OPERATIONS[label].body  # only a body can be against its schema
]


def test_every_operation_of_the_document_is_thrown_at() -> None:
    """Each call by this file's generator, each websocket by its messages, the console's elsewhere; none is left out."""
    methods = {"get", "post", "delete", "put", "patch"}
    paths: dict[str, Any] = openapi.document()["paths"]
    described = {
        f"{method.upper()} {path}" for path, found in paths.items() for method in methods & found.keys()
    }
    assert {label for label, _ in THROWN} | SOCKETS | CONSOLE == described == OPERATIONS.keys()
    assert {label.split(" ")[1] for label in SOCKETS} == set(SOCKET_PATHS)


@pytest.fixture
async def unslowed(page_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Booth]:
    """A booth that is not protected by its rates."""
    monkeypatch.setattr(security, "RATES", dict.fromkeys(security.RATES, (1e6, 10**6)))
    async with open_booth(page_dir) as booth:
        yield booth


@pytest.mark.filterwarnings("ignore")  # the generator's own
@pytest.mark.parametrize(("label", "mode"), THROWN)
async def test_nonsense_is_refused_with_a_code(
    unslowed: Booth, caplog: pytest.LogCaptureFixture, label: str, mode: GenerationMode
) -> None:
    cookies = {cookie.key: cookie.value for cookie in unslowed.page.cookie_jar}
    origin = {"Origin": unslowed.address}
    strategy = OPERATIONS[label].as_strategy(generation_mode=mode)

    @FUZZ
    @given(case=strategy)
    def throw(case: Any) -> None:
        answer = case.call(base_url=unslowed.address, headers=origin, cookies=cookies, timeout=10)
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        kind = str(answer.headers.get("content-type", [""])[0])
        if answer.status_code >= 400 and kind.startswith("application/json"):
            assert {"error", "message"} <= answer.json().keys()

    await asyncio.to_thread(throw)
    assert "web.broken" not in caplog.text
    assert not [
        record for record in caplog.records if record.levelno >= logging.ERROR and "web" in record.name
    ]
    await unslowed.command("presence")


MESSAGES = st.one_of(
    st.binary(max_size=2_000),
    st.text(max_size=500),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["config", "eof", "x"]), inner)
        ),
        max_leaves=10,
    ).map(json.dumps),
    st.sampled_from(
        [
            '{"config":{"sample_rate":%s}}' % ("9" * 400),
            '{"eof":%s}' % ("1" * 5_000),
            '{"eof":"\\ud800"}',
            "[" * 5_000,
            '{"config":null,"eof":null}',
            '{"eof":NaN}',
            "\x00",
            '{"config":{"sample_rate":1e999}}',
            '{"eof":[[[]]]}',
        ]
    ),
    st.binary(max_size=8).map(lambda data: b"\xff\xd8\xff" + data),
    st.fixed_dictionaries(
        {"config": st.fixed_dictionaries({"sample_rate": st.integers() | st.floats()})}
    ).map(json.dumps),
)


@pytest.mark.parametrize("path", SOCKET_PATHS)
async def test_nonsense_on_a_websocket_ends_it_and_nothing_else(
    unslowed: Booth, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    session_id = (await posted(unslowed.http, "/start", {"role": ROLE}))["session_id"]
    loop = asyncio.get_running_loop()

    @settings(FUZZ, max_examples=40)
    @given(messages=st.lists(MESSAGES, min_size=1, max_size=4))
    def throw(messages: list[bytes | str]) -> None:
        asyncio.run_coroutine_threadsafe(
            _thrown(unslowed, path.format(session_id=session_id), messages), loop
        ).result(20)

    await asyncio.to_thread(throw)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    async with unslowed.http.get("/health") as answer:
        assert answer.status == 200


async def _thrown(booth: Booth, path: str, messages: list[bytes | str]) -> None:
    try:
        async with booth.page.ws_connect(path) as socket:
            for message in messages:
                await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_str(message))
            await socket.close()
    except (ClientError, ConnectionError, UnicodeEncodeError):
        return
