"""A running booth and a built page for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.booth import Booth, open_booth
from tests.web.served import Served, serve


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


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A whole booth in a process of its own."""
    with serve(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture
def served(process: Served) -> Iterator[Served]:
    """The booth's process; whatever was done to it, it is well afterwards."""
    yield process
    process.assert_well()
