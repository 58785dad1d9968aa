"""The coach as a service: reviews, the platform's score and the final report, with MiniLM where it is and without."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from appliance.app import load_embedder
from appliance.bench import review as bench
from appliance.bench.typed import play, quiet, transcript
from appliance.coach.coach import Coach
from appliance.coach.embedder import MODEL_FILE, TOKENIZER_FILE, Embedder
from appliance.interview.questions import QuestionBank
from appliance.messages import Answer, Answered, Consent, InterviewRecord, Measured, Review
from appliance.runtime.model_files import ModelFiles
from appliance.runtime.onnx_model import sha256_of
from appliance.settings import Llm, Places, Settings
from tests.coach.test_embedder import other_model, tiny_tokenizer
from tests.conftest import ROOT

BANK = QuestionBank.load()
TABLE = BANK.by_id("software_developer.easy.01")
STORY = BANK.by_id("sales.medium.12")
STRENGTH = BANK.by_id("general_hr.easy.01")
GOOD = TABLE.model_answer
WRONG = " ".join(str(point.wrong) for point in TABLE.key_points)
PROMISE = (
    "In my second year I promised my junior that I would teach her Excel before her exam. Then my own viva was moved "
    "to the same week. I called her the same evening and told her the problem. I made three videos for her at night."
)
HINDI = "मेरी सबसे बड़ी ताकत योजना बनाना है। मैंने बीस लोगों की सूची बनाई और सब काम समय पर हुआ।"
SCORES = {"confidence", "communication", "fluency", "eye_contact", "posture", "engagement"}
Result = TypeVar("Result")


def record(locale: str = "en", answered: tuple[Answered, ...] = ()) -> InterviewRecord:
    return InterviewRecord(
        "s", "2026-01-01T00:00:00+00:00", "r", "technical", "easy", locale, 3, 1, Consent(), "typed", True,
        answered=answered,
    )  # fmt: skip


def answer(text: str, question: Any = TABLE, **more: Any) -> Answer:
    plain = Answer("a", question, 0, text, (), 40.0, True, "en", None, None, "typed", Measured(1.0, 1.0))
    return replace(plain, **more)


def with_coach(
    embedder: Embedder | None,
    do: Callable[[Coach], Awaitable[Result]],
    loader: Callable[[], Embedder | None] | None = None,
) -> Result:
    async def run() -> Result:
        coach = Coach(loader or (lambda: embedder), Llm())
        await coach.start()
        try:
            return await do(coach)
        finally:
            await coach.stop()

    return asyncio.run(run())


def reviewed(embedder: Embedder | None, given: Answer, of: InterviewRecord | None = None) -> Review:
    return with_coach(embedder, lambda coach: coach.review(given, of or record()))


def topics(review: Review, kind: str) -> list[str]:
    return [point.topic for point in review.points if point.kind == kind]


# --- a model that cannot be used ---


@pytest.mark.parametrize(
    ("kind", "hash_of", "state"),
    [
        ("torn", "itself", "runtime.model_unreadable"),
        ("one output", "itself", "coach.encoder_model"),
        ("other input", "itself", "coach.encoder_model"),
        ("one output", "another", "absent"),
    ],
)
def test_a_wrong_model_file_counts_as_missing_and_is_told(
    tmp_path: Path, kind: str, hash_of: str, state: str
) -> None:
    folder = tmp_path / "minilm"
    folder.mkdir()
    tiny_tokenizer().save(str(folder / TOKENIZER_FILE))
    model = other_model(folder / MODEL_FILE, kind)
    if kind == "torn":
        model.write_bytes(model.read_bytes()[:3000])
    known = sha256_of(model) if hash_of == "itself" else "0" * 64
    (folder / "minilm_built.json").write_text(json.dumps({"files": {MODEL_FILE: {"sha256": known}}}))

    async def do(coach: Coach) -> tuple[Review, dict[str, object]]:
        return await coach.review(answer(GOOD), record()), coach.health()

    review, found = with_coach(None, do, lambda: load_embedder(ModelFiles(tmp_path, ())))
    assert review.breakdown["relevance"] is None
    assert review.content is None
    assert review.points
    assert (found["ready"], found["meaning"], found["model"]) == (True, False, state)


# --- with MiniLM ---


def test_a_good_answer_is_heard_with_its_words(minilm: Embedder) -> None:
    review = reviewed(minilm, answer(GOOD))
    assert review.content is not None
    assert review.content >= 75
    assert sum(point.heard for point in review.key_points) >= 3
    strength = next(point for point in review.points if point.kind == "strength")
    assert strength.topic == "key_point"
    assert strength.quote
    assert all(word in GOOD.split() for word in strength.quote.split())


def test_a_wrong_answer_hears_what_to_check_and_no_praise_of_its_points(minilm: Embedder) -> None:
    review = reviewed(minilm, answer(WRONG))
    assert review.content == 0
    assert topics(review, "try")[0] == "contradiction"
    assert not {"key_point", "terms"} & set(topics(review, "strength"))
    assert len({point.text for point in review.points}) == len(review.points)
    assert topics(review, "strength") == []  # nothing of it can be built on


def test_an_answer_to_something_else_is_told_so(minilm: Embedder) -> None:
    cricket = "I like cricket very much. Last year we won the cup in Pune after a very tight final. I bowl medium pace."
    review = reviewed(minilm, answer(cricket))
    assert topics(review, "strength") == []
    assert topics(review, "try") == ["off_topic", "key_point"]


def test_a_story_has_parts_and_no_number_for_content(minilm: Embedder) -> None:
    review = reviewed(minilm, answer(PROMISE, STORY))
    assert review.content is None
    assert review.key_points == ()
    assert review.star is not None
    assert review.star["action"]
    assert review.star["result"] is None
    assert topics(review, "try")[0] == "star_result"
    assert "Stay closer" not in " ".join(review.comments)


def test_a_question_that_asks_for_no_story_is_not_searched_for_one(minilm: Embedder) -> None:
    review = reviewed(
        minilm, answer("My biggest strength is planning, and I plan each week on Sunday.", STRENGTH)
    )
    assert review.star is None
    assert not [topic for topic in topics(review, "try") if topic.startswith("star")]


def test_a_retry_is_compared_with_the_try_before(minilm: Embedder) -> None:
    first = answer(PROMISE, STORY)
    told = Answered(first, reviewed(minilm, first))
    more = replace(first, id="b", attempt=1, text=PROMISE + " As a result she passed with seventy percent.")
    review = reviewed(minilm, more, record(answered=(told,)))
    assert review.retry_diff[0] == "Added: a result"
    assert "seventy percent" in review.retry_diff[1]
    assert not {p.text for p in review.points} & {p.text for p in told.review.points}


@pytest.mark.parametrize("text", [HINDI, "Meri taakat"])
def test_hindi_never_gets_a_number_for_what_it_says(minilm: Embedder, text: str) -> None:
    review = reviewed(minilm, answer(text, STRENGTH, locale="hi"), record("hi"))
    assert (review.overall, review.content, dict(review.breakdown)) == (None, None, {})
    assert review.not_judged == "hindi"
    assert topics(review, "try") == ["hindi"]


def test_hindi_in_an_english_interview_is_not_judged_either(minilm: Embedder) -> None:
    assert reviewed(minilm, answer(HINDI, STRENGTH)).not_judged == "hindi"


def test_what_was_not_understood_is_not_judged(minilm: Embedder) -> None:
    gate = Measured(None, 0.3, "too_noisy")
    review = reviewed(minilm, answer("the the hash", typed=False, text_gate=gate, engine="vosk"))
    assert (review.overall, review.content, review.key_points) == (None, None, ())
    assert review.not_judged == "too_noisy"
    assert "too noisy" in review.points[-1].text


def test_the_platforms_score(minilm: Embedder) -> None:
    score = with_coach(minilm, lambda coach: coach.score(TABLE.text, GOOD, ["key", "collision"], None))
    assert set(score) == {"overall", "breakdown", "comments"}
    numbers = score["breakdown"]
    formula = 0.6 * numbers["relevance"] + 0.3 * numbers["keywords"] + 0.1 * numbers["length"]
    assert score["overall"] == round(formula, 2)
    assert score["comments"] == ["Good use of expected keywords."]


def test_the_final_report_of_an_interview(minilm: Embedder) -> None:
    given = [
        answer(GOOD, id="1"),
        answer(PROMISE, STORY, id="2"),
        answer("No idea.", BANK.by_id("civil.easy.01"), id="3"),
    ]
    done = tuple(Answered(one, reviewed(minilm, one)) for one in given)
    report = with_coach(minilm, lambda coach: coach.final_report(record(answered=done)))
    assert set(report["scores"]) == SCORES == set(report["made_of"])
    assert set(report["scores"].values()) == {None}
    assert {row["what"] for row in report["not_measured"]} == SCORES
    assert [one["question_id"] for one in report["answers"]] == [one.question.id for one in given]
    assert report["answers"][1]["content"] is None
    assert "Points heard: " in report["feedback"]
    assert 1 <= len(report["improvement_plan"]) <= 4
    assert len(set(report["improvement_plan"])) == len(report["improvement_plan"])


def test_a_review_costs_less_than_the_target(minilm: Embedder) -> None:
    given = bench.answers(4)
    assert {len(one.text.split()) for one in given} == {250}
    taken = asyncio.run(bench.measure(Coach(lambda: minilm, Llm()), given))
    found = bench.summary(taken)
    assert found["answers"] == len(given) - 1
    assert found["cpu_seconds"] <= bench.TARGET_SECONDS


# --- without MiniLM ---


def test_without_minilm_words_and_length_are_still_counted() -> None:
    review = reviewed(None, answer(GOOD))
    assert review.overall is None
    assert review.breakdown["relevance"] is None
    assert review.breakdown["keywords"] is not None
    assert review.breakdown["length"] == 100
    assert review.comments == ("Good use of expected keywords.",)
    assert review.not_judged == "no_model"
    assert topics(review, "try") == ["no_model"]


@pytest.mark.parametrize(("text", "comments"), [
    ("A hash function maps a key to an index; a collision is handled by probing.", ["Good use of expected keywords."]),
    ("It is quick.", ["Try to expand your answer."]),
])  # fmt: skip
def test_the_platforms_comments_come_without_minilm(text: str, comments: list[str]) -> None:
    score = with_coach(None, lambda coach: coach.score(TABLE.text, text, ["key", "collision"], None))
    assert (score["overall"], score["breakdown"]["relevance"]) == (None, None)
    assert score["comments"] == comments


def test_an_empty_interview_has_a_report() -> None:
    report = with_coach(None, lambda coach: coach.final_report(record()))
    assert set(report["scores"]) == SCORES
    assert report["answers"] == report["improvement_plan"] == []
    assert report["feedback"] == "Nothing could be measured this time."


def test_health_tells_whether_meaning_is_known() -> None:
    async def look(coach: Coach) -> dict[str, object]:
        await coach.review(answer(GOOD), record())
        return coach.health()

    health = with_coach(None, look)
    assert (health["ready"], health["meaning"], health["llm"]) == (True, False, False)


def test_a_typed_interview_through_the_booth(tmp_path: Path) -> None:
    script = {
        "role": "software_developer",
        "questions": [{"ask": TABLE.id, "answers": ["It is quick.", GOOD]}, {"answers": ["I do not know."]}],
    }
    settings = quiet(Settings(places=Places(str(tmp_path), str(ROOT / "var" / "models"))))
    done = asyncio.run(play(script, settings))
    assert [one.answer.question.id for one in done.answered[:2]] == [TABLE.id] * 2
    assert [one.answer.attempt for one in done.answered] == [0, 1, 0]
    assert done.answered[1].review.retry_diff or done.answered[1].review.not_judged == "no_model"
    lines = "\n".join(transcript("try", done))
    assert "> It is quick." in lines
    assert "## Report" in lines
