"""A made interview record for the report's tests."""

from __future__ import annotations

from appliance.messages import (
    Answer,
    Answered,
    Consent,
    DeliveryMetrics,
    FeedbackPoint,
    InterviewRecord,
    KeyPointHeard,
    Measured,
    Moment,
    Question,
    Review,
    Word,
)

SAID = (
    "a hash table stores keys and values um and it uses a hash function to find the slot so the lookup is quick "
    "we used one in our final year project to count words"
)


def record(locale: str = "en") -> InterviewRecord:
    """An interview of two answers, one of them not judged."""
    questions = (
        Question(
            "q1",
            "software_developer",
            "easy",
            "technical",
            "data_structures",
            "What is a hash table, and when would you use one?",
            texts={"hi": "हैश टेबल क्या है?"},
        ),
        Question(
            "q2", "software_developer", "easy", "technical", "databases", "What is an index in a database?"
        ),
    )
    return InterviewRecord(
        session_id="0123456789abcdef",
        started_at="2026-01-02T10:00:00+00:00",
        role="software_developer",
        shape="technical",
        level="easy",
        locale=locale,
        planned=2,
        seed=1,
        consent=Consent(microphone=True),
        engine="vosk",
        asked=questions,
        answered=(_first(questions[0], locale), _second(questions[1])),
        finished_at="2026-01-02T10:10:00+00:00",
        report=REPORTS[locale],
    )


REPORTS: dict[str, dict[str, object]] = {
    "en": {
        "scores": {
            "confidence": 7.5,
            "communication": 8.0,
            "fluency": 6.5,
            "eye_contact": None,
            "posture": None,
            "engagement": 5.5,
        },
        "made_of": {
            "fluency": [
                {"name": "speaking_rate_wpm", "value": 131.0, "unit": "wpm", "weight": 0.6, "score": 8.0}
            ]
        },
        "feedback": "Your pace was easy to follow. One point was not heard yet.",
        "improvement_plan": ["Say the result in one sentence. End with a number."],
    },
    "hi": {
        "scores": {
            "confidence": 7.5,
            "communication": 8.0,
            "fluency": 6.5,
            "eye_contact": None,
            "posture": None,
            "engagement": 5.5,
        },
        "made_of": {},
        "feedback": "आपकी गति समझने में आसान थी।",
        "improvement_plan": ["परिणाम को एक वाक्य में कहें। क्षत्रिय, ज्ञान, श्रृंखला।"],
    },
}


def _first(question: Question, locale: str) -> Answered:
    words = tuple(Word(text, 0.4 * i + 1, 0.4 * i + 1.3, 0.9) for i, text in enumerate(SAID.split()))
    delivery = DeliveryMetrics(
        {"speaking_rate_wpm": Measured(131.0, 1.0)},
        (Moment("filler", 3.4, 3.7, "um"), Moment("long_pause", 8.0, 10.6, "slot")),
    )
    answer = Answer(
        "a1", question, 0, SAID, words, 21.0, False, locale, delivery, None, "vosk", Measured(1.0)
    )
    points = (
        FeedbackPoint(
            "strength",
            "key_point",
            "You made this point: it uses a hash function.",
            "Matched by meaning.",
            "it uses a hash function to find the slot",
            4.6,
        ),
        FeedbackPoint(
            "try",
            "key_point",
            "One point was not heard yet: two keys can collide.",
            "Not matched.",
            None,
            None,
            "Say it in one sentence.",
        ),
    )
    heard = (
        KeyPointHeard(
            "k1", "A hash function turns a key into an index.", True, 0.9, "it uses a hash function"
        ),
        KeyPointHeard("k2", "Two keys can collide, and the table handles it.", False, 0.2),
    )
    review = Review(
        "a1",
        71.5,
        {"relevance": 62.0, "keywords": 80.0, "length": 100.0},
        (),
        50.0,
        heard,
        None,
        {"fluency": 6.5},
        {},
        points,
    )
    return Answered(answer, review)


def _second(question: Question) -> Answered:
    answer = Answer(
        "a2", question, 0, "", (), 4.0, False, "en", None, None, "vosk", Measured(None, 0.0, "too_noisy")
    )
    review = Review("a2", None, {}, (), None, (), None, {}, {}, (), not_judged="too_noisy")
    return Answered(answer, review)
