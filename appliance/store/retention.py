"""What is kept, for how long (pure); ``interview_store.py`` holds to it by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.messages import Consent
from appliance.settings import Store

YEAR_DAYS = 365
RESUME = timedelta(hours=2)
"""an interview that began longer ago is not taken up again (our choice)"""
ABANDONED = timedelta(hours=24)
"""an interview nobody ended is erased after this, should the booth run on (our choice)"""
ASIDE = timedelta(days=7)
"""a damaged database that was moved aside is deleted after this (our choice)"""
LOG_DAYS = 365
"""DPDP Rules 2025, rule 8(3)"""
BACKUP_EVERY = timedelta(hours=24)


def utc(when: datetime) -> str:
    """As stored: UTC, whole seconds."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def kept_days(settings: Store) -> int:
    """Days that a site keeps what candidates agreed to leave; 0: nothing."""
    if settings.retention == "year":
        return YEAR_DAYS
    return max(0, settings.retention_days) if settings.retention == "days" else 0


def keeps(consent: Consent, settings: Store) -> bool:
    """Whether an interview stays when the candidate leaves: agreed to, of age, and the site keeps anything."""
    return consent.keep and consent.adult and kept_days(settings) > 0


def kept_until(settings: Store, closed_at: datetime) -> datetime:
    """When what was closed then must be gone."""
    return closed_at + timedelta(days=kept_days(settings))


def can_resume(started_at: str, now: datetime) -> bool:
    """Young enough to be taken up after a power cut; a start in the future is a clock that was set back."""
    return now - datetime.fromisoformat(started_at) < RESUME
