"""What a mark is: words of a text, and tags that say what they tell. Passages (`phrase_corpus`) and articles (`article_marks`) have them.

A mark has one or more of `ROLE_TAGS` (who did what), one of `OTHER_TAGS` (clubs and other names), or a time
`time:MINUTE:HALF[:exact]` as in `time:90+3:2h:exact`, `time::2h`. A side says who belong together: `a` and `b` in a passage, `home` and
`away` in an article.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

NO_ROLE = "-"
DETAILS = {
    "scorer": ("", "penalty", "free_kick"),
    "assist": ("",),
    "own_goal": ("",),
    "disallowed": ("offside", "foul", "handball", "other", "null"),
    "missed": ("saved", "off_target", "woodwork", "null"),
    "chance": ("saved", "off_target", "woodwork", "blocked", "null"),
    "yellow": ("",),
    "second_yellow": ("",),
    "red": ("",),
    "in": ("",),
    "out": ("",),
    "injured": ("",),
    "absent": ("suspended", "injured", "ill", "other", "null"),
    "started": ("",),
}
"""The roles of a player, each with its kinds, reasons or outcomes."""

ROLE_TAGS = frozenset(f"{role}:{detail}".rstrip(":") for role, details in DETAILS.items() for detail in details)
OTHER_TAGS = frozenset([NO_ROLE, "club", "coach", "referee", "name", "later"])
_TIME = re.compile(r"time:(?:\d{1,3}(?:\+\d{1,2})?)?:(?:1h|2h|et)?(?::exact)?")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words at their offsets (code points, end exclusive).

    Args:
        start: Of the words.
        end: Of the words.
        text: The words.
        tags: What they say.
        side: Of whom or what they name, where that is known.
    """

    start: int
    end: int
    text: str
    tags: tuple[str, ...]
    side: str | None = None

    @property
    def is_time(self) -> bool:
        """Whether the words tell a time rather than name someone or something."""
        return self.tags[0] == "later" or self.tags[0].startswith("time:")

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles without their details; "-" for a player without one."""
        heads = (tag.split(":")[0] for tag in self.tags if tag in ROLE_TAGS or tag == NO_ROLE)
        return tuple(dict.fromkeys(heads))


def is_tag(tag: str) -> bool:
    """Whether a tag is one that we know."""
    return tag in ROLE_TAGS or tag in OTHER_TAGS or _TIME.fullmatch(tag) is not None


def faults(text: str, marks: Collection[Mark], sides: Collection[str]) -> Iterator[str]:
    """What can't be right about the marks of a text."""
    end = 0
    for mark in sorted(marks, key=lambda one: (one.start, one.end)):
        where = f"{mark.text!r} at {mark.start}"
        if not mark.text or text[mark.start : mark.end] != mark.text:
            yield f"{where}: there stands {text[mark.start : mark.end]!r}"
        elif mark.start < end:
            yield f"{where}: lies over the mark before it"
        end = max(end, mark.end)
        for tag in mark.tags:
            if not is_tag(tag):
                yield f"{where}: {tag!r} is no tag"
        if not mark.tags:
            yield f"{where}: has no tag"
        elif len(mark.tags) > 1 and not (set(mark.tags) <= ROLE_TAGS or all(tag.startswith("time:") for tag in mark.tags)):
            yield f"{where}: {'+'.join(mark.tags)} can't go together"
        if mark.side is not None and mark.side not in sides:
            yield f"{where}: {mark.side!r} is no side"
