"""Grounding: a fact enters with the place in the article that holds it, or not at all."""

from __future__ import annotations

import re

import pytest

from extractor import Article, MatchReport
from extractor.assemble.compose import assemble
from extractor.claim import Claim
from extractor.dutch import reader
from extractor.dutch.reading import Reading
from extractor.ground import Grounded, ground, holds
from extractor.prepare import prepare
from extractor.report import EVENT_LISTS, MatchTime, Span
from tests.dutch.articles import ARTICLES, LEAGUE
from tests.plain import same


def read(article: Article) -> Reading:
    return reader.read(prepare(article))


def grounded(claim: Claim, article: Article = ARTICLES["league"]) -> Grounded:
    return ground([claim], read(article))


def reason(claim: Claim, article: Article = ARTICLES["league"]) -> str:
    result = grounded(claim, article)
    assert result.claims == ()
    (rejected,) = result.rejected
    assert rejected.claim == claim
    return rejected.reason


HEADER = "Kees Visser kopte raak uit een voorzet van Daan Mulder: 1-0."


def goal(scorer: str = "Kees Visser", quote: str = HEADER, **words: str) -> Claim:
    return Claim("goal", {"scorer": scorer}, "home", "regular", words=words, quotes=(quote,), source="model")


def test_a_claim_gets_the_span_of_its_quote() -> None:
    (claim,) = grounded(goal()).claims
    assert [span.text for span in claim.spans] == [HEADER]
    assert LEAGUE[claim.spans[0].start : claim.spans[0].end] == HEADER


def test_the_sentence_that_names_a_person_joins_the_evidence() -> None:
    (claim,) = grounded(
        goal("Pieter Smit", "In de 83e minuut kreeg de aanvaller de bal van Thijs Postma en schoof hij beheerst binnen: 2-1.")
    ).claims
    assert len(claim.spans) == 2
    assert claim.spans[0].start < claim.spans[1].start
    assert "Smit" in claim.spans[0].text


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (goal("Klaas Huntelaar"), "does not name 'Klaas Huntelaar'"),
        (goal("kees visser"), "does not name 'kees visser'"),
        (goal("Visserman"), "does not name 'Visserman'"),
        (goal(quote="Kees Visser schoot de bal hard binnen: 1-0."), "quote is not in the article"),
        (goal(quote=HEADER.replace("Visser", "Mulder")), "quote is not in the article"),
        (goal("Jan de Boer", "Kees Visser kopte raak"), "does not name 'Jan de Boer'"),
        (
            Claim("injury", {"player": "Kees Visser"}, words={"description": "knieblessure"}, quotes=(HEADER,), source="model"),
            "'knieblessure' (description)",
        ),
        (Claim("next_fixture", side="away", words={"opponent": "Feyenoord"}, quotes=(HEADER,), source="model"), "'Feyenoord' (opponent)"),
        (Claim("team", side="home", words={"name": "FC Barcelona"}, source="model"), "'FC Barcelona' (name)"),
        (Claim("competition", value="Champions League", source="model"), " "),
        (Claim("referee", value="Danny Makkelie", source="model"), " "),
    ],
)
def test_what_the_article_does_not_hold_is_rejected_with_the_reason(claim: Claim, why: str) -> None:
    assert why in reason(claim)


@pytest.mark.parametrize(
    "claim",
    [
        Claim("player", {"player": "Kees Visser"}, "home", "started", source="model"),
        Claim("player", {"player": "Visser"}, "home", source="model"),
        Claim("team", {"coach": "Frank Hendriks"}, "home", words={"name": "Ajax"}, source="model"),
    ],
)
def test_players_and_coaches_need_no_quote(claim: Claim) -> None:
    assert grounded(claim).rejected == ()


@pytest.mark.parametrize("name", ["Klaas Huntelaar", "Vis", "KEES VISSER"])
def test_players_and_coaches_must_still_be_named(name: str) -> None:
    assert name in reason(Claim("player", {"player": name}, "home", source="model"))
    assert name in reason(Claim("team", {"coach": name}, "home", words={"name": "Ajax"}, source="model"))


@pytest.mark.parametrize("name", ["Nij", "BAS NIJHOF", "bas nijhof", "ijh"])
def test_a_referee_is_a_whole_name_of_the_article(name: str) -> None:
    assert reason(Claim("referee", value=name, source="model"))


@pytest.mark.parametrize(
    ("title", "claim"),
    [
        (
            "Ajax wint na penalty",
            Claim("goal", {"scorer": "Kees Visser"}, "home", "penalty", quotes=("Visser benutte de penalty.",), source="model"),
        ),
        (
            "PSV boos om offside",
            Claim("disallowed_goal", {"scorer": "Jan de Boer"}, "away", "offside", quotes=("De Boer stond offside.",), source="model"),
        ),
    ],
)
def test_an_invented_quote_is_rejected_whatever_the_title_says(title: str, claim: Claim) -> None:
    assert "quote is not in the article" in reason(claim, Article(text=LEAGUE, title=title))


def test_a_quote_from_the_boilerplate_is_rejected() -> None:
    assert reason(goal("Memphis Depay", "Memphis Depay scoort twee keer voor Corinthians in de beker"))


@pytest.mark.parametrize("kind", ["score", "half_time", "shootout", "aggregate"])
def test_a_score_that_its_quote_does_not_state_is_rejected(kind: str) -> None:
    claim = Claim(kind, score=(9, 0), quotes=("Na rust zakte het tempo.",), source="model")  # pyright: ignore[reportArgumentType]
    assert reason(claim)


def test_an_invented_date_is_rejected() -> None:
    assert reason(Claim("date", value="2023-03-03", source="model"))


@pytest.mark.parametrize(("words", "minute"), [("in de 83e minuut", 83), ("In de 83e  minuut", 83), ("na een uur", 60)])
def test_the_words_for_the_time_become_a_clock_reading(words: str, minute: int) -> None:
    (claim,) = grounded(goal("Pieter Smit", "schoof hij beheerst binnen: 2-1", time=words)).claims
    assert claim.time is not None
    assert claim.time.minute == minute
    assert any(claim.time.text in span.text for span in claim.spans)
    assert grounded(goal("Pieter Smit", "schoof hij beheerst binnen: 2-1", time=words)).rejected == ()


@pytest.mark.parametrize("words", ["in de 33e minuut", "na vijf minuten", "op slag van rust", "morgen"])
def test_a_time_that_the_article_does_not_tell_is_no_time(words: str) -> None:
    result = grounded(goal(time=words))
    assert all(claim.time is None for claim in result.claims)


def test_a_time_that_the_article_does_not_tell_is_told_of() -> None:
    claim = goal(time="in de 33e minuut")
    result = grounded(claim)
    (rejected,) = result.rejected
    assert (rejected.claim, rejected.in_part) == (claim, True)
    assert "'in de 33e minuut'" in rejected.reason
    assert result.wrong == ()


@pytest.mark.parametrize("words", ["2e minuut", "3e minuut", "2", "e"])
def test_a_minute_is_not_part_of_another(words: str) -> None:
    assert all(claim.time is None for claim in grounded(goal(time=words)).claims)


def test_a_time_that_comes_with_a_claim_must_be_told_in_the_article() -> None:
    told = MatchTime(minute=83, period="second_half", exact=True, text="in de 83e minuut")
    start = LEAGUE.index(HEADER)
    span = Span(start=start, end=start + len(HEADER), text=HEADER)
    invented = told.model_copy(update={"minute": 33, "text": "in de 33e minuut"})
    (claim,) = grounded(Claim("goal", {"scorer": "Kees Visser"}, time=invented, spans=(span,))).claims
    assert claim.time is None


def report_of(article: Article) -> tuple[MatchReport, Reading]:
    """The reader's report, the relevance gate left out."""
    reading = read(article)
    return assemble(ground(reader.claims(reading), reading).claims, reading), reading


def names_of(report: MatchReport) -> set[str]:
    """Every personal name in a report."""
    names = {report.referee, report.home.coach, report.away.coach}
    for player in report.players:
        names |= {player.name, *player.aliases}
    for kind in EVENT_LISTS:
        for event in getattr(report, kind):
            names |= {getattr(event, role, None) for role in ("scorer", "assist", "taker", "player", "player_in", "player_out")}
    return {name for name in names if name}


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
def test_every_report_is_grounded_to_the_letter(article: Article) -> None:
    report, reading = report_of(article)
    for path, span in report.spans():
        assert article.text[span.start : span.end] == span.text, path
    for kind in EVENT_LISTS:
        for number, event in enumerate(getattr(report, kind)):
            assert event.evidence, f"{kind}.{number}"
            time = getattr(event, "time", None)
            if time is not None:
                assert any(same(time.text) in same(span.text) for span in event.evidence), f"{kind}.{number}.time"
    for name in names_of(report) | {report.home.name, report.away.name, *report.home.aliases, *report.away.aliases}:
        assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", f"{article.title or ''}\n{article.text}"), name
    for start, end in reading.prepared.boilerplate:
        site = reading.prepared.span(start, end)
        assert site is not None
        assert not [path for path, span in report.spans() if span.start < site.end and site.start < span.end]


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
def test_every_event_names_its_people_in_its_evidence(article: Article) -> None:
    report, reading = report_of(article)
    forms = {e.name: e.forms for e in reading.entities}
    for kind in EVENT_LISTS:
        for event in getattr(report, kind):
            for role in ("scorer", "assist", "taker", "player", "player_in", "player_out"):
                if name := getattr(event, role, None):
                    assert any(holds(span.text, form) for span in event.evidence for form in forms[name]), (kind, role, name)


def test_names_and_times_are_spelled_as_in_the_article() -> None:
    article = ARTICLES["own_goal"]
    text = article.text.replace("O'Brien", "O\u2019Brien").replace("34e minuut", "34e\u00a0minuut")
    report, _ = report_of(Article(text=text))
    assert all(name in text for name in names_of(report))
    times = [event.time for kind in ("goals", "chances") for event in getattr(report, kind) if event.time]
    assert all(time.text in text for time in times)


@pytest.mark.parametrize("change", ["crlf", "soft", "typographic", "spaces", "no_final_newline"])
@pytest.mark.parametrize("name", ["league", "own_goal", "amateur"])
def test_every_report_is_grounded_in_odd_texts_too(name: str, change: str) -> None:
    text = ARTICLES[name].text
    changed = {
        "crlf": text.replace("\n", "\r\n"),
        "soft": re.sub(r"(\w{4})(\w{4})", "\\1\u00ad\\2", text),
        "typographic": text.replace("'", "\u2019").replace("-", "\u2011"),
        "spaces": text.replace(" ", "\u00a0"),
        "no_final_newline": text.rstrip(),
    }[change]
    article = Article(text=changed)
    report, _ = report_of(article)
    assert report.goals
    for path, span in report.spans():
        assert changed[span.start : span.end] == span.text, path
    for said in names_of(report):
        assert same(said) in same(changed.replace("\u2011", "-"))
