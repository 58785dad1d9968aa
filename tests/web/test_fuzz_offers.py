"""WebRTC offers that no browser makes: each is answered or refused with a code, and nothing of it stays behind."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.errors import ApplianceError
from appliance.settings import Capture
from tests.capture.webrtc_page import Page, Picture, Tone
from tests.web.served import Served

EXAMPLES = 80
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
NUMBERS = st.sampled_from(
    ["0", "-1", "1", "65536", "4294967296", "9" * 40, "1e9", "", " ", "\u0967", "0x7f", "NaN"]
)
WORDS = st.one_of(
    NUMBERS,
    st.text(max_size=30).map(lambda text: text.replace("\r", "").replace("\n", "")),
    st.sampled_from(
        ["actpass", "active", "sha-256 00", "sha-1", "trickle", "*", "/", ":", "=", "a" * 5_000, "IN IP4 x"]
    ),
)


@pytest.fixture(scope="module")
def offers() -> list[str]:
    """What browsers send: to give, and to watch."""

    async def make() -> list[str]:
        pages = [Page(), Page()]
        made = [await pages[0].offer(Tone(), Picture()), await pages[1].offer(watch=True)]
        for page in pages:
            await page.close()
        return made

    return asyncio.run(make())


@pytest.fixture
async def peers() -> AsyncIterator[WebRtcPeers]:
    made = WebRtcPeers(Capture())
    yield made
    await made.close()


def reworded(line: str, at: int, word: str) -> str:
    """A line with one of its parts replaced."""
    parts = line.replace(":", " : ").split(" ")
    parts[at % len(parts)] = word
    return " ".join(parts).replace(" : ", ":")


CHANGES: dict[str, Callable[[str, int, str], list[str]]] = {
    "drop": lambda line, at, word: [],
    "twice": lambda line, at, word: [line, line],
    "many": lambda line, at, word: [line] * 200,
    "cut": lambda line, at, word: [line[: at % (len(line) + 1)]],
    "insert": lambda line, at, word: [f"a={word}", line],
    "reword": lambda line, at, word: [reworded(line, at, word)],
}


def changed(offer: str, plan: list[tuple[str, int, str]]) -> str:
    """The offer with its changes; ``swap`` puts two lines in each other's places."""
    lines = offer.splitlines()
    for kind, at, word in plan:
        n, other = at % len(lines), at * 13 % len(lines)
        if kind == "swap":
            lines[n], lines[other] = lines[other], lines[n]
        else:
            lines[n : n + 1] = CHANGES[kind](lines[n], at, word)
    return "\r\n".join(lines) + "\r\n"


PLANS = st.lists(
    st.tuples(st.sampled_from(["swap", *CHANGES]), st.integers(0, 10_000), WORDS), min_size=1, max_size=5
)


async def given_to(peers: WebRtcPeers, number: int, offer: str) -> bool:
    """Whether an offer was answered; then hung up. Anything but a refusal with a code is a defect."""
    try:
        ask = peers.whip(f"s{number}", offer) if number % 2 else peers.whep(offer)
        _, resource = await asyncio.wait_for(ask, 10)
    except ApplianceError as exc:
        if exc.code != "capture.bad_offer":
            raise
        return False
    await peers.delete(resource)
    return True


async def test_a_changed_offer_is_answered_or_refused(peers: WebRtcPeers, offers: list[str]) -> None:
    loop = asyncio.get_running_loop()
    before = asyncio.all_tasks()
    outcomes: list[bool] = []

    @FUZZ
    @given(plan=PLANS, number=st.integers(0, 3))
    def throw(plan: list[tuple[str, int, str]], number: int) -> None:
        offer = changed(offers[number // 2], plan)
        outcomes.append(asyncio.run_coroutine_threadsafe(given_to(peers, number, offer), loop).result(20))

    await asyncio.to_thread(throw)
    assert len(outcomes) >= EXAMPLES
    assert True in outcomes  # some changes do no harm,
    assert False in outcomes  # some do: both ways were gone
    assert not peers._peers
    for _ in range(100):
        left = [task for task in asyncio.all_tasks() - before if not task.done()]
        if not left:
            break
        await asyncio.sleep(0.02)
    assert not left


def test_offers_of_bytes_are_refused_by_a_served_booth(served: Served, offers: list[str]) -> None:
    chance = random.Random(7)
    session = served.session()
    kind = {"Content-Type": "application/sdp"}
    whole = offers[0].encode()
    before = served.resident_mb()
    for number in range(60):
        data = bytearray(whole)
        for _ in range(1 + number % 8):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = "/whep" if number % 2 else f"/whip/{session}"
        answer = served.ask("POST", path, kind, bytes(data))
        assert answer.status in (201, 400, 409), answer
        if answer.status == 201:
            assert served.ask("DELETE", answer.headers["location"]).status == 200
    assert served.resident_mb() - before < 60


def test_offers_that_would_take_long_are_refused_at_once(served: Served) -> None:
    """As large as an offer may be, and full of what a reader might multiply."""
    top = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    media = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n"
    before = served.resident_mb()
    for body in (
        top + media * 900,
        top + "a=group:BUNDLE " + "0 " * 30_000 + "\r\n" + media,
        top + media + "a=rtpmap:0 PCMU/8000\r\n" * 2_000,
        top + media + "a=fmtp:0 " + "a=b;" * 15_000 + "\r\n",
        top + media + "a=ssrc:1 cname:x\r\n" * 3_000,
        top + "m=video 9 UDP/TLS/RTP/SAVPF " + "96 " * 20_000 + "\r\n",
        top + media + "a=candidate:1 1 udp 1 evil.example 9 typ host\r\n" * 1_000,
    ):
        answer = served.ask("POST", "/whep", {"Content-Type": "application/sdp"}, body.encode())
        assert answer.status in (201, 400), answer
        if answer.status == 201:
            served.ask("DELETE", answer.headers["location"])
    assert served.resident_mb() - before < 60
