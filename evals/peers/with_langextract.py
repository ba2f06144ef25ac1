"""langextract with its recommended settings: a description, a worked example, schema constraints, aligned spans."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

import langextract

from evals.peers.endpoint import PeerEndpoint
from evals.peers.extractions import report_of
from evals.peers.reports import Bill, extraction
from extractor import Article, Extraction

DESCRIPTION = """Extract the facts of a Dutch football match report, in order of appearance. Use exact text for extractions; do not
paraphrase. Classes: team (attributes: side home or away, name, goals), goal (scorer, side, kind regular, penalty, own_goal or
free_kick, assist, minute), chance (player, side, outcome saved, off_target, woodwork or blocked), card (player, side, color yellow,
second_yellow or red, minute), substitution (player_in, player_out, side, minute), absence (player, side, reason suspended,
injured, ill or other), player (name, side). Leave out what the text does not state."""

MAX_TOKENS = 1500
"""More than the facts of a thousand characters take. Without a bound a small model loops until langextract's client gives up."""

EXAMPLE = (
    "De Graafschap won met 1-0 van MVV. Na twintig minuten schoot Tim Bakker raak, op aangeven van Jan Kok. "
    "MVV-spits Sam Maas kopte op de lat en kreeg later geel. Luc Smit verving Bakker. Piet Vos ontbrak door een schorsing."
)

_FACTS: Sequence[tuple[str, str, Mapping[str, str]]] = (
    ("team", "De Graafschap", {"side": "home", "name": "De Graafschap", "goals": "1"}),
    ("team", "MVV", {"side": "away", "name": "MVV", "goals": "0"}),
    (
        "goal",
        "Na twintig minuten schoot Tim Bakker raak, op aangeven van Jan Kok",
        {"scorer": "Tim Bakker", "side": "home", "kind": "regular", "assist": "Jan Kok", "minute": "20"},
    ),
    ("chance", "MVV-spits Sam Maas kopte op de lat", {"player": "Sam Maas", "side": "away", "outcome": "woodwork"}),
    ("card", "kreeg later geel", {"player": "Sam Maas", "side": "away", "color": "yellow"}),
    ("substitution", "Luc Smit verving Bakker", {"player_in": "Luc Smit", "player_out": "Tim Bakker", "side": "home"}),
    ("absence", "Piet Vos ontbrak door een schorsing", {"player": "Piet Vos", "side": "home", "reason": "suspended"}),
)


class WithLangextract:
    """An evaluated system."""

    strategy = "langextract"

    def __init__(self, endpoint: PeerEndpoint) -> None:
        self.model_name = endpoint.model
        self._endpoint = endpoint
        self._package: Any = langextract

    async def extract_async(self, article: Article) -> Extraction:
        """The report in an article, as langextract's extractions make one up.

        Raises:
            Exception: langextract's own, or what comes of it is no report.
        """
        started = time.perf_counter()
        document = await asyncio.to_thread(self._extract, article.text)
        said = report_of(document.extractions or (), article.text)
        # It tells neither tokens nor calls; a call is made for every thousand characters.
        calls = -(-len(article.text) // 1000)
        return extraction("langextract", self.model_name, article, said, Bill(calls=calls, seconds=time.perf_counter() - started))

    def _extract(self, text: str) -> Any:
        lx = self._package
        example = lx.data.ExampleData(
            text=EXAMPLE,
            extractions=[
                lx.data.Extraction(extraction_class=kind, extraction_text=words, attributes=dict(told)) for kind, words, told in _FACTS
            ],
        )
        # The name of the model says nothing to langextract's registry: the provider is named.
        config = lx.factory.ModelConfig(
            model_id=self._endpoint.model,
            provider="OpenAILanguageModel",
            provider_kwargs={
                "base_url": self._endpoint.base_url,
                "api_key": self._endpoint.api_key,
                "temperature": 0.0,
                "max_output_tokens": MAX_TOKENS,
            },
        )
        return lx.extract(
            text, prompt_description=DESCRIPTION, examples=[example], config=config, show_progress=False, max_workers=1, temperature=0.0
        )
