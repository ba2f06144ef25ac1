"""What an article costs in CPU beyond its model call, by stage, beside what other libraries take for a call: one run, one endpoint.

    python -m evals.bench.stages                          # langextract too where it is installed: see `make compare`
    python -m evals.bench.stages --articles 40 --rounds 5

Every system reads every article in turn, one at a time, so that a busy machine slows all of them alike. The endpoint is a process of
its own and answers at once, with the facts and quotes of the article's label: it is not counted. instructor asks the question of
`single` for the same structure; langextract gets an article in one call, and answers whose words it finds exactly.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean, median
from types import ModuleType
from typing import Any, cast

import instructor
import openai

from evals.bench.endpoint import Script, endpoint
from evals.fixtures import Labelled, fixtures_folder, load
from extractor import Article, Extractor, conductor
from extractor.ask.answers import SingleAnswer
from extractor.ask.single import MAX_TOKENS
from extractor.dutch import reader
from extractor.models.endpoint import Endpoint, EndpointModel
from extractor.models.wire import message_list, response_format
from extractor.prompts import load_prompt

STAGES: Mapping[str, Sequence[tuple[ModuleType, str]]] = {
    "preparing": [(conductor, "checked"), (conductor, "check_language"), (conductor, "prepare")],
    "reading": [(reader, "read"), (reader, "claims"), (conductor, "check_relevance")],
    "asking": [(conductor, "ask_single")],
    "asking again": [(conductor, "ask_repair")],
    "grounding": [(conductor, "with_claimed_names"), (conductor, "ground")],
    "assembling": [(conductor, "assemble_judged"), (conductor, "confidences"), (conductor, "low_confidence")],
}
"""The functions of each stage, where the conductor finds them."""

NO_REPAIR = ("Earlier you extracted facts", '{"corrections": []}')
"""Words of the question that asks again for what the article does not bear out, and an answer."""

EVENTS = (
    "goals", "disallowed_goals", "missed_penalties", "chances", "cards", "substitutions", "injuries", "absences", "next_fixtures",
)  # fmt: skip

System = Callable[[Article], Awaitable[object]]


class Clock:
    """CPU seconds of this process, by stage."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)

    def watch(self) -> None:
        """Count what the stages take from now on."""
        for stage, functions in STAGES.items():
            for module, name in functions:
                setattr(module, name, self._counted(stage, getattr(module, name)))

    def _counted(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: object) -> Any:
            began = time.process_time()
            try:
                return function(*arguments)
            finally:
                self.spent[stage] += time.process_time() - began

        async def awaited(*arguments: object) -> Any:
            began = time.process_time()
            try:
                return await function(*arguments)
            finally:
                self.spent[stage] += time.process_time() - began

        return awaited if inspect.iscoroutinefunction(function) else counted


@dataclass(frozen=True)
class Costs:
    """CPU milliseconds an article: one for every article and round.

    Args:
        calls: Of each system, all it does.
        stages: Of `single`.
    """

    calls: Mapping[str, Sequence[float]]
    stages: Mapping[str, Sequence[float]]


def answer(label: Mapping[str, Any]) -> SingleAnswer:
    """What a model that knows the label would say to `single`; events without a quote are left out."""
    quotes = cast(Mapping[str, Mapping[str, list[str]]], label["quotes"])

    def quoted(name: str) -> list[str]:
        return quotes.get(name, {}).get("text", [])[:4]

    def events(name: str) -> Iterator[dict[str, Any]]:
        part = SingleAnswer.model_fields[name].annotation
        known = cast(Any, part).__args__[0].model_fields
        for number, event in enumerate(label[name]):
            if words := quoted(f"{name}.{number}"):
                said = {**event, "side": event.get("team"), "time": None, "quotes": words}
                yield {field: said[field] for field in known if field in said}

    stated = quoted("score")
    return SingleAnswer.model_validate(
        {
            **{name: label[name] for name in ("status", "competition", "round", "leg", "date", "referee", "extra_time")},
            **{name: {**label[name], "aliases": label[name]["aliases"][:6]} for name in ("home", "away")},
            **{name: list(events(name)) for name in EVENTS},
            "score": {**label["score"], "quotes": stated} if stated else None,
            "players": [{"name": one["name"], "side": one["team"], "started": one["started"]} for one in label["players"]],
        }
    )


def extractions(said: SingleAnswer) -> str:
    """The same facts as langextract wants them."""
    content = said.model_dump(mode="json")
    found = [
        {name: event["quotes"][0], f"{name}_attributes": {key: str(value) for key, value in event.items() if key != "quotes" and value}}
        for name in EVENTS
        for event in content[name]
    ]
    return json.dumps({"extractions": found}, ensure_ascii=False)


def words_of(article: Article) -> str:
    """By which the endpoint knows the article."""
    return max(article.text.splitlines(), key=len).strip()[:60]


def with_instructor(url: str) -> System:
    """The question of `single`, asked by instructor alone."""
    # The types of a patched client say nothing.
    client: Any = instructor.from_openai(openai.AsyncOpenAI(base_url=url, api_key="key", max_retries=0), mode=instructor.Mode.JSON_SCHEMA)

    async def ask(article: Article) -> object:
        create = client.chat.completions.create
        return await create(model="test", response_model=SingleAnswer, messages=messages(article), max_retries=2, max_tokens=MAX_TOKENS)

    return ask


def with_openai(url: str) -> System:
    """The same request, and nothing made of its reply."""
    client: Any = openai.AsyncOpenAI(base_url=url, api_key="key", max_retries=0)
    structure = response_format(SingleAnswer)

    async def ask(article: Article) -> object:
        create = client.chat.completions.create
        return await create(model="test", messages=messages(article), response_format=structure, max_tokens=MAX_TOKENS)

    return ask


def messages(article: Article) -> list[dict[str, object]]:
    values = {"article": article.text, "title": article.title, "published": article.published}
    return message_list(load_prompt("single").render(values))


def with_langextract(url: str) -> System:
    """An article in one call, with a description and an example."""
    library: Any = import_module("langextract")  # which the environment that is checked has not
    from evals.peers.with_langextract import DESCRIPTION, EXAMPLE

    fact = library.data.Extraction(extraction_class="goals", extraction_text="Na twintig minuten schoot Tim Bakker raak", attributes={})
    example = library.data.ExampleData(text=EXAMPLE, extractions=[fact])
    kept = {"base_url": url, "api_key": "key", "temperature": 0.0}
    config = library.factory.ModelConfig(model_id="test", provider="OpenAILanguageModel", provider_kwargs=kept)
    how = {"config": config, "show_progress": False, "max_workers": 1, "max_char_buffer": 1_000_000}

    async def ask(article: Article) -> object:
        found = library.extract(article.text, prompt_description=DESCRIPTION, examples=[example], **how)
        assert all(one.char_interval for one in found.extractions or ()), "langextract did not find an answer's words"
        return found

    return ask


async def measured(systems: Mapping[str, System], articles: Sequence[Article], rounds: int) -> Costs:
    """Every system on every article, so many times, after a time that does not count."""
    clock = Clock()
    clock.watch()
    calls: defaultdict[str, list[float]] = defaultdict(list)
    stages: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        for article in articles:
            for name, system in systems.items():
                clock.spent.clear()
                began = time.process_time()
                await system(article)
                taken = time.process_time() - began
                if number == 0:
                    continue
                calls[name].append(1000 * taken)
                if name == "single":
                    for stage in STAGES:
                        stages[stage].append(1000 * clock.spent[stage])
                    stages["the rest"].append(1000 * (taken - sum(clock.spent.values())))
    return Costs(calls, stages)


def told(costs: Costs) -> Iterator[str]:
    """The table."""
    yield f"{'':<38} {'CPU ms':>7} {'median':>7}"

    def line(name: str, taken: Sequence[float]) -> str:
        return f"{name:<38} {fmean(taken):>7.2f} {median(taken):>7.2f}"

    own = [name for name in costs.stages if not name.startswith("asking")]
    for name in own:
        yield line(name, costs.stages[name])
    yield line("beyond the model call", [sum(parts) for parts in zip(*(costs.stages[name] for name in own), strict=True)])
    yield ""
    yield line("asking, in single", costs.stages["asking"])
    yield line("asking again, in single", costs.stages["asking again"])
    for name, taken in costs.calls.items():
        if name != "single":
            yield line(f"a call by {name}", taken)


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=20, help="of the development split")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(None if arguments is None else list(arguments))
    labelled: list[Labelled] = [one for one in load(fixtures_folder(), "dev") if one.reason is None][: options.articles]
    said = {words_of(one.article): answer(cast(Mapping[str, Any], one.label)) for one in labelled}
    contents = dict([NO_REPAIR]) | {words: one.model_dump_json() for words, one in said.items()}
    has_langextract = find_spec("langextract") is not None
    facts = {words: extractions(one) for words, one in said.items()}
    with (
        tempfile.TemporaryDirectory() as folder,
        endpoint(Script(answers=contents), Path(folder, "asked.tsv")) as url,
        endpoint(Script(answers=facts), Path(folder, "asked-facts.tsv")) as facts_url,
    ):
        ours = Extractor(EndpointModel(Endpoint("openai/test", "test", url, "key")), "single")
        systems: dict[str, System] = {"single": ours.extract_async, "openai": with_openai(url), "instructor": with_instructor(url)}
        if has_langextract:
            systems["langextract"] = with_langextract(facts_url)
        costs = asyncio.run(measured(systems, [one.article for one in labelled], options.rounds))
    characters, answered = fmean(len(one.article.text) for one in labelled), fmean(len(contents[words]) for words in said)
    print(f"{len(labelled)} articles of {characters:,.0f} characters, answers of {answered:,.0f}, {options.rounds} rounds")
    print("\n".join(told(costs)))


if __name__ == "__main__":
    main()
