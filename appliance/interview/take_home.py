"""What the candidate sees at the end and takes along: results, the QR summary, PDF to stick or printer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno

from appliance.errors import Invalid, Unavailable
from appliance.interview import view
from appliance.messages import InterviewRecord
from appliance.report import pdf
from appliance.settings import Web

QR_BYTES = 300
STICK = Path("/run/kabil-usb")
"""the one place where the system mounts a stick"""
PRINT_SECONDS = 30.0
_SHORT = {
    "confidence": "conf",
    "communication": "comm",
    "fluency": "flu",
    "eye_contact": "eye",
    "posture": "post",
    "engagement": "eng",
}


def results(
    record: InterviewRecord, history: Sequence[Mapping[str, Any]], sound_url: Callable[[str], str | None]
) -> view.Wire:
    """The wire's Results."""
    report = record.report or {}
    answers = [
        {
            **(view.review(a, sound_url(a.answer.id)) or {}),
            "question": _question(record, a.answer.question.id),
        }
        for a in record.final_answers
    ]
    return {
        "session_id": record.session_id,
        "engine": record.engine,
        "scores": report.get("scores", {}),
        "made_of": report.get("made_of", {}),
        "feedback": report.get("feedback", ""),
        "improvement_plan": report.get("improvement_plan", []),
        "answers": answers,
        "not_measured": report.get("not_measured", []),
        "history": view.plain(history),
        "seconds": round(sum(a.answer.seconds for a in record.final_answers), 1),
    }


def _question(record: InterviewRecord, question_id: str) -> view.Wire:
    question = next(q for q in record.asked if q.id == question_id)
    return {"id": question.id, "text": question.text_in(record.locale), "shape": question.shape}


def offer(record: InterviewRecord, web: Web) -> view.Wire:
    """The wire's take_home."""
    text = qr_text(record)
    return {
        "report_number": record.report_number,
        "qr_text": text,
        "qr_svg": segno.make(text, error="m", encoding="utf-8").svg_inline(scale=8, border=2),
        "claim_code": None,
        "pdf_url": "/api/kiosk/report.pdf",
        "usb": "ready" if web.usb_export else None,
        "printer": "ready" if web.printer else None,
    }


def qr_text(record: InterviewRecord) -> str:
    """The summary as plain text, at most 300 bytes of UTF-8: scores first, then as much of the plan as fits."""
    report = record.report or {}
    scores = report.get("scores", {})
    marks = " ".join(f"{_SHORT[name]} {_mark(scores.get(name))}" for name in _SHORT)  # type: ignore[attr-defined]
    text = f"Kabil {record.started_at[:10]} {record.role} {record.level} {record.report_number}\n{marks}"
    for point in report.get("improvement_plan", []):  # type: ignore[attr-defined]
        longer = f"{text}\n- {point}"
        if len(longer.encode()) > QR_BYTES:
            break
        text = longer
    return text.encode()[:QR_BYTES].decode("utf-8", "ignore")


def _mark(score: float | None) -> str:
    return "-" if score is None else f"{score:g}"


async def hand_out(how: str, record: InterviewRecord, role: str, web: Web) -> None:
    """Print the report, or write it to the stick; ``role`` is the role's title in the record's language.

    Raises:
        Unavailable: "report.no_stick", "report.no_printer", "report.printer_failed", "report.stick_failed".
    """
    page = await asyncio.to_thread(pdf.render, record, record.locale, role)
    if how == "usb":
        await asyncio.to_thread(_to_stick, page, record)
    elif how == "print":
        await _to_printer(page, web.printer)
    else:
        raise Invalid("report.unknown_way", f"{how}: print or usb")


def _to_stick(page: bytes, record: InterviewRecord) -> None:
    if not STICK.is_mount():
        raise Unavailable("report.no_stick", "no USB stick is plugged in")
    name = f"kabil-{datetime.now(UTC):%Y%m%d-%H%M}-{record.report_number}.pdf"
    try:
        (STICK / name).write_bytes(page)
    except OSError as exc:
        raise Unavailable("report.stick_failed", "the USB stick cannot be written") from exc


async def _to_printer(page: bytes, queue: str) -> None:
    if not queue:
        raise Unavailable("report.no_printer", "no printer is set up")
    printing = await asyncio.create_subprocess_exec(
        "lp",
        "-s",
        "-d",
        queue,
        "--",
        "-",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PRINT_SECONDS):
            await printing.communicate(page)
    except TimeoutError:
        printing.kill()
    if printing.returncode != 0:
        raise Unavailable("report.printer_failed", "the printer did not take the report")
