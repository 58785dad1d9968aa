"""A workbook to begin a question pack from: its columns explained, and two questions that pass every check."""

from __future__ import annotations

import asyncio
import io

import openpyxl
from aiohttp import hdrs, web
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from appliance.interview.pack_format import BLOOM_LEVELS
from appliance.messages import LEVELS, SHAPES
from appliance.web.admin_figures import XLSX
from appliance.web.admin_session import CONSOLE
from appliance.web.admin_stick import stick_of, write
from appliance.web.wire import reply

NAME = "kabil-question-template.xlsx"
WIDTH = 34
"""of a column, in letters: most of a cell is seen (our choice)"""

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("role", "Who the question is for, such as sales or data_analyst; a new role is taken too.",
     "प्रश्न किस भूमिका का है, जैसे sales या data_analyst; नई भूमिका भी चलती है।"),
    ("level", f"One of: {', '.join(LEVELS)}.", f"इनमें से एक: {', '.join(LEVELS)}।"),
    ("id", "A name of its own for each question: small letters, figures, _ and dots.",
     "हर प्रश्न का अपना नाम: छोटे अंग्रेज़ी अक्षर, अंक, _ और बिंदु।"),
    ("text", "The question in English, 2 to 60 words.", "अंग्रेज़ी में प्रश्न, 2 से 60 शब्द।"),
    ("text_hi", "The question in Hindi. May be empty.", "हिन्दी में प्रश्न। खाली रह सकता है।"),
    ("shape", f"The kind of interview: {', '.join(SHAPES)}.", f"इंटरव्यू का प्रकार: {', '.join(SHAPES)}।"),
    ("competency", "What it is about, in small letters joined by _.",
     "किस बारे में है, छोटे अंग्रेज़ी अक्षरों में, _ से जोड़कर।"),
    ("bloom", f"What it asks for: {', '.join(BLOOM_LEVELS)}.", f"किस तरह की सोच: {', '.join(BLOOM_LEVELS)}।"),
    ("key_point_1", "What a good answer says, one point a column; three to six points.",
     "अच्छे जवाब में क्या हो, हर खाने में एक बात; तीन से छह बातें।"),
    ("key_point_2", "The second point.", "दूसरी बात।"),
    ("key_point_3", "The third point.", "तीसरी बात।"),
    ("key_point_4", "May be empty; key_point_5 and key_point_6 may follow.",
     "खाली रह सकता है; key_point_5 और key_point_6 भी जोड़े जा सकते हैं।"),
    ("wrong_1", "A wrong statement on point 1, so that it is not taken for right. May be empty; wrong_2 … may follow.",
     "बात 1 का ग़लत कथन, ताकि वह सही न माना जाए। खाली रह सकता है; wrong_2 … भी चलते हैं।"),
    ("follow_up_1", "What to ask when point 1 was left out. May be empty; follow_up_2 … may follow.",
     "बात 1 छूट जाए तो क्या पूछें। खाली रह सकता है; follow_up_2 … भी चलते हैं।"),
    ("keywords", "Three to seven words to listen for, parted by ; – words of the same meaning by |.",
     "सुनने के तीन से सात शब्द, ; से अलग; एक ही अर्थ के शब्द | से अलग।"),
    ("model_answer", "A good answer, 25 to 200 words.", "एक अच्छा जवाब, 25 से 200 शब्द।"),
    ("reviewed", "yes when a teacher has read it, else no.", "किसी शिक्षक ने पढ़ लिया हो तो yes, नहीं तो no।"),
)  # fmt: skip
"""name, what it is in English and in Hindi"""

EXAMPLES: tuple[tuple[str, ...], ...] = (
    (
        "sales", "easy", "sales.easy.own_water_filter",
        "How would you present a water filter to a family that boils its water?",
        "जो परिवार पानी उबालकर पीता है, उसे आप पानी का फ़िल्टर कैसे दिखाएँगे?",
        "technical", "presenting", "apply",
        "Ask first how the family uses its water.", "Compare the cost of gas with the cost of the filter.",
        "Let them taste the filtered water.", "",
        "Begin by naming the price.", "What would you ask the family first?",
        "ask|question; cost|price; taste|try; gas|fuel",
        "I would first ask how much water they boil each day and what bothers them about it. Then I would compare "
        "the gas they burn in a month with the price of the filter, and let them taste a glass of filtered water.",
        "no",
    ),
    (
        "sales", "easy", "sales.easy.own_late_delivery",
        "A customer is angry because a delivery is two days late. What do you do?",
        "सामान दो दिन देर से पहुँचा और ग्राहक नाराज़ है। आप क्या करेंगे?",
        "technical", "service", "apply",
        "Listen to the customer without interrupting.", "Say sorry for the delay.",
        "Tell when the delivery will come.", "Call again after the delivery.",
        "", "What would you do after the delivery has arrived?",
        "listen|hear; sorry|apologise; date|day; call|phone",
        "I would listen until the customer has said everything, and say sorry for the two days. Then I would find out "
        "where the parcel is, tell the day on which it will come, and call again afterwards to ask if all is well.",
        "no",
    ),
)  # fmt: skip

routes = web.RouteTableDef()


@routes.get("/api/admin/pack-template.xlsx")
async def template(_: web.Request) -> web.Response:
    """The workbook, as a download."""
    headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="{NAME}"'}
    return web.Response(body=await asyncio.to_thread(workbook), content_type=XLSX, headers=headers)


@routes.post("/api/admin/stick/template")
async def template_to_stick(request: web.Request) -> web.Response:
    """The workbook, onto the stick; its name."""
    folder = stick_of(request)
    async with request.app[CONSOLE].moving:
        await asyncio.to_thread(lambda: write(folder / NAME, workbook()))
    return reply({"name": NAME})


def workbook() -> bytes:
    """The first sheet is the pack; the second one explains its columns in both languages."""
    book = openpyxl.Workbook(write_only=True)
    _sheet(book, "questions", [tuple(name for name, _, _ in COLUMNS), *EXAMPLES])
    _sheet(book, "help", [("column", "what it is", "यह क्या है"), *COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: openpyxl.Workbook, title: str, rows: list[tuple[str, ...]]) -> None:
    sheet = book.create_sheet(title)
    for place in range(1, len(rows[0]) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTH
    for number, row in enumerate(rows):
        cells = [WriteOnlyCell(sheet, value=text) for text in row]
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 0)
        sheet.append(cells)
