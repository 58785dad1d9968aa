"""The browser policy follows the site's address and lets nothing else in."""

from __future__ import annotations

import json
from dataclasses import replace

from appliance import kiosk_policy
from appliance.settings import Settings, Web


def test_one_origin_and_the_staff_page_are_allowed() -> None:
    made = kiosk_policy.policy(replace(Settings(), web=Web(port=9001)))
    assert made["URLAllowlist"] == ["http://127.0.0.1:9001", kiosk_policy.STAFF_PAGE]
    assert made["AudioCaptureAllowedUrls"] == made["VideoCaptureAllowedUrls"] == ["http://127.0.0.1:9001"]
    assert "8080" not in json.dumps(made)


def test_every_scheme_with_a_way_out_is_blocked_by_name() -> None:
    blocked = kiosk_policy.policy(Settings())["URLBlocklist"]
    assert {"*", "chrome://*", "devtools://*", "file://*", "view-source:*", "data:*"} <= set(blocked)  # type: ignore[call-overload]


def test_the_file_is_json_and_stays_the_same() -> None:
    text = kiosk_policy.as_json(Settings())
    assert json.loads(text) == kiosk_policy.policy(Settings())
    assert text == kiosk_policy.as_json(Settings())
    made = kiosk_policy.environment(Settings())
    assert made == "KABIL_URL=http://127.0.0.1:8080\nKABIL_USB_EXPORT=no\n"
