"""What the page is told beside the flow."""

from __future__ import annotations

from appliance.errors import Unavailable
from appliance.interview import facts


def test_trouble_is_told_by_its_code_as_the_wire_says() -> None:
    error = Unavailable("store.disk_full", "the disk is full").as_json()
    assert facts._as_trouble(error) == {"code": "store.disk_full", "message": "the disk is full"}
    assert facts._as_trouble(None) is None
