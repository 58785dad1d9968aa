"""How the report looks on paper: HTML to a vector PDF by WeasyPrint (the only file that imports it)."""

from __future__ import annotations

from pathlib import Path

from appliance.errors import Broken
from appliance.messages import InterviewRecord
from appliance.report import document

STYLE = Path(__file__).with_name("style.css")


def render(record: InterviewRecord, locale: str, role: str) -> bytes:
    """The report as PDF; takes a second or two, so call it on a thread. ``role``: its title in that language.

    Raises:
        Broken: "report.not_rendered".
    """
    try:
        import weasyprint

        page = weasyprint.HTML(string=document.html(record, locale, role), url_fetcher=_nothing_from_outside)
        return bytes(page.write_pdf(stylesheets=[weasyprint.CSS(filename=str(STYLE))]))
    except (OSError, ValueError, RuntimeError) as exc:
        raise Broken("report.not_rendered", "the report could not be made") from exc


def _nothing_from_outside(url: str, *args: object, **options: object) -> dict[str, object]:
    """The report is complete in itself: no address is ever fetched."""
    raise ValueError(f"the report asks for {url}")
