"""What predicts a rater's impression: word rates, pace, pauses, loudness and pitch movement of a whole interview.

Only what the booth itself measures is used; left out on purpose are pitch height (it compares sexes), absolute
loudness (it compares microphones), formants, jitter and shimmer (the booth does not measure them).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Features = dict[str, float]

WORD = re.compile(r"[a-z]+(?:['\u2019][a-z]+)?")
FILLER_WORDS = frozenset(
    ["um", "uh", "umm", "uhh", "uhm", "mm", "er", "erm", "hmm", "mhm", "ah", "uhhh", "ummm"]
)
CATEGORIES = {
    "prepositions": "of in to for with on at by from about into through between during under over after before as",
    "articles": "a an the",
    "quantifiers": "all many much more most some few lot lots every several any each both various different multiple",
    "conjunctions": "and but or so because although if",
    "hedges": "maybe probably guess kind sort kinda perhaps think",
    "like": "like",
    "um": "um umm uhm ummm",
    "uh": "uh uhh uhhh er ah",
    "know": "know",
    "intensifiers": "really very pretty quite super so",
    "just": "just",
    "work": "work job project team company lead leader leadership class research group organize manage program club",
    "they": "they them their people others",
    "we": "we our us",
    "i": "i",
    "contracted_i": "i'm i've i\u2019m i\u2019ve",
    "my": "my me",
    "you": "you your",
    "negations": "not no don't can't didn't never don\u2019t",
    "actually": "actually basically literally",
    "yeah": "yeah yes okay ok",
    "modals": "would could should might may can will",
    "insight": "learn learned because understand realize reason know",
    "achievement": "able successful best better win won goal success improve helped achieve accomplished",
    "that": "that which who",
    "but": "but",
    "so": "so",
}
"""word families, after Naim et al. 2018 (word categories of interview transcripts); the lists are our own"""
PRIOR_WORDS = 30
"""words added to each count, so that a short transcript is drawn to the middle (our choice)"""
SHORT_TURN_WORDS = 8
TRUNCATED_WPM = 100.0
"""fewer words a minute than this: the transcript is incomplete, its pace is not measured"""


def read_interviews(path: Path) -> list[dict[str, Any]]:
    """The rows of index.jsonl, nested columns parsed."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    for row in rows:
        for column in ("turns", "prosody"):
            if isinstance(row[column], str):
                row[column] = ast.literal_eval(row[column])
    return rows


def features_of(row: Mapping[str, Any]) -> Features:
    """All features of one interview."""
    turns = [text.lower() for speaker, text in row["turns"] if "interviewee" in speaker.lower()]
    sound = prosody_columns(row["prosody"])
    return {**pace(turns, sound["duration"]), **word_rates(turns), **fluency(turns), **tone(sound)}


def prosody_columns(records: Sequence[Mapping[str, float]]) -> dict[str, NDArray[np.float64]]:
    """name -> (questions,) float64."""
    return {name: np.array([record[name] for record in records], float) for name in records[0]}


def words_of(text: str) -> list[str]:
    """Words, fillers included."""
    return WORD.findall(text)


def pace(turns: Sequence[str], duration: NDArray[np.float64]) -> Features:
    """Words a minute (nan when the transcript is incomplete), fillers, length of turns."""
    counts = [len(words_of(turn)) for turn in turns]
    fillers = sum(word in FILLER_WORDS for turn in turns for word in words_of(turn))
    wpm = (sum(counts) - fillers) / float(duration.sum()) * 60
    whole = wpm >= TRUNCATED_WPM
    return {
        "speaking_rate_wpm": wpm if whole else float("nan"),
        "fillers_per_100": 100 * fillers / max(1, sum(counts)),
        "log_words_per_turn": float(np.log(sum(counts) / max(1, len(turns)))) if whole else float("nan"),
        "turn_count": float(len(turns)),
        "short_turns": float(np.mean([count < SHORT_TURN_WORDS for count in counts])),
        "log_longest_turn": float(np.log(max(counts))),
    }


def word_rates(turns: Sequence[str]) -> Features:
    """Log share of each word family, drawn to the middle for short transcripts."""
    words = [word for turn in turns for word in words_of(turn)]
    return {
        f"rate_{name}": float(
            np.log(100 * (sum(word in family for word in words) + 1) / (len(words) + PRIOR_WORDS))
        )
        for name, family in ((name, frozenset(text.split())) for name, text in CATEGORIES.items())
    }


def fluency(turns: Sequence[str]) -> Features:
    """Variety and length of words, repetitions, length of sentences."""
    words = [word for turn in turns for word in words_of(turn)]
    sentences = [len(words_of(part)) for turn in turns for part in re.split(r"[.?!]", turn)]
    windows = range(0, max(1, len(words) - 50), 25)
    return {
        "variety": len(set(words)) / float(np.sqrt(len(words))),
        "variety_of_50": float(np.mean([len(set(words[i : i + 50])) / 50 for i in windows])),
        "word_length": float(np.mean([len(word) for word in words])),
        "long_words": 100 * sum(len(word) >= 7 for word in words) / len(words),
        "syllables": float(np.mean([len(re.findall("[aeiouy]+", word)) for word in words])),
        "repeated_words": float(np.log1p(100 * sum(a == b for a, b in pairwise(words)) / len(words))),
        "adverbs": float(np.log1p(100 * sum(word.endswith("ly") for word in words) / len(words))),
        "past_forms": 100 * sum(word.endswith("ed") for word in words) / len(words),
        "ing_forms": 100 * sum(word.endswith("ing") for word in words) / len(words),
        "log_sentence_words": float(np.log(np.mean([count for count in sentences if count] or [1]))),
    }


def tone(sound: Mapping[str, NDArray[np.float64]]) -> Features:
    """Pauses, voicing, loudness over the quiet, pitch movement; means over the questions and some extremes."""
    longest = np.log(sound["maxDurPause"] + 0.1)
    return {
        "pauses_per_minute": float((sound["numPause"] / sound["duration"] * 60).mean()),
        "mean_pause_seconds": float(sound["avgDurPause"].mean()),
        "log_longest_pause": float(longest.mean()),
        "log_longest_pause_of_all": float(longest.max()),
        "silence_ratio": float((sound["TotDurPause:3"] / sound["duration"]).mean()),
        "unvoiced_ratio": float(sound["PercentBreaks"].mean()),
        "log_unvoiced_over_voiced": float(np.log(sound["pitchUvsVRatio"]).mean()),
        "log_pitch_movement": float(np.log(sound["pitch_sd"] / sound["mean_pitch"]).mean()),
        "pitch_change_between_answers": float(np.log(sound["mean_pitch"]).std()),
        "loudness_movement_db": float(sound["intensitySD"].mean()),
        "loudness_over_quiet_db": float((sound["intensityMean"] - sound["intensityMin"]).mean()),
        "peak_over_mean_db": float(sound["diffIntMaxMean"].mean()),
        "loudness_range_db": float(sound["diffIntMaxMin"].mean()),
    }
