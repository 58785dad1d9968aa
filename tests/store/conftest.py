"""Stores on a folder of their own, with a clock that tests turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from appliance.settings import Store
from appliance.store.interview_store import InterviewStore
from tests.store.records import NOW


class Clock:
    """UTC as the test says."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[InterviewStore]:
    """An unencrypted store that keeps for 30 days: its raw files can be searched."""
    opened = InterviewStore(Store(encrypt=False, retention="days"), tmp_path, clock)
    await opened.start()
    yield opened
    await opened.stop()
