"""Prompt files: Jinja templates with YAML front matter, checked on load and known by their
fingerprint.

A file holds one Jinja block a message, named for its role, and nothing outside the blocks:

    ---
    name: choose
    version: "1"
    description: One question with closed options.
    variables: [passage, question]
    ---
    {% block system %}...{% endblock %}
    {% block user %}{{ passage | fenced("passage") }} ...{% endblock %}

Article text comes in as the value of a variable only, and never as a template; the filter `fenced`
puts it between two marks that it does not hold itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, cast, get_args

import yaml
from jinja2 import Environment, StrictUndefined, Template, TemplateError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor.errors import InvalidPrompt
from extractor.models.question import Message, Role
from extractor.report import PromptId

_HERE = Path(__file__).resolve().parent
_FOLDERS = (_HERE / "prompts_data", _HERE.parent / "prompts")
"""In an installed wheel; in a checkout."""


class Example(BaseModel):
    """A worked example inside a prompt: every fact it shows is to be found in its text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(min_length=1)]
    facts: Annotated[list[str], Field(min_length=1)]
    answer: str = ""


class _FrontMatter(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    version: Annotated[str, Field(min_length=1)]
    description: Annotated[str, Field(min_length=1)]
    variables: list[str]
    examples: list[Example] = []


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file that passed its checks."""

    id: PromptId
    description: str
    variables: frozenset[str]
    examples: tuple[Example, ...]
    _template: Template

    def render(self, values: Mapping[str, object]) -> tuple[Message, ...]:
        """The messages for these values of the prompt's variables.

        Raises:
            InvalidPrompt: A variable is missing, one is given that the prompt does not declare, or
            the
                template fails on a value.
        """
        if missing := self.variables - values.keys():
            raise InvalidPrompt(f"prompt {self.id.name}: no value for {', '.join(sorted(missing))}")
        if unknown := values.keys() - self.variables:
            raise InvalidPrompt(f"prompt {self.id.name}: undeclared {', '.join(sorted(unknown))}")
        context = self._template.new_context({**values, "examples": self.examples})
        try:
            return tuple(
                Message(role, "".join(block(context)).strip())
                for role in get_args(Role)
                if (block := self._template.blocks.get(role)) is not None
            )
        except TemplateError as error:
            raise InvalidPrompt(f"prompt {self.id.name}: {error.message}") from None


@lru_cache
def load_prompt(name: str) -> Prompt:
    """The prompt of that name which ships with the package.

    Raises:
        InvalidPrompt: There is none, or it fails its checks.
    """
    for folder in _FOLDERS:
        path = folder / f"{name}.jinja"
        if path.is_file():
            return read_prompt(path)
    raise InvalidPrompt(
        f"there is no prompt called {name!r}: the package is not installed as a whole"
    )


def read_prompt(path: Path) -> Prompt:
    """A prompt file, checked.

    Raises:
        InvalidPrompt: Naming the file and what is wrong with it.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidPrompt(f"{path}: {error}") from None
    front, body = _split(path, text)
    if front.name != path.stem:
        raise InvalidPrompt(f"{path}: it calls itself {front.name!r}")
    _check_examples(path, front.examples)
    return Prompt(
        id=PromptId(name=front.name, version=front.version, sha256=hashlib.sha256(raw).hexdigest()),
        description=front.description,
        variables=frozenset(front.variables),
        examples=tuple(front.examples),
        _template=_compile(path, body, front),
    )


def fenced(text: str, label: str) -> str:
    """`text` between `<label>` and `</label>`, numbered where the text could close it itself."""
    mark, number = label, 1
    while re.search(rf"<\s*/?\s*{re.escape(mark)}\b", text, re.IGNORECASE):
        number += 1
        mark = f"{label}{number}"
    return f"<{mark}>\n{text}\n</{mark}>"


def _split(path: Path, text: str) -> tuple[_FrontMatter, str]:
    parts = re.match(r"---\r?\n(.*?\n)---\r?\n(.*)\Z", text, re.DOTALL)
    if parts is None:
        raise InvalidPrompt(f"{path}: no YAML front matter between two lines of ---")
    try:
        return _FrontMatter.model_validate(yaml.safe_load(parts[1])), parts[2]
    except yaml.YAMLError as error:
        raise InvalidPrompt(f"{path}: front matter is not YAML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "front matter"
        raise InvalidPrompt(f"{path}: {where}: {first['msg']}") from None


def _check_examples(path: Path, examples: list[Example]) -> None:
    for number, example in enumerate(examples):
        for fact in example.facts:
            if fact not in example.text:
                raise InvalidPrompt(
                    f"{path}: examples.{number}: {fact!r} does not occur in its text"
                )


def _compile(path: Path, body: str, front: _FrontMatter) -> Template:
    environment = _environment()
    try:
        tree = environment.parse(body)
        used = find_undeclared_variables(tree) - {"examples"}
        template = environment.from_string(body)
    except TemplateError as error:
        raise InvalidPrompt(f"{path}: {error.message}") from None
    if undeclared := used - set(front.variables):
        raise InvalidPrompt(f"{path}: uses undeclared {', '.join(sorted(undeclared))}")
    if unused := set(front.variables) - used:
        raise InvalidPrompt(f"{path}: declares but never uses {', '.join(sorted(unused))}")
    if not template.blocks or set(template.blocks) - set(get_args(Role)):
        raise InvalidPrompt(
            f"{path}: wants one block a message, called {' or '.join(get_args(Role))}"
        )
    if any(_is_stray(node) for node in tree.body):
        raise InvalidPrompt(f"{path}: there is text outside the blocks")
    return template


def _is_stray(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Output):
        return any(
            not isinstance(part, nodes.TemplateData) or part.data.strip() for part in node.nodes
        )
    return not isinstance(node, nodes.Block)


def _environment() -> Environment:
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    filters = cast(dict[str, Callable[..., str]], environment.filters)
    filters["fenced"] = fenced
    return environment
