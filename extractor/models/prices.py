"""What tokens cost: the user's own prices, or the price list's."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.report import TokenUsage


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars per million tokens, where the user knows better than the price list.

    Args:
        prompt: Tokens read.
        completion: Tokens written.
    """

    prompt: float
    completion: float

    def of(self, usage: TokenUsage) -> float:
        """US dollars for these tokens."""
        return (usage.prompt * self.prompt + usage.completion * self.completion) / 1e6


def price(url: str, model: str, usage: TokenUsage) -> float | None:
    """US dollars for these tokens at that endpoint; None where the price is not known."""
    from genai_prices import Usage, calc_price

    counted = Usage(
        input_tokens=usage.prompt, cache_read_tokens=usage.cached, output_tokens=usage.completion
    )
    try:
        return float(calc_price(counted, model, provider_api_url=url).total_price)
    except LookupError:
        return None
