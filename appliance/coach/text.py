"""Words, stems, sentences, negations and numbers of an English answer, typed or recognised (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from appliance.messages import Word

_FUNCTION_WORDS = (
    "a an the of in on at to for from by with as is are was were be been being am do does did doing have has had "
    "having it its this that these those there here and or but if then than so because i you he she we they them "
    "their his her our your my me him us what which who whom whose when where why how can could will would shall "
    "should may might must also just very too into onto about over under up down out off again only own same such "
    "each any all both more most some no not nor s t well like um uh er ah okay yeah"
)
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Function words and fillers (our choice): they carry no content of their own."""

_NEGATING = (
    "not no never none nothing nobody neither nor cannot hardly lack lacks cant dont doesnt didnt isnt "
    "arent wasnt werent wont wouldnt couldnt shouldnt hasnt havent hadnt aint"
)
NEGATIONS = frozenset(_NEGATING.split())
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
_UNITS += " seventeen eighteen nineteen"
NUMBER_WORDS = {word: value for value, word in enumerate(_UNITS.split())}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS |= {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
NUMBER_WORDS |= {"hundred": 100, "thousand": 1000, "lakh": 100_000, "million": 1_000_000, "crore": 10_000_000}

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+(?:\.\d+)?|\+\+")
_PUNCTUATION = re.compile(r"[.!?;\u0964]")
_SENTENCE_END = re.compile(r"(?<=[.!?;\u0964])\s+")
_SUFFIXES = ("ations", "ation", "ingly", "edly", "ings", "ies", "ing", "ied", "ed", "ly", "es", "s", "e")
_NO_PLURAL = ("ss", "us", "is")
_SHORTEST_STEM = 3

WINDOW_WORDS = 16
WINDOW_STEP = 10
LONGEST_SENTENCE_WORDS = 40
LONGEST_SPOKEN_WORDS = 20
"""A "sentence" longer than the first, or than the second where the text has no punctuation at all, is speech that
nobody punctuated (our choice; written English averages about 20)."""
JOINING = frozenset(["and", "but", "so", "because", "then", "finally"])
CLAUSE_WORDS = 6
"""unpunctuated speech is also cut before these words, if that leaves at least so many on both sides (our choice)"""
PAUSE_SECONDS = 0.6
"""A gap that ends a spoken phrase; windows are cut there when word times are known (our choice)."""


def words_of(text: str) -> list[str]:
    """Lower-case words and numbers; "don't" becomes "do not", "cat's" becomes "cat"."""
    found: list[str] = []
    for word in _WORD.findall(text.lower().replace("\u2019", "'")):
        stem, apostrophe, _ = word.partition("'")
        if apostrophe and word.endswith("n't"):
            found += [{"ca": "can", "wo": "will", "sha": "shall"}.get(word[:-3], word[:-3]), "not"]
        else:
            found.append(stem)
    return found


def stem(word: str) -> str:
    """A word without its inflection, so that "stores", "stored" and "storing" meet (light suffix stripping).

    Source: the idea of Harman 1991, "How effective is suffixing?": light stemmers do as well as heavy ones.
    """
    for suffix in _SUFFIXES:
        kept = len(word) - len(suffix)
        if (
            word.endswith(suffix)
            and kept >= _SHORTEST_STEM
            and not (suffix == "s" and word.endswith(_NO_PLURAL))
        ):
            return _undouble(word[: -len(suffix)], suffix)
    return word


def _undouble(word: str, suffix: str) -> str:
    if suffix in ("ies", "ied"):
        return word + "y"
    if suffix in ("ing", "ed", "ings") and word[-1] == word[-2] and word[-1] not in "lse":
        return word[:-1]
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM else word


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry content, in order."""
    return [stem(word) for word in words_of(text) if word not in STOP_WORDS]


def negation_count(text: str) -> int:
    """How many words negate."""
    return sum(word in NEGATIONS for word in words_of(text))


def numbers_of(text: str) -> frozenset[float]:
    """The numbers named, in digits or words ("twenty five" is 25; "one" alone is a pronoun and left out)."""
    found: list[float] = []
    tens = False
    for word in words_of(text):
        if word[0].isdigit():
            found.append(float(word))
        elif word in NUMBER_WORDS and (tens or word != "one"):
            unit = NUMBER_WORDS[word]
            if tens and 0 < unit < 10:
                found[-1] += unit
            else:
                found.append(float(unit))
        tens = NUMBER_WORDS.get(word) in range(20, 100, 10)
    return frozenset(found)


def sentences_of(text: str, words: Sequence[Word] = ()) -> list[str]:
    """The sentences of an answer; speech without punctuation is cut at pauses, else into overlapping windows.

    Args:
        text: the answer.
        words: its words with times, if they are known and the text has no punctuation.
    """
    pieces = [piece.strip() for piece in _SENTENCE_END.split(text) if piece.strip()]
    if words and len(pieces) == 1:
        pieces = list(_phrases(words))
    if _PUNCTUATION.search(text):
        return [window for piece in pieces for window in _windows(piece, LONGEST_SENTENCE_WORDS)]
    clauses = [clause for piece in pieces for clause in _clauses(piece)]
    return [window for clause in clauses for window in _windows(clause, LONGEST_SPOKEN_WORDS)]


def _phrases(words: Sequence[Word]) -> Iterator[str]:
    phrase: list[str] = []
    for word, following in pairwise([*words, None]):
        assert word is not None
        phrase.append(word.text)
        if following is None or (
            following.start - word.end >= PAUSE_SECONDS and len(phrase) >= WINDOW_WORDS // 2
        ):
            yield " ".join(phrase)
            phrase = []


def _clauses(piece: str) -> Iterator[str]:
    """Speech cut before a joining word, where both sides are long enough to say something."""
    tokens = piece.split()
    start = 0
    for at, word in enumerate(tokens):
        if word.lower() in JOINING and at - start >= CLAUSE_WORDS and len(tokens) - at > CLAUSE_WORDS:
            yield " ".join(tokens[start:at])
            start = at
    yield " ".join(tokens[start:])


def _windows(piece: str, longest: int) -> Iterator[str]:
    tokens = piece.split()
    if len(tokens) <= longest:
        yield piece
        return
    for start in range(0, max(1, len(tokens) - WINDOW_WORDS + WINDOW_STEP), WINDOW_STEP):
        yield " ".join(tokens[start : start + WINDOW_WORDS])


def contains_hindi(text: str) -> bool:
    """More Devanagari letters than Latin ones: the English encoder must not judge it."""
    devanagari = sum("\u0900" <= letter <= "\u097f" for letter in text)
    return devanagari > sum(letter.isascii() and letter.isalpha() for letter in text)
