"""What the report says: an interview record becomes an HTML document. Pure; all texts are escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from appliance.messages import Answered, FeedbackPoint, InterviewRecord
from appliance.report import charts
from appliance.report.words import WORDS


def html(record: InterviewRecord, locale: str, role: str) -> str:
    """The whole document; ``role`` is the role's title in that language."""
    words = WORDS.get(locale, WORDS["en"])
    report: Mapping[str, Any] = record.report or {}
    body = [_head(record, words, role), _scores(report, words), _plan(report, words)]
    body += [_answer(number, a, locale, words) for number, a in enumerate(record.final_answers, 1)]
    body.append(_foot(record, report, words))
    title = escape(words["title"])
    return (
        f'<!doctype html><html lang="{escape(locale)}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>{''.join(body)}</body></html>"
    )


def _head(record: InterviewRecord, words: Mapping[str, str], role: str) -> str:
    level = words[f"level_{record.level}"]
    count = f"{len(record.final_answers)} {words['answers']}"
    named = f"{words['report']} {record.report_number}"
    line = " · ".join([record.started_at[:10], role, level, count, named])
    return f"<header><h1>{escape(words['title'])}</h1><p>{escape(line)}</p></header>"


def _scores(report: Mapping[str, Any], words: Mapping[str, str]) -> str:
    scores: Mapping[str, float | None] = report.get("scores", {})
    if not scores:
        return ""
    names = {key: words[key] for key in scores}
    rows = "".join(_score_row(words[key], value, report, key, words) for key, value in scores.items())
    picture = charts.radar(scores) + "".join(
        _radar_label(*label) for label in charts.radar_labels(scores, names)
    )
    return (
        f'<section class="scores"><div class="radar">{picture}</div><table>{rows}</table></section>'
        f'<p class="summary">{escape(str(report.get("feedback", "")))}</p>'
    )


def _radar_label(left: float, top: float, align: str, text: str) -> str:
    """A label beside the radar, in HTML: text inside SVG loses the shaping of Devanagari in WeasyPrint."""
    return f"<span class='label {align}' style='left:{left:.1f}%;top:{top:.1f}%'>{escape(text)}</span>"


def _score_row(
    name: str, value: float | None, report: Mapping[str, Any], key: str, words: Mapping[str, str]
) -> str:
    shown = words["not_measured"] if value is None else f"{value:g} / 10"
    made_of = report.get("made_of", {}).get(key, ())
    named = [str(part["name"]) for part in made_of if part["score"] is not None]
    parts = " · ".join(words.get(f"part_{one}", one.replace("_", " ")) for one in named)
    below = f"<tr><td class='parts' colspan='2'>{escape(parts)}</td></tr>" if parts else ""
    return f"<tr><th>{escape(name)}</th><td>{escape(shown)}</td></tr>{below}"


def _plan(report: Mapping[str, Any], words: Mapping[str, str]) -> str:
    plan = report.get("improvement_plan", [])
    if not plan:
        return ""
    items = "".join(f"<li>{escape(str(point))}</li>" for point in plan)
    return f"<section><h2>{escape(words['plan'])}</h2><ol>{items}</ol></section>"


def _answer(number: int, answered: Answered, locale: str, words: Mapping[str, str]) -> str:
    answer, review = answered.answer, answered.review
    facts = [f"{answer.seconds:.0f} s", f"{len(answer.text.split())} {words['words']}"]
    facts.append(
        f"{words['overall']} {review.overall:g} / 100" if review.overall is not None else words["not_judged"]
    )
    timeline = charts.timeline(answered) + _legend(words) if answer.words else ""
    points = "".join(_point(point, words) for point in review.points)
    return (
        f'<section class="answer"><h2>{number}. {escape(answer.question.text_in(locale))}</h2>'
        f"<p class='facts'>{escape(' · '.join(facts))}</p>{timeline}"
        f"<blockquote>{escape(answer.text or words['no_words'])}</blockquote>{points}"
        f"{_key_points(answered, words)}</section>"
    )


def _legend(words: Mapping[str, str]) -> str:
    """What the timeline's colours mean; the letters stand outside of SVG as those of the radar do."""
    marks = [
        f"<span><i style='background:{colour}'></i> {escape(words[kind])}</span>"
        for kind, colour in charts.LEGEND.items()
    ]
    return f"<p class='legend'>{''.join(marks)}</p>"


def _point(point: FeedbackPoint, words: Mapping[str, str]) -> str:
    when = f" ({int(point.at_seconds) // 60}:{int(point.at_seconds) % 60:02d})" if point.at_seconds else ""
    quote = f"<q>{escape(point.quote)}</q>{when}" if point.quote else ""
    drill = f"<span class='drill'>{escape(point.drill)}</span>" if point.drill else ""
    text = f"<b>{escape(words[point.kind])}</b> {escape(point.text)} {quote} {drill}"
    return f"<div class='point {point.kind}'>{text}</div>"


def _key_points(answered: Answered, words: Mapping[str, str]) -> str:
    if not answered.review.key_points or answered.review.not_judged:
        return ""
    kinds = [("heard" if p.heard else "missed", p.text) for p in answered.review.key_points]
    rows = "".join(f"<li class='{kind}'>{escape(words[kind])}: {escape(text)}</li>" for kind, text in kinds)
    return f"<ul class='key-points'>{rows}</ul>"


def _foot(record: InterviewRecord, report: Mapping[str, Any], words: Mapping[str, str]) -> str:
    text = f"{words['engine']}: {record.engine}. {words['note']}"
    return f"<footer>{escape(text)}</footer>"
