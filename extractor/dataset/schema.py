"""The tables: what they are called, what is in them, and where in a row it comes from. All in this one place.

The data dictionary, the files and the frames are made from `TABLES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple, get_args

from extractor import MatchReport, report
from extractor.batch.store import Outcome
from extractor.dataset.kloppy import EVENT_TYPES, RESULTS, kloppy_events
from extractor.dataset.rows import Row

Kind = Literal["text", "texts", "integer", "number", "boolean", "date"]
Value = str | list[str] | int | float | date | None


class Entry(NamedTuple):
    """What one record of a table is made from: the article's row, and one thing in it."""

    row: Row
    number: int
    fact: Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Args:
        name: As in the files.
        kind: Type of its values; all but keys may be null.
        description: For the data dictionary.
        read: Its value in an entry.
        values: All values it can have, where they are few.
        key: Part of the table's key.
    """

    name: str
    kind: Kind
    description: str
    read: Callable[[Entry], Value]
    values: tuple[str, ...] = ()
    key: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Args:
        name: As in the files.
        description: For the data dictionary.
        columns: In the order of the files.
        facts: What in a row its records are about, one each.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    facts: Callable[[Row], Iterable[object]]

    def records(self, row: Row) -> Iterator[tuple[Value, ...]]:
        """The records that a row gives, with the values in the order of the columns."""
        for number, fact in enumerate(self.facts(row)):
            entry = Entry(row, number, fact)
            yield tuple(column.read(entry) for column in self.columns)


def _at(path: str) -> Callable[[Entry], Any]:
    """Reads a path of attributes that starts at the fact; None where something on the way is None."""
    names = path.split(".")

    def read(entry: Entry) -> Any:  # noqa: ANN401  whatever is there
        value = entry.fact
        for name in names:
            if value is None:
                return None
            value = getattr(value, name)
        return value

    return read


def _column(name: str, kind: Kind, description: str, path: str = "", values: tuple[str, ...] = ()) -> Column:
    """A column that is read from a path in the fact, its own name where none is given."""
    return Column(name, kind, description, _at(path or name), values)


def _text(name: str, description: str, path: str = "") -> Column:
    return _column(name, "text", description, path)


def _number(name: str, description: str, path: str = "") -> Column:
    return _column(name, "integer", description, path)


def _choice(name: str, description: str, closed: object) -> Column:
    """A column of the contract's closed values."""
    return _column(name, "text", description, values=get_args(closed))


def _team_name(entry: Entry) -> str | None:
    """The name of the side; None for both."""
    match: MatchReport | None = entry.row.report
    names = {} if match is None else {"home": match.home.name, "away": match.away.name}
    return names.get(entry.fact.team)


def _day(entry: Entry) -> date | None:
    """The day of the match; the contract lets 31 February pass, a date column can't."""
    try:
        return date.fromisoformat(entry.fact.date) if entry.fact.date else None
    except ValueError:
        return None


_KEY = Column("article_key", "text", "The article; joins with `articles`.", lambda entry: entry.row.key, key=True)
_PLACE = Column("number", "integer", "Place in the article's list, from 0.", lambda entry: entry.number, key=True)
_TEAM_NAME = Column("team_name", "text", "The name of that side, as in `matches`.", _team_name)
_TEAM = (_choice("team", "The side.", report.Side), _TEAM_NAME)
_TIME = (
    _number("minute", "Minute of the match, 1 to 120.", "time.minute"),
    _number("added_time", "Minutes into stoppage time: 45+2 is minute 45 with added_time 2.", "time.added_time"),
    _column("period", "text", "Part of the match.", "time.period", get_args(report.Period)),
    _column("minute_exact", "boolean", "Whether the article gives this very minute.", "time.exact"),
    _text("time_text", "The article's words for the moment; null where it gives no indication.", "time.text"),
)


def _both(name: str, kind: Kind, description: str, path: str) -> Iterator[Column]:
    """A column for each side: `{}` stands for `home` and `away`."""
    for side in get_args(report.Side):
        yield _column(name.format(side), kind, description.format(side), path.format(side))


def _scores(name: str, description: str) -> Iterator[Column]:
    """The goals of both sides."""
    return _both(f"{{}}_{name}", "integer", f"{description}: goals of the {{}} side.", f"{name}.{{}}")


def _facts(name: str) -> Callable[[Row], Iterable[object]]:
    """The entries of one of the report's lists."""
    return lambda row: getattr(row.report, name) if row.report is not None else ()


def _list(name: str, description: str, *columns: Column, of: str = "") -> Table:
    """A table with one record for each entry of one of the report's lists."""
    return Table(name, description, (_KEY, _PLACE, *columns), _facts(of or name))


@dataclass(frozen=True, slots=True)
class _Quote:
    """A span, and the table and number of the fact it is evidence for."""

    path: str
    table: str
    fact_number: int | None
    span: report.Span


_TABLE_OF = {name: {"next_fixtures": "fixtures"}.get(name, name) for name in report.EVENT_LISTS}


def _quotes(row: Row) -> Iterator[_Quote]:
    for path, span in row.report.spans() if row.report is not None else ():
        name, _, number = path.partition(".")
        of_list = name in _TABLE_OF and number.isdecimal()
        yield _Quote(path, _TABLE_OF[name] if of_list else "matches", int(number) if of_list else None, span)


_ARTICLES = Table(
    "articles",
    "Every article of the run, whatever became of it.",
    (
        replace(_KEY, description="Hash of the article's content and id; all other tables refer to it."),
        _text("article_id", "The article's id, as given in.", "id"),
        _column("outcome", "text", "What became of it.", values=get_args(Outcome)),
        _text("place", "Where it stands in the input: file, and line or offset."),
        _text("title", "Its headline, as given in.", "origin.title"),
        _text("published", "Date of publication: YYYY-MM-DD, YYYY-MM or YYYY, as given in.", "origin.published"),
        _text("source", "Newspaper, website or archive, as given in.", "origin.source"),
        Column("notes", "texts", "What was repaired when it was read in.", lambda entry: list(entry.row.warnings)),
        _text("duplicate_of", "article_id of the first article with the same text."),
        _text("error_type", "Why there is no report: name of the error.", "error.type"),
        _text("error_class", "And the class that the run counted it under.", "error.kind"),
        _text("error_message", "And what happened.", "error.message"),
        _text("reason", "Of an article that is no match report: what it is.", "error.reason"),
        _number("requests", "Questions to a language model.", "spent.requests"),
        _number("prompt_tokens", "Tokens read by the model.", "spent.prompt_tokens"),
        _number("cached_tokens", "Part of `prompt_tokens` that the endpoint had in its cache.", "spent.cached_tokens"),
        _number("completion_tokens", "Tokens written by the model.", "spent.completion_tokens"),
        _column("cost_usd", "number", "US dollars, where the price is known.", "spent.cost_usd"),
        _column("seconds", "number", "Seconds of work on this article.", "spent.seconds"),
        _text("model", "`provider/model`, or null where no language model was asked.", "report.provenance.model"),
        _text("strategy", "How the article was read.", "report.provenance.strategy"),
        _text("library_version", "Version of matchreport that read it.", "report.provenance.library_version"),
        _text("extracted_at", "ISO 8601, UTC.", "report.provenance.extracted_at"),
    ),
    lambda row: (row,),
)

_MATCHES = Table(
    "matches",
    "One record for each article with a report: the match as that article tells it.",
    (
        _KEY,
        _text("schema_version", "Version of the report's contract."),
        _choice("status", "Whether the match was played to its end.", report.Status),
        _text("competition", "As the article names it."),
        _text("round", "As the article says it."),
        _number("leg", "1 or 2, of a match over two legs."),
        Column("date", "date", "Day of the match, where the article lets it be derived.", _day),
        _text("stadium", "Name of the stadium.", "venue.stadium"),
        _text("city", "Town where the match was played.", "venue.city"),
        _number("attendance", "Spectators."),
        _text("referee", "Fullest name in the article."),
        *_both("{}", "text", "Name of the {} side, in its fullest form.", "{}.name"),
        *_both("{}_aliases", "texts", "Other names the article uses for the {} side.", "{}.aliases"),
        *_both("{}_coach", "text", "Coach of the {} side.", "{}.coach"),
        *_scores("score", "Final score, extra time included"),
        *_scores("half_time", "Half-time score"),
        _column("extra_time", "boolean", "Whether extra time was played."),
        *_scores("shootout", "Penalty shoot-out"),
        *_scores("aggregate", "Score over two legs"),
    ),
    lambda row: (row.report,) if row.report is not None else (),
)

TABLES: tuple[Table, ...] = (
    _ARTICLES,
    _MATCHES,
    _list(
        "goals",
        "Goals that counted and that the article describes, in playing order.",
        _text("scorer", "Null where the article does not name the scorer."),
        _choice("team", "The side the goal counts for, also of an own goal.", report.Side),
        _TEAM_NAME,
        _choice("kind", "How it was scored.", report.GoalKind),
        _text("assist", "The team-mate the article credits."),
        *_TIME,
        *_scores("score_after", "Score after this goal"),
    ),
    _list(
        "disallowed_goals",
        "Goals that were not given.",
        _text("scorer", "Who put the ball in."),
        *_TEAM,
        _choice("reason", "Why it was not given.", report.DisallowedReason),
        *_TIME,
    ),
    _list(
        "missed_penalties",
        "Penalties during play that did not become a goal; kicks of a shoot-out are not among them.",
        _text("taker", "Who took it."),
        *_TEAM,
        _choice("outcome", "What became of it.", report.PenaltyOutcome),
        *_TIME,
    ),
    _list(
        "cards",
        "Cards.",
        _text("player", "Who was shown it."),
        *_TEAM,
        _choice("color", "`red` is a straight red card.", report.CardColor),
        *_TIME,
    ),
    _list(
        "substitutions",
        "Substitutions, one record a pair.",
        _text("player_in", "Who came on."),
        _text("player_out", "Who went off."),
        *_TEAM,
        _choice("reason", "Where the article ties it to one.", report.SubstitutionReason),
        *_TIME,
    ),
    _list(
        "chances",
        "Attempts by a named player that did not become a goal.",
        _text("player", "Who made the attempt."),
        *_TEAM,
        _choice("outcome", "What became of it.", report.Outcome),
        *_TIME,
    ),
    _list(
        "injuries",
        "Injuries suffered in this match.",
        _text("player", "Who was hurt."),
        *_TEAM,
        _text("description", "The article's words for it."),
        *_TIME,
    ),
    _list(
        "absences",
        "Players who could not play or were left out.",
        _text("player", "Who was absent."),
        *_TEAM,
        _choice("reason", "Why.", report.AbsenceReason),
    ),
    _list(
        "players",
        "Named players of either side: starters, substitutes and absentees.",
        _text("name", "The fullest form in the article."),
        _column("aliases", "texts", "Other forms the article uses."),
        *_TEAM,
        _column("started", "boolean", "In the starting line-up; null where the article does not say."),
    ),
    _list(
        "fixtures",
        "What the article says is next for a team.",
        _choice("team", "The side.", report.FixtureSide),
        _TEAM_NAME,
        _text("opponent", "Against whom; null where the two sides meet again."),
        _text("place", "Where, in the article's words."),
        _text("when_text", "When, in the article's words.", "when"),
        of="next_fixtures",
    ),
    Table(
        "evidence",
        "The places in the articles that say what the other tables hold.",
        (
            _KEY,
            _PLACE,
            _text("table_name", "The table of the fact.", "table"),
            _number("fact_number", "Its `number` there; null for `matches`."),
            _text("path", "The field in the JSON report, such as `goals.0` or `venue.city`."),
            _number("start_char", "Where the quote begins, in Unicode code points of the article's text.", "span.start"),
            _number("end_char", "Where it ends, exclusive.", "span.end"),
            _text("quote", "The article's text between the two.", "span.text"),
        ),
        _quotes,
    ),
    _list(
        "warnings",
        "What did not add up, for a person to look at.",
        _text("code", "Which kind of thing."),
        _text("path", "The field in the JSON report, such as `goals.1.scorer`."),
        _text("message", "In words."),
    ),
    Table(
        "events",
        "Everything that happened on the pitch, in the vocabulary of kloppy (see below); sort by period_id and minute.",
        (
            _KEY,
            Column("table_name", "text", "The table that has all that is known of it.", _at("table"), key=True),
            Column("fact_number", "integer", "Its `number` there.", _at("index"), key=True),
            _column("event_type", "text", "kloppy's EventType.", "naming.event_type", EVENT_TYPES),
            _column("result", "text", "kloppy's ShotResult.", "naming.result", RESULTS),
            _column("success", "boolean", "Whether the shot is a goal for the shooter's side.", "naming.success"),
            _text("card_type", "kloppy's CardType.", "naming.card_type"),
            _text("set_piece_type", "kloppy's SetPieceType.", "naming.set_piece_type"),
            _number("period_id", "1 and 2 the halves, 3 and 4 those of extra time."),
            _number("minute", "Minute of the match, 1 to 120.", "time.minute"),
            _number("added_time", "Minutes into stoppage time.", "time.added_time"),
            _choice("team", "The side of the player; of an own goal therefore not the side it counts for.", report.Side),
            _TEAM_NAME,
            _text("player", "Who did it; of a substitution, who went off."),
            _text("replacement_player", "Of a substitution: who came on."),
        ),
        lambda row: kloppy_events(row.report) if row.report is not None else (),
    ),
)
"""All tables, the one the others refer to first."""
