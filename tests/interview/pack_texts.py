"""A small right pack, as a text and as a table, for the tests to break in one place."""

from __future__ import annotations

PACK = """\
format: 1
role: baker
level: easy
version: 1
title: {en: Baker, hi: बेकर}
questions:
  - id: baker.easy.01
    text: Why does bread dough rise?
    text_hi: ब्रेड का आटा क्यों फूलता है?
    shape: technical
    competency: dough
    bloom: understand
    key_points:
      - id: k1
        text: Yeast eats the sugar in the dough.
        wrong: Yeast eats only the salt in the dough.
        follow_up: What does the yeast feed on?
      - id: k2
        text: The yeast gives off carbon dioxide gas.
      - id: k3
        text: Gluten holds the gas as bubbles.
    keywords:
      - word: yeast
        synonyms: [leaven]
      - word: gas
        synonyms: [carbon dioxide]
      - word: gluten
    model_answer: >-
      Yeast eats the sugar in the dough and gives off carbon dioxide gas. The gluten in the flour forms a
      stretchy net that holds the gas as bubbles, so the dough grows to about twice its size.
    reviewed: false
"""

COLUMNS = (
    "role,level,id,text,text_hi,shape,competency,bloom,key_point_1,wrong_1,follow_up_1,key_point_2,key_point_3,"
    "keywords,model_answer"
)
CELLS = (
    "baker",
    "easy",
    "baker.easy.01",
    "Why does bread dough rise?",
    "ब्रेड का आटा क्यों फूलता है?",
    "technical",
    "dough",
    "understand",
    "Yeast eats the sugar in the dough.",
    "Yeast eats only the salt in the dough.",
    "What does the yeast feed on?",
    "The yeast gives off carbon dioxide gas.",
    "Gluten holds the gas as bubbles.",
    "yeast|leaven; gas|carbon dioxide; gluten",
    "Yeast eats the sugar in the dough and gives off carbon dioxide gas. The gluten in the flour forms a "
    "stretchy net that holds the gas as bubbles, so the dough grows to about twice its size.",
)
