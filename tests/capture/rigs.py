"""What makes each kind of camera and microphone give something here: a board, a wire, a page, a sound server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
import types
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from appliance.capture.picamera2_camera import Picamera2Camera
from appliance.capture.replay import Recording
from appliance.capture.sounddevice_microphone import SoundDeviceMicrophone
from appliance.capture.source import Camera, DisabledCamera, DisabledMicrophone, Microphone
from appliance.capture.v4l2_camera import V4l2Camera
from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.settings import Capture
from tests.capture import fake_picamera2, recordings
from tests.capture.webrtc_page import Page, Picture, Tone

CAMERAS = ("replay", "webrtc", "v4l2", "picamera2", "disabled")
MICROPHONES = ("replay", "webrtc", "sounddevice", "disabled")


class Wire:
    """A stand-in for a USB camera: a named pipe with raw pictures, read by the same OpenCV code.

    OpenCV blocks on it as on a frozen camera, and ends as on one that was unplugged.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "video.y4m"
        os.mkfifo(self.path)
        self.flowing = threading.Event()
        self.flowing.set()
        self._ended = threading.Event()

    def plug_in(self) -> None:
        self._ended.clear()
        threading.Thread(target=self._write, daemon=True).start()

    def unplug(self) -> None:
        self._ended.set()
        self.flowing.set()

    def _write(self) -> None:
        rgb = recordings.picture()
        luma = np.where(rgb[..., 0] > 0, 70, 40).astype(np.uint8)
        red = np.where(rgb[::2, ::2, 0] > 0, 220, 110).astype(np.uint8)
        blue = np.where(rgb[::2, ::2, 2] > 0, 220, 100).astype(np.uint8)
        picture = luma.tobytes() + blue.tobytes() + red.tobytes()
        with contextlib.suppress(BrokenPipeError), self.path.open("wb", buffering=0) as out:
            out.write(b"YUV4MPEG2 W320 H240 F30:1 Ip A1:1 C420jpeg\n")
            while not self._ended.is_set():
                self.flowing.wait()
                out.write(b"FRAME\n" + picture)
                time.sleep(1 / 30)


class SoundServer:
    """A private PulseAudio with one microphone, a pipe that hears 440 Hz."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_SERVER": f"unix:{folder}/native",
        }
        self._pipe = folder / "microphone"
        self.microphone = f"module-pipe-source source_name=microphone file={self._pipe} rate=48000 channels=1"
        self._script = folder / "default.pa"
        self._script.write_text(
            f"load-module module-native-protocol-unix socket={folder}/native\n"
            "load-module module-null-sink sink_name=speaker\n"
            f"load-module {self.microphone}\nset-default-source microphone\n"
        )
        (folder / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["pulseaudio", "-n", "-F", str(self._script), "--exit-idle-time=-1", "--daemonize=no"]
        command += ["--disallow-exit", "--use-pid-file=no"]
        quiet = subprocess.DEVNULL
        self._pipe.unlink(
            missing_ok=True
        )  # a killed server leaves it behind and its successor wants to make it
        self._process = subprocess.Popen(command, env=self._env(), stdout=quiet, stderr=quiet)
        deadline = time.monotonic() + 10
        while self.pactl("list", "short", "sources").count("microphone") == 0:
            assert time.monotonic() < deadline, "the sound server does not start"
            time.sleep(0.05)
        self.speak()

    def speak(self) -> None:
        """Begin to write into the pipe; ends when nobody reads it any more."""
        threading.Thread(target=self._write, daemon=True).start()

    def pactl(self, *arguments: str) -> str:
        done = subprocess.run(["pactl", *arguments], env=self._env(), capture_output=True, text=True)
        return done.stdout

    def unload(self, module: str) -> None:
        listed = self.pactl("list", "short", "modules").splitlines()
        self.pactl("unload-module", next(line.split()[0] for line in listed if module in line))

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _write(self) -> None:
        second = recordings.tone(1.0, 48_000)
        with contextlib.suppress(OSError), self._pipe.open("wb", buffering=0) as out:
            began, count = time.monotonic(), 0
            while True:
                out.write(second[count * 960 % 48_000 :][:960].tobytes())
                count += 1
                time.sleep(max(0.0, began + count * 0.02 - time.monotonic()))

    def _env(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


@contextlib.contextmanager
def sound_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A running private sound server that this process' sound goes to."""
    if shutil.which("pulseaudio") is None or shutil.which("pactl") is None:
        pytest.skip("pulseaudio and pulseaudio-utils are not installed")
    server = SoundServer(folder)
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def picamera2(monkeypatch: pytest.MonkeyPatch) -> type[fake_picamera2.Board]:
    """The fake board with its camera."""
    module = types.ModuleType("picamera2")
    module.Picamera2 = fake_picamera2.Picamera2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "picamera2", module)
    fake_picamera2.Board.reset()
    return fake_picamera2.Board


@contextlib.asynccontextmanager
async def page() -> AsyncIterator[WebRtcPeers]:
    """A browser that sends."""
    peers, browser = WebRtcPeers(Capture()), Page()
    answer, _ = await peers.whip("s", await browser.offer(Tone(), Picture()))
    await browser.take(answer)
    yield peers
    await peers.close()
    await browser.close()


@contextlib.asynccontextmanager
async def camera(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Camera]:
    """A camera of a kind that gives pictures."""
    async with contextlib.AsyncExitStack() as stack:
        if kind == "replay":
            film = recordings.make(folder / "film.mkv", 0.5, video="mpeg4")
            yield Recording(film, loop=True).camera
        elif kind == "webrtc":
            yield (await stack.enter_async_context(page())).camera
        elif kind == "v4l2":
            wire = Wire(folder)
            wire.plug_in()
            yield _Replugged(Capture(camera_device=str(wire.path)), wire)
            wire.unplug()
        elif kind == "picamera2":
            picamera2(monkeypatch)
            yield Picamera2Camera(Capture())
        else:
            yield DisabledCamera()


@contextlib.asynccontextmanager
async def microphone(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Microphone]:
    """A microphone of a kind that hears 440 Hz."""
    async with contextlib.AsyncExitStack() as stack:
        if kind == "replay":
            path = recordings.make(folder / "tone.wav", 0.5, sound="pcm_s16le")
            yield Recording(path, loop=True).microphone
        elif kind == "webrtc":
            yield (await stack.enter_async_context(page())).microphone
        elif kind == "sounddevice":
            await asyncio.to_thread(stack.enter_context, sound_server(folder, monkeypatch))
            yield SoundDeviceMicrophone(Capture())
        else:
            yield DisabledMicrophone()


class _Replugged(V4l2Camera):
    """A pipe has no beginning for a second reader: it is written anew for each opening, as a device would be."""

    def __init__(self, capture: Capture, wire: Wire) -> None:
        super().__init__(capture)
        self._wire = wire

    async def close(self) -> None:
        was_open = self.is_open
        await super().close()
        if was_open:
            self._wire.plug_in()
