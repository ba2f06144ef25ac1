"""What a language model claims: the right enters, the invented does not, and what was wrong may be mended."""

from __future__ import annotations

import pytest

from extractor import Article
from tests.dutch.articles import LEAGUE
from tests.single_answers import EQUALISER, HEADER, Model, answer, everything, goal, single

# What a model says right


def test_what_a_model_says_right_enters() -> None:
    extraction = single(
        goals=[
            goal(),
            goal(quotes=[EQUALISER], side="away", scorer="Jan de Boer", assist=None, time=None, score_after={"home": 1, "away": 1}),
        ],
        competition="eredivisie",
        stadium="Johan Cruijff Arena",
        referee="Bas Nijhof",
    )
    report = extraction.report
    assert [(g.scorer, g.team, str(g.score_after)) for g in report.goals] == [
        ("Kees Visser", "home", "1-0"),
        ("Jan de Boer", "away", "1-1"),
    ]
    time = report.goals[0].time
    assert time is not None
    assert (report.goals[0].assist, time.minute, time.exact) == ("Daan Mulder", 10, True)
    assert (report.competition, report.venue.stadium, report.referee, str(report.score)) == (
        "eredivisie",
        "Johan Cruijff Arena",
        "Bas Nijhof",
        "2-1",
    )
    assert [w.code for w in report.warnings if w.code == "goals_incomplete"]
    assert extraction.rejected == []


def test_players_and_coaches_of_a_model_enter_without_a_repair() -> None:
    players = [{"name": "Kees Visser", "side": "home", "started": True}, {"name": "Pieter Smit", "side": "home", "started": False}]
    model = Model(answer(home={"name": "Ajax", "aliases": [], "coach": "Frank Hendriks"}, players=players))
    extraction = model.extract()
    assert extraction.rejected == []
    assert {(p.name, p.team, p.started) for p in extraction.report.players} == {
        ("Kees Visser", "home", True),
        ("Pieter Smit", "home", False),
    }
    assert extraction.report.home.coach == "Frank Hendriks"
    assert model.repairs == 0


@pytest.mark.parametrize("words", ["zondagmiddag", "zondag"])
def test_the_words_for_the_date_are_resolved(words: str) -> None:
    report = single(date=words).report
    assert report.date == "2024-03-03"
    assert [span.text for span in report.evidence["date"]] == ["zondagmiddag"]


@pytest.mark.parametrize("words", ["gisteren na de wedstrijd", "5 mei", "2024-13-45x"])
def test_words_that_are_no_date_never_break_the_report(words: str) -> None:
    assert single(date=words).report.date is None


def test_the_attendance_as_the_article_writes_it() -> None:
    text = LEAGUE.replace("In een volle Johan Cruijff Arena", "Voor 12.500 toeschouwers")
    assert single(Article(text=text), attendance="12.500").report.attendance == 12500


# What a model invents


def test_an_invented_name_does_not_enter_and_the_reason_is_told() -> None:
    extraction = single(
        goals=[goal(scorer="Klaas Huntelaar")],
        chances=[{"quotes": [HEADER], "side": "home", "player": "Wesley Sneijder", "outcome": "saved"}],
    )
    assert "Huntelaar" not in everything(extraction)
    assert "Sneijder" not in everything(extraction)
    assert extraction.report.goals == []
    assert {next(iter(r.people.values())): r.reason for r in extraction.rejected} == {
        "Klaas Huntelaar": "the article does not name 'Klaas Huntelaar'",
        "Wesley Sneijder": "the article does not name 'Wesley Sneijder'",
    }


@pytest.mark.parametrize(
    "quote",
    [
        "Kees Visser schoot de bal in de 12e minuut in de kruising.",
        HEADER.replace("Kees Visser", "Thijs Postma"),
        "Ajax won dankzij Kees Visser",
    ],
)
def test_an_invented_quote_does_not_enter_and_the_reason_is_told(quote: str) -> None:
    extraction = single(goals=[goal(quotes=[quote])])
    assert quote not in everything(extraction)
    assert extraction.report.goals == []
    assert [(r.kind, r.quotes, r.source) for r in extraction.rejected] == [("goal", [quote], "model")]
    assert "not in the article" in extraction.rejected[0].reason


def test_an_invented_minute_does_not_enter() -> None:
    (only,) = single(goals=[goal(time="in de 33e minuut")]).report.goals
    assert only.time is None


def test_an_invented_minute_is_told_of() -> None:
    assert any("33e" in r.reason for r in single(goals=[goal(time="in de 33e minuut")]).rejected)


def test_what_entered_without_its_time_is_not_asked_again() -> None:
    model = Model(answer(goals=[goal(time="in de 33e minuut")]))
    extraction = model.extract()
    assert model.repairs == 0
    assert [(r.kind, r.people["scorer"]) for r in extraction.rejected] == [("goal", "Kees Visser")]


def test_an_invented_score_does_not_enter() -> None:
    extraction = single(score={"home": 9, "away": 0, "quotes": ["Na rust zakte het tempo."]})
    assert str(extraction.report.score) != "9-0"
    assert extraction.rejected


def test_an_invented_date_does_not_enter() -> None:
    assert single(date="2023-03-03").report.date != "2023-03-03"


@pytest.mark.parametrize(("field", "value", "right"), [("leg", 2, None), ("extra_time", True, False), ("status", "abandoned", "finished")])
def test_invented_facts_of_the_match_do_not_enter(field: str, value: object, right: object) -> None:
    assert getattr(single(**{field: value}).report, field) == right


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("competition", "Champions League"),
        ("round", "halve finale"),
        ("stadium", "Wembley"),
        ("city", "Londen"),
        ("referee", "Danny Makkelie"),
    ],
)
def test_invented_words_do_not_enter_and_are_told_of(field: str, value: str) -> None:
    extraction = single(**{field: value})
    assert value not in everything(extraction)
    assert [(r.kind, r.value) for r in extraction.rejected] == [(field, value)]


def test_boilerplate_that_a_model_quotes_does_not_enter() -> None:
    extraction = single(
        goals=[goal(scorer="Memphis Depay", assist=None, time=None, quotes=["Memphis Depay scoort twee keer voor Corinthians in de beker"])]
    )
    assert "Depay" not in everything(extraction)
    assert extraction.rejected


def test_boilerplate_is_not_shown_to_the_model() -> None:
    model = Model(answer())
    model.extract()
    (question,) = model.scripted.asked
    said = "\n".join(message.content for message in question.messages)
    assert "Depay" not in said
    assert HEADER in said


def test_no_event_without_evidence_enters() -> None:
    article = Article(text=LEAGUE, title="Ajax wint na penalty van PSV")
    extraction = single(
        article, goals=[goal(kind="penalty", quotes=["Visser benutte de strafschop."], time=None, assist=None, score_after=None)]
    )
    assert all(g.evidence for g in extraction.report.goals)


# Repair


def test_a_corrected_claim_enters() -> None:
    model = Model(
        answer(goals=[goal(scorer="Klaas Visser")]),
        {"corrections": [{"number": 1, "drop": False, "people": [{"role": "scorer", "name": "Kees Visser"}]}]},
    )
    extraction = model.extract()
    assert [g.scorer for g in extraction.report.goals] == ["Kees Visser"]
    assert extraction.rejected == []
    assert model.repairs == 1
    assert [p.name for p in extraction.provenance.prompts] == ["single", "repair"]
    assert extraction.provenance.attempts == 2


def test_repair_asks_at_most_twice() -> None:
    stubborn = {"corrections": [{"number": 1, "drop": False, "people": [{"role": "scorer", "name": "Klaas Huntelaar"}]}]}
    model = Model(answer(goals=[goal(scorer="Huntelaar")]), *[stubborn] * 9)
    extraction = model.extract()
    assert model.repairs == 2
    assert extraction.report.goals == []
    assert [r.people for r in extraction.rejected] == [{"scorer": "Klaas Huntelaar"}]


def test_the_second_repair_may_help() -> None:
    first = {"corrections": [{"number": 1, "drop": False, "quotes": ["Ook verzonnen."]}]}
    model = Model(answer(goals=[goal(quotes=["Verzonnen."])]), first, {"corrections": [{"number": 1, "drop": False, "quotes": [HEADER]}]})
    extraction = model.extract()
    assert [g.scorer for g in extraction.report.goals] == ["Kees Visser"]
    assert model.repairs == 2


def test_what_is_right_is_not_asked_again() -> None:
    model = Model(answer(goals=[goal()]))
    model.extract()
    assert model.repairs == 0


def test_a_claim_that_the_model_drops_stays_rejected() -> None:
    model = Model(answer(goals=[goal(scorer="Klaas Huntelaar")]), {"corrections": [{"number": 1, "drop": True}]})
    extraction = model.extract()
    assert model.repairs == 1
    assert [r.people["scorer"] for r in extraction.rejected] == ["Klaas Huntelaar"]


def test_a_dropped_claim_stays_rejected_beside_a_corrected_one() -> None:
    corrections = [{"number": 1, "drop": True}, {"number": 2, "drop": False, "quotes": [HEADER]}]
    model = Model(answer(goals=[goal(scorer="Klaas Huntelaar", assist=None), goal(quotes=["Verzonnen."])]), {"corrections": corrections})
    extraction = model.extract()
    assert [g.scorer for g in extraction.report.goals] == ["Kees Visser"]
    assert [r.people["scorer"] for r in extraction.rejected] == ["Klaas Huntelaar"]


@pytest.mark.parametrize(
    ("changes", "person"),
    [
        ({"home": {"name": "Ajax", "aliases": [], "coach": "Frank Hendrikx"}}, {"role": "coach", "name": "Frank Hendriks"}),
        ({"players": [{"name": "Joost Bakkers", "side": "away"}]}, {"role": "player", "name": "Joost Bakker"}),
    ],
)
def test_a_corrected_coach_or_player_enters(changes: dict[str, object], person: dict[str, str]) -> None:
    extraction = Model(answer(**changes), {"corrections": [{"number": 1, "drop": False, "people": [person]}]}).extract()
    report = extraction.report
    assert person["name"] in {report.home.coach, *(player.name for player in report.players if player.team == "away")}
    assert extraction.rejected == []


def test_a_quote_does_not_make_an_invented_date_right() -> None:
    model = Model(answer(date="gisteren"), {"corrections": [{"number": 1, "drop": False, "quotes": [HEADER]}]})
    extraction = model.extract()
    assert extraction.report.date is None
    assert {r.kind for r in extraction.rejected} == {"date"}


def test_every_rejected_claim_is_told_of_however_many() -> None:
    chances = [{"quotes": [HEADER], "side": "home", "player": f"Speler {n}", "outcome": "saved"} for n in range(35)]
    fix = {"corrections": [{"number": 1, "drop": False, "people": [{"role": "player", "name": "Daan Mulder"}]}]}
    extraction = Model(answer(chances=chances), fix).extract()
    assert {r.people["player"] for r in extraction.rejected} == {f"Speler {n}" for n in range(1, 35)}


def test_a_name_that_only_the_repair_brings_is_a_player_too() -> None:
    fix = {
        "corrections": [
            {
                "number": 1,
                "drop": False,
                "people": [{"role": "player", "name": "Joost Bakker"}],
                "quotes": ["maar doelman Joost Bakker redde met een katachtige reflex"],
            }
        ]
    }
    model = Model(answer(injuries=[{"quotes": [HEADER], "side": "away", "player": "Joost Bakkers"}]), fix)
    extraction = model.extract()
    assert [(i.player, i.team) for i in extraction.report.injuries] == [("Joost Bakker", "away")]
