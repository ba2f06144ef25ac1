"""Match-level facts: competition, round, leg, venue, attendance, referee, status, date, what is next.

Set phrases, so rules are right here; each fact is a claim with the words that state it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractor.claim import Claim, ClaimKind
from extractor.dutch.dates import DAY_WORDS, published_day, resolve_day
from extractor.dutch.fixtures import fixture_kinds
from extractor.dutch.lexicon import COMPETITION_WORDS, MONTHS, WEEKDAYS, club_towns, places
from extractor.dutch.reading import MatchTeams, Reading
from extractor.prepare import Prepared

_COMPETITION_NAMES = COMPETITION_WORDS.replace(" ", r"\s+")  # blanks mean nothing in a verbose pattern
_ORDER = r"(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|1e|2e|3e|4e|5e|\d(?:ste|de))"
_COMPETITION = re.compile(
    rf"""(?<![\w-])(?:
        (?:vrouwen\s+)?(?:{_COMPETITION_NAMES})(?:\s+vrouwen)?(?!\w)
      | {_ORDER}\s+(?:klasse|divisie|provinciale|nationale|amateurliga|landelijke)(?:\s+(?:amateurs|[A-F]|vrouwen|zaterdag|zondag)\b)*
      | (?:hoofdklasse|topklasse|overgangsklasse|promotieklasse|reserveklasse)(?:\s+(?:[A-F]|vrouwen)\b)*
      | (?:Toto\s+|TOTO\s+)?KNVB-?\s?[Bb]eker | districtsbeker(?:\s+\w+)? | (?:EK|WK)-kwalificatie\w*
      | (?:oefen|vriendschappelijk[e]?\s)(?:wedstrijd|duel|pot|interland|match|partij|treffen)
      | promotie/degradatie(?:-play-offs|duels)? | bekervoetbal | Beker\s+van\s+(?:België|Vlaanderen|\w+)
      | UEFA[-\s](?:Cup|[Bb]eker) | Europa(?:\s|-)?[Cc]up(?:\s+(?:I{{1,3}}|[123]))?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ROUND = re.compile(
    rf"""(?<!\w)(?:halve\s+finales?|kwartfinales?|achtste\s+finales?|zestiende\s+finales?|bekerfinale
    |(?<!op\s)(?<!op\sde\s)(?<!naar\sde\s)(?<!richting\sde\s)(?<!van\sde\s)(?<!halve\s)finale
    |{_ORDER}\s+(?:voor)?ronde|voorronde
    |(?:speelronde|speeldag)\s+\d+|\d+(?:ste|de|e)\s+(?:speeldag|speelronde)|groepsfase|poulefase|groep\s+[A-L]|tussenronde|play-offronde)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_ATTENDANCE = re.compile(
    r"""(?:[Tt]oeschouwers|[Tt]oesch\.?|[Bb]ezoekers|[Aa]antal\s+toeschouwers)\s*:\s*
        (?:(?:ca\.?|circa|ongeveer|naar\s+schatting)\s*)?(?P<after>\d{1,3}(?:[.\s]\d{3})+|\d{2,6})
      | (?P<before>\d{1,3}(?:\.\d{3})+|\d{2,6})\s+(?:\w+\s+){0,2}?
        (?:toeschouwers|supporters|fans|kijkers|mensen|bezoekers|toeschouwende|betalenden|man\b|kelen|zielen|belangstellenden|liefhebbers)
    """,
    re.VERBOSE,
)
_ABANDONED = re.compile(
    r"""(?:definitief\s+)?gestaakt(?!\w)
      | staakte\s+(?:\w+\s+){0,6}(?:wedstrijd|duel|match)
      | (?:wedstrijd|duel|match|partij)\s+(?:\w+\s+){0,4}(?:gestaakt|stilgelegd\s+en\s+niet|niet\s+uitgespeeld)
      | niet\s+(?:meer\s+)?hervat
    """,
    re.IGNORECASE | re.VERBOSE,
)
_POSTPONED = re.compile(
    r"""(?<!\w)(?:
        afgelast(?:e|ing)? | uitgesteld
      | werd\s+(?:\w+\s+){0,4}verplaatst
      | (?:ging|gaat)\s+(?:\w+\s+){0,3}niet\s+door
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_PROGRESS = re.compile(
    r"""tussenstand | ruststand\s+tot\s+nu | nog\s+bezig | ververs | refresh
      | we\s+houden\s+u\s+op\s+de\s+hoogte | wordt\s+vervolgd | op\s+dit\s+moment\s+(?:staat|spelen)
      | (?:het\s+is|is\s+het)\s+(?:nu\s+)?rust\b | de\s+tweede\s+helft\s+(?:begint|start)\s+(?:zo|om)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FINISHED = re.compile(
    r"""eindsignaal | afgelopen | eindstand | laatste[ ]fluitsignaal | na[ ]afloop | gewonnen | verloren | afgefloten
      | einde[ ]wedstrijd | won(?:nen)?\b | verloor | verslagen | gelijkgespeeld | zege | nederlaag
    """,
    re.IGNORECASE | re.VERBOSE,
)
_EXTRA_TIME = re.compile(
    r"""(?<!\w)(?:na|in)\s+(?:de\s+)?(?:eerste\s+|tweede\s+)?verleng(?:ing|ingen|d)(?!\w)
      | in\s+de\s+(?:eerste|tweede)\s+(?:helft\s+van\s+de\s+)?verlenging
      | verlengingen?\s+(?:was|waren|bracht|moest|leverde|nodig|volgde)
      | na\s+120\s+minuten
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NO_EXTRA_TIME = re.compile(
    r"(?:zonder|geen|direct|meteen|onmiddellijk)\s+(?:\w+\s+)?verleng|strafschoppen\s+zonder\s+verlenging", re.IGNORECASE
)
_WEEKDAY = "|".join(WEEKDAYS)
_MONTH = "|".join(sorted(MONTHS))
_WHEN = re.compile(
    rf"""(?<!\w)(?:
       (?:(?:aanstaande|komende|volgende|eerstvolgende|op|deze)\s+)*(?:week\s+)?(?:{_WEEKDAY})
           (?:(?:middag|avond|ochtend)|\s+(?:\d{{1,2}}\s+(?:{_MONTH})|over\s+(?:een|twee)\s+we(?:ek|ken)))?
           (?:(?:,)?\s+(?:om\s+)?\d{{1,2}}[.:]\d\d\s+uur)?
     | volgende?\s+(?:week(?:\s+(?:{_WEEKDAY}|midweek))?|weekend|speelronde|maand)
     | over\s+(?:een|twee|drie|vier|veertien|acht|tien|\d+)\s+(?:dagen|weken|week|maanden)
     | (?:op\s+)?\d{{1,2}}\s+(?:{_MONTH})(?:\s+\d{{4}})?
     | (?:begin|half|medio|eind)\s+(?:{_MONTH})
     | (?:in|na)\s+(?:{_MONTH}|(?:de\s+)?(?:interland(?:break|periode)|winterstop|winterpauze|zomerstop|zomer|lente|herfst))
     | (?:een|de)\s+(?:dag|week)\s+(?:later|eerder|erna|daarna|ervoor)
     | (?:morgen|overmorgen|vanavond|midweeks|dan)
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_STADIUM = re.compile(r"(?<!\w)(?:Stade|Stadion|Stadio|Estadio|Estádio|Stadium|Arena|Sportpark)(?!\w)|\w+(?:stadion|arena)(?!\w)")
_ELSEWHERE = re.compile(
    r"vorig\s+(?:seizoen|jaar)|vorige\s+(?:week|ronde)|eerder\s+dit\s+seizoen|komende|volgende\s+week|aanstaande|eerder\s+deze\s+week",
    re.IGNORECASE,
)
_FIRST_LEG = re.compile(
    r"""(?<!\w)(?:
        de\s+return\s+(?:in|is|wordt|vindt|volgt|staat)
      | in\s+(?:de|het)\s+(?:heenwedstrijd|heenduel|heenmatch)\s+van
      | (?:return|terugwedstrijd|terugmatch|returnwedstrijd)\s+(?:[\w-]+\s+){0,5}(?:volgende|wacht|volgt|plaats|over)
      | (?:(?:volgende|komende)\s+\w+|over\s+\w+\s+(?:week|weken|dagen))\s+(?:[\w-]+\s+){0,6}(?:return|terugwedstrijd|terugmatch)
      | met\s+het\s+oog\s+op\s+de\s+(?:return|terugwedstrijd)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SECOND_LEG = re.compile(
    r"""(?<!\w)(?:
        (?:in|was)\s+de\s+(?:return|terugwedstrijd|terugmatch)(?!\w)
      | (?:na|uit)\s+(?:het|de)\s+(?:heenduel|heenwedstrijd|heenmatch|eerste\s+(?:duel|wedstrijd|ontmoeting))
      | (?:heenduel|heenwedstrijd|heenmatch)\s+(?:\w+\s+){0,5}(?:had|was|eindigde|won|verloor|werd)
      | over\s+twee\s+(?:wedstrijden|duels)
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def read_facts(reading: Reading, teams: MatchTeams | None) -> Iterator[Claim]:
    """Claims about the match as a whole."""
    prepared = reading.prepared
    yield from _first(prepared, "competition", _COMPETITION)
    yield from _first(prepared, "round", _ROUND, 6)
    kinds = fixture_kinds(reading)
    yield from _leg(prepared, kinds)
    yield from _venue(reading)
    yield from _attendance(prepared)
    yield from _referee(reading)
    yield from _status(prepared)
    yield from _extra_time(prepared)
    yield from _date(prepared)
    yield from _next_fixtures(reading, teams, kinds)


def _claim(prepared: Prepared, kind: ClaimKind, start: int, end: int, value: str | None = None) -> Claim:
    span = prepared.span(start, end)
    return Claim(kind, value=value or prepared.view[start:end], spans=() if span is None else (span,))


def _first(prepared: Prepared, kind: ClaimKind, pattern: re.Pattern[str], within: int | None = None) -> Iterator[Claim]:
    """The first place that is about this match, in so many sentences."""
    for index, sentence in enumerate(prepared.sentences[:within]):
        if _is_elsewhere(prepared, index):
            continue
        if found := pattern.search(prepared.view, sentence.start, sentence.end):
            yield _claim(prepared, kind, found.start(), found.end())
            return


def _is_elsewhere(prepared: Prepared, index: int) -> bool:
    """Whether a sentence speaks of another time: last season, next week."""
    words = prepared.text_of(prepared.sentences[index])
    return _ELSEWHERE.search(words) is not None


def _leg(prepared: Prepared, kinds: Sequence[str]) -> Iterator[Claim]:
    """A return to come makes this the first leg, as does a next match of both teams; a first leg told of as past makes it the second."""
    if first := _FIRST_LEG.search(prepared.readable):
        yield _claim(prepared, "leg", first.start(), first.end(), "1")
    elif second := _SECOND_LEG.search(prepared.readable):
        yield _claim(prepared, "leg", second.start(), second.end(), "2")
    elif (both := next((index for index, kind in enumerate(kinds) if kind == "both"), None)) is not None:
        yield _claim(prepared, "leg", prepared.sentences[both].start, prepared.sentences[both].end, "1")


def _venue(reading: Reading) -> Iterator[Claim]:
    """The stadium, with what its name begins with ("De Kuip", "sportpark Oosterhout"), and the city after it."""
    stadiums = [e for e in reading.entities if e.kind == "stadium" or (e.kind == "other" and _STADIUM.search(e.name))]
    if not stadiums:
        yield from _city(reading.prepared)
        return
    best = max(stadiums, key=lambda e: (e.confidence, -e.mentions[0].start))
    mention = best.mentions[0]
    view = reading.prepared.view
    title = re.search(r"(?:[Ss]portpark|Stadion|De|Het)\s$", view[max(0, mention.start - 12) : mention.start])
    yield _claim(reading.prepared, "stadium", mention.start - len(title.group()) if title else mention.start, mention.end)
    city = re.match(r"\s+(?:in|te)\s+(?P<city>[A-ZÀ-Þ][\w-]+(?:\s[A-ZÀ-Þ][\w-]+)?)", view[mention.end : mention.end + 40])
    if city:
        yield _claim(reading.prepared, "city", mention.end + city.start("city"), mention.end + city.end("city"))
    else:
        yield from _city(reading.prepared)


def _city(prepared: Prepared) -> Iterator[Claim]:
    """The first town that the beginning of the article is told in: "in het verre Groesbeek"."""
    for index, sentence in enumerate(prepared.sentences[:_BEGINNING]):
        if sentence.kind == "title" or _is_elsewhere(prepared, index):
            continue
        for found in _IN_TOWN.finditer(prepared.view, sentence.start, sentence.end):
            if found["town"] in places() or found["town"] in club_towns():
                yield _claim(prepared, "city", found.start("town"), found.end("town"))
                return


_BEGINNING = 4
_IN_TOWN = re.compile(
    r"(?<!\w)(?:[Ii]n|[Tt]e)\s+(?:het\s+\w+e\s+)?(?P<town>(?:(?:Den|De|Sint|San|New|Bad|Le|La|Los)\s|Sint-|Saint-|'s-)?[A-ZÀ-Þ][\w'’-]+)"
)


def _attendance(prepared: Prepared) -> Iterator[Claim]:
    for found in _ATTENDANCE.finditer(prepared.readable):
        digits = re.sub(r"\D", "", found["after"] or found["before"])
        if int(digits) >= 20:
            yield _claim(prepared, "attendance", found.start(), found.end(), digits)
            return


def _referee(reading: Reading) -> Iterator[Claim]:
    referees = [e for e in reading.entities if e.kind == "referee"]
    if referees:
        best = max(referees, key=lambda e: (len(e.mentions), e.confidence))
        mention = max(best.mentions, key=lambda m: len(m.text))
        yield _claim(reading.prepared, "referee", mention.start, mention.end)


def _status(prepared: Prepared) -> Iterator[Claim]:
    """Abandoned, postponed or still being played; nothing is said of a match that is finished."""
    abandoned = _ABANDONED.search(prepared.readable)
    if abandoned:
        yield _claim(prepared, "status", abandoned.start(), abandoned.end(), "abandoned")
        return
    lead_end = prepared.sentences[min(8, len(prepared.sentences)) - 1].end if prepared.sentences else 0
    postponed = _POSTPONED.search(prepared.readable, 0, lead_end)
    if postponed and len(re.findall(r"(?<!\d)\d\s?-\s?\d(?!\d)", prepared.view)) <= 2:
        yield _claim(prepared, "status", postponed.start(), postponed.end(), "postponed")
        return
    playing = _IN_PROGRESS.search(prepared.readable)
    if playing and not _FINISHED.search(prepared.view):
        yield _claim(prepared, "status", playing.start(), playing.end(), "in_progress")


def _extra_time(prepared: Prepared) -> Iterator[Claim]:
    for index, sentence in enumerate(prepared.sentences):
        words = prepared.text_of(sentence)
        if _NO_EXTRA_TIME.search(words) or _is_elsewhere(prepared, index):
            continue
        if found := _EXTRA_TIME.search(prepared.view, sentence.start, sentence.end):
            yield _claim(prepared, "extra_time", found.start(), found.end(), "true")
            return


def _date(prepared: Prepared) -> Iterator[Claim]:
    """A weekday, "gisteren" or a stated date of the match, resolved against a full date of publication."""
    published = published_day(prepared.article.published)
    if published is None:
        return
    for sentence in [s for s in prepared.sentences if s.kind != "line"][:7]:
        words = prepared.text_of(sentence)
        if re.search(r"volgende|komende|aanstaande|vorige|afgelopen\s+seizoen|over\s+een\s+week", words, re.IGNORECASE):
            continue
        if found := DAY_WORDS.search(prepared.view, sentence.start, sentence.end):
            yield _claim(prepared, "date", found.start(), found.end(), resolve_day(found, published).isoformat())
            return


def _next_fixtures(reading: Reading, teams: MatchTeams | None, kinds: Sequence[str]) -> Iterator[Claim]:
    """What is next, sentence by sentence as the learned model sees them: for one of the teams, or for both (a return leg)."""
    for index, kind in enumerate(kinds):
        if kind == "both":
            yield _fixture(reading, index, (0, None), None)
        elif kind == "one":
            yield from _fixtures_of_one(reading, index, teams)


def _fixtures_of_one(reading: Reading, index: int, teams: MatchTeams | None) -> Iterator[Claim]:
    """Each opponent that a sentence names, with the team named before it; a fixture without opponent where it names none."""
    ours = {teams.first, teams.second} if teams else set[int | None]()
    clubs = sorted(
        (mention.start, mention.end, number)
        for number, entity in enumerate(reading.entities)
        if entity.kind == "team"
        for mention in entity.mentions
        if mention.sentence == index
    )
    rivals = [club for club in clubs if club[2] not in ours]
    if not rivals:
        yield _fixture(reading, index, (0, None), _team_in_focus(reading, index))
        return
    begin = reading.prepared.sentences[index].start
    for start, end, number in rivals:
        own = [reading.entities[n].name for at, _, n in clubs if n in ours and at < start]
        team = own[-1] if own else _team_in_focus(reading, index)
        yield _fixture(reading, index, (begin, end), team, _named_in(reading, index, number, (start, end)))
        begin = end


def _named_in(reading: Reading, index: int, number: int, place: tuple[int, int]) -> str:
    """What a sentence calls a club: its fullest name where that stands in it, else the form that does."""
    name = reading.entities[number].name
    written = reading.prepared.span(*place)
    return name if written is None or name in reading.prepared.text_of(reading.prepared.sentences[index]) else written.text


def _team_in_focus(reading: Reading, index: int) -> str | None:
    """Which of the two teams a sentence is about: the one named last, in it or up to three sentences before."""
    teams = reading.teams
    if teams is None:
        return None
    ours = [number for number in (teams.first, teams.second) if number is not None]
    named = [
        (mention.sentence, -mention.start, reading.entities[number].name)
        for number in ours
        for mention in reading.entities[number].mentions
        if index - 3 <= mention.sentence <= index
    ]
    return max(named)[2] if named else reading.entities[ours[0]].name


def _fixture(reading: Reading, index: int, part: tuple[int, int | None], team: str | None, opponent: str | None = None) -> Claim:
    """The fixture told in a part (view range) of a sentence; of both teams where `team` is None."""
    prepared = reading.prepared
    sentence = prepared.sentences[index]
    words: dict[str, str] = {}
    start, end = max(part[0], sentence.start), sentence.end if part[1] is None else part[1]
    when = _WHEN.search(prepared.view, start, end) or _WHEN.search(prepared.view, sentence.start, sentence.end)
    if opponent:
        words["opponent"] = opponent
    if when:
        words["when"] = re.sub(r"^op\s+", "", when.group(), flags=re.IGNORECASE)
    place = _PLACE.search(prepared.view, sentence.start, sentence.end)
    if place and place["place"] != opponent:
        words["place"] = place["place"]
    span = prepared.span(sentence.start, sentence.end)
    if team:
        words["team"] = team
    return Claim("next_fixture", side=None if team else "both", words=words, spans=() if span is None else (span,))


_PLACE = re.compile(
    r"(?<!\w)(?:in|op)\s+(?:het\s+|de\s+)?"
    r"(?P<place>(?:Sint-)?[A-ZÀ-Þ][\w'’-]+(?:\s(?:(?:van|de|den|der|aan den|aan de)\s)?[A-ZÀ-Þ][\w'’-]+){0,2})"
)
