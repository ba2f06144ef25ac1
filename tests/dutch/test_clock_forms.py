"""Match time beyond the contract's table: the many ways in which reporters tell it, and what only looks like it."""

from __future__ import annotations

import pytest

from tests.dutch.test_clock import EXTRA, FIRST, SECOND, Reading, readings

EXTRA_PLAYED = "In de verlenging was Ajax beter. "

FORMS: list[tuple[str, Reading]] = [
    # the minute without the word for it
    ("Jansen scoorde in de elfde.", (11, None, FIRST, True)),
    ("In de 66ste kopte Jansen raak.", (66, None, SECOND, True)),
    ("In de 50e 3-1, een punter van Jansen.", (50, None, SECOND, True)),
    # two minutes, one word
    ("Jansen schoot in de 52e en de 61e minuut raak.", (52, None, SECOND, True)),
    ("Jansen schoot in de 52e en de 61e minuut raak.", (61, None, SECOND, True)),
    ("Jansen scoorde na negen en na 24 minuten.", (9, None, FIRST, False)),
    # the last minute
    ("In de slotminuut schoot Jansen raak.", (90, None, SECOND, False)),
    ("In de allerlaatste minuut een treffer van Jansen.", (90, None, SECOND, False)),
    ("In de voorlaatste minuut een treffer van Jansen.", (89, None, SECOND, False)),
    ("In de laatste minuut voor rust schoot Jansen raak.", (45, None, FIRST, False)),
    ("In de voorlaatste minuut van de verlenging schoot Jansen raak.", (119, None, EXTRA, False)),
    # the clock in the stadium
    ("De klok stond op 88 toen Jansen scoorde.", (88, None, SECOND, False)),
    ("De klok gaf 49 minuten aan.", (49, None, SECOND, False)),
    ("Het horloge van de leidsman wees toen 22 minuten aan.", (22, None, FIRST, False)),
    ("Op de klok: 22.", (22, None, FIRST, False)),
    ("Jansen maakte het af, met de klok op 87.", (87, None, SECOND, False)),
    ("Pas zeven minuten op de klok en het was 0-1.", (7, None, FIRST, False)),
    # from a minute on, up to a minute
    ("Smit speelde vanaf de 59ste minuut.", (59, None, SECOND, True)),
    ("Tot de 38e minuut bleef het 0-0.", (38, None, FIRST, True)),
    ("Rond de 38e minuut werd het 1-0.", (38, None, FIRST, False)),
    # stoppage time
    ("In de derde extra minuut scoorde Jansen.", (90, 3, SECOND, True)),
    ("In minuut vier van de blessuretijd scoorde Jansen.", (90, 4, SECOND, True)),
    ("In de vierde minuut van de vier minuten die Smit had bijgeteld viel de 1-0.", (90, 4, SECOND, True)),
    ("Jansen scoorde in de 90+3e minuut.", (90, 3, SECOND, True)),
    ("Jansen scoorde in de 90e minuut plus vier.", (90, 4, SECOND, True)),
    ("Negentig plus vijf, en Jansen scoort.", (90, 5, SECOND, True)),
    ("Blessuretijd, tweede minuut.", (90, 2, SECOND, True)),
    ("Jansen scoorde drie minuten in de blessuretijd.", (90, 3, SECOND, False)),
    # how long was left
    ("Een kwartiertje voor tijd schoot Jansen raak.", (75, None, SECOND, False)),
    ("Met veertien minuten te gaan schoot Jansen raak.", (76, None, SECOND, False)),
    ("Met nog één minuut te gaan schoot Jansen raak.", (89, None, SECOND, False)),
    ("Met nog tien minuten op de klok schoot Jansen raak.", (80, None, SECOND, False)),
    ("Het werd 2-0. Nog een kwartier.", (75, None, SECOND, False)),
    ("Jansen schoot op een kwartier van het einde raak.", (75, None, SECOND, False)),
    ("Vijf minuten voor het scheiden van de markt schoot Jansen raak.", (85, None, SECOND, False)),
    ("Zes minuten voor het verstrijken van de reguliere speeltijd scoorde Jansen.", (84, None, SECOND, False)),
    ("Zes minuten voor het eind van de verlenging schoot Jansen raak.", (114, None, EXTRA, False)),
    ("Bij het ingaan van het laatste kwartier schoot Jansen raak.", (75, None, SECOND, False)),
    ("Voor het laatste halfuur kwam Jansen erin.", (60, None, SECOND, False)),
    ("Met nog vijf minuten tot de rust schoot Jansen raak.", (40, None, FIRST, False)),
    # how long was played
    ("Een uur en vijf minuten waren we ver.", (65, None, SECOND, False)),
    ("Na een minuut of twintig schoot Jansen raak.", (20, None, FIRST, False)),
    ("Na anderhalve minuut schoot Jansen raak.", (2, None, FIRST, False)),
    ("Na veertig seconden schoot Jansen raak.", (1, None, FIRST, False)),
    ("Na zeventig matte minuten schoot Jansen raak.", (70, None, SECOND, False)),
    ("We speelden achttien minuten.", (18, None, FIRST, False)),
    ("Ruim een uur was er gespeeld.", (60, None, SECOND, False)),
    ("Jansen had zes minuten nodig.", (6, None, FIRST, False)),
    ("Binnen het kwartier stond het 2-0.", (15, None, FIRST, False)),
    ("Voorbij het uur stond het 2-0.", (60, None, SECOND, False)),
    ("Vlak voor het uur stond het 2-0.", (None, None, SECOND, False)),
    # from half-time on
    ("Vier minuten na de koffie schoot Jansen raak.", (49, None, SECOND, False)),
    ("Een minuut of tien na de wissel van kant schoot Jansen raak.", (55, None, SECOND, False)),
    ("Na de limonade viel de 2-0.", (None, None, SECOND, False)),
    ("Jansen bleef in de kleedkamer.", (46, None, SECOND, False)),
    ("In de kleedkamer bleef Smit achter.", (46, None, SECOND, False)),
    ("Bij de wissel kwam Jansen erin.", (46, None, SECOND, False)),
    ("Sinds de rust stond Jansen erin.", (46, None, SECOND, False)),
    ("Jansen begon aan de tweede helft.", (46, None, SECOND, False)),
    # parts of a match
    ("Voor de koffie schoot Jansen raak.", (None, None, FIRST, False)),
    ("Tegen de rust schoot Jansen raak.", (None, None, FIRST, False)),
    ("Op het randje van de pauze schoot Jansen raak.", (None, None, FIRST, False)),
    ("Zowat halfweg de eerste helft schoot Jansen raak.", (None, None, FIRST, False)),
    ("Aan het eind van de eerste helft schoot Jansen raak.", (None, None, FIRST, False)),
    ("In de slotminuten van de eerste helft schoot Jansen raak.", (None, None, FIRST, False)),
    ("In het eerste kwartier schoot Jansen raak.", (None, None, FIRST, False)),
    ("In het openingskwartier van de tweede helft schoot Jansen raak.", (None, None, SECOND, False)),
    ("In het laatste kwartier schoot Jansen raak.", (None, None, SECOND, False)),
    ("In de tweede periode schoot Jansen raak.", (None, None, SECOND, False)),
    ("De tweede helft was voor Jansen.", (None, None, SECOND, False)),
    ("Na een kwart van de tweede helft schoot Jansen raak.", (None, None, SECOND, False)),
    ("Nog voor het einde van de eerste helft schoot Jansen raak.", (None, None, FIRST, False)),
    ("In de laatste tellen schoot Jansen raak.", (None, None, SECOND, False)),
    ("Twee tellen voor de rust schoot Jansen raak.", (None, None, FIRST, False)),
    # extra time
    ("In de verlenging schoot Jansen raak.", (None, None, EXTRA, False)),
    ("In dat extra half uur schoot Jansen raak.", (None, None, EXTRA, False)),
    ("Drie minuten ver in de verlenging schoot Jansen raak.", (93, None, EXTRA, False)),
    ("Na drie minuten in de tweede helft van de verlenging scoorde Jansen.", (108, None, EXTRA, False)),
    ("In de eerste minuut van de verlenging schoot Jansen raak.", (91, None, EXTRA, True)),
    ("In de verlengingen zag Jansen na acht minuten rood.", (98, None, EXTRA, False)),
    ("Pas in de 112e minuut viel de 1-0.", (112, None, EXTRA, True)),
    ("Na 120 minuten stond het 1-0. Jansen scoorde in de 97e minuut.", (97, None, EXTRA, True)),
]


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_ways_to_tell_the_time(text: str, expected: Reading) -> None:
    assert expected in readings(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("In de 30e minuut viel de 1-0. Jansen had een kwartier eerder de lat geraakt.", [30, 15]),
        ("Na een uur werd het 1-0. Een minuut of tien daarna was het 2-0.", [60, 70]),
        ("In de 60e minuut viel de 1-0. Tien minuten eerder was Smit gewisseld. Een kwartier later werd het 2-0.", [60, 50, 75]),
        ("In de rust kwam Jansen erin. Tien minuten later schoot hij raak.", [46, 55]),
        ("In de tweede minuut van de blessuretijd viel de 1-0. Twintig minuten eerder was Smit gewisseld.", [90, 72]),
        ("In de 70e minuut viel de 1-0. Tien tellen later was het gelijk.", [70]),
    ],
)
def test_times_counted_from_the_time_told_before(text: str, minutes: list[int]) -> None:
    assert [r[0] for r in readings(text)] == minutes


def test_after_stoppage_time_comes_more_of_it() -> None:
    found = readings("In de 88e minuut viel de 1-0. Vijf minuten later was het gelijk.")
    assert found[1] == (90, 3, SECOND, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Smit kreeg na een kwartier geel en keerde na rust niet terug.", (15, None, FIRST, False)),
        ("Een kwartier voor tijd dachten ze hun verlenging binnen te hebben.", (75, None, SECOND, False)),
        ("Smit bleef in de kleedkamer. Binnen vijf minuten schoot zijn vervanger raak.", (50, None, SECOND, False)),
        ("In de rust kreeg de ploeg ervanlangs. Smit had acht minuten nodig voor de 1-0.", (53, None, SECOND, False)),
    ],
)
def test_only_what_was_said_before_places_a_time(text: str, expected: Reading) -> None:
    assert expected in readings(text)


LIVE = [(5, "Ajax begint goed."), (17, "Hij zit. 0-1."), (30, "We leven nog."), (58, "Weer raak."), (79, "Wissel bij ons.")]


@pytest.mark.parametrize("mark", ["[{}]", "{}", "{}e -", "min. {}", "'{}", "{}' -", "({})"])
def test_the_minutes_of_a_live_blog(mark: str) -> None:
    text = "\n\n".join(f"{mark.format(minute)} {words}" for minute, words in LIVE)
    assert [r[0] for r in readings(text)] == [5, 17, 30, 58, 79]
    backwards = "\n\n".join(f"{mark.format(minute)} {words}" for minute, words in reversed(LIVE))
    assert [r[0] for r in readings(backwards)] == [79, 58, 30, 17, 5]


def test_the_minutes_of_a_summary() -> None:
    assert [r[0] for r in readings("0-1 Boersma 14., 1-1 Lubbers 41., 1-2 Boersma 63., 2-2 Kip 74. (eigen doel).")] == [14, 41, 63, 74]


@pytest.mark.parametrize(
    "text",
    [
        "De scheidsrechter gaf drie minuten blessuretijd.",
        "Ajax speelt in de vierde klasse en staat op de 14e plaats.",
        "PSV won in de zestiende finales van Feyenoord.",
        "Het duel werd na een half uur wachten hervat.",
        "De VAR had na twee minuten kijken een besluit.",
        "De klok stond op 20.45 uur.",
        "In de vierde ronde won Ajax.",
        "Jansen maakte in vijf minuten twee doelpunten.",
        "De selectie:\n\n1 Pasveer stond weer op doel.\n\n2 Rensch speelde.\n\n3 Baas speelde.\n\n4 Smit speelde.\n\n5 Hato speelde.",
        "'In de kleedkamer heb ik niets gezegd', aldus Smit.",
        "Na verlenging werd het 2-1.",
        "Na een zwakke tweede helft verloor Ajax.",
        "Jansen was de beste speler van de eerste helft.",
        "Ajax heeft 45 punten uit 22 duels.",
        "Er waren 53 toeschouwers, van wie de jongste 6 was.",
    ],
)
def test_what_only_looks_like_a_time(text: str) -> None:
    assert readings(text) == []
