"""Extraction: a report together with what was rejected on the way to it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from extractor.claim import Claim, Rejected
from extractor.confidence import LeftOut, at_least
from extractor.report import MatchReport, Provenance


class RejectedClaim(BaseModel):
    """A claim that did not enter the report or only without its time, or a fact left out as too unsure (then `source` is `assembly`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    value: str | None = None
    people: dict[str, str] = Field(default_factory=dict)
    quotes: list[str] = Field(default_factory=list)
    source: str
    reason: str = Field(description="Why it was rejected.")

    @classmethod
    def of(cls, rejected: Rejected) -> RejectedClaim:
        """The serialisable form of a rejected claim."""
        claim: Claim = rejected.claim
        return cls(
            kind=claim.kind,
            value=claim.value,
            people={str(role): name for role, name in claim.people.items()},
            quotes=[*claim.quotes, *(span.text for span in claim.spans)],
            source=claim.source,
            reason=rejected.reason,
        )

    @classmethod
    def left_out(cls, fact: LeftOut) -> RejectedClaim:
        """The serialisable form of a fact that was left out of the report."""
        return cls(
            kind=fact.kind, value=fact.value, people=dict(fact.people), quotes=list(fact.quotes), source="assembly", reason=fact.reason
        )


class Extraction(BaseModel):
    """The result for one article: the report, how sure its facts are, the rejected claims, and how it all came about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    report: MatchReport
    rejected: list[RejectedClaim] = Field(default_factory=list[RejectedClaim])
    confidence: dict[str, float] = Field(
        default_factory=dict[str, float],
        description="By a fact's path (`score`, `home`, `goals.0`, `goals.0.assist`, `players.3`) the probability that it is right.",
    )

    @property
    def provenance(self) -> Provenance:
        """Model, strategy, prompts, tokens, cost, seconds, attempts."""
        if self.report.provenance is None:
            raise ValueError("the report carries no provenance")
        return self.report.provenance

    def at_least(self, level: float) -> Extraction:
        """The extraction without the facts whose confidence is below a level; what was left out is among `rejected`.

        Entries of lists go as a whole, optional attributes and fields become null. The teams stay, and with them what can't be
        unknown: the status, extra time, the kind of a goal. So do players whom an entry that stays names.
        """
        kept = at_least(self.report, self.confidence, level)
        rejected = [*self.rejected, *(RejectedClaim.left_out(fact) for fact in kept.left_out)]
        return Extraction(report=kept.report, rejected=rejected, confidence=dict(kept.confidence))
