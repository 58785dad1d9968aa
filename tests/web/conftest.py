"""A running booth and a built page for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.booth import Booth, open_booth


@pytest.fixture
def page_dir(tmp_path: Path) -> Path:
    """A page as Vite builds it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Kabil</title>")
    (folder / "assets" / "index-abc123.js").write_text("export {};")
    (tmp_path / "secret.js").write_text("outside")
    return folder


@pytest.fixture
async def booth(page_dir: Path) -> AsyncIterator[Booth]:
    async with open_booth(page_dir) as opened:
        yield opened
