"""Pages: the article without the menus around it, by trafilatura."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from extractor.article import Article
from extractor.batch.sources.encoding import decoded, repaired
from extractor.batch.sources.records import Read
from extractor.batch.sources.streams import MISSING
from extractor.errors import EmptyArticle, MissingExtra, UnreadableInput

if TYPE_CHECKING:
    from types import ModuleType

    from trafilatura.settings import Document

_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a page beside its content.

    Args:
        id: Of the article.
        url: Where it was; the page's own word where None.
        charset: As the server gave it.
    """

    id: str
    url: str | None = None
    charset: str | None = None

    @property
    def host(self) -> str | None:
        """Of the address, where there is one."""
        try:
            return urlsplit(self.url or "").hostname
        except ValueError:  # of a broken address
            return None


def article_from_html(data: bytes, page: Page, place: str) -> Read:
    """The article on a page, with its title and date where the page gives them.

    Raises:
        UnreadableInput: The bytes are no page.
        EmptyArticle: It has no text but menus.
        MissingExtra: trafilatura is not installed.
    """
    declared = _DECLARED.search(data, 0, _HEAD)
    html, notes = decoded(data, place, page.charset or (declared[1].decode("ascii") if declared else None))
    html, more = repaired(html, "page")
    document = _document(html, page.url, place)
    if document is None or not document.text:
        raise EmptyArticle(f"{place}: the page holds no article")
    article = Article(
        id=page.id,
        text=document.text,
        title=document.title or None,
        published=document.date,
        source=page.host or document.sitename or document.hostname or None,
    )
    return Read(article, notes + more)


def _document(html: str, url: str | None, place: str) -> Document | None:
    try:
        return _trafilatura().bare_extraction(
            html,
            url=url,
            include_comments=False,
            include_formatting=False,
            with_metadata=True,
            # The date the page gives, never one that is found somewhere in the text: that may be the match's.
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except MissingExtra:
        raise
    except Exception as error:  # noqa: BLE001  a page that a parser of pages stumbles over costs that page
        raise UnreadableInput(f"{place}: the page can't be read ({type(error).__name__})") from None


@cache
def _trafilatura() -> ModuleType:
    try:
        import trafilatura
    except ModuleNotFoundError:
        raise MissingExtra(f"HTML {MISSING}") from None
    # They log what they throw away, and quote it.
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return trafilatura
