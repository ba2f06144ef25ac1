"""The lists of a report: what several claims tell of one event is one entry."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.assemble.events import Lists, event_lists
from extractor.claim import Claim
from extractor.report import MatchTime, Side, Span

SIDES: dict[str, Side] = {"Smit": "home", "Bos": "home", "Duin": "home", "Kuip": "home", "Vos": "away", "Prins": "away"}


def span(at: int) -> Span:
    return Span(start=at, end=at + 4, text="abcd")


def claim(kind: Any, value: str | None = None, *, at: int = 0, minute: int | None = None, **people: str) -> Claim:
    time = None if minute is None else MatchTime(minute=minute, exact=True, text=f"in de {minute}e minuut")
    return Claim(kind, people, value=value, time=time, spans=(span(at),))  # pyright: ignore[reportArgumentType]


def lists(*claims: Claim) -> Lists:
    return event_lists(claims, SIDES, {"Olympique Marseille": "home", "Atalanta": "away"})


def minutes(events: list[Any]) -> list[int | None]:
    return [event.time.minute if event.time else None for event in events]


def test_the_side_is_that_of_the_player() -> None:
    found = lists(claim("chance", "saved", player="Smit"), claim("chance", "saved", player="Vos", at=10))
    assert [(c.player, c.team, c.outcome) for c in found.chances] == [("Smit", "home", "saved"), ("Vos", "away", "saved")]


def test_a_player_without_a_side_can_not_be_reported() -> None:
    assert lists(claim("chance", "saved", player="Niemand")).chances == []


def test_a_card_told_twice_is_one_card_with_both_places() -> None:
    (card,) = lists(claim("card", "red", player="Smit"), claim("card", "red", player="Smit", at=50, minute=70)).cards
    assert (card.color, minutes([card])) == ("red", [70])
    assert [s.start for s in card.evidence] == [0, 50]


@pytest.mark.parametrize("order", [("second_yellow", "red"), ("red", "second_yellow")])
def test_a_second_yellow_card_and_the_red_one_it_brings_are_one(order: tuple[str, str]) -> None:
    (card,) = lists(claim("card", order[0], player="Smit"), claim("card", order[1], player="Smit", at=10)).cards
    assert card.color == "second_yellow"


def test_an_earlier_first_yellow_card_is_its_own_entry() -> None:
    found = lists(claim("card", "yellow", player="Smit", minute=20), claim("card", "second_yellow", player="Smit", minute=60, at=10))
    assert [(c.color, minutes([c])) for c in found.cards] == [("yellow", [20]), ("second_yellow", [60])]


def test_cards_of_two_players_are_two() -> None:
    assert len(lists(claim("card", "yellow", player="Smit"), claim("card", "yellow", player="Bos")).cards) == 2


def test_substitutions_in_their_order() -> None:
    found = lists(claim("substitution", player_in="Smit", player_out="Duin"), claim("substitution", player_in="Bos", player_out="Kuip"))
    assert [(s.player_in, s.player_out) for s in found.substitutions] == [("Smit", "Duin"), ("Bos", "Kuip")]
    assert found.not_started >= {"Smit", "Bos"}
    assert not found.not_started & {"Duin", "Kuip"}


@pytest.mark.parametrize("half", [{"player_in": "Smit"}, {"player_out": "Duin"}])
def test_half_a_substitution_joins_the_whole(half: Any) -> None:
    whole: Any = {"player_in": "Smit", "player_out": "Duin"}
    for first, second in ((half, whole), (whole, half)):
        (substitution,) = lists(claim("substitution", **first), claim("substitution", "injury", at=10, minute=30, **second)).substitutions
        assert (substitution.player_in, substitution.player_out, substitution.reason) == ("Smit", "Duin", "injury")
        assert minutes([substitution]) == [30]


def test_two_unknown_replacements_stay_two() -> None:
    found = lists(claim("substitution", player_out="Duin"), claim("substitution", player_out="Kuip"))
    assert [s.player_out for s in found.substitutions] == ["Duin", "Kuip"]


def test_nobody_replaces_himself() -> None:
    for substitution in lists(claim("substitution", player_in="Smit", player_out="Smit")).substitutions:
        assert substitution.player_in != substitution.player_out


def test_chances_of_different_minutes_are_two() -> None:
    found = lists(claim("chance", "saved", player="Smit", minute=20), claim("chance", "saved", player="Smit", minute=35))
    assert minutes(found.chances) == [20, 35]


def test_chances_of_different_outcome_are_two() -> None:
    found = lists(claim("chance", "saved", player="Smit"), claim("chance", "woodwork", player="Smit"))
    assert [c.outcome for c in found.chances] == ["saved", "woodwork"]


def test_chances_in_different_places_without_minutes_are_two() -> None:
    assert len(lists(claim("chance", "saved", player="Smit"), claim("chance", "saved", player="Smit", at=90)).chances) == 2


def test_a_chance_told_twice_in_one_sentence_is_one() -> None:
    (chance,) = lists(claim("chance", player="Smit"), claim("chance", "blocked", player="Smit")).chances
    assert chance.outcome == "blocked"


def test_two_attempts_in_one_minute_are_two() -> None:
    found = lists(claim("chance", "saved", player="Smit", minute=20), claim("chance", "woodwork", player="Smit", minute=20, at=30))
    assert [c.outcome for c in found.chances] == ["saved", "woodwork"]


@pytest.mark.parametrize("minute", [None, 70])
def test_a_missed_penalty_told_twice_is_one(minute: int | None) -> None:
    (missed,) = lists(
        claim("missed_penalty", taker="Smit"), claim("missed_penalty", "saved", taker="Smit", at=80, minute=minute)
    ).missed_penalties
    assert missed.outcome == "saved"


@pytest.mark.parametrize("kind", ["missed_penalty", "disallowed_goal"])
def test_missed_penalties_and_disallowed_goals_are_no_chances(kind: str) -> None:
    people: Any = {"taker": "Smit"} if kind == "missed_penalty" else {"scorer": "Smit"}
    found = lists(claim(kind, minute=70, **people), claim("chance", "saved", player="Smit", minute=70))
    assert found.chances == []


def test_an_injury_and_an_absence_are_told_once() -> None:
    found = lists(
        claim("injury", player="Smit"),
        claim("injury", player="Smit", at=40),
        claim("absence", player="Bos"),
        claim("absence", "suspended", player="Bos", at=60),
    )
    assert [i.player for i in found.injuries] == ["Smit"]
    assert [(a.player, a.reason) for a in found.absences] == [("Bos", "suspended")]
    assert "Bos" in found.not_started


def test_line_ups() -> None:
    found = lists(claim("player", "started", player="Smit"), claim("player", "not_started", player="Bos"), claim("player", player="Duin"))
    assert (found.started, found.not_started) == ({"Smit"}, {"Bos"})


def test_fixtures_are_listed_once() -> None:
    back = Claim("next_fixture", side="both", words={"place": "Bergamo", "when": "volgende week"}, spans=(span(0),))
    league = Claim("next_fixture", side="home", words={"opponent": "Lens"}, spans=(span(9),))
    found = lists(back, league, back).next_fixtures
    assert [(f.team, f.opponent, f.place, f.when) for f in found] == [
        ("both", None, "Bergamo", "volgende week"),
        ("home", "Lens", None, None),
    ]


def test_every_event_keeps_its_evidence() -> None:
    found = lists(
        claim("disallowed_goal", "offside", scorer="Smit", at=1), claim("missed_penalty", "saved", taker="Vos", at=2), claim("chance",
        player="Bos", at=3),
        claim("card", "red", player="Duin", at=4), claim("substitution", player_in="Kuip", at=5), claim("injury", player="Prins", at=6),
        claim("absence", player="Vos", at=7),
    )  # fmt: skip
    by_field: dict[str, Any] = found.by_field()
    starts: list[int] = [event.evidence[0].start for events in by_field.values() for event in events]
    assert sorted(starts) == [1, 2, 3, 4, 5, 6, 7]
