"""Extraction: a report together with what was rejected on the way to it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from extractor.claim import Claim, Rejected
from extractor.report import MatchReport, Provenance


class RejectedClaim(BaseModel):
    """A claim that did not enter the report."""

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


class Extraction(BaseModel):
    """The result for one article: the report, the rejected claims, and how it all came about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    report: MatchReport
    rejected: list[RejectedClaim] = Field(default_factory=list[RejectedClaim])

    @property
    def provenance(self) -> Provenance:
        """Model, strategy, prompts, tokens, cost, seconds, attempts."""
        if self.report.provenance is None:
            raise ValueError("the report carries no provenance")
        return self.report.provenance
