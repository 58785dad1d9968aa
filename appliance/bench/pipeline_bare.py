"""The same engines called bare on the same recordings: decode, Vosk or PocketSphinx, MediaPipe, MiniLM."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance import app, model_setup
from appliance.bench.pipeline_material import SENTENCES, MadeAnswer
from appliance.capture.recording import Want, read
from appliance.messages import AudioChunk, VideoFrame
from appliance.settings import Settings

PIECE_SAMPLES = 1600


def cpu_seconds(engine: str, made: Sequence[MadeAnswer], settings: Settings) -> float:
    """Processor seconds of the bare engines, loading apart."""
    files = model_setup.files_of(settings if settings.places.models.startswith("/") else Settings())
    hear = _vosk(files) if engine == "vosk" else _sphinx()
    see = _mediapipe(files, settings)
    embedder = app.load_embedder(files)
    capture = settings.capture
    want = Want(True, True, capture.width_px, capture.height_px, capture.frame_rate_hz)
    begun = time.process_time()
    for answer in made:
        for item in read(answer.path, want):
            if isinstance(item, AudioChunk):
                hear(item.samples)
            else:
                see(item)
        if embedder is not None:
            embedder.read(SENTENCES * 3)
    return time.process_time() - begun


def _vosk(files: Any) -> Any:
    import vosk

    vosk.SetLogLevel(-1)
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(files.path("vosk-tiny"))), 16000)
    recogniser.SetWords(True)
    return _in_pieces(lambda piece: recogniser.AcceptWaveform(piece.tobytes()) or recogniser.PartialResult())


def _sphinx() -> Any:
    from pocketsphinx import Decoder

    decoder = Decoder(samprate=16000, loglevel="FATAL")
    decoder.start_utt()
    return _in_pieces(lambda piece: decoder.process_raw(piece.tobytes()))


def _in_pieces(take: Any) -> Any:
    """Hand on in pieces of 100 ms, as the booth does."""
    rest: list[NDArray[np.int16]] = []

    def feed(samples: NDArray[np.int16]) -> None:
        rest.append(samples)
        joined = np.concatenate(rest)
        rest.clear()
        whole = len(joined) // PIECE_SAMPLES * PIECE_SAMPLES
        for start in range(0, whole, PIECE_SAMPLES):
            take(joined[start : start + PIECE_SAMPLES])
        rest.append(joined[whole:])

    return feed


def _mediapipe(files: Any, settings: Settings) -> Any:
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    base = BaseOptions(model_asset_path=str(files.path("face_landmarker")))
    face = vision.FaceLandmarker.create_from_options(
        vision.FaceLandmarkerOptions(
            base_options=base, output_face_blendshapes=True, output_facial_transformation_matrixes=True, num_faces=2,
            running_mode=vision.RunningMode.VIDEO,
        )
    )  # fmt: skip
    name = "pose_landmarker" if files.find("pose_landmarker").path else "pose_landmarker_full"
    body = vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(files.path(name))),
            running_mode=vision.RunningMode.VIDEO,
        )
    )
    due = {"face": 0.0, "body": 0.0}
    stamp = [0]

    def see(frame: VideoFrame) -> None:
        stamp[0] += 67
        picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(frame.rgb))
        if frame.t >= due["face"] or frame.t < due["face"] - 10:
            due["face"] = frame.t + 1.0 / settings.vision.face_hz
            face.detect_for_video(picture, stamp[0])
        if frame.t >= due["body"] or frame.t < due["body"] - 10:
            due["body"] = frame.t + 1.0 / settings.vision.posture_hz
            body.detect_for_video(picture, stamp[0])

    return see
