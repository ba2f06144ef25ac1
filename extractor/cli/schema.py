"""`matchreport schema`: the contract as JSON Schema."""

from __future__ import annotations

import json

import typer
from pydantic.json_schema import GenerateJsonSchema

from extractor import MatchReport


class _AsWritten(GenerateJsonSchema):
    """Reports as they are written: every field is there, lists that are empty too."""

    def field_is_required(self, field: object, total: bool) -> bool:  # noqa: ARG002  the signature is pydantic's
        """Always."""
        return True


def schema() -> None:
    """Print the JSON Schema of the reports."""
    written = MatchReport.model_json_schema(mode="serialization", schema_generator=_AsWritten)
    typer.echo(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **written}, indent=2, ensure_ascii=False))
