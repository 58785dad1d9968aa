"""Which parts of a story are heard, with the sentence that tells them."""

from __future__ import annotations

import pytest

from appliance.coach.embedder import Embedder
from appliance.coach.star import PARTS, star_parts
from appliance.coach.text import sentences_of
from tests.fakes.word_reader import embed_words

STORY = (
    "In my second year our robotics team lost its motor two days before the competition. "
    "My job was to find a replacement. I called three shops and I changed the mounting plate myself. "
    "In the end we finished third and the professor thanked us."
)


def test_a_whole_story_has_all_parts_in_its_own_words() -> None:
    sentences = sentences_of(STORY)
    assert list(star_parts(sentences, embed_words).values()) == sentences


@pytest.mark.parametrize("left_out", range(4))
def test_a_part_left_out_is_none(left_out: int) -> None:
    sentences = sentences_of(STORY)
    parts = star_parts([s for n, s in enumerate(sentences) if n != left_out], embed_words)
    assert [name for name in PARTS if parts[name] is None] == [PARTS[left_out]]


def test_opinions_tell_no_story(minilm: Embedder) -> None:
    said = sentences_of(
        "Teamwork is very important to me. A good team communicates well. Respect is everything."
    )
    assert set(star_parts(said, minilm.embed).values()) == {None}


def test_a_story_without_set_phrases_is_heard_by_meaning(minilm: Embedder) -> None:
    said = sentences_of(
        "Customers at the canteen were angry about waiting. Waiting time fell from twenty to eight minutes."
    )
    assert star_parts(said, minilm.embed)["result"] == "Waiting time fell from twenty to eight minutes."


def test_hindi_and_nothing_have_no_parts() -> None:
    assert set(star_parts(["मैंने टीम के साथ मिलकर काम किया"], embed_words).values()) == {None}
    assert set(star_parts([], embed_words).values()) == {None}
