"""An ALSA, PulseAudio or PipeWire microphone, by PortAudio (sounddevice)."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from appliance.capture import sound_server
from appliance.capture.arrival_clock import ArrivalClock
from appliance.capture.patience import patiently
from appliance.capture.sound import SoundPath, pcm_frame
from appliance.capture.source import ChunkCallback, Microphone
from appliance.errors import Unavailable
from appliance.settings import Capture

OPEN_SECONDS = 5.0
"""our choice"""
CLOSE_SECONDS = 1.0
"""our choice; a driver that needs longer is left behind on its thread"""
BLOCK_SECONDS = 0.05

_PORT_AUDIO = threading.Lock()
"""PortAudio's own calls (not its callbacks) are not thread-safe"""
_open_streams: set[_Stream] = set()
"""guarded by the lock"""


def list_microphones() -> list[tuple[str, str]]:
    """The inputs PortAudio has: (index, name). May block for a second: call it on a thread."""
    with _port_audio() as sd:
        _rescan(sd)
        return [(str(d["index"]), str(d["name"])) for d in sd.query_devices() if d["max_input_channels"] > 0]


class SoundDeviceMicrophone(Microphone):
    """A microphone of the machine; the default one unless the settings name a part of another's name."""

    name = "sounddevice"

    def __init__(self, capture: Capture) -> None:
        super().__init__(capture.stall_seconds)
        self._wanted = capture.microphone_device
        self._stream: _Stream | None = None
        self._route: str | None = None

    async def open(self, on_chunk: ChunkCallback) -> None:
        """Begin.

        Raises:
            Unavailable: "capture.microphone_missing", "capture.microphone_failed", "capture.no_portaudio";
                "capture.microphone_stuck" when the driver does not answer.
        """
        stream = _Stream(self, on_chunk)
        self._mark_opened()
        try:
            await patiently(lambda: stream.start(self._wanted), OPEN_SECONDS, "microphone-open")
        except BaseException as exc:
            stream.stopping = True
            self._mark_closed()
            if isinstance(exc, TimeoutError):
                raise Unavailable("capture.microphone_stuck", "the sound driver does not answer") from exc
            raise
        self._stream, self._route, self.detail = stream, None, stream.device
        await self.check()
        if (reason := self._lost) is not None:
            await self.close()
            raise Unavailable("capture.microphone_missing", reason)

    async def close(self) -> None:
        """End; a driver that blocks is left behind on its thread."""
        self._mark_closed()
        if (stream := self._stream) is not None:
            self._stream = None
            stream.stopping = True
            with contextlib.suppress(TimeoutError, Unavailable):
                await patiently(stream.stop, CLOSE_SECONDS, "microphone-close")

    async def check(self) -> None:
        """See whether the sound server silently gave us another source, or never had a microphone."""
        if self._stream is None or not self._stream.by_server or self._lost is not None:
            return
        route = await sound_server.recorded_source()
        if route is None:
            return
        if self._route is None:
            self._route = self.detail = route
        if route != self._route:
            self._mark_lost(f"the sound now comes from {route} instead of {self._route}")
        elif route.endswith(".monitor"):  # the booth would hear its own voice
            self._mark_lost("the sound server has no microphone, only what its loudspeaker plays")

    # --- on PortAudio's threads ---

    def take(self, stream: _Stream, chunks: list[Any], overflowed: bool) -> None:
        """Pass chunks on."""
        if self._lost is not None:
            return
        self._mark_fresh()
        self.dropped_count += int(overflowed)
        for chunk in chunks:
            stream.on_chunk(chunk)

    def ended(self) -> None:
        """The stream ended by itself."""
        self._mark_lost("the sound device went away")


class _Stream:
    """One opening of a PortAudio input."""

    def __init__(self, microphone: SoundDeviceMicrophone, on_chunk: ChunkCallback) -> None:
        self.on_chunk = on_chunk
        self.stopping = False
        self.device = ""
        self._microphone = microphone
        self._sound = SoundPath()
        self._clock = ArrivalClock()
        self._heard_seconds = 0.0
        self._raw: Any = None
        self._channels = 1
        self._rate_hz = 0

    @property
    def by_server(self) -> bool:
        """The device is a sound server, which decides by itself what is recorded."""
        return any(word in self.device.lower() for word in ("pulse", "pipewire", "default"))

    def start(self, wanted: str) -> None:
        """Open and start; blocks."""
        with _port_audio() as sd:
            _rescan(sd)
            info = _chosen(sd, wanted)
            self.device = str(info["name"])
            self._rate_hz = int(info["default_samplerate"])
            self._channels = min(2, int(info["max_input_channels"]))
            self._open(sd, int(info["index"]))
            if self.stopping:  # nobody waits any more
                self._free()

    def _open(self, sd: Any, index: int) -> None:
        self._raw = sd.RawInputStream(
            samplerate=self._rate_hz,
            blocksize=round(self._rate_hz * BLOCK_SECONDS),
            device=index,
            channels=self._channels,
            dtype="int16",
            callback=self._callback,
            finished_callback=self._finished,
        )
        self._raw.start()
        _open_streams.add(self)

    def stop(self) -> None:
        """Stop and free; blocks."""
        with _port_audio():
            self._free()

    def _free(self) -> None:
        _open_streams.discard(self)
        self._raw.abort(ignore_errors=True)
        self._raw.close(ignore_errors=True)

    def _callback(self, data: Any, frame_count: int, _times: Any, status: Any) -> None:
        if self.stopping:
            return
        seconds = frame_count / self._rate_hz
        self._heard_seconds += seconds
        t = self._clock.time_of(self._heard_seconds, time.monotonic()) - seconds
        samples = np.frombuffer(data, dtype=np.int16)
        chunks = self._sound.feed(pcm_frame(samples, self._channels, self._rate_hz), t)
        self._microphone.take(self, chunks, bool(status.input_overflow))

    def _finished(self) -> None:
        if not self.stopping:
            self._microphone.ended()


def _rescan(sd: Any) -> None:
    """Look for devices anew: PortAudio lists them once. It would end a running stream, so not while one runs."""
    if not _open_streams:
        sd._terminate()
        sd._initialize()


def _chosen(sd: Any, wanted: str) -> Any:
    """The wanted input, else the default one, else the first."""
    inputs = [d for d in sd.query_devices() if d["max_input_channels"] > 0]
    if wanted:
        inputs = [d for d in inputs if wanted.lower() in str(d["name"]).lower()]
    if not inputs:
        raise Unavailable("capture.microphone_missing", f"no microphone {wanted}".rstrip() + " is attached")
    default = sd.default.device[0]
    return next((d for d in inputs if d["index"] == default), inputs[0])


@contextlib.contextmanager
def _port_audio() -> Iterator[Any]:
    """The sounddevice module, for one thread at a time."""
    try:
        import sounddevice
    except (ImportError, OSError) as exc:
        raise Unavailable("capture.no_portaudio", "PortAudio is not installed (libportaudio2)") from exc
    if not _PORT_AUDIO.acquire(timeout=OPEN_SECONDS):
        raise Unavailable("capture.microphone_stuck", "the sound driver does not answer")
    try:
        yield sounddevice
    except sounddevice.PortAudioError as exc:
        raise Unavailable("capture.microphone_failed", f"the sound device cannot be used: {exc}") from exc
    finally:
        _PORT_AUDIO.release()
