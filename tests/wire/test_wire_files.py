"""The recorded states still have the shape of what a booth sends, and the page's types know every key of it."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from appliance.interview.state import Phase
from tests.conftest import ROOT
from tests.wire.schema import Schema, schema_of
from tests.wire.walks import States, all_states

FILES = sorted((ROOT / "tests" / "data" / "wire").glob("*.json"))
PROTOCOL = ROOT / "kiosk_ui" / "src" / "protocol.ts"


@pytest.fixture(scope="module")
def sent() -> States:
    """What a booth sends on the recorded walks, now."""
    return asyncio.run(all_states())


@pytest.fixture(scope="module")
def written() -> dict[str, dict[str, Any]]:
    """The files."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}


def test_the_walks_pass_every_phase(sent: States) -> None:
    assert {state["phase"] for state in sent.values()} == {str(phase) for phase in Phase}


def test_there_is_a_file_for_every_station_and_phase(sent: States, written: States) -> None:
    assert set(sent) <= set(written)
    assert {state["phase"] for state in written.values()} == {str(phase) for phase in Phase}


def test_the_files_have_the_shape_of_what_is_sent(sent: States, written: States) -> None:
    now = schema_of(list(sent.values()))
    assert _misfits(written, now) == []


def test_what_is_sent_has_the_shape_of_the_files(sent: States, written: States) -> None:
    recorded = schema_of(list(written.values()))
    assert _misfits(sent, recorded) == []


def _misfits(states: States, schema: Schema) -> list[str]:
    """Where states do not fit, most telling first."""
    validator = jsonschema.Draft202012Validator(schema)
    found = []
    for name, state in states.items():
        for error in validator.iter_errors(state):
            worst = jsonschema.exceptions.best_match([error])
            place = "/".join(map(str, worst.absolute_path))
            found.append(f"{name}: {place}: {worst.message[:160]}")
    return found


@pytest.mark.parametrize("change", ["lost", "new", "another kind"])
def test_a_changed_wire_is_noticed(sent: States, written: States, change: str) -> None:
    state = json.loads(json.dumps(written["think"]))
    if change == "lost":
        del state["question"]["shape"]
    elif change == "new":
        state["question"]["colour"] = "red"
    else:
        state["question"]["think_seconds"] = "thirty"
    assert _misfits({"think": state}, schema_of(list(sent.values())))


def test_the_page_knows_every_key(sent: States) -> None:
    types = _keys_of(PROTOCOL)
    known = set(sent["think"]) | set(sent["think"]["interview"]) | set(sent["think"]["question"])
    known |= (
        set(sent["check_look"]["check"]) | set(sent["take_home"]["take_home"]) | set(sent["review"]["review"])
    )
    known |= set(sent["results"]["results"]) | set(sent["goodbye"]["receipt"])
    assert known - types == set()


def _keys_of(path: Path) -> set[str]:
    return set(re.findall(r"^\s+(\w+)\??:", path.read_text("utf-8"), re.MULTILINE))
