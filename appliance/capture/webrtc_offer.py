"""What a browser's SDP offer may hold (pure)."""

from __future__ import annotations

from appliance.errors import Invalid


def check(sdp: str) -> None:
    """Refuse an offer that has no media, or more than media.

    Raises:
        Invalid: "capture.bad_offer".
    """
    if "m=audio" not in sdp and "m=video" not in sdp:
        raise Invalid("capture.bad_offer", "an SDP offer with sound or pictures is needed")
    if "m=application" in sdp:
        raise Invalid("capture.bad_offer", "data channels are not taken")


def without_candidates(sdp: str) -> str:
    """The offer without addresses: the booth answers checks; it never calls or looks up what an offer names."""
    lines = sdp.replace("\r\n", "\n").split("\n")
    kept = [line for line in lines if not line.startswith(("a=candidate:", "a=end-of-candidates"))]
    return "\r\n".join(kept)
