"""How a sentence is built tells which part of a story it may play: who did what, when, and what came of it (pure).

An action is something that "I" or "we" did: a verb in the past that does something, with what follows it after "and"
or a comma. A result is an outcome: something rose, was solved, was won; or how it ended. A task is a need, a duty or a
goal. A situation is time and place, or what others did. A sentence without any past has no part, save what is so since.
Verbs and wordings are our own; the forms are those of a school grammar.
"""

from __future__ import annotations

import re

STRONG, WEAK = 0.5, 0.3
"""what a sure and a possible sign add (our choice)"""
MOST_ACTS = 2
"""more verbs in a row make an action no surer (our choice)"""

_DONE = (
    "added|arranged|began|bent|booked|borrowed|bought|brought|broke|built|called|carried|caught|checked|chose|cut|dealt|"
    "did|drew|drove|dug|explained|fed|fixed|found|gave|held|hung|kept|laid|led|left|lent|let|listened|lit|made|paid|put|"
    "ran|rang|read|rewrote|rode|said|sang|sat|sent|set|shot|showed|shut|sold|spent|split|spoke|stood|stuck|swept|swam|"
    "taught|told|took|threw|tore|went|woke|wore|wound|wrote|redid|rebuilt|undertook|withdrew"
)
_STATES = (
    "needed|wanted|liked|loved|hated|hoped|noticed|realised|realized|believed|seemed|failed|happened|received|learned|"
    "remained|decided not|joined|lived|studied|used to|passed|finished|completed|reached|collected|succeeded|feared|"
    "faced|disagreed|tired|worried|learnt|supposed|responsible"
)
_ACT = rf"(?!(?:{_STATES})\b)(?:{_DONE}|[a-z]{{2,}}ed)\b"
_SELF = r"(?:i|we|myself(?: and [\w ]{1,20}?)?|my (?:friend|team|partner)s? and i)"
_BETWEEN = (
    r"(?: (?:also|then|just|only|both|all|even|again|myself|first|finally|at once|and \w+|did not|didn't"
    r"|\w+ly))*"
)
OWN_ACT = re.compile(rf"\b{_SELF}{_BETWEEN} (?:{_ACT}|did not \w+)")
"""something that the teller did"""
_NEXT_ACT = re.compile(rf"(?:,|\band\b|\bthen\b|\bbut\b) (?:then )?(?:\w+ly )?{_ACT}")
_PAST = re.compile(
    rf"\b(?:was|were|had|did|didn't|wasn't|weren't|came|became|got|met|saw|heard|felt|knew|thought|fell|rose|grew|won|lost|"
    rf"understood|meant|forgot|{_DONE}|[a-z]{{2,}}ed)\b"
)
_UNREAL = re.compile(
    r"\b(?:i|we|you|they|he|she|it)(?:'ll| will| would| can| shall| should| may| might)\b|\bif such\b"
)

_RESULT = {
    STRONG: (
        r"as a result|in the end|finally|at last|because of (?:this|that)|the (?:result|outcome) was|it worked",
        r"(?:i|we|he|she|they|our team|the team|my team) (?:won|finished|completed|delivered|"
        r"submitted|reached|sold|"
        r"saved|passed|succeeded|came (?:first|second|third))",
        r"(?:was|were|got) (?:\w+ly )?(?:fixed|solved|resolved|corrected|repaired|selected|accepted|"
        r"approved|completed|"
        r"finished|published|successful|satisfied|impressed|happy|pleased|saved|restored|promoted)",
        r"(?:rose|fell|went (?:up|down)|improved|increased|decreased|dropped|came down|grew|doubled|halved)\b",
        r"saved (?:us|the|our|them|him|her|me|about|around|nearly|over|\d)|thanked|praised|"
        r"applauded|appreciated",
        r"(?:i learn(?:ed|t)|this taught me|it taught me) that|from that day|since (?:then|"
        r"that day)|are still|is still",
    ),
    WEAK: (
        r"no (?:one|\w+) (?:\w+ed|came|lost|left|went)|nobody (?:\w+ed)|on time|per ?cent|%|prize|full marks",
        r"(?:days?|weeks?|months?|years?|semesters?) later|after (?:this|that) the|now (?:he|she|"
        r"they|it|the|we|our)",
        r"(?:rating|score|average|error|time|number|attendance|sales|marks|waste|count) (?:was|were|"
        r"became|came|is)\b",
        r"collected \w+|the (?:show|event|demo|project|program) (?:began|ran|went|started|opened)",
    ),
}
_TASK = {
    STRONG: (
        r"(?:my|our) (?:job|role|task|responsibility|goal|part|duty|target|aim) (?:was|were)|"
        r"was (?:my|our) (?:\w+ )?(?:job|"
        r"role|task|responsibility|goal|duty|target)",
        r"(?:i|we) (?:\w+ly )?(?:had to|needed|was to|were to)|had to be|(?:was|were) (?:supposed|"
        r"expected|required) to",
        r"i was (?:responsible|in charge|given|chosen|asked|told)|in charge of|(?:asked|told|"
        r"wanted) (?:me|us) to",
        r"the (?:challenge|goal|aim|target|task|deadline) was|(?:gave|given) (?:me|us) the (?:task|"
        r"job|work|charge)",
    ),
    WEAK: (r"i wanted to|we wanted to|deadline|the problem was",),
}
_SITUATION = {
    STRONG: (
        r"when (?:i|we) (?:was|were|joined|came|started)|in (?:my|our) (?:first|second|third|fourth|"
        r"final|last|pre-final)",
        r"last (?:year|semester|month|summer|week)|during (?:my|our|the)|there (?:was|were)|"
        r"at that time|once|one day",
        r"(?:i|we) (?:was|were) (?:an?|the|in|at|part|working|studying|doing|\w+ing)|(?:i|"
        r"we) (?:met|joined|faced|saw|noticed)",
    ),
    WEAK: (
        r"(?:was|were) (?:not )?(?:\w+ing|late|behind|angry|unhappy|worried|missing|down|lost|"
        r"broken|moved|against)",
        r"(?:our|my|the) (?:\w+ )?(?:team|project|college|hostel|department|group|guide|mess|campus|"
        r"company|camp)",
    ),
}


def _compiled(signs: dict[float, tuple[str, ...]]) -> list[tuple[float, re.Pattern[str]]]:
    return [(weight, re.compile(rf"\b(?:{sign})")) for weight, rows in signs.items() for sign in rows]


_SIGNS = {part: _compiled(s) for part, s in (("situation", _SITUATION), ("task", _TASK), ("result", _RESULT))}


def is_told(sentence: str) -> bool:
    """It speaks of something that happened, or of what is so since then; not of a plan, a habit or an opinion."""
    text = sentence.lower()
    if _UNREAL.search(text) and not OWN_ACT.search(text):
        return False
    return _PAST.search(text) is not None or any(sign.search(text) for _, sign in _SIGNS["result"])


def signs_of(sentence: str) -> dict[str, float]:
    """How much the build of a sentence speaks for each part; all 0 where nothing is told."""
    text = sentence.lower()
    if not is_told(sentence):
        return dict.fromkeys(("situation", "task", "action", "result"), 0.0)
    signs = {part: _strength(text, part) for part in _SIGNS}
    signs["action"] = _acts(text) * (STRONG if signs["task"] < STRONG else WEAK)
    if signs["action"] == 0.0 and max(signs.values()) < STRONG:
        signs["situation"] = max(signs["situation"], WEAK)  # what others did, and how things were
    return signs


def _strength(text: str, part: str) -> float:
    found = sorted((weight for weight, sign in _SIGNS[part] if sign.search(text)), reverse=True)
    return sum(found[:2])


def _acts(text: str) -> float:
    """0, 1 or a little more: deeds of the teller's own."""
    if not OWN_ACT.search(text):
        return 0.0
    return 1.0 + 0.2 * min(MOST_ACTS, len(_NEXT_ACT.findall(text)))
