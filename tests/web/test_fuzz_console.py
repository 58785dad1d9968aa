"""Nonsense on every call of the console, signed in: each is refused with a code, and the booth stays well."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.web.served import Served, serve

PIN = b'{"pin":"271828"}'
FUZZ = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
WORDS = st.sampled_from(
    [
        "pin",
        "old",
        "new",
        "name",
        "on",
        "code",
        "passphrase",
        "days",
        "session_id",
        "retention",
        "locale",
        "text",
        "x",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["271828", "../../x", "%2e%2e/x", "x.yaml", "=1+1", "\0", "9" * 500, "a" * 2_000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
BODIES = st.one_of(
    st.dictionaries(WORDS, VALUES, max_size=5).map(lambda value: json.dumps(value).encode()),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=300),
)
PLACES = st.sampled_from(
    [
        "x1",
        "x.yaml",
        "..",
        "%2e%2e%2fx",
        "%00",
        "a" * 300,
        "%ff",
        "0",
        "-1",
        "x.csv",
        "%e0%a4%b8%e0%a5%82",
        "x.kabil",
    ]
)
KINDS = st.sampled_from(
    ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/sdp", ""]
)


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A booth of its own, and the cookies of somebody who has signed in."""
    with serve(tmp_path_factory.mktemp("console")) as served:
        signed = served.ask("POST", "/api/admin/setup", served.page(), PIN)
        assert signed.status == 204, signed
        yield served, f"{served.cookie}; {signed.headers['set-cookie'].partition(';')[0]}"


def throw_at(
    served: Served, method: str, pattern: str, headers: dict[str, str], statuses: Counter[int]
) -> None:
    """Nonsense at one call."""

    @FUZZ
    @given(body=BODIES, place=PLACES, kind=KINDS)
    def throw(body: bytes, place: str, kind: str) -> None:
        path = re.sub(r"\{[^}]*\}", lambda found: place, pattern)
        told = {**headers, "Content-Type": kind, "Content-Length": str(len(body))}
        answer = served.ask(method, path, told, body)
        assert answer.status not in (0, 500), (method, path, body, answer)
        assert answer.status < 400 or answer.error, (method, path, body, answer)
        statuses[answer.status] += 1

    throw()


def test_nonsense_on_every_call_of_the_console_is_refused(console: tuple[Served, str]) -> None:
    served, cookie = console
    calls = [(m, p) for m, p in served.routes if p.startswith("/api/admin/") and m != "HEAD"]
    calls = [call for call in calls if call[1] != "/api/admin/logout"]
    assert len(calls) > 25
    headers = {"Origin": served.origin, "Cookie": cookie}
    statuses: Counter[int] = Counter()
    for method, pattern in calls:
        throw_at(served, method, pattern, headers, statuses)
    served.assert_well()
    assert statuses[200] > 20, statuses  # signed in: it was not the door that refused everything
    assert statuses[400] > 20, statuses


def test_without_signing_in_nothing_of_the_console_answers(console: tuple[Served, str]) -> None:
    served, _ = console
    open_calls = ("session", "setup", "login", "logout")
    for method, pattern in served.routes:
        name = pattern.removeprefix("/api/admin/")
        if pattern.startswith("/api/admin/") and name not in open_calls:
            answer = served.ask(method, re.sub(r"\{[^}]*\}", "x1", pattern), served.page())
            allowed = (
                (403, 404) if "{" in pattern else (403,)
            )  # some names lead nowhere before the door is reached
            assert answer.status in allowed, (method, pattern, answer)
