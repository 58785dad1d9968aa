"""Interviews one after the other in one page, no two neighbours alike: languages, retries, sheets, keeping, erasure."""

from __future__ import annotations

from tests.e2e.finger import Finger

ANSWER = "A hash table finds a key in constant time on average."
ANSWER_HI = "हैश टेबल औसतन स्थिर समय में कुंजी ढूँढता है।"
ROLES = ("software_developer", "data_analyst", "ml_engineer")
PIN = ("pin-2", "pin-4", "pin-6", "pin-8")


def interview(finger: Finger, number: int) -> None:
    """From attract to attract; what is done on the way follows from the number."""
    kept = number % 5 == 4
    _begin(finger, number, kept)
    for attempt in range(2 if number % 3 == 1 else 1):
        if attempt:
            finger.tap("retry")
        _answer(finger, number)
    if number % 4 == 2:
        finger.tap("how-measured", "reason-close", "tab-key-points", "tab-timeline", "tab-words")
    if number % 6 == 5:
        finger.tap("menu", "tab-privacy", "menu-erase", "erase-confirm")
    else:
        _results(finger, number, kept)
    finger.at("goodbye")
    finger.tap("again")
    finger.at("language")
    finger.tap("back")
    finger.at("attract")


def _begin(finger: Finger, number: int, kept: bool) -> None:
    finger.at("attract")
    if number % 8 == 0:
        finger.tap("own-data", "claim-sheet-close")
        finger.see("begin")
    finger.tap("begin")
    finger.at("language")
    finger.tap("lang-hi" if number % 2 else "lang-en")
    finger.at("consent")
    finger.tap("age-yes", *(["consent-keep"] if kept else []))
    if number % 4 == 3:
        finger.tap("notice", "notice-next", "notice-sheet-close", "menu", "text-large", "contrast")
        finger.tap("tab-sound", "volume-less", "live-switch", "menu-sheet-close")
    finger.tap("consent-next")
    finger.at("role")
    finger.tap("group-software", f"role-{ROLES[number % len(ROLES)]}", "role-next")
    finger.at("check")
    finger.tap("check-next")


def _answer(finger: Finger, number: int) -> None:
    finger.at("think")
    finger.tap("ready")
    finger.at("answer")
    finger.touch(f"[data-skbtn={'क' if number % 2 else 'a'}]", "key")
    finger.tap("keyboard-language")
    finger.touch(f"[data-skbtn={'a' if number % 2 else 'क'}]", "key")
    finger.write(ANSWER_HI if number % 2 else ANSWER)
    finger.tap("done")
    finger.at("review")


def _results(finger: Finger, number: int, kept: bool) -> None:
    finger.tap("next")
    finger.at("results")
    if number % 4 == 1:
        finger.tap("score-fluency", "score-sheet-close", "tab-answers", "answer-1", "tab-when")
        finger.tap("answer-sheet-close", "tab-plan", "tab-progress")
    if not kept and number % 7 == 3:
        finger.tap("end")
        return
    finger.tap("take-home")
    finger.at("take_home")
    if kept:
        finger.tap("keep", *PIN, "keep-next")
        finger.see("claim-code")
    finger.tap("end")
