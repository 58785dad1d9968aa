"""A booth that is started again in the same boot counts it; another boot begins anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.runtime.starts import BOOT_ID, count_restart


def test_each_start_of_a_boot_counts_and_another_boot_begins_anew(tmp_path: Path) -> None:
    path, boot = tmp_path / "starts.json", tmp_path / "boot_id"
    boot.write_text("one\n")
    assert [count_restart(path, boot) for _ in range(3)] == [0, 1, 2]
    boot.write_text("two\n")
    assert [count_restart(path, boot) for _ in range(2)] == [0, 1]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"boot": "one"}', '{"boot": "one", "starts": "x"}'])
def test_a_damaged_count_begins_anew(tmp_path: Path, text: str) -> None:
    path, boot = tmp_path / "starts.json", tmp_path / "boot_id"
    boot.write_text("one")
    path.write_text(text)
    assert count_restart(path, boot) == 0


def test_where_it_cannot_be_told_it_is_unknown(tmp_path: Path) -> None:
    assert count_restart(tmp_path / "none" / "starts.json") is None
    assert count_restart(tmp_path / "starts.json", tmp_path / "no_boot_id") is None


def test_this_machine_has_a_boot_id() -> None:
    assert BOOT_ID.read_text("ascii").strip()
