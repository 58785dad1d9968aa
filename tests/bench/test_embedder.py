"""The encoder's measurement: taking turns, medians, and what is null without a reference."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from appliance.bench._embedder_probe import LONG, resident_mb
from appliance.bench.embedder import TIMES, Probe, report
from appliance.coach.embedder import MODEL_FILE, TOKENIZER_FILE
from models_onnx.minilm.graph import encoder_graph
from tests.coach.test_embedder import WORDS, tiny_weights

ROWS = [
    {"a": "index makes", "b": "index makes queries fast", "score": 5.0},
    {"a": "not", "b": "slow", "score": 1.0},
]


def figures(times: list[float], likeness: list[float], resident: float) -> dict[str, object]:
    vectors = np.eye(2, dtype=np.float32)
    known = {
        "resident_mb": resident,
        "sentence_words": 11.0,
        "long_sentence_words": 35,
        "batch_per_second": 900.0,
    }
    return {
        **known,
        **{name: np.array(times) for name in TIMES},
        "likeness": np.array(likeness),
        "vectors": vectors,
    }


def test_ratio_is_the_median_of_the_turns() -> None:
    ours, reference = figures([1, 1, 2], [0.9, 0.1], 100), figures([12, 30, 20], [0.8, 0.2], 500)
    found = report(ROWS, ours, reference)
    assert found["speed_ratio"] == found["speed_ratio_35_words_processor_time"] == 12.0
    assert (found["turns"], found["words"]) == (3, {"sentence": 11.0, "long_sentence": 35})
    assert (found["memory_ratio"], found["spearman_int8"]) == (0.2, 100.0)
    assert found["int8"]["sentence_ms"] == 1.0


def test_without_a_reference_its_figures_are_null() -> None:
    found = report(ROWS, figures([1.0], [0.1, 0.9], 100), None)
    assert found["spearman_int8"] == -100.0
    named = ("speed_ratio", "speed_ratio_35_words", "memory_ratio", "spearman_reference", "reference")
    assert [found[name] for name in named] == [None] * 5
    json.dumps(found)


def test_long_sentence_is_what_the_key_says() -> None:
    assert len(LONG.split()) == 35


def tiny_folder(folder: Path) -> Path:
    onnx.save(encoder_graph(tiny_weights(), int8=True), str(folder / MODEL_FILE))
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / TOKENIZER_FILE))
    return folder


def test_a_real_encoder_takes_turns_in_its_own_process(tmp_path: Path) -> None:
    data = tmp_path / "pairs.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    probe = Probe([sys.executable], "int8", tiny_folder(tmp_path), data, tmp_path)
    probe.turn()
    probe.turn()
    found = probe.finish()
    assert [len(found[name]) for name in TIMES] == [2] * len(TIMES)
    assert found["likeness"].shape == (2,)
    assert 0 < found["resident_mb"] < 4 * resident_mb()


def test_an_encoder_that_cannot_load_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended"):
        Probe([sys.executable], "int8", tmp_path, tmp_path / "none.jsonl", tmp_path)
