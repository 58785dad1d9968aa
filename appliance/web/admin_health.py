"""The booth's counters as lines for people who are no engineers (pure): codes, which the page words in its language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LOW_DISK_BYTES = 500_000_000
HOT_C = 80.0
"""the board slows itself down from here. Source: Raspberry Pi documentation, "Frequency management" """
OLD_BACKUP_SECONDS = 8 * 86_400.0
"""our choice"""
DEVICES = {"live": "good", "disabled": "good", "starting": "good", "stalled": "look", "lost": "bad"}
ENGINES = {"vosk": "Vosk", "sphinx": "PocketSphinx"}
Line = dict[str, Any]


def lines(health: Mapping[str, Any]) -> list[Line]:
    """What is checked: ``{"what", "state": "good"/"look"/"bad", "say", "do", "values"}``.

    ``say`` and ``do`` are codes that the page has words for; ``do`` may be empty.
    """
    found = [_booth(health), *_devices(health), _hearing(health), *_seeing(health), _judging(health)]
    return [*found, *_store(health["store"]), *_machine(health)]


def _line(what: str, state: str, say: str, do: str = "", **values: object) -> Line:
    return {"what": what, "state": state, "say": say, "do": do, "values": values}


def _booth(health: Mapping[str, Any]) -> Line:
    if health["status"] == "ok":
        return _line("booth", "good", "booth_works", hours=round(health["uptime_seconds"] / 3600))
    return _line("booth", "bad", "booth_fails", "restart", why=health["why"])


def _devices(health: Mapping[str, Any]) -> Iterator[Line]:
    for kind, status in health["devices"].items():
        state = DEVICES.get(status["state"], "look")
        say = f"device_{status['state']}" if status["state"] in DEVICES else "device_unknown"
        do = {"look": "replug", "bad": "cable"}.get(state, "")
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
        if str(state) in ("missing", "failed"):
            yield _line("seeing", "look", f"model_{state}", "fetch", name=name)
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
        yield _line("records", "bad", "disk_failed", "disk", code=store["code"])
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
