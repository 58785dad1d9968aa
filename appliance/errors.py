"""Every error of the booth: one class per kind, one stable code per case.

A code is ``"<room>.<what>"``. It is part of the wire contract: the page chooses the candidate's words by it,
in the candidate's language. The message is for operators and logs and never carries what a candidate said.
"""

from __future__ import annotations


class ApplianceError(Exception):
    """Base of all errors of the booth.

    Args:
        code: stable, ``"<room>.<what>"``.
        message: one clear sentence for an operator; free of candidates' words.
    """

    http_status = 500

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def as_json(self) -> dict[str, str]:
        """The error as it stands on the wire."""
        return {"error": self.code, "message": self.message}


class Invalid(ApplianceError):
    """What was sent cannot be understood."""

    http_status = 400


class Forbidden(ApplianceError):
    """Who sent it may not."""

    http_status = 403


class NotFound(ApplianceError):
    """What was named does not exist."""

    http_status = 404


class WrongState(ApplianceError):
    """It exists, but not now."""

    http_status = 409


class Busy(ApplianceError):
    """Somebody else is using it."""

    http_status = 409


class TooLarge(ApplianceError):
    """More was sent than the booth takes."""

    http_status = 413


class TooMany(ApplianceError):
    """It was sent too often."""

    http_status = 429


class Unavailable(ApplianceError):
    """A device, model or disk is missing at present."""

    http_status = 503


class Broken(ApplianceError):
    """A defect of ours or of the machine."""

    http_status = 500
