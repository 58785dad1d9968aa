"""Every code that the console can be sent has words in both languages, with the placeholders that the booth fills."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from appliance import doctor, heartbeat
from appliance.interview.pack_problems import WORDS as PACK
from appliance.messages import SourceState
from appliance.runtime.model_files import CHECKOUT
from appliance.settings import CHOICES
from appliance.store import audit, notices
from appliance.web import admin_audit, admin_health, wire
from appliance.web.admin_site import RULES
from tests.web.codes import ROOT, calls, console_files, error_codes

LOCALES = ("en", "hi")
PAGE = CHECKOUT / "kiosk_ui" / "src"
REACHED = (
    *console_files(),
    *(ROOT / "web" / f"{name}.py" for name in ("limits", "security", "wire", "parts", "media")),
    *sorted((ROOT / "store").glob("*.py")),
    *sorted((ROOT / "report").glob("*.py")),
    *sorted((ROOT / "capture").glob("webrtc*.py")),
    ROOT / "interview" / "questions.py",
    ROOT / "interview" / "take_home.py",
    ROOT / "runtime" / "worker.py",
    ROOT / "settings.py",
)
"""whose errors can be the answer to a call of the console"""
NEVER = {
    "capture.not_the_pages": "a candidate's interview only",
    "interview.busy": "a candidate's interview only",
    "interview.unknown_question": "no call of the console names a question",
    "interview.unknown_role": "no call of the console names a role",
    "interview.unknown_session": "a candidate's interview only",
    "interview.wrong_phase": "a candidate's interview only",
    "report.no_printer": "the students' page only",
    "report.printer_failed": "the students' page only",
    "report.unknown_way": "the students' page only",
    "settings.not_toml": "the start only",
    "settings.unreadable": "the start only",
    "store.key_missing": "the start only",
    "store.key_too_short": "the start only",
    "store.not_kept": "the students' page only",
    "web.no_page": "it is the page that is missing",
    "web.no_token": "the platform's endpoints only",
}
OWN_DATA = {"interview.busy", "report.no_stick", "report.stick_failed", "store.disk_full", "store.locked",
            "store.unknown_code", "store.wrong_pin", "web.too_often"}  # fmt: skip
"""what the page of a student's own data may be answered (appliance/web/own_data.py)"""
PLACEHOLDER = re.compile(r"\{(\w+)")


def words(locale: str, of: str = "admin/words") -> dict[str, str]:
    found: dict[str, str] = json.loads((PAGE / of / f"{locale}.json").read_text("utf-8"))
    return found


def missing(keys: Iterable[str], of: str = "admin/words") -> list[str]:
    tables = {locale: words(locale, of) for locale in LOCALES}
    return sorted(f"{locale}: {key}" for locale in LOCALES for key in keys if not tables[locale].get(key))


def sent() -> set[str]:
    found = {code for path in REACHED for code in error_codes(path)}
    return {*found, *wire._CODES.values(), "web.refused", "web.broken", "web.bad_pack", "web.bad_notice"}


def test_every_error_is_worded() -> None:
    assert missing(f"error.{code}" for code in sent() - NEVER.keys()) == []
    assert NEVER.keys() <= sent()  # what is no longer there needs no excuse


def test_an_error_without_words_would_be_found(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text('raise NotFound(\n    "web.nobody_knows", "it is not there"\n)\n')
    assert error_codes(path) == {"web.nobody_knows"}
    assert missing(["error.web.nobody_knows"]) == ["en: error.web.nobody_knows", "hi: error.web.nobody_knows"]


def test_what_the_own_data_page_may_be_answered_is_worded() -> None:
    assert missing((f"error.{code}" for code in OWN_DATA), "locales") == []


def test_every_line_of_health_is_worded_with_what_to_do() -> None:
    path = ROOT / "web" / "admin_health.py"
    lines = [args for name, args in calls(path) if name == "_line"]
    assert len(lines) > 15
    texts = _texts(path)
    states = {"good", "look", "bad"}
    for args in lines:
        what, state, say, do = [*args, "", ""][:4]
        assert state is None or state in states
        keys = [f"health.what.{what}" if what else "", f"health.say.{say}" if say else ""]
        assert missing(key for key in [*keys, f"health.do.{do}" if do else ""] if key) == []
    says = {say for _, say, _ in admin_health.DEVICES.values()} | set(admin_health.BOOTH.values())
    models = {told for kinds in admin_health.MODELS.values() for told in kinds.values()}
    says |= {say for say, _ in models}
    assert says | {"judging_less", "hearing_none"} <= texts
    assert missing(["health.what.camera", "health.what.microphone"]) == []
    assert missing(f"health.say.{say}" for say in says) == []
    assert missing(f"health.do.{do}" for _, _, do in admin_health.DEVICES.values() if do) == []
    assert missing(f"health.do.{do}" for _, do in models) == []


def _texts(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    return {node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_health_knows_every_state_and_every_finding() -> None:
    assert admin_health.DEVICES.keys() == {str(state) for state in SourceState}
    assert admin_health.BOOTH.keys() == heartbeat.WRONG.keys()
    assert admin_health.FOUND.keys() == doctor.WORDS.keys()
    assert missing(f"health.found.{code}" for code in doctor.WORDS) == []
    assert missing(f"health.do.{do}" for do, _ in admin_health.FOUND.values()) == []


def test_every_problem_of_a_pack_is_worded() -> None:
    assert missing(f"pack.{code}" for code in PACK) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_only_what_the_booth_tells_stands_in_the_words(locale: str) -> None:
    told = {f"pack.{code}": PLACEHOLDER.findall(text) for code, text in PACK.items()}
    told |= {f"health.found.{code}": PLACEHOLDER.findall(text) for code, text in doctor.WORDS.items()}
    table = words(locale)
    assert [
        key for key, names in told.items() if not set(PLACEHOLDER.findall(table[key])) <= set(names)
    ] == []


def test_both_languages_have_the_same_words_and_places() -> None:
    en, hi = (words(locale) for locale in LOCALES)
    assert list(en) == list(hi)
    differ = [key for key in en if set(PLACEHOLDER.findall(en[key])) != set(PLACEHOLDER.findall(hi[key]))]
    assert differ == []


def test_every_entry_of_the_log_is_worded() -> None:
    events = {args[1] for path in console_files() for name, args in calls(path) if name == "note"}
    assert len(events) > 10
    assert None not in events
    assert missing(f"audit.event.{event}" for event in [*events, *audit.OTHERS]) == []


def test_every_setting_step_and_item_of_the_notice_is_worded() -> None:
    keys = [f"setting.{path}{end}" for path in RULES for end in ("", ".help")]
    keys += [f"setting.{path}.{choice}" for path in RULES for choice in CHOICES.get(path, ())]
    keys += [f"guide.{step}" for step in admin_audit.STEPS]
    keys += [f"notice.item.{item}" for part in notices.NEEDED for item in part]
    keys += [
        f"notice.why.{why}" for why in ("length", "signs", "language", "contact", "board", "lines", "parts")
    ]
    assert missing(keys) == []
