"""The screen script with a compositor that dies: without OpenGL it draws by itself; other ends are for systemd."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.boot.machine import ROOT

STAND_IN = """#!/bin/sh
echo "${WLR_RENDERER:-opengl}"
[ -n "$WLR_RENDERER" ] || %s
exit 7
"""
"""of cage: dies, or not, unless it is told to draw by itself"""


@pytest.mark.parametrize(
    ("end", "renderers", "status"),
    [("kill -SEGV $$", "opengl pixman", 7), ("kill -KILL $$", "opengl", 137), ("exit 3", "opengl", 3)],
)
def test_a_card_without_opengl_is_drawn_to_all_the_same(
    tmp_path: Path, end: str, renderers: str, status: int
) -> None:
    cage = tmp_path / "cage"
    cage.write_text(STAND_IN % end)
    cage.chmod(0o755)
    told = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "KABIL_URL": "-", "RUNTIME_DIRECTORY": str(tmp_path)}
    ended = subprocess.run(
        [ROOT / "systemd/kabil-screen"], env=told, capture_output=True, text=True, timeout=60
    )
    assert (ended.stdout.split(), ended.returncode) == (renderers.split(), status)
