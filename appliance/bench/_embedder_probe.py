"""One encoder in a process of its own: likeness of sentence pairs, time for a sentence, resident memory.

``python _embedder_probe.py int8|reference MODEL_FOLDER DATA.jsonl OUT.npz``; prints one line of JSON. Imports nothing
of the booth for the reference, so that it runs in the workshop's interpreter.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

TEXTS, ROUNDS = 20, 25
BATCH = 20
LONG = (
    "A hash table stores pairs of keys and values and uses a hash function to compute the slot of each key so that "
    "looking up a value takes constant time on average even when there are many of them"
)


def encoder(kind: str, folder: str) -> Encode:
    """Unit vectors of texts, as a user of the library would call it."""
    if kind == "int8":
        from appliance.coach.embedder import MODEL_FILE, TOKENIZER_FILE, Embedder

        return Embedder(Path(folder) / MODEL_FILE, Path(folder) / TOKENIZER_FILE, threads=1).embed
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(folder, device="cpu")
    return lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False))


def quickest_ms(encode: Encode, texts: Sequence[str]) -> float:
    """Mean over the texts of the quickest of some calls each; what else the machine does only ever adds time."""
    quickest = [float("inf")] * len(texts)
    for _ in range(ROUNDS):
        for number, text in enumerate(texts):
            begun = time.perf_counter()
            encode([text])
            quickest[number] = min(quickest[number], 1000 * (time.perf_counter() - begun))
    return float(np.mean(quickest))


def resident_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main(kind: str, folder: str, data: str, out: str) -> None:
    """Measure and write."""
    rows = [json.loads(line) for line in Path(data).read_text("utf-8").splitlines() if line.strip()]
    encode = encoder(kind, folder)
    encode([LONG])
    memory = resident_mb()
    sentences = [row["a"] for row in rows[:: max(1, len(rows) // TEXTS)]][:TEXTS]
    figures = {
        "sentence_ms": quickest_ms(encode, sentences),
        "sentence_words": float(np.mean([len(text.split()) for text in sentences])),
        "long_sentence_ms": quickest_ms(encode, [LONG]),
        "resident_mb": memory,
    }
    batches = [sentences[i : i + BATCH] for i in range(0, len(sentences) - BATCH + 1, BATCH)] * 3
    begun = time.perf_counter()
    for batch in batches:
        encode(batch)
    figures["batch_per_second"] = BATCH * len(batches) / (time.perf_counter() - begun)
    left, right = (np.asarray(encode([row[side] for row in rows])) for side in ("a", "b"))
    np.savez(out, likeness=(left * right).sum(axis=1), vectors=left)
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
