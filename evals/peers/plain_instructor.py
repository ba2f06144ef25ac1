"""One plain instructor call: the contract as the response model, the article as the question, nothing else."""

from __future__ import annotations

import time
from typing import Any

import instructor
import openai

from evals.peers.endpoint import PeerEndpoint
from evals.peers.reports import Bill, extraction
from extractor import Article, Extraction, MatchReport

INSTRUCTIONS = (
    "Extract the facts of this Dutch football match report. Fill in only what the article states; "
    "what it does not state is null or an empty list. Every event's evidence is a quote from the article."
)
ATTEMPTS = 2
"""The first answer, and one more after a failed validation."""
MAX_TOKENS = 4000


class PlainInstructor:
    """An evaluated system."""

    strategy = "instructor"

    def __init__(self, endpoint: PeerEndpoint) -> None:
        self.model_name = endpoint.model
        self._endpoint = endpoint

    async def extract_async(self, article: Article) -> Extraction:
        """The report in an article, as the model gives it.

        Raises:
            Exception: instructor's or the client's own: to the evaluation a failure like any other.
        """
        started = time.perf_counter()
        async with openai.AsyncOpenAI(
            base_url=self._endpoint.base_url, api_key=self._endpoint.api_key, timeout=1800.0, max_retries=0
        ) as client:
            report, completion = await self._ask(client, article)
        # instructor adds up the tokens of all its attempts, and does not say how many there were.
        usage = completion.usage
        bill = Bill(usage.prompt_tokens, usage.completion_tokens, 1, time.perf_counter() - started)
        return extraction("instructor", self.model_name, article, report.model_dump(), bill)

    async def _ask(self, client: openai.AsyncOpenAI, article: Article) -> tuple[MatchReport, Any]:
        # The server turns the schema into a grammar: the mode that helps a small model most.
        patched: Any = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA)
        title = f"{article.title}\n\n" if article.title else ""
        return await patched.chat.completions.create_with_completion(
            model=self.model_name,
            response_model=MatchReport,
            messages=[{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": f"{title}{article.text}"}],
            max_retries=ATTEMPTS - 1,
            max_tokens=MAX_TOKENS,
            temperature=0.0,
        )
