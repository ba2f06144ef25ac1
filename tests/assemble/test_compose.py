"""The report as a whole: sides, score and goals that fit together, and warnings where they don't."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from extractor import Article, MatchReport, NotAMatchReport
from extractor.assemble.compose import assemble
from extractor.claim import Claim
from extractor.dutch import reader
from extractor.dutch.entities import Entity
from extractor.dutch.names import find_names
from extractor.dutch.reading import MatchTeams, Reading, complete
from extractor.prepare import prepare
from extractor.report import Side, Span

TEXT = """\
Ajax speelde tegen PSV. Smit schoot voor Ajax de 0-1 binnen. Yilmaz maakte het tweede doelpunt: 0-2. Dekkers deed voor PSV iets terug: 1-2.

Trainer Hendriks was na het duel tevreden over Kuip en Duin. PSV verloor met 1-2.
"""
KINDS: dict[str, Any] = {"Ajax": "team", "PSV": "team", "Hendriks": "coach"}


def reading(text: str = TEXT, first_is_home: float = 0.5, **article: Any) -> Reading:
    """A reading with Ajax and PSV as the teams and all other names players."""
    prepared = prepare(Article(text=text, id="x", **article))
    entities = tuple(Entity(f.text, (f.text,), KINDS.get(f.text, "player"), f.mentions, 1.0) for f in find_names(prepared))
    names = [e.name for e in entities]
    found = complete(prepared, entities)
    return reader.with_insight(replace(found, teams=MatchTeams(names.index("Ajax"), names.index("PSV"), first_is_home, 1.0)))


def place(words: str, text: str = TEXT) -> tuple[Span, ...]:
    start = text.index(words)
    return (Span(start=start, end=start + len(words), text=words),)


def goal(scorer: str, score: tuple[int, int] | None, words: str, **more: Any) -> Claim:
    people: dict[Any, str] = {"scorer": scorer} | ({"assist": more.pop("assist")} if "assist" in more else {})
    return Claim("goal", people, value=more.pop("value", "regular"), score=score, spans=place(words), **more)


GOALS = [
    goal("Smit", (0, 1), "Smit schoot voor Ajax de 0-1 binnen."),
    goal("Yilmaz", (0, 2), "Yilmaz maakte het tweede doelpunt: 0-2."),
    goal("Dekkers", (1, 2), "Dekkers deed voor PSV iets terug: 1-2."),
]
FINAL = Claim("score", score=(1, 2), spans=place("PSV verloor met 1-2."), source="model")


def test_running_scores_decide_which_team_was_at_home() -> None:
    """Ajax makes it 0-1 and 0-2, so Ajax plays away, although it is named first."""
    report = assemble([FINAL, *GOALS], reading())
    assert (report.home.name, report.away.name, str(report.score)) == ("PSV", "Ajax", "1-2")
    assert [(g.scorer, g.team, str(g.score_after)) for g in report.goals] == [
        ("Smit", "away", "0-1"),
        ("Yilmaz", "away", "0-2"),
        ("Dekkers", "home", "1-2"),
    ]


def test_the_sides_of_players_follow() -> None:
    sides = {p.name: p.team for p in assemble([FINAL, *GOALS], reading()).players}
    assert (sides["Smit"], sides["Yilmaz"], sides["Dekkers"]) == ("away", "away", "home")


def test_sides_that_a_model_states() -> None:
    text = TEXT.replace("0-1", "1-0").replace("0-2", "2-0").replace("1-2", "2-1")
    told: list[tuple[str, Side, tuple[int, int]]] = [("Smit", "home", (1, 0)), ("Yilmaz", "home", (2, 0)), ("Dekkers", "away", (2, 1))]
    stated = [
        Claim("goal", {"scorer": name}, side, "regular", score=score, spans=place(f"{name} ", text), source="model")
        for name, side, score in told
    ]
    report = assemble([Claim("score", score=(2, 1), source="model"), *stated], reading(text, 0.9))
    assert (report.home.name, str(report.score)) == ("Ajax", "2-1")
    assert [(g.scorer, g.team) for g in report.goals] == [("Smit", "home"), ("Yilmaz", "home"), ("Dekkers", "away")]


def test_a_goal_keeps_its_assist_and_evidence() -> None:
    claims = [FINAL, goal("Smit", (0, 1), "Smit schoot voor Ajax de 0-1 binnen.", assist="Kuip"), *GOALS[1:]]
    first = assemble(claims, reading()).goals[0]
    assert (first.assist, [s.text for s in first.evidence]) == ("Kuip", ["Smit schoot voor Ajax de 0-1 binnen."])


def test_an_own_goal_counts_for_the_other_side_and_has_no_assist() -> None:
    claims = [FINAL, *GOALS[:2], goal("Yilmaz", (1, 2), "Dekkers deed voor PSV iets terug: 1-2.", value="own_goal", assist="Kuip")]
    last = assemble(claims, reading()).goals[-1]
    assert (last.scorer, last.team, last.kind, last.assist) == ("Yilmaz", "home", "own_goal", None)


def test_an_own_goal_has_no_assist_whichever_telling_says_so() -> None:
    twice = [
        goal("Yilmaz", None, "Yilmaz maakte het tweede", value="own_goal"),
        goal("Yilmaz", (1, 2), "Dekkers deed voor PSV iets terug: 1-2.", assist="Kuip"),
    ]
    for found in assemble([FINAL, *GOALS[:1], *twice], reading()).goals:
        assert found.kind != "own_goal" or found.assist is None


def test_nobody_helps_himself() -> None:
    report = assemble([FINAL, goal("Smit", (0, 1), "Smit schoot", assist="Smit"), *GOALS[1:]], reading())
    assert report.goals[0].assist is None


def codes(report: MatchReport) -> set[str]:
    return {warning.code for warning in report.warnings}


def test_a_goal_that_is_not_told_gives_a_warning() -> None:
    report = assemble([FINAL, GOALS[0]], reading())
    assert "goals_incomplete" in codes(report)
    assert str(report.score) == "1-2"
    assert "goals_incomplete" not in codes(assemble([FINAL, *GOALS], reading()))


def test_a_goal_without_a_scorer_gives_a_warning() -> None:
    nameless = Claim("goal", value="regular", score=(0, 2), spans=place("Yilmaz maakte het tweede doelpunt: 0-2."))
    report = assemble([FINAL, GOALS[0], nameless, GOALS[2]], reading())
    assert [w.path for w in report.warnings if w.code == "scorer_unknown"] == ["goals.1.scorer"]


def test_the_coach_is_no_player() -> None:
    report = assemble([FINAL, *GOALS], reading())
    assert {p.name for p in report.players} == {"Smit", "Yilmaz", "Dekkers", "Kuip", "Duin"}
    assert "Hendriks" in {report.home.coach, report.away.coach}


def test_the_article_is_echoed() -> None:
    report = assemble([FINAL, *GOALS], reading(title="PSV - Ajax", published="2024-05", source="De Krant"))
    assert report.article.model_dump() == {"id": "x", "title": "PSV - Ajax", "published": "2024-05", "source": "De Krant"}


@pytest.mark.parametrize(
    ("claims", "field", "value"),
    [
        ([Claim("status", value="abandoned", spans=place("PSV"))], "status", "abandoned"),
        ([Claim("competition", value="eredivisie", spans=place("PSV"))], "competition", "eredivisie"),
        ([Claim("leg", value="2", spans=place("PSV"))], "leg", 2),
        ([Claim("attendance", value="4500", spans=place("PSV"))], "attendance", 4500),
        ([Claim("referee", value="Kuip", spans=place("Kuip"))], "referee", "Kuip"),
        ([Claim("extra_time", value="true", spans=place("PSV"))], "extra_time", True),
        ([Claim("date", value="2024-05-05", spans=place("PSV"))], "date", "2024-05-05"),
    ],
)
def test_match_level_claims_enter_with_their_evidence(claims: list[Claim], field: str, value: object) -> None:
    report = assemble([FINAL, *GOALS, *claims], reading())
    assert getattr(report, field) == value
    assert report.evidence[field] == list(claims[0].spans)


@pytest.mark.parametrize(("kind", "field"), [("half_time", "half_time"), ("shootout", "shootout"), ("aggregate", "aggregate")])
def test_scores_of_other_kinds_enter(kind: Any, field: str) -> None:
    report = assemble([FINAL, *GOALS, Claim(kind, score=(0, 2), spans=place("PSV"), source="model")], reading())
    assert str(getattr(report, field)) == "0-2"


def test_a_postponed_match_has_no_score() -> None:
    report = assemble([Claim("status", value="postponed", spans=place("PSV"))], reading())
    assert (report.status, report.score) == ("postponed", None)


def test_evidence_is_kept_for_filled_in_fields_only() -> None:
    report = assemble([FINAL, *GOALS, Claim("half_time", score=(5, 5), spans=place("PSV"), source="model")], reading())
    assert report.half_time is None
    assert "half_time" not in report.evidence


def test_a_postponed_match_has_no_evidence_for_a_score() -> None:
    report = assemble([Claim("status", value="postponed", spans=place("PSV")), *GOALS], reading())
    assert report.score is None
    assert "score" not in report.evidence
    assert report.goals == []


def test_the_evidence_for_the_score_holds_the_score() -> None:
    text = "Ajax won zaterdag van PSV. Smit schoot voor Ajax de 1-0 binnen. Yilmaz maakte de 2-0 voor Ajax. Dekkers maakte de 2-1."
    goals = [
        Claim("goal", {"scorer": name}, value="regular", score=score, spans=place(words, text))
        for name, score, words in (
            ("Smit", (1, 0), "Smit schoot voor Ajax de 1-0"),
            ("Yilmaz", (2, 0), "Yilmaz maakte de 2-0"),
            ("Dekkers", (2, 1), "Dekkers maakte"),
        )
    ]
    report = assemble(goals, reading(text, 0.9))
    assert str(report.score) == "2-1"
    assert {span.text.replace(" ", "") for span in report.evidence["score"]} <= {"2-1", "1-2"}


def test_without_two_teams_there_is_no_report() -> None:
    found = reading()
    with pytest.raises(NotAMatchReport):
        assemble([], replace(found, teams=None))
    assert found.teams is not None
    with pytest.raises(NotAMatchReport) as caught:
        assemble([], replace(found, teams=replace(found.teams, second=None)))
    assert caught.value.reason == "one_team"


def test_a_reading_without_claims_is_still_a_report() -> None:
    report = assemble([], reading())
    assert report.goals == report.chances == report.cards == []
    assert {report.home.name, report.away.name} == {"Ajax", "PSV"}


@pytest.mark.parametrize(
    "text", ["Ajax - PSV", "Ajax PSV 1-1 2-2 3-3 9-9 25-25", "Ajax won van PSV.\n" * 50, "Ajax 0-0 PSV 0-0 " + "Jan Smit scoorde. " * 40]
)
def test_odd_texts_make_a_report_or_a_clear_end(text: str) -> None:
    found = reader.read(prepare(Article(text=text, id="x")))
    try:
        report = assemble(reader.claims(found), found)
    except NotAMatchReport:
        return
    assert report.home.name != report.away.name
