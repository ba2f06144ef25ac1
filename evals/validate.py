"""Checks of labels: does a label say only what its article says, and does it add up?

Each check is a function from a label in its article to problems. An error is a label that can't be right;
a warning is for a person to look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from evals.fixtures import FLOORS, Json, Labelled, read
from evals.scoring import ATTRIBUTES
from extractor import InputError, MatchReport

Severity = Literal["error", "warning"]

EVENTS = tuple(name for name in ATTRIBUTES if name != "players")
PEOPLE = ("scorer", "assist", "taker", "player", "player_in", "player_out")
WORDS = ("description", "opponent", "place", "when")
OURS = ("quotes", "accept", "traits")
"""What a label has besides the contract's fields."""

REASONS = frozenset(["not_football", "preview", "transfer", "interview", "round_up", "no_match", "no_teams", "one_team"])

TRAITS = frozenset(
    [
        "own_goal",
        "penalty_goal",
        "missed_penalty",
        "retaken_penalty",
        "disallowed_goal",
        "var",
        "free_kick_goal",
        "yellow_card",
        "second_yellow",
        "red_card",
        "extra_time",
        "shootout",
        "first_leg",
        "second_leg",
        "aggregate",
        "abandoned",
        "postponed",
        "in_progress",
        "women",
        "youth",
        "amateur",
        "international",
        "european",
        "cup_final",
        "friendly",
        "flemish",
        "archive_1990s",
        "live_blog",
        "agency",
        "club_site",
        "goals_out_of_order",
        "late_scores",
        "no_running_scores",
        "goals_incomplete",
        "unnamed_scorer",
        "injury",
        "injury_sub",
        "half_time_sub",
        "paired_subs",
        "in_only_sub",
        "absent_suspended",
        "absent_injured",
        "absent_ill",
        "absent_other",
        "lineup_list",
        "half_time_score",
        "attendance",
        "referee",
        "coach",
        "history",
        "other_matches",
        "quotes",
        "boilerplate",
        "nationality_words",
        "brothers",
        "keeper_scores",
        "neutral_ground",
        "nickname",
        "added_time",
        "next_fixture",
        "dateline",
        "relative_date",
        "stated_date",
        "woodwork",
        "comeback",
        "goalless",
        "hat_trick",
        "long_name",
        "single_name",
    ]
)
"""The closed list of traits; GUIDE.md explains them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one label."""

    name: str
    path: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.name}: {'' if self.severity == 'error' else 'warning: '}{self.path}: {self.message}"


@dataclass(frozen=True)
class _Subject:
    """A label in its article, looked at from several sides."""

    name: str
    label: Json
    text: str
    title: str

    @cached_property
    def words(self) -> str:
        """Text and title as they are, and with cut words and line breaks mended."""
        whole = f"{self.text}\n{self.title}"
        return f"{whole}\n{flat(whole)}"

    @cached_property
    def players(self) -> Mapping[str, Json]:
        """By their full names."""
        return {player["name"]: player for player in self.label["players"]}

    def says(self, words: object) -> bool:
        """Whether the article says these words."""
        return words is None or str(words) in self.words or flat(str(words)) in self.words

    def events(self) -> Iterator[tuple[str, Json]]:
        """(path, event) of all events."""
        for kind in EVENTS:
            for number, event in enumerate(self.label[kind]):
                yield f"{kind}.{number}", event


Finding = tuple[str, str, Severity] | tuple[str, str]
Check = Callable[[_Subject], Iterator[Finding]]


def flat(words: str) -> str:
    """On one line, words that were cut at a line's end whole again."""
    return re.sub(r"\s+", " ", re.sub(r"(\w)-\n\s*(\w)", r"\1\2", words))


def check_folder(folder: Path) -> list[Problem]:
    """Everything that is wrong with the labels in a folder and below it."""
    problems = [
        Problem(text.stem, "-", f"the article {text.name} has no label beside it")
        for text in sorted(folder.rglob("*.txt"))
        if not text.with_suffix(".json").exists()
    ]
    for path in sorted(folder.rglob("*.json")):
        if path.name != FLOORS and (path.with_suffix(".txt").exists() or not _is_second(path)):
            problems += check_file(path)
    return problems


def _is_second(path: Path) -> bool:
    """Second labels lie apart from their articles."""
    return "second" in path.parts


def check_file(path: Path) -> list[Problem]:
    """Everything that is wrong with one label."""
    try:
        return check(read(path))
    except InputError as error:
        return [Problem(path.stem, "-", str(error))]


def check(item: Labelled) -> list[Problem]:
    """Everything that is wrong with a label that was read."""
    if item.label is None:
        known = item.reason in REASONS
        return [] if known else [Problem(item.name, "not_a_match_report", f"{item.reason!r} is none of {', '.join(sorted(REASONS))}")]
    subject = _Subject(item.name, item.label, item.article.text, item.article.title or "")
    found = [_problem(item.name, finding) for finding in _shape(subject)]
    if found:
        # The other checks need a label that has its fields.
        return found
    return [_problem(item.name, finding) for one in CHECKS for finding in one(subject)]


def _problem(name: str, finding: Finding) -> Problem:
    path, message = finding[:2]
    return Problem(name, path, message, finding[2] if len(finding) == 3 else "error")


def _shape(subject: _Subject) -> Iterator[Finding]:
    """The contract: every field there, of its type, with a value of the closed set."""
    given = {key: value for key, value in subject.label.items() if key not in OURS}
    expected = {name for name in MatchReport.model_fields if name not in ("evidence", "warnings", "provenance")}
    for missing in sorted(expected - given.keys()):
        yield missing, "is missing: a field without a value is null, an empty list is still there"
    for ours, kind in (("quotes", dict), ("accept", dict), ("traits", list)):
        if not isinstance(subject.label.get(ours, kind()), kind):
            yield ours, f"is no {kind.__name__}"
    try:
        MatchReport.model_validate(given)
    except ValidationError as error:
        for one in error.errors():
            yield ".".join(map(str, one["loc"])) or "goals", one["msg"]


def _words_occur(subject: _Subject) -> Iterator[Finding]:
    """What is given in the article's words is in the article."""
    label = subject.label
    told: dict[str, Any] = {name: label[name] for name in ("competition", "round", "referee")}
    told |= {f"venue.{part}": label["venue"][part] for part in ("stadium", "city")}
    for side in ("home", "away"):
        told |= {f"{side}.name": label[side]["name"], f"{side}.coach": label[side].get("coach")}
        told |= {f"{side}.aliases.{n}": form for n, form in enumerate(label[side]["aliases"])}
    for number, player in enumerate(label["players"]):
        told[f"players.{number}.name"] = player["name"]
        told |= {f"players.{number}.aliases.{n}": form for n, form in enumerate(player["aliases"])}
    for path, event in subject.events():
        told |= {f"{path}.{part}": event.get(part) for part in WORDS}
        if event.get("time"):
            told[f"{path}.time.text"] = event["time"]["text"]
    for path, words in told.items():
        if not subject.says(words):
            yield path, f"{words!r} does not occur in the article"


def _players_once(subject: _Subject) -> Iterator[Finding]:
    names: set[str] = set()
    for number, player in enumerate(subject.label["players"]):
        if player["name"] in names:
            yield f"players.{number}.name", f"{player['name']!r} is listed twice"
        if player["name"] in player["aliases"]:
            yield f"players.{number}.aliases", "the name itself is no alias"
        names.add(player["name"])


def _people_are_players(subject: _Subject) -> Iterator[Finding]:
    """Everyone in an event is a player of the right side."""
    for path, event in subject.events():
        for role in PEOPLE:
            name = event.get(role)
            if name is None:
                continue
            if name not in subject.players:
                yield f"{path}.{role}", f"{name!r} is not in players"
                continue
            own_goal = event.get("kind") == "own_goal"
            side = {"home": "away", "away": "home"}[event["team"]] if own_goal else event["team"]
            if subject.players[name]["team"] != side:
                yield f"{path}.{role}", f"{name!r} plays for {subject.players[name]['team']}, and the event is one for {event['team']}"


def _no_empty_events(subject: _Subject) -> Iterator[Finding]:
    for path, event in subject.events():
        if path.startswith("substitutions.") and event["player_in"] is None and event["player_out"] is None:
            yield path, "neither who came on nor who went off is filled in"
        time = event.get("time")
        if time and time["exact"] and time["minute"] is None:
            yield f"{path}.time", "exact without a minute"


def _goals_add_up(subject: _Subject) -> Iterator[Finding]:
    """Running scores go up by one goal of the right side, and end at the final score."""
    label = subject.label
    home = away = 0
    for number, goal in enumerate(label["goals"]):
        after = goal["score_after"]
        if after is None:
            continue
        step = (after["home"] - home) + (after["away"] - away)
        if step < 1 or after["home"] < home or after["away"] < away:
            yield f"goals.{number}.score_after", f"{home}-{away} can't become {after['home']}-{after['away']}"
        elif step == 1 and (after["home"] > home) != (goal["team"] == "home"):
            yield (
                f"goals.{number}.team",
                f"the goal counts for {goal['team']}, but the score goes from {home}-{away} to {after['home']}-{after['away']}",
            )
        home, away = after["home"], after["away"]
    if label["score"] is None:
        if label["status"] != "postponed":
            yield "score", "is missing, and the match was not postponed"
        return
    for side in ("home", "away"):
        if sum(goal["team"] == side for goal in label["goals"]) > label["score"][side]:
            yield "goals", f"there are more {side} goals than the final score says"
    all_goals = label["score"]["home"] + label["score"]["away"]
    if len(label["goals"]) < all_goals and "goals_incomplete" not in label.get("traits", ()):
        yield "goals", f"{len(label['goals'])} of {all_goals} goals are listed without the trait goals_incomplete", "warning"


def _quotes_hold(subject: _Subject) -> Iterator[Finding]:
    """Every event has its quotes, to the letter, and they name its people."""
    quotes: Json = subject.label.get("quotes") or {}
    paths = {path for path, _ in subject.events()}
    for path in sorted(quotes.keys() - paths):
        yield f"quotes.{path}", "quotes an event that there is none of"
    for path, event in subject.events():
        quote: Json = quotes.get(path) or {}
        texts: list[str] = quote.get("text") or []
        if not texts:
            yield f"quotes.{path}", "the event has no quote"
        for words in texts:
            if words not in subject.text:
                yield f"quotes.{path}", f"{words[:60]!r} is not in the text to the letter"
        for role in PEOPLE:
            if texts and event.get(role) in subject.players and not _named(subject, event[role], texts, quote.get("who", {}).get(role)):
                yield f"quotes.{path}", f"no form of {event[role]!r} is in the quote: say who names him", "warning"


def _named(subject: _Subject, name: str, texts: list[str], who: str | list[str] | None) -> bool:
    said = [who] if isinstance(who, str) else who or []
    forms = [*said, name, *subject.players[name]["aliases"], name.rsplit(maxsplit=1)[-1]]
    return any(flat(form) in flat(text) for text in texts for form in forms)


def _accept_points_somewhere(subject: _Subject) -> Iterator[Finding]:
    accept: Json = subject.label.get("accept") or {}
    for path, values in accept.items():
        if not isinstance(values, list) or not values:
            yield f"accept.{path}", "is no list of values"
        elif not _exists(subject.label, path.split(".")):
            yield f"accept.{path}", "there is no such field"


def _exists(value: Any, parts: list[str]) -> bool:
    for part in parts:
        if value is None:
            # A value of its own type may be accepted where the label has none.
            return True
        if isinstance(value, list):
            if not part.isdigit() or int(part) >= len(value):  # pyright: ignore[reportUnknownArgumentType]
                return False
            value = value[int(part)]  # pyright: ignore[reportUnknownVariableType]
        elif isinstance(value, dict) and part in value:
            value = value[part]  # pyright: ignore[reportUnknownVariableType]
        else:
            return False
    return True


def _traits_are_known(subject: _Subject) -> Iterator[Finding]:
    for trait in subject.label.get("traits", ()):
        if trait not in TRAITS:
            yield "traits", f"{trait!r} is not in the list of traits"


CHECKS: tuple[Check, ...] = (
    _words_occur,
    _players_once,
    _people_are_players,
    _no_empty_events,
    _goals_add_up,
    _quotes_hold,
    _accept_points_somewhere,
    _traits_are_known,
)
