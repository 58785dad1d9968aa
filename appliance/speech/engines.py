"""Which engine hears: Vosk when its model is installed, else PocketSphinx, else none."""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.errors import ApplianceError, Unavailable
from appliance.settings import Speech
from appliance.speech.sphinx_transcriber import load_sphinx
from appliance.speech.transcriber import Transcriber
from appliance.speech.vosk_transcriber import load_vosk

log = logging.getLogger(__name__)


def open_transcriber(settings: Speech, model_path: Path | None) -> Transcriber | None:
    """Load what the settings ask for; takes seconds, so call it on a worker.

    Args:
        settings: ``engine`` auto, vosk, sphinx or none.
        model_path: the installed Vosk model's folder; None when it is not installed.

    Raises:
        Unavailable: the engine that was named, or its model, is missing ("auto" falls back instead).
        Broken: "speech.model_unreadable", of the engine that was named.
    """
    if settings.engine == "none":
        return None
    if settings.engine == "sphinx":
        return load_sphinx()
    if settings.engine == "vosk":
        if model_path is None:
            raise Unavailable("speech.model_missing", f"{settings.model} is not installed")
        return load_vosk(model_path)
    return _whatever_works(model_path)


def _whatever_works(model_path: Path | None) -> Transcriber | None:
    try:
        if model_path is not None:
            return load_vosk(model_path)
    except ApplianceError as exc:
        log.warning("vosk: %s", exc.message)
    try:
        return load_sphinx()
    except ApplianceError as exc:
        log.warning("sphinx: %s", exc.message)
        return None
