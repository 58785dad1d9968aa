"""MiniLM: text becomes unit vectors, by the int8 ONNX model that ``models_onnx/minilm`` builds.

The only file that imports tokenizers. Texts never leave the call: nothing is cached, nothing is logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from appliance.coach.reading import Reading
from appliance.errors import Broken, Unavailable
from appliance.runtime.onnx_model import Feeds, OnnxModel

WIDTH = 384
MAX_TOKENS = 256
"""Source: the model's sentence_bert_config.json; longer texts are cut there"""
INPUTS = ("input_ids", "attention_mask")
"""only a model of an older set-up has the second"""
MODEL_FILE = "minilm_int8.onnx"
TOKENIZER_FILE = "minilm_tokenizer.json"


class Embedder:
    """The sentence encoder; not thread-safe, it lives on the coach's worker.

    Args:
        model_path: the .onnx file (token numbers in, unit vectors out).
        tokenizer_path: the model's tokenizer.json.
        threads: intra-op threads.
        sha256: expected hash of the model; None: not checked.

    Raises:
        Unavailable: "runtime.model_missing", "runtime.model_wrong_hash", "coach.tokenizer_missing".
        Broken: "runtime.model_unreadable", "coach.tokenizer_unreadable"; "coach.encoder_model" when it is
            another model.
    """

    def __init__(
        self, model_path: Path, tokenizer_path: Path, threads: int = 1, sha256: str | None = None
    ) -> None:
        self._tokenizer = _tokenizer(tokenizer_path)
        self._model = OnnxModel(model_path, sha256, threads)
        self._check(model_path.name)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector per text; the inner product of two is their cosine similarity.

        Texts run one after another: on one thread that is as quick as a padded batch (20 sentences: 19.6 ms
        against 23.3 ms), and the graph needs no mask. The int8 model scales its activations over all it is
        given, so this also keeps a sentence's vector from depending on its neighbours.

        Shapes:
            result: (N, 384) float32, each row of length 1.
        """
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        return np.concatenate(
            [self._model.run(self._feeds(self._tokenizer.encode(text)))[0] for text in texts]
        )

    def read(self, texts: Sequence[str]) -> tuple[Reading, ...]:
        """Each text's vector together with the vectors of its word pieces."""
        return tuple(self._read(text) for text in texts)

    def _check(self, name: str) -> None:
        """Run once; a model that takes or gives something else must not be found out in the middle of an answer."""
        other = Broken("coach.encoder_model", f"{name} is not the sentence encoder this version needs")
        if self._model.inputs not in (INPUTS[:1], INPUTS):
            raise other
        encoding = self._tokenizer.encode("warm up")
        try:
            vector, pieces = self._model.run(self._feeds(encoding))
        except (Broken, ValueError) as exc:
            raise other from exc
        width = vector.shape[-1:]
        if vector.shape != (1, *width) or pieces.shape != (1, len(encoding.ids), *width):
            raise other

    def _read(self, text: str) -> Reading:
        encoding = self._tokenizer.encode(text)
        vector, pieces = self._model.run(self._feeds(encoding))
        inner = pieces[0, 1:-1]  # without the start and end marks
        lengths = np.maximum(np.linalg.norm(inner, axis=1, keepdims=True), 1e-6)
        return Reading(text, vector[0], (inner / lengths).astype(np.float32), tuple(encoding.offsets[1:-1]))

    def _feeds(self, encoding: Encoding) -> Feeds:
        """The token numbers; a model built by an older set-up asks for the mask as well, all ones for one text."""
        ids = np.array([encoding.ids], np.int32)
        return {name: ids if name == "input_ids" else np.ones_like(ids) for name in self._model.inputs}


def _tokenizer(path: Path) -> Tokenizer:
    if not path.is_file():
        raise Unavailable("coach.tokenizer_missing", f"{path.name} is not installed")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as exc:  # tokenizers raises bare Exception
        raise Broken("coach.tokenizer_unreadable", f"{path.name} cannot be read as a tokenizer") from exc
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
