"""An optional local language model: may rephrase feedback and propose questions; never needed.

It never changes a number or a quote, and what it proposes has to pass the rules of a question pack.

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

from appliance.coach.proposal import FORBIDDEN, NUMBER, ORDER, Draft, Wanted, drafted
from appliance.errors import Invalid
from appliance.messages import FeedbackPoint
from appliance.runtime.worker import Worker
from appliance.settings import Llm

log = logging.getLogger(__name__)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MAX_ANSWER_BYTES = 64_000
MAX_GROWTH = 1.6
"""a rephrased sentence may be this much longer than ours (our choice)"""
PROPOSAL_PATIENCE = 3.0
"""times the time limit: a question is asked for while the review is being read (our choice)"""
_ORDER = (
    "Rephrase each sentence of the JSON list in plain, kind, short {language}. Keep every number and every quoted word "
    "exactly. Do not add facts. Never describe the person. Answer with a JSON list of strings of the same length only."
)


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
        self._proposer = Worker("llm-ask", size=1)  # its own, so that a proposal never makes a review wait
        self._proposer.start()

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

    async def propose(self, wanted: Wanted) -> Draft | None:
        """A question of its own, or None when it has none that may be asked, or not in time."""
        try:
            async with asyncio.timeout(PROPOSAL_PATIENCE * self._timeout_seconds):
                said = await self._proposer.run(lambda: self._say(ORDER, wanted.message(), PROPOSAL_PATIENCE))
                return drafted(said, wanted)
        except Exception as exc:  # whatever it is: the booth asks a question of its own
            log.info("local language model: no question, %s", type(exc).__name__)
            return None

    def _ask(self, texts: list[str], locale: str) -> list[str]:
        order = _ORDER.format(language="Hindi" if locale == "hi" else "English")
        return sentences_in(self._say(order, json.dumps(texts)), len(texts))

    def _say(self, order: str, message: str, patience: float = 1.0) -> str:
        messages = [{"role": "system", "content": order}, {"role": "user", "content": message}]
        body = json.dumps({"messages": messages, "temperature": 0.2, "max_tokens": 400})
        line = http.client.HTTPConnection(self._host, self._port, timeout=patience * self._timeout_seconds)
        try:
            line.request("POST", self._path, body, {"Content-Type": "application/json"})
            with line.getresponse() as answer:
                if answer.status != http.client.OK:
                    raise ValueError("the server refused")
                return content_of(answer.read(MAX_ANSWER_BYTES))
        finally:
            line.close()


def content_of(body: bytes) -> str:
    """What a chat completion says; raises ``ValueError`` for anything else."""
    answer: Any = json.loads(body)
    try:
        content = answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as exc:
        raise ValueError("not a chat completion") from exc
    if not isinstance(content, str):
        raise ValueError("not a chat completion")
    return content


def sentences_in(content: str, count: int) -> list[str]:
    """The list of sentences in what was said; raises ``ValueError`` for anything else."""
    said: Any = json.loads(content[content.index("[") : content.rindex("]") + 1])
    if not isinstance(said, list) or len(said) != count or not all(isinstance(s, str) for s in said):
        raise ValueError("not a list of sentences")
    return said


def kept(before: str, after: str) -> bool:
    """Every number and quoted word is still there, none was added, and it is about as long."""
    same_numbers = sorted(NUMBER.findall(before)) == sorted(NUMBER.findall(after))
    same_quotes = all(quote in after for quote in re.findall(r'"[^"]+"', before))
    length = 0 < len(after.strip()) <= MAX_GROWTH * len(before) + 20
    return same_numbers and same_quotes and length and not FORBIDDEN.search(after)
