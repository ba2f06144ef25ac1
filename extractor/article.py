"""The article: what is given in, kept exactly as it was given."""

from __future__ import annotations

import hashlib
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Published = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class Article(BaseModel):
    """One newspaper or website article.

    `text` is never changed: every offset in a report counts Unicode code points of this string.
    Without an `id`, the first 16 hex digits of the text's SHA-256 serve as one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(description="The article's text, exactly as published.")
    id: str = Field(default="", description="Any identifier of the caller's; echoed in the report.")
    title: str | None = Field(default=None, description="The headline, where it is not part of the text.")
    published: Published | None = Field(
        default=None, description="Date of publication: YYYY-MM-DD, or YYYY-MM or YYYY where only that is known."
    )
    source: str | None = Field(default=None, description="Newspaper, website or archive the article comes from.")

    @field_validator("published", mode="before")
    @classmethod
    def _date_of_a_timestamp(cls, value: object) -> object:
        """Archives give time stamps; the date is all that is used."""
        if isinstance(value, str) and len(value) > 10 and value[10] in "T ":
            return value[:10]
        return value

    @model_validator(mode="after")
    def _named_by_its_text(self) -> Self:
        """The same text gets the same id in every run."""
        if not self.id:
            digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
            object.__setattr__(self, "id", digest[:16])
        return self
