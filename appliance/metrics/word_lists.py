"""The word lists of delivery: filled pauses, filler phrases, words that open a phrase or leave one open.

All are our choice unless a source is named. "actually" and "basically" are never faulted.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILLED_PAUSES = _words("um umm uh uhh uhm er err erm ah eh hm hmm mm mhm")
FILLER_PHRASES = (("you", "know"), ("i", "mean"), ("kind", "of"), ("sort", "of"))
LIKE_AFTER = _words(
    "i we you they he she it would to do does did don't not really also looks look looked feel feels felt sounds"
    " something things people stuff seem seems anything nothing much more most"
)
"""after these "like" is a verb or a comparison, not a filler"""
OPEN_WORDS = _words(
    "a an the of to in on at by for with from into about my our your their his her its this these those and or but"
    " because that which who if when is are was were be been am have has had will would can could should do does"
    " did not very more most so"
)
"""after one of these a phrase cannot end: English function words"""
OPENERS = _words(
    "and but so because then when if while although though since first second third finally also however therefore"
    " after before as or which where next later now i we they he she it"
)
"""one of these may begin a phrase"""
