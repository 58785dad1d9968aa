"""The booth's counters as lines for people who are no engineers (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LOW_DISK_BYTES = 500_000_000
HOT_C = 80.0
"""the board slows itself down from here. Source: Raspberry Pi documentation, "Frequency management" """
OLD_BACKUP_SECONDS = 8 * 86_400.0
"""our choice"""
DEVICE_WORDS = {
    "live": ("good", "works", ""),
    "disabled": ("good", "is not used now", ""),
    "starting": ("good", "is starting", ""),
    "stalled": ("look", "gives nothing", "Unplug it, wait five seconds, plug it in again."),
    "lost": ("bad", "is not there", "Check its cable. Interviews go on without it and say so."),
}
ENGINES = {"vosk": "Vosk", "sphinx": "PocketSphinx"}


def lines(health: Mapping[str, Any]) -> list[dict[str, str]]:
    """What is checked: ``{"what", "state": "good"/"look"/"bad", "words", "to_do"}``."""
    found = [_booth(health), *_devices(health), _hearing(health), *_seeing(health), _judging(health)]
    return [*found, *_store(health["store"]), *_machine(health)]


def _line(what: str, state: str, words: str, to_do: str = "") -> dict[str, str]:
    return {"what": what, "state": state, "words": words, "to_do": to_do}


def _booth(health: Mapping[str, Any]) -> dict[str, str]:
    if health["status"] == "ok":
        return _line("Booth", "good", f"The booth works. It was started {_ago(health['uptime_seconds'])}.")
    return _line("Booth", "bad", f"The booth has a fault: {health['why']}.", "Switch it off and on again.")


def _ago(seconds: float) -> str:
    hours = round(seconds / 3600)
    if hours < 2:
        return "less than two hours ago"
    return f"{hours} hours ago" if hours < 48 else f"{hours // 24} days ago"


def _devices(health: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for kind, status in health["devices"].items():
        state, words, to_do = DEVICE_WORDS.get(status["state"], ("look", f"is {status['state']}", ""))
        yield _line(kind.capitalize(), state, f"The {kind} {words}.", to_do)


def _hearing(health: Mapping[str, Any]) -> dict[str, str]:
    listener = health["listener"]
    engine = ENGINES.get(listener["engine"], listener["engine"])
    if listener["failed"]:
        return _line("Hearing", "bad", "Speech recognition has failed.", "Switch the booth off and on again.")
    if listener["engine"] == "none":
        return _line("Hearing", "bad", "Nothing hears: answers are typed.", "Run: kabil models fetch")
    if not listener["ready"]:
        return _line("Hearing", "look", "Speech recognition is loading.", "Look again in a minute.")
    if listener["engine"] == "sphinx":
        return _line("Hearing", "look", f"{engine} hears, less well than Vosk.", "Run: kabil models fetch")
    return _line("Hearing", "good", f"{engine} hears.")


def _seeing(health: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    watcher = health["watcher"]
    for name, state in watcher.get("models", {}).items():
        if str(state) in ("missing", "failed"):
            words = f"The {name} model is {state}: what it measures is reported as not measured."
            yield _line("Seeing", "look", words, "Run: kabil models fetch")
    if watcher.get("failed_count"):
        yield _line(
            "Seeing", "look", f"{watcher['failed_count']} pictures could not be read since the start."
        )


def _judging(health: Mapping[str, Any]) -> dict[str, str]:
    if health["coach"]["ready"] and not health["coach"]["meaning"]:
        words = "What answers mean is not judged; words and delivery are."
        return _line("Judging", "look", words, "Run: kabil models fetch")
    return _line("Judging", "good", "Answers are judged.")


def _store(store: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    if store["state"] == "ok":
        kept = f"{store['kept_count']} interviews are kept. Rule: {store['retention']}."
        yield _line("Records", "good", kept)
    else:
        yield _line("Records", "bad", f"The disk cannot be used ({store['code']}): nothing is kept.",
                    "Switch the booth off and on again. If it stays, the card or disk must be replaced.")  # fmt: skip
    if not store["encrypted"]:
        yield _line("Encryption", "look", "Records are not encrypted.", "Set store.encrypt in the site file.")
    if store["moved_aside"]:
        yield _line(
            "Records", "bad", "A damaged database was put aside.", "Restore the newest backup under Data."
        )
    if store["owed_count"]:
        yield _line(
            "Erasure", "bad", f"{store['owed_count']} erasures wait for the disk.", "They are tried again."
        )
    free = store["disk_free_bytes"]
    if free is not None and free < LOW_DISK_BYTES:
        yield _line(
            "Disk", "bad", "The disk is nearly full.", "Shorten how long results are kept, under Setup."
        )
    age = store["backup_age_seconds"]
    if store["kept_count"] and (age is None or age > OLD_BACKUP_SECONDS):
        yield _line("Backup", "look", "There is no recent backup.", "Make one under Data.")


def _machine(health: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    celsius = health.get("temperature_c")
    if celsius is not None and celsius >= HOT_C:
        yield _line(
            "Heat", "look", f"The box is hot ({celsius:.0f} °C).", "Check the fan and clear its openings."
        )
    if health.get("throttled"):
        yield _line("Power", "look", "The box runs slowed down.", "Use the power supply that came with it.")
