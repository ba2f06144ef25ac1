"""A self-contained HTML page that text of unknown origin can't turn into anything else.

The page loads nothing and allows nothing but its own style and script (by hash). Everything that is put
into it is escaped by the template, and `visible` takes out what escaping does not stop.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from importlib import resources

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from extractor.render.text import visible

Filters = Mapping[str, Callable[..., object]]


def safe_page(package: str, name: str, values: Mapping[str, object], filters: Filters | None = None) -> str:
    """The page made of a package's files `{name}.html.jinja`, `{name}.css` and `{name}.js`.

    Args:
        package: Where the three files are, such as `extractor.render`.
        name: Their common name.
        values: What the template shows. It also gets `style`, `script` and `policy`, for its `<style>`, its
            `<script>` and its `Content-Security-Policy`.
        filters: The template's own.
    """
    parts = resources.files(package)
    template, style, script = (parts.joinpath(f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html.jinja", "css", "js"))
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        loader=DictLoader({name: template}),
    )
    environment.filters.update(filters or {})
    return environment.get_template(name).render(
        values,
        style=Markup(style),  # noqa: S704  our own file
        script=Markup(script),  # noqa: S704  our own file
        policy=_policy(style, script),
    )


def _shown(value: object) -> object:
    """What the template puts out: text from outside made visible, our own markup as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _policy(style: str, script: str) -> str:
    """The page's Content-Security-Policy."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
