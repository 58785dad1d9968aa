"""An optional local language model: may rephrase feedback; never changes a number or a quote, never needed.

Any OpenAI-compatible server on loopback (llama.cpp's ``llama-server``). What it answers is checked; when anything is
wrong the built-in text stands. Runs on a thread of its own with the standard library's HTTP client.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from appliance.errors import Invalid
from appliance.messages import FeedbackPoint
from appliance.runtime.worker import Worker
from appliance.settings import Llm

log = logging.getLogger(__name__)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MAX_ANSWER_BYTES = 64_000
MAX_GROWTH = 1.6
"""a rephrased sentence may be this much longer than ours (our choice)"""
_ORDER = (
    "Rephrase each sentence of the JSON list in plain, kind, short {language}. Keep every number and every quoted word "
    "exactly. Do not add facts. Never describe the person. Answer with a JSON list of strings of the same length only."
)
_FORBIDDEN = re.compile(
    r"nervous|anxious|honest|accent|hire|personalit|confident|lazy|smart|stupid|घबरा|व्यक्तित्व", re.I
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class LocalLlm:
    """A server that may put our sentences better.

    Raises:
        Invalid: "coach.llm_not_local" when the address is not loopback.
    """

    def __init__(self, settings: Llm) -> None:
        parts = urlsplit(settings.url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise Invalid("coach.llm_not_local", "llm.url must be http on this machine (127.0.0.1)")
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._path = parts.path.rstrip("/") + "/v1/chat/completions"
        self._timeout_seconds = settings.timeout_seconds
        self._worker = Worker("llm", size=1)
        self._worker.start()

    async def rephrase(self, points: Sequence[FeedbackPoint], locale: str) -> tuple[FeedbackPoint, ...]:
        """The points with better sentences, or as they were."""
        texts = [point.text for point in points]
        if not texts:
            return tuple(points)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                said = await self._worker.run(lambda: self._ask(texts, locale))
        except Exception as exc:  # whatever it is: the built-in text stands
            log.info("local language model: %s", type(exc).__name__)
            return tuple(points)
        return tuple(
            replace(p, text=new) if kept(p.text, new) else p for p, new in zip(points, said, strict=True)
        )

    def _ask(self, texts: list[str], locale: str) -> list[str]:
        order = _ORDER.format(language="Hindi" if locale == "hi" else "English")
        messages = [{"role": "system", "content": order}, {"role": "user", "content": json.dumps(texts)}]
        body = json.dumps({"messages": messages, "temperature": 0.2, "max_tokens": 400})
        line = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_seconds)
        try:
            line.request("POST", self._path, body, {"Content-Type": "application/json"})
            with line.getresponse() as answer:
                if answer.status != http.client.OK:
                    raise ValueError("the server refused")
                return parsed(answer.read(MAX_ANSWER_BYTES), len(texts))
        finally:
            line.close()


def parsed(body: bytes, count: int) -> list[str]:
    """The list of sentences in a chat completion; raises ``ValueError`` for anything else."""
    answer: Any = json.loads(body)
    try:
        content = answer["choices"][0]["message"]["content"]
        said = json.loads(content[content.index("[") : content.rindex("]") + 1])
    except (KeyError, IndexError, TypeError, AttributeError) as exc:
        raise ValueError("not a chat completion") from exc
    if not isinstance(said, list) or len(said) != count or not all(isinstance(s, str) for s in said):
        raise ValueError("not a list of sentences")
    return said


def kept(before: str, after: str) -> bool:
    """Every number and quoted word is still there, none was added, and it is about as long."""
    same_numbers = sorted(_NUMBER.findall(before)) == sorted(_NUMBER.findall(after))
    same_quotes = all(quote in after for quote in re.findall(r'"[^"]+"', before))
    length = 0 < len(after.strip()) <= MAX_GROWTH * len(before) + 20
    return same_numbers and same_quotes and length and not _FORBIDDEN.search(after)
