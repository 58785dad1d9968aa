"""Run inside a network namespace that has only loopback: sound and pictures in, the self-view out.

With ``unpatched`` as argument the same without our repair of aioice, which must not connect.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable

import aioice.ice

from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.messages import AudioChunk, VideoFrame
from appliance.settings import Capture
from tests.capture import recordings
from tests.capture.webrtc_page import Page, Picture, Tone

UNPATCHED = aioice.ice.get_host_addresses
TRIES = 10 if "unpatched" in sys.argv else 50
"""a tenth of a second each; connecting takes two"""


async def send(peers: WebRtcPeers) -> tuple[int, int]:
    chunks: list[AudioChunk] = []
    frames: list[VideoFrame] = []
    await peers.microphone.open(chunks.append)
    await peers.camera.open(frames.append)
    page = Page()
    answer, _ = await peers.whip("s", await page.offer(Tone(), Picture()))
    await page.take(answer)
    await until(lambda: len(chunks) >= 10 and len(frames) >= 3)
    await page.close()
    return len(chunks), len(frames)


async def watch(peers: WebRtcPeers) -> int:
    page = Page()
    answer, _ = await peers.whep(await page.offer(watch=True))
    await page.take(answer)
    taken = 0
    for _ in range(TRIES):
        peers.show(VideoFrame(recordings.picture(), time.monotonic()))
        try:
            async with asyncio.timeout(0.1):
                await page.tracks[0].recv()
            taken += 1
            if taken == 5:
                break
        except TimeoutError:
            continue
    await page.close()
    return taken


async def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TRIES / 10
    while not done() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)


async def main() -> None:
    peers = WebRtcPeers(Capture(), loopback_only=False)
    if "unpatched" in sys.argv:
        aioice.ice.get_host_addresses = UNPATCHED
    chunks, frames = await send(peers)
    seen = await watch(peers)
    await peers.close()
    addresses = aioice.ice.get_host_addresses(True, True)
    sys.stdout.write(json.dumps({"addresses": addresses, "chunks": chunks, "frames": frames, "seen": seen}))


if __name__ == "__main__":
    asyncio.run(main())
