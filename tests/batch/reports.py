"""Rows of a run for the tests of what comes out of it: any report there can be, and its way back from the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from hypothesis import strategies as st

from extractor import MatchReport, report
from extractor.render.text import json_text

Record = Mapping[str, Any]

LISTS = {name: {"next_fixtures": "fixtures"}.get(name, name) for name in (*report.EVENT_LISTS, "players", "warnings")}
"""The report's lists, and their tables."""

words = st.text(st.characters(codec="utf-8"), max_size=12)
maybe = st.none() | words
scores = st.fixed_dictionaries({"home": st.integers(0, 20), "away": st.integers(0, 20)})


def span(start: int, text: str) -> Record:
    return {"start": start, "end": start + len(text), "text": text}


def time(minute: int | None, added_time: int | None, period: str | None, text: str, *, exact: bool) -> Record:
    return {"minute": minute, "added_time": added_time if minute else None, "period": period, "exact": exact, "text": text}


spans = st.builds(span, st.integers(0, 10_000), st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
times = st.none() | st.builds(
    time,
    st.none() | st.integers(1, 120),
    st.none() | st.integers(1, 30),
    st.none() | st.sampled_from(get_args(report.Period)),
    words,
    exact=st.booleans(),
)


def one_of(closed: object, *, null: bool = True) -> st.SearchStrategy[Any]:
    return st.sampled_from([*get_args(closed), *([None] if null else [])])


def events(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return untimed(time=times, **fields)


def untimed(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    base: dict[str, st.SearchStrategy[Any]] = {"team": one_of(report.Side, null=False), "evidence": st.lists(spans, max_size=2)}
    return st.lists(st.fixed_dictionaries({**base, **fields}), max_size=3)


teams = st.fixed_dictionaries({"name": words, "aliases": st.lists(words, max_size=2), "coach": maybe})
reports = st.fixed_dictionaries(
    {
        "article": st.fixed_dictionaries({"id": words, "title": maybe, "published": maybe, "source": maybe}),
        "status": one_of(report.Status, null=False),
        "competition": maybe,
        "round": maybe,
        "leg": st.sampled_from([None, 1, 2]),
        "date": st.none() | st.dates().map(str),
        "venue": st.fixed_dictionaries({"stadium": maybe, "city": maybe}),
        "attendance": st.none() | st.integers(0, 2**63 - 1),
        "referee": maybe,
        "home": teams,
        "away": teams,
        "score": st.none() | st.just({"home": 3, "away": 3}),
        "half_time": st.none() | scores,
        "extra_time": st.booleans(),
        "shootout": st.none() | scores,
        "aggregate": st.none() | scores,
        "goals": events(
            scorer=maybe,
            kind=one_of(report.GoalKind, null=False),
            assist=maybe,
            score_after=st.none() | st.just({"home": 1, "away": 0}),
        ),
        "disallowed_goals": events(scorer=maybe, reason=one_of(report.DisallowedReason)),
        "missed_penalties": events(taker=maybe, outcome=one_of(report.PenaltyOutcome)),
        "chances": events(player=words, outcome=one_of(report.Outcome)),
        "cards": events(player=words, color=one_of(report.CardColor, null=False)),
        "substitutions": events(player_in=maybe, player_out=maybe, reason=one_of(report.SubstitutionReason)),
        "injuries": events(player=words, description=maybe),
        "absences": untimed(player=words, reason=one_of(report.AbsenceReason)),
        "next_fixtures": untimed(team=one_of(report.FixtureSide, null=False), opponent=maybe, place=maybe, when=maybe),
        "players": st.lists(
            st.fixed_dictionaries(
                {
                    "name": words,
                    "aliases": st.lists(words, max_size=2),
                    "team": one_of(report.Side, null=False),
                    "started": st.sampled_from([None, True, False]),
                }
            ),
            max_size=3,
        ),
        "evidence": st.dictionaries(
            st.sampled_from(["competition", "referee", "venue.city", "score"]), st.lists(spans, min_size=1, max_size=2), max_size=2
        ),
        "warnings": st.lists(st.fixed_dictionaries({"code": words, "path": words, "message": words}), max_size=2),
    }
).map(MatchReport.model_validate)


def row(number: int, made: MatchReport | None = None, **more: object) -> dict[str, object]:
    """A row as the engine writes it."""
    values: dict[str, object] = {"id": f"a{number}", "key": f"{number:032x}", "outcome": "failed", "place": f"in.jsonl:{number + 1}"}
    if made is not None:
        echo = made.article
        values |= {
            "outcome": "report",
            "report": made.model_dump(mode="json"),
            "article": {"title": echo.title, "published": echo.published, "source": echo.source},
        }
    return {**values, **more}


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json_text(one) + "\n" for one in rows), encoding="utf-8", newline="")
    return path


def facts(made: MatchReport) -> dict[str, Any]:
    """What the tables hold of a report: all but how it came about."""
    return made.model_dump(mode="json", exclude={"provenance"})


def rebuilt(tables: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, Any]]:
    """The reports that the tables were made from, by the key of their article."""
    articles = {record["article_key"]: record for record in tables["articles"]}
    found = {record["article_key"]: _match(record, articles[record["article_key"]]) for record in tables["matches"]}
    for name, table in LISTS.items():
        ordered = sorted(tables[table], key=lambda record: record["number"])
        for record in ordered:
            found[record["article_key"]][name].append(_fact(record, name))
    quotes: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for record in sorted(tables["evidence"], key=lambda record: record["number"]):
        quotes[record["article_key"], record["path"]].append(
            {"start": record["start_char"], "end": record["end_char"], "text": record["quote"]}
        )
        assert (record["table_name"] == "matches") == (record["fact_number"] is None)
    for (key, path), held in quotes.items():
        name, _, number = path.partition(".")
        place = found[key][name][int(number)] if number.isdecimal() else None
        if place is None:
            found[key]["evidence"][path] = held
        else:
            place["evidence"] = held
    return {key: facts(MatchReport.model_validate(values)) for key, values in found.items()}


def _match(record: Record, article: Record) -> dict[str, Any]:
    same = "schema_version status competition round leg attendance referee extra_time".split()
    return {
        **{name: record[name] for name in same},
        "article": {"id": article["article_id"], **{name: article[name] for name in ("title", "published", "source")}},
        "date": None if record["date"] is None else record["date"].isoformat(),
        "venue": {"stadium": record["stadium"], "city": record["city"]},
        **{side: _team(record, side) for side in ("home", "away")},
        **{name: _score(record, name) for name in ("score", "half_time", "shootout", "aggregate")},
        **{name: [] for name in LISTS},
        "evidence": {},
    }


def _team(record: Record, side: str) -> dict[str, Any]:
    return {"name": record[side], "aliases": record[f"{side}_aliases"], "coach": record[f"{side}_coach"]}


def _score(record: Record, name: str) -> dict[str, Any] | None:
    return None if record[f"home_{name}"] is None else {"home": record[f"home_{name}"], "away": record[f"away_{name}"]}


_TIME = "minute added_time period minute_exact time_text".split()
_GOAL = "home_score_after away_score_after".split()


def _fact(record: Record, name: str) -> dict[str, Any]:
    left_out = {"article_key", "number", "team_name", "when_text", *_TIME, *_GOAL}
    fact = {field: value for field, value in record.items() if field not in left_out}
    if name == "goals":
        fact["score_after"] = _score(record, "score_after")
    if name == "next_fixtures":
        fact["when"] = record["when_text"]
    if "time_text" in record:
        minute, added, period, exact, text = (record[field] for field in _TIME)
        fact["time"] = None if text is None else {"minute": minute, "added_time": added, "period": period, "exact": exact, "text": text}
    return fact
