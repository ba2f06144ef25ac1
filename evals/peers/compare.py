"""One table, same articles, same local model: `python -m evals.peers.compare --split test`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.fixtures import FIXTURES
from evals.peers.endpoint import PeerEndpoint, local_endpoint
from evals.run import Plan, Reading, Run, evaluate
from extractor import Extractor

OURS = ("reader", "guided", "single")
PEERS = ("instructor", "langextract")


def _instructor(endpoint: PeerEndpoint) -> Reading:
    from evals.peers.plain_instructor import PlainInstructor

    return PlainInstructor(endpoint)


def _langextract(endpoint: PeerEndpoint) -> Reading:
    from evals.peers.with_langextract import WithLangextract

    return WithLangextract(endpoint)


_OPEN: dict[str, Callable[[PeerEndpoint], Reading]] = {"instructor": _instructor, "langextract": _langextract}


@contextmanager
def opened(name: str, model: str) -> Generator[Reading]:
    """One of the systems, ready to read."""
    if name == "reader":
        yield Extractor()
    elif name in OURS:
        with Extractor.from_provider(f"local/{model}", strategy=name) as ours:
            yield ours
    else:
        with local_endpoint(model) as endpoint:
            yield _OPEN[name](endpoint)


def table(runs: list[Run]) -> Table:
    """Quality, invented names, failures, tokens and time of some runs."""
    shown = Table(title=f"{runs[0].scores.split}, {runs[0].scores.articles} articles, on {runs[0].manifest.machine}")
    for heading in ("", "core", "events", "all", "names not in the article", "no report", "tokens in", "out", "seconds"):
        shown.add_column(heading, justify="right" if heading else "left")
    for run in runs:
        scores = run.scores
        figures = [f"{one.f1:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in (scores.figures[name] for name in ("core", "events", "all"))]
        names, cost = scores.grounding["names in the article"], scores.cost
        unknown = f"{names.whole - names.part} of {names.whole}"
        known = [f"{cost.prompt_tokens:.0f}", f"{cost.completion_tokens:.0f}"] if run.manifest.strategy != "langextract" else ["?", "?"]
        shown.add_row(run.manifest.strategy, *figures, unknown, str(scores.failures), *known, f"{cost.seconds:.1f}")
    return shown


def main() -> None:
    """Run those that are named over a split, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--out", type=Path, default=Path("runs") / "peers")
    parser.add_argument("systems", nargs="*", default=[*OURS, *PEERS], choices=[*OURS, *PEERS, []])
    given = parser.parse_args()
    runs: list[Run] = []
    console = Console(stderr=True)
    for name in given.systems:
        plan = Plan(FIXTURES, given.split, given.out / f"{given.split}-{name}", given.limit, jobs=1, others=False)
        with opened(name, given.model) as system:
            runs.append(evaluate(system, plan, lambda done, size, name=name: console.print(f"{name}: {done} of {size}")))
    Console(width=200).print(table(runs))


if __name__ == "__main__":
    main()
