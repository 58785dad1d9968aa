"""One encoder in a process of its own: likeness of sentence pairs, time for a sentence, resident memory.

``python _embedder_probe.py int8|reference MODEL_FOLDER DATA.jsonl OUT.npz``; prints a line of JSON when it is ready,
one more for every line ``time`` it reads, and the last one for ``finish``. So two encoders can take turns. Imports
nothing of the booth for the reference, so that it runs in the workshop's interpreter.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

TEXTS, CALLS = 20, 3
BATCHES = 5
LONG = (
    "A hash table stores pairs of keys and values and uses a hash function to compute the slot of each key so that "
    "looking up a value takes constant time on average even when large"
)
"""35 words, 37 word pieces with the marks"""


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


def quickest_ms(encode: Encode, text: str) -> tuple[float, float]:
    """The quickest of some calls, by the clock and in processor time; what else the machine does only adds."""
    clock, processor = [], []
    for _ in range(CALLS):
        begun, begun_processor = time.perf_counter(), time.process_time()
        encode([text])
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - begun_processor)
    return 1000 * min(clock), 1000 * min(processor)


def turn(encode: Encode, sentences: Sequence[str]) -> dict[str, float]:
    """One turn: each sentence alone, mean over the sentences; then the long one."""
    short = np.mean([quickest_ms(encode, text) for text in sentences], axis=0)
    long = quickest_ms(encode, LONG)
    return {
        "sentence_ms": float(short[0]),
        "sentence_processor_ms": float(short[1]),
        "long_sentence_ms": long[0],
        "long_sentence_processor_ms": long[1],
    }


def resident_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main(kind: str, folder: str, data: str, out: str) -> None:
    """Load, take turns as asked, measure the rest and write the vectors."""
    rows = [json.loads(line) for line in Path(data).read_text("utf-8").splitlines() if line.strip()]
    encode = encoder(kind, folder)
    encode([LONG])
    sentences = [row["a"] for row in rows[:: max(1, len(rows) // TEXTS)]][:TEXTS]
    words = float(np.mean([len(text.split()) for text in sentences]))
    ready = {"resident_mb": resident_mb(), "sentence_words": words, "long_sentence_words": len(LONG.split())}
    print(json.dumps(ready), flush=True)
    for line in sys.stdin:
        if line.strip() != "time":
            break
        print(json.dumps(turn(encode, sentences)), flush=True)
    left, right = (np.asarray(encode([row[side] for row in rows])) for side in ("a", "b"))
    np.savez(out, likeness=(left * right).sum(axis=1), vectors=left)
    print(json.dumps({"batch_per_second": batch_per_second(encode, sentences)}), flush=True)


def batch_per_second(encode: Encode, sentences: Sequence[str]) -> float:
    """Sentences a second, all given at once."""
    begun = time.perf_counter()
    for _ in range(BATCHES):
        encode(sentences)
    return len(sentences) * BATCHES / (time.perf_counter() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
