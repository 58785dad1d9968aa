"""The real engines: Vosk with the tiny model, PocketSphinx with the model of its wheel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.errors import ApplianceError
from appliance.settings import Speech
from appliance.speech.engines import open_transcriber
from appliance.speech.sphinx_transcriber import MAX_SESSIONS, SphinxTranscriber, load_sphinx
from appliance.speech.transcriber import TranscriberSession
from appliance.speech.vosk_transcriber import VoskTranscriber, load_vosk
from tests.speech.sounds import DATA, ENGINEER, TUPLE, silence


@pytest.fixture(scope="module")
def sphinx() -> SphinxTranscriber:
    return load_sphinx()


def feed(session: TranscriberSession, sound: NDArray[np.int16]) -> list[str]:
    """Partials, without repetitions; an ended utterance is marked."""
    seen: list[str] = []
    for start in range(0, len(sound), 1600):
        ended = session.feed(sound[start : start + 1600])
        text = f"[{ended.text}]" if ended else session.partial()
        if text and (not seen or seen[-1] != text):
            seen.append(text)
    return seen


def test_vosk_ends_utterances_and_its_clock_runs_on(
    vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16], tuple_sentence: NDArray[np.int16]
) -> None:
    session = vosk_tiny.session()
    seen = feed(session, np.concatenate([engineer, silence(1.5), tuple_sentence]))
    assert f"[{ENGINEER}]" in seen
    last = session.cut()
    assert last is not None
    assert last.text == TUPLE
    assert last.words[0].start > len(engineer) / 16_000 + 1.2
    assert last.confidence == pytest.approx(1.0, abs=0.1)
    feed(session, engineer)
    again = session.cut()
    assert again is not None
    assert again.text == ENGINEER
    assert again.words[0].start > last.words[-1].end


def test_vosk_sessions_share_the_model_but_not_the_words(
    vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16], tuple_sentence: NDArray[np.int16]
) -> None:
    one, two = vosk_tiny.session(), vosk_tiny.session()
    for start in range(0, len(engineer), 1600):
        one.feed(engineer[start : start + 1600])
        two.feed(tuple_sentence[start : start + 1600])
    first, second = one.cut(), two.cut()
    assert first is not None
    assert second is not None
    assert (first.text, second.text) == (ENGINEER, TUPLE)


def test_vosk_hears_nothing_in_silence(vosk_tiny: VoskTranscriber) -> None:
    session = vosk_tiny.session()
    assert feed(session, silence(3.0)) == []
    assert session.cut() is None


def test_sphinx_hears_words_with_times(sphinx: SphinxTranscriber, engineer: NDArray[np.int16]) -> None:
    session = sphinx.session()
    feed(session, silence(0.5))
    assert feed(session, engineer)
    utterance = session.cut()
    assert utterance is not None
    assert utterance.words
    assert all(0.4 < w.start < w.end < 4.1 for w in utterance.words)
    assert all(w.confidence is not None and 0 <= w.confidence <= 1 for w in utterance.words)
    assert utterance.text not in utterance.alternatives
    assert session.cut() is None
    feed(session, engineer)
    second = session.cut()
    assert second is not None
    assert second.words[0].start > 3.9
    session.close()


def test_sphinx_starts_every_session_alike(sphinx: SphinxTranscriber, engineer: NDArray[np.int16]) -> None:
    heard = []
    for _ in range(2):
        session = sphinx.session()
        feed(session, engineer)
        utterance = session.cut()
        heard.append(utterance.text if utterance else "")
        session.close()
    assert heard[0] == heard[1]


def test_sphinx_lends_a_few_decoders_and_takes_them_back(sphinx: SphinxTranscriber) -> None:
    sessions = [sphinx.session() for _ in range(MAX_SESSIONS)]
    with pytest.raises(ApplianceError) as caught:
        sphinx.session()
    assert caught.value.code == "speech.too_many_sessions"
    for session in sessions:
        session.close()
    sphinx.session().close()


def test_a_model_that_is_missing_or_broken(tmp_path: Path) -> None:
    with pytest.raises(ApplianceError) as caught:
        load_vosk(tmp_path)
    assert caught.value.code == "speech.model_missing"
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"not a model")
    with pytest.raises(ApplianceError) as caught:
        load_vosk(tmp_path)
    assert caught.value.code == "speech.model_unreadable"
    instead = open_transcriber(Speech(engine="auto"), tmp_path)
    assert instead is not None
    assert instead.name == "sphinx"


def test_which_engine_hears() -> None:
    tiny = DATA / "vosk-tiny"
    assert open_transcriber(Speech(engine="none"), tiny) is None
    for engine, path, name in (("auto", tiny, "vosk"), ("vosk", tiny, "vosk"), ("auto", None, "sphinx")):
        transcriber = open_transcriber(Speech(engine=engine), path)
        assert transcriber is not None
        assert transcriber.name == name
    with pytest.raises(ApplianceError) as caught:
        open_transcriber(Speech(engine="vosk"), None)
    assert caught.value.code == "speech.model_missing"
