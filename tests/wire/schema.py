"""The shape of JSON values, learnt from examples: which keys an object always has, and of what kind each value is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Schema = dict[str, Any]
FREE = frozenset({"numbers", "made_of", "titles", "expression", "counts"})
"""objects whose keys are data"""


def schema_of(values: Sequence[Any], name: str = "") -> Schema:
    """A JSON Schema that all the examples fit, and nothing with other keys; null is always "unknown" here."""
    objects = [value for value in values if isinstance(value, dict)]
    lists = [value for value in values if isinstance(value, list)]
    plain = [value for value in values if not isinstance(value, dict | list)]
    if all(value is None for value in values):
        return {}  # never seen: it may be anything
    found: list[Schema] = [{"type": "null"}]
    if objects:
        found.append(_object(objects, name))
    if lists:
        items = [item for value in lists for item in value]
        found.append({"type": "array", **({"items": schema_of(items)} if items else {})})
    found += [{"type": kind} for kind in sorted({_kind(value) for value in plain} - {"null"})]
    return {"anyOf": found}


def _object(objects: Sequence[dict[str, Any]], name: str) -> Schema:
    if name in FREE:
        inner = [value for one in objects for value in one.values()]
        return {"type": "object", "additionalProperties": schema_of(inner)}
    keys = sorted({key for one in objects for key in one})
    return {
        "type": "object",
        "properties": {key: schema_of([one[key] for one in objects if key in one], key) for key in keys},
        "required": [key for key in keys if all(key in one for one in objects)],
        "additionalProperties": False,
    }


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string"
