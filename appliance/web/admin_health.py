"""The booth's counters as lines for people who are no engineers (pure): codes, which the page words in its language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

LOW_DISK_BYTES = 500_000_000
HOT_C = 80.0
"""the board slows itself down from here. Source: Raspberry Pi documentation, "Frequency management" """
OLD_BACKUP_SECONDS = 8 * 86_400.0
"""our choice"""
ENGINES = {"vosk": "Vosk", "sphinx": "PocketSphinx"}
Line = dict[str, Any]
DEVICES: Mapping[str, tuple[str, str, str]] = {
    "live": ("good", "device_live", ""),
    "disabled": ("good", "device_disabled", ""),
    "starting": ("good", "device_starting", ""),
    "stalled": ("look", "device_stalled", "replug"),
    "lost": ("bad", "device_lost", "cable"),
}
"""state of a device -> how that is, what is said, what to do"""
MODELS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "face": {"missing": ("face_missing", "fetch"), "failed": ("face_failed", "restart")},
    "posture": {"missing": ("posture_missing", "fetch"), "failed": ("posture_failed", "restart")},
    "expression": {"missing": ("expression_missing", "fetch"), "failed": ("expression_failed", "restart")},
}
MISSING = ("_missing", "_wrong_hash")
"""ends of the codes that say that a model's file is not there, or not the right one (appliance/vision/sight.py)"""
BOOTH: Mapping[str, str] = {
    "no_tick": "booth_no_tick",
    "no_database": "booth_no_database",
    "model_hangs": "booth_model_hangs",
}
"""why the booth fails (appliance/heartbeat.py) -> what is said"""
FOUND: Mapping[str, tuple[str, frozenset[str]]] = {
    "no_camera": ("plug_in", frozenset()),
    "no_microphone": ("plug_in", frozenset()),
    "wrong_file": ("fetch", frozenset()),
    "old_model": ("fetch", frozenset()),
    "no_vosk": ("fetch", frozenset(("hearing_less", "hearing_none"))),
    "no_hearing": ("fetch", frozenset(("hearing_none",))),
    "no_face_model": ("fetch", frozenset(("face_missing",))),
    "no_posture_model": ("fetch", frozenset(("posture_missing",))),
    "no_meaning_model": ("fetch", frozenset(("judging_less",))),
    "not_writable": ("disk", frozenset(("disk_failed",))),
    "disk_low": ("shorten", frozenset(("disk_low",))),
    "no_page": ("install", frozenset()),
    "no_voice": ("install", frozenset()),
}
"""a finding of ``kabil check`` -> what to do, and the lines that say the same already"""


def lines(health: Mapping[str, Any]) -> list[Line]:
    """What is checked: ``{"what", "state": "good"/"look"/"bad", "say", "do", "values"}``.

    ``say`` and ``do`` are codes that the page has words for; ``do`` may be empty.
    """
    found = [_booth(health), *_devices(health), _hearing(health), *_seeing(health), _judging(health)]
    return [*found, *_store(health["store"]), *_machine(health)]


def others(findings: Sequence[Mapping[str, Any]], told: Sequence[Line]) -> list[dict[str, Any]]:
    """What ``kabil check`` found and no line says: ``{"code", "do", "values"}``."""
    said = {line["say"] for line in told}
    return [
        {"code": one["code"], "do": FOUND[one["code"]][0], "values": dict(one["values"])}
        for one in findings
        if not FOUND[one["code"]][1] & said
    ]


def _line(what: str, state: str, say: str, do: str = "", **values: object) -> Line:
    return {"what": what, "state": state, "say": say, "do": do, "values": values}


def _booth(health: Mapping[str, Any]) -> Line:
    if health["status"] == "ok":
        return _line("booth", "good", "booth_works", hours=round(health["uptime_seconds"] / 3600))
    return _line("booth", "bad", BOOTH[health["why_code"]], "restart")


def _devices(health: Mapping[str, Any]) -> Iterator[Line]:
    for kind, status in health["devices"].items():
        state, say, do = DEVICES[status["state"]]
        yield _line(kind, state, say, do)


def _hearing(health: Mapping[str, Any]) -> Line:
    listener = health["listener"]
    engine = ENGINES.get(listener["engine"], listener["engine"])
    if listener["failed"]:
        return _line("hearing", "bad", "hearing_failed", "restart")
    if listener["engine"] == "none":
        return _line("hearing", "bad", "hearing_none", "fetch")
    if not listener["ready"]:
        return _line("hearing", "look", "hearing_loads", "look_again")
    if listener["engine"] == "sphinx":
        return _line("hearing", "look", "hearing_less", "fetch", engine=engine)
    return _line("hearing", "good", "hearing_works", engine=engine)


def _seeing(health: Mapping[str, Any]) -> Iterator[Line]:
    watcher = health["watcher"]
    for name, state in watcher.get("models", {}).items():
        if "." in state:  # the code of what is wrong with it; else how it is well
            say, do = MODELS[name]["missing" if state.endswith(MISSING) else "failed"]
            yield _line("seeing", "look", say, do)
    if watcher.get("failed_count"):
        yield _line("seeing", "look", "pictures_failed", count=watcher["failed_count"])


def _judging(health: Mapping[str, Any]) -> Line:
    if health["coach"]["ready"] and not health["coach"]["meaning"]:
        return _line("judging", "look", "judging_less", "fetch")
    return _line("judging", "good", "judging_works")


def _store(store: Mapping[str, Any]) -> Iterator[Line]:
    if store["state"] == "ok":
        yield _line("records", "good", "records_kept", count=store["kept_count"])
    else:
        yield _line("records", "bad", "disk_failed", "disk")
    if not store["encrypted"]:
        yield _line("encryption", "look", "not_encrypted", "encrypt")
    if store["moved_aside"]:
        yield _line("records", "bad", "moved_aside", "restore")
    if store["owed_count"]:
        yield _line("erasure", "bad", "erasures_wait", "tried_again", count=store["owed_count"])
    free = store["disk_free_bytes"]
    if free is not None and free < LOW_DISK_BYTES:
        yield _line("disk", "bad", "disk_low", "shorten")
    age = store["backup_age_seconds"]
    if store["kept_count"] and (age is None or age > OLD_BACKUP_SECONDS):
        yield _line("backup", "look", "no_backup", "back_up")


def _machine(health: Mapping[str, Any]) -> Iterator[Line]:
    celsius = health.get("temperature_c")
    if celsius is not None and celsius >= HOT_C:
        yield _line("heat", "look", "hot", "fan", celsius=round(celsius))
    if health.get("throttled"):
        yield _line("power", "look", "throttled", "power")
