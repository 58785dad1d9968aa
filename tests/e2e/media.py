"""A made candidate for the browser's fake devices: a voice that vosk-tiny knows, and a face that moves."""

from __future__ import annotations

import wave
from pathlib import Path

import av

from appliance.capture import demo_recording
from appliance.capture.recording import Want, read
from appliance.messages import SAMPLE_RATE_HZ, AudioChunk, VideoFrame

SCRIPT = "my name is sam and i am a student. i have three years of experience in python and java."
RATE_HZ = 10
WIDTH, HEIGHT = 320, 240


def make(folder: Path) -> tuple[Path, Path]:
    """The camera's y4m and the microphone's wav."""
    portrait = demo_recording.find_portrait()
    assert portrait is not None
    recording = folder / "candidate.mkv"
    voice = demo_recording.Voice(name="en-us", rate_wpm=150)
    demo_recording.make(recording, portrait, SCRIPT, voice)
    camera, microphone = folder / "camera.y4m", folder / "microphone.wav"
    _split(recording, camera, microphone)
    return camera, microphone


def wav_of(recording: Path, out: Path) -> Path:
    """A recording's sound as the wav that Chromium's fake microphone plays."""
    with wave.open(str(out), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE_HZ)
        for item in read(recording, Want(True, False, WIDTH, HEIGHT, float(RATE_HZ))):
            if isinstance(item, AudioChunk):
                sound.writeframes(item.samples.tobytes())
    return out


def _split(recording: Path, camera: Path, microphone: Path) -> None:
    with camera.open("wb") as pictures, wave.open(str(microphone), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE_HZ)
        pictures.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE_HZ}:1 Ip A1:1 C420jpeg\n".encode())
        for item in read(recording, Want(True, True, WIDTH, HEIGHT, float(RATE_HZ))):
            if isinstance(item, AudioChunk):
                sound.writeframes(item.samples.tobytes())
            elif isinstance(item, VideoFrame):
                pictures.write(b"FRAME\n" + _yuv(item))


def _yuv(frame: VideoFrame) -> bytes:
    picture = av.VideoFrame.from_ndarray(frame.rgb, format="rgb24").reformat(WIDTH, HEIGHT, "yuv420p")
    return bytes(picture.to_ndarray().tobytes())
