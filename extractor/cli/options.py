"""The options that choose how articles are read, the same in every command that reads some."""

from __future__ import annotations

from typing import Annotated

import typer

from extractor.models.names import Strategy

ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        envvar="MATCHREPORT_MODEL",
        help="openai/<model> or local/<name>; without one the reader alone, and nothing leaves this machine.",
    ),
]
BaseUrlOption = Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint, such as http://localhost:8000/v1.")]
StrategyOption = Annotated[Strategy | None, typer.Option(help="The model's default where left out.")]
MinConfidenceOption = Annotated[float, typer.Option(min=0, max=1, metavar="P", help="Leave out facts less probable than this.")]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Ask anew what the model has answered before.")]
