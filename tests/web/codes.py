"""Every code that the source can send, found in its syntax: what the page must have words for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from appliance import errors

ROOT = Path(errors.__file__).parent
KINDS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.ApplianceError)
}


def calls(path: Path) -> Iterator[tuple[str, list[str | None]]]:
    """Each call of a plain name, with its arguments that are written out; None: not a plain text."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, [_text(one) for one in node.args]


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def error_codes(path: Path) -> set[str]:
    """Codes of the errors that a file makes."""
    return {args[0] for name, args in calls(path) if name in KINDS and args and args[0]}


def console_files() -> list[Path]:
    """The console's own rooms."""
    return sorted((ROOT / "web").glob("admin*.py"))
