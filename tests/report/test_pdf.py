"""The report on paper: text can be read back in both languages, figures are the record's, nothing is fetched."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from appliance.coach.delivery_score import parts_of
from appliance.report import charts, document, pdf
from appliance.report.words import WORDS
from tests.report.sample import record

LETTER = 0.45
"""width of a letter of running text, of its size: a little less than it is, so that no full line is reported"""


def text_of(page: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(page)).pages)


def test_english_text_and_figures_can_be_read_back() -> None:
    text = text_of(pdf.render(record(), "en", "Software developer"))
    assert "Interview practice report" in text
    assert f"report {record().report_number}" in text
    assert "Software developer" in text
    assert "7.5 / 10" in text
    assert "71.5 / 100" in text
    assert "not measured" in text
    assert "content not measured" in text
    assert "two keys can collide" in text.lower()


def test_hindi_text_can_be_read_back() -> None:
    text = text_of(pdf.render(record("hi"), "hi", "सॉफ़्टवेयर"))
    assert "इंटरव्यू" in text
    assert "अभ्यास" in text
    assert "7.5 / 10" in text


@pytest.mark.parametrize("locale", ["en", "hi"])
def test_no_words_run_off_the_page(locale: str) -> None:
    parts = [{"name": part.name, "score": 8.0} for parts in parts_of("technical").values() for part in parts]
    sample = record(locale)
    report = {**(sample.report or {}), "made_of": {"fluency": parts, "confidence": parts}}
    edges: list[float] = []

    def note(text: str, around: list[float], at: list[float], font: object, size: float) -> None:
        left, scale = at[4] * around[0] + around[4], abs(at[0] * around[0]) or 1.0
        edges.extend(left + LETTER * size * scale * len(line.strip()) for line in text.splitlines())

    page = PdfReader(io.BytesIO(pdf.render(replace(sample, report=report), locale, "Data engineer"))).pages[0]
    page.extract_text(visitor_text=note)
    assert len(edges) > 20
    assert max(edges) <= float(page.mediabox.width), max(edges)


def test_every_part_of_a_score_has_words() -> None:
    names = {part.name for parts in parts_of("technical").values() for part in parts}
    for words in WORDS.values():
        assert {f"part_{name}" for name in names} <= set(words)


@pytest.mark.parametrize("values", [{}, {"a": None, "b": None}, {"a": 3.0, "b": None, "c": 10.0, "d": 0.0}])
def test_a_radar_of_any_scores(values: dict[str, float | None]) -> None:
    picture = charts.radar(values)
    assert picture.startswith("<svg")
    assert "nan" not in picture
    assert len(list(charts.radar_labels(values, {}))) == len(values)


def test_one_answer_has_a_timeline() -> None:
    picture = charts.timeline(record().answered[0])
    assert picture.count("<rect") > 20
    assert charts.COLOURS["filler"] in picture


def test_what_a_candidate_said_cannot_break_the_page() -> None:
    sample = record()
    first = sample.answered[0]
    evil = replace(first, answer=replace(first.answer, text="<script>alert(1)</script>"))
    assert "<script>" not in document.html(replace(sample, answered=(evil,)), "en", "<script>")


def test_nothing_is_fetched_from_outside() -> None:
    with pytest.raises(ValueError, match="asks for"):
        pdf._nothing_from_outside("http://127.0.0.1/picture.png")
