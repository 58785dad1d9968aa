"""A page's side of WebRTC, by aiortc: sends a tone and a picture, or watches."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

from tests.capture import recordings


class Tone(AudioStreamTrack):
    """440 Hz, as a browser sends it: 48 kHz stereo."""

    async def recv(self) -> Any:
        pace = await super().recv()
        start = int(pace.pts or 0) * 6
        t = (start + np.arange(960)) / 48_000
        wave = (8000 * np.sin(2 * np.pi * 440 * t)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(wave, 2).reshape(1, -1), format="s16", layout="stereo")
        frame.pts, frame.sample_rate, frame.time_base = start, 48_000, Fraction(1, 48_000)
        return frame


class Picture(VideoStreamTrack):
    """Red above, blue below."""

    async def recv(self) -> Any:
        pts, time_base = await self.next_timestamp()
        frame = av.VideoFrame.from_ndarray(recordings.picture(), format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        return frame


class Page:
    """A browser's page with one connection."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.tracks: list[MediaStreamTrack] = []
        self.connection.on("track", self.tracks.append)

    async def offer(self, *sent: MediaStreamTrack, watch: bool = False) -> str:
        for track in sent:
            self.connection.addTransceiver(track, direction="sendonly")
        if watch:
            self.connection.addTransceiver("video", direction="recvonly")
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def take(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def vanish(self) -> None:
        """Fall silent without a word, as a browser that was killed."""
        for sender in self.connection.getSenders():
            transport = sender.transport.transport._connection
            for protocol in transport._protocols:
                protocol.transport.close()

    async def close(self) -> None:
        async with asyncio.timeout(20):
            await self.connection.close()
