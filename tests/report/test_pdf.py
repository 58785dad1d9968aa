"""The report on paper: text can be read back in both languages, figures are the record's, nothing is fetched."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from appliance.report import charts, document, pdf
from tests.report.sample import record


def text_of(page: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(page)).pages)


def test_english_text_and_figures_can_be_read_back() -> None:
    text = text_of(pdf.render(record(), "en"))
    assert "Interview practice report" in text
    assert "7.5 / 10" in text
    assert "71.5 / 100" in text
    assert "not measured" in text
    assert "content not measured" in text
    assert "two keys can collide" in text.lower()


def test_hindi_text_can_be_read_back() -> None:
    text = text_of(pdf.render(record("hi"), "hi"))
    assert "इंटरव्यू" in text
    assert "अभ्यास" in text
    assert "7.5 / 10" in text


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
    assert "<script>" not in document.html(replace(sample, answered=(evil,)), "en")


def test_nothing_is_fetched_from_outside() -> None:
    with pytest.raises(ValueError, match="asks for"):
        pdf._nothing_from_outside("http://127.0.0.1/picture.png")
