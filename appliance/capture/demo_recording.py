"""Makes the demo candidate's recording: espeak-ng says a script, a public-domain portrait moves with it.

For visitors of a clone with neither camera nor microphone, and for tests: it exercises the whole pipeline, it shows
nobody's real interview. ``python -m appliance.capture.demo_recording --help``.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.decode import decode_wav
from appliance.errors import ApplianceError, Invalid, Unavailable
from appliance.messages import SAMPLE_RATE_HZ

FRAME_RATE_HZ = 15
SIZE = (640, 480)
PAUSE_SECONDS = 2.0
"""our choice: silence before, between and after the paragraphs"""
SCRIPT = """
hello. my name is alex and i am a software engineer. i studied computer science at university.
i have three years of experience in python and java. i like to build web applications and to work with people.

um, that is a good question. a list is mutable and a tuple is immutable. you can change a list but you can not change
a tuple. a dictionary stores keys and values. a database stores data in a table, and an index makes a query fast.

in my last project our team had a tight deadline. the problem was that the system was very slow.
my task was to find the problem. so i made a plan and i talked to every person on the team.
i found the bug and i fixed the code. as a result the system was fast. i learned to ask for help early.
"""
"""in words that the tiny test model knows, so that the demo's captions are right with nothing downloaded"""

# Where the face lies in skimage's astronaut.png, px. Source: measured with MediaPipe FaceLandmarker
_LIPS_X, _LIPS_Y, _CHIN_Y, _MOUTH_HALF_WIDTH = 223.0, 147.0, 177.0, 22.0
_MOUTH_ROWS, _MOUTH_COLUMNS = slice(120, 205), slice(175, 272)
_FACE = (232.0, 140.0)
_VIEW_WIDTH = 360.0
_LIPS_CURVE_PX = 7.0
_OPEN_PX = 9.0
_INSIDE_RGB = (70, 25, 25)


@dataclass(frozen=True, slots=True)
class Voice:
    """How espeak-ng speaks."""

    name: str = "en-us"
    rate_wpm: int = 140


def make(out: Path, portrait: Path, script: str = SCRIPT, voice: Voice | None = None) -> float:
    """Write a recording (Matroska: MPEG-4 pictures, FLAC sound) in which the portrait says the script.

    Args:
        out: the file to write.
        portrait: a picture of 512 x 512 px with its face where skimage's ``astronaut.png`` has it.
        script: paragraphs, apart by empty lines; each is an answer.
        voice: how it is said.

    Returns:
        Its length in seconds.

    Raises:
        Unavailable: "capture.no_espeak", "capture.no_portrait".
        Invalid: "capture.empty_script".
    """
    picture = _picture(portrait)
    samples = _spoken(script, voice or Voice())
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f"{out.stem}.part{out.suffix}")
    with av.open(str(partial), "w", format="matroska") as container:
        _write(container, samples, picture)
    partial.replace(out)
    return len(samples) / SAMPLE_RATE_HZ


def make_answers(folder: Path, portrait: Path, script: str, voice: Voice) -> list[Path]:
    """One recording for each paragraph, ``answer_1.mkv`` and so on; those already there are left alone.

    Raises:
        Invalid, Unavailable: as ``make``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paragraphs = [paragraph for paragraph in script.split("\n\n") if paragraph.strip()]
    paths = [folder / f"answer_{number}.mkv" for number in range(1, len(paragraphs) + 1)]
    for path, paragraph in zip(paths, paragraphs, strict=True):
        if not path.is_file():
            make(path, portrait, paragraph, voice)
    return paths


def find_portrait() -> Path | None:
    """The portrait in scikit-image's wheel; None where that is not installed."""
    package = importlib.util.find_spec("skimage")
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent / "data" / "astronaut.png"
    return path if path.is_file() else None


# --- sound ---


def _spoken(script: str, voice: Voice) -> NDArray[np.int16]:
    paragraphs = [" ".join(p.split()) for p in script.split("\n\n") if p.strip()]
    if not paragraphs:
        raise Invalid("capture.empty_script", "the script has no words")
    pause = np.zeros(round(PAUSE_SECONDS * SAMPLE_RATE_HZ), np.int16)
    pieces = [pause]
    for paragraph in paragraphs:
        pieces += [_say(paragraph, voice), pause]
    samples = np.concatenate(pieces)
    noise = np.random.default_rng(1).normal(0.0, 6.0, len(samples))  # a room is never quite silent
    return np.clip(samples + noise, -32768, 32767).astype(np.int16)


def _say(text: str, voice: Voice) -> NDArray[np.int16]:
    command = ["espeak-ng", "-v", voice.name, "-s", str(voice.rate_wpm), "--stdout", "--stdin"]
    try:
        wav = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError) as exc:
        raise Unavailable("capture.no_espeak", "espeak-ng is not installed or does not work") from exc
    return np.concatenate([chunk.samples for chunk in decode_wav(wav)])


def _openness(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """How far the mouth is open at each picture, 0..1: the loudness of that moment, smoothed."""
    block = SAMPLE_RATE_HZ // FRAME_RATE_HZ
    count = len(samples) // block
    loud = np.sqrt((samples[: count * block].reshape(count, block).astype(np.float32) ** 2).mean(1))
    smooth = np.convolve(loud, [0.25, 0.5, 0.25], "same")
    return np.asarray(np.clip(smooth / max(1.0, float(np.percentile(smooth, 95))), 0, 1), np.float32)


# --- pictures ---


def _picture(portrait: Path) -> NDArray[np.uint8]:
    bgr = cv2.imread(str(portrait)) if portrait.is_file() else None
    if bgr is None or bgr.shape[:2] != (512, 512):
        raise Unavailable("capture.no_portrait", f"{portrait.name}: not the portrait of 512 x 512 px")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def _frames(picture: NDArray[np.uint8], openness: NDArray[np.float32]) -> Iterator[NDArray[np.uint8]]:
    for index, amount in enumerate(openness):
        speaking = _with_open_mouth(picture, float(amount) * _OPEN_PX)
        yield np.asarray(
            cv2.warpAffine(speaking, _view(index / FRAME_RATE_HZ), SIZE, flags=cv2.INTER_LINEAR), np.uint8
        )


def _with_open_mouth(picture: NDArray[np.uint8], open_px: float) -> NDArray[np.uint8]:
    """The part below the lips moved down, what opens between them dark."""
    y, x = np.mgrid[_MOUTH_ROWS, _MOUTH_COLUMNS].astype(np.float32)
    aside = (x - _LIPS_X) / _MOUTH_HALF_WIDTH
    line = _LIPS_Y - _LIPS_CURVE_PX * np.minimum(aside**2, 2.0)
    opened = open_px * np.clip(1 - aside**2, 0, 1)
    below = np.clip((_CHIN_Y + 18 - y) / (_CHIN_Y + 18 - line), 0, 1)
    shift = open_px * np.clip(1 - aside**2 / 2.5, 0, 1) * below * (y > line)
    source = np.maximum(y - shift, np.minimum(y, line)).astype(np.float32)
    moved = cv2.remap(picture, x, source, cv2.INTER_LINEAR)
    inside = np.clip(y - line + 0.5, 0, 1) * np.clip(line + opened - y + 0.5, 0, 1) * (opened > 0)
    speaking = picture.copy()
    speaking[_MOUTH_ROWS, _MOUTH_COLUMNS] = (
        moved * (1 - inside[..., None]) + np.array(_INSIDE_RGB) * inside[..., None]
    )
    return speaking


def _view(t: float) -> NDArray[np.float32]:
    """The affine map of a slowly wandering, breathing view at ``t`` seconds."""
    zoom = SIZE[0] / _VIEW_WIDTH * (1 + 0.05 * np.sin(2 * np.pi * t / 11))
    x = _FACE[0] + 6 * np.sin(2 * np.pi * t / 7)
    y = _FACE[1] + 4 * np.sin(2 * np.pi * t / 5)
    turn = np.deg2rad(2.0) * np.sin(2 * np.pi * t / 9)
    a, b = zoom * np.cos(turn), zoom * np.sin(turn)
    return np.array([[a, b, SIZE[0] / 2 - a * x - b * y], [-b, a, SIZE[1] / 2 + b * x - a * y]], np.float32)


# --- file ---


def _write(container: Any, samples: NDArray[np.int16], picture: NDArray[np.uint8]) -> None:
    video = container.add_stream("mpeg4", rate=FRAME_RATE_HZ, bit_rate=2_000_000)
    video.width, video.height = SIZE
    sound = container.add_stream("flac", rate=SAMPLE_RATE_HZ, layout="mono")
    block = SAMPLE_RATE_HZ // FRAME_RATE_HZ
    for index, rgb in enumerate(_frames(picture, _openness(samples))):
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame.pts, frame.time_base = index, Fraction(1, FRAME_RATE_HZ)
        container.mux(video.encode(frame))
        container.mux(sound.encode(_sound_frame(samples, index * block, block)))
    container.mux(video.encode(None))
    container.mux(sound.encode(None))


def _sound_frame(samples: NDArray[np.int16], start: int, count: int) -> av.AudioFrame:
    piece = np.ascontiguousarray(samples[start : start + count]).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE_HZ, start, Fraction(1, SAMPLE_RATE_HZ)
    return frame


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make_demo", description="Make the demo candidate's recordings.")
    parser.add_argument("--out", type=Path, default=Path("var/demo"), help="folder; one recording an answer")
    parser.add_argument("--portrait", type=Path, default=find_portrait() or Path("var/demo/astronaut.png"))
    parser.add_argument("--script", type=Path, help="a text file; paragraphs are answers")
    parser.add_argument("--voice", default=Voice().name, help="of espeak-ng")
    parser.add_argument("--rate", type=int, default=Voice().rate_wpm, help="words a minute")
    asked = parser.parse_args(arguments)
    script = asked.script.read_text("utf-8") if asked.script else SCRIPT
    try:
        made = make_answers(asked.out, asked.portrait, script, Voice(asked.voice, asked.rate))
    except ApplianceError as exc:
        sys.stderr.write(f"make_demo: {exc.message} ({exc.code})\n")
        return 1
    sys.stderr.write(f"make_demo: {len(made)} answers in {asked.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
