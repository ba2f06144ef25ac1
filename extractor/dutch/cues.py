"""Cues: set phrases that say plainly what happened to whom, next to what is learned.

Few and general on purpose: long lists of rules learn their own articles by heart. Each is matched on
the sentence with the player in question as X, other players as Y, clubs as C.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from extractor.dutch.reading import Reading
from extractor.dutch.roles import Candidate

SURE = 0.75
"""How much a set phrase counts; the learned probability counts where it is higher."""

WOODWORK = 0.88
"""Post and bar sound like goals to the learned model ("krulde op de kruising"): the phrase decides."""

_NEAR = r"(?:(?! Y |[.;:!?]).){0,85}?"
_SHORT = r"(?:(?! Y |[.;:!?]).){0,22}?"
_SHOT = (
    r"(?:schoot|kopte|knalde|haalde uit|vuurde|trapte|mikte|krulde|lobde|volleerde|knikte|schiet|kopt|plaatste|stuurde|joeg|ramde"
    r"|schieten|koppen|schot|kopbal|poging|inzet|knal|schuiver|vrije trap|afstandsschot|uithaal|volley)"
)

_CUES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("injured",), rf" X {_NEAR}(?:blessure|kwetsuur|letsel)\w* (?:\w+ ){{0,2}}(?:oplopen|opliep|op\b)"),
    (
        ("injured", "out"),
        rf" X {_SHORT}(?:viel|valt|moest|moet) (?:\w+ ){{0,3}}(?:geblesseerd|met een \w*(?:blessure|kwetsuur)) "
        r"(?:\w+ ){0,2}(?:uit|van het veld|af|naar de kant)",
    ),
    (
        ("out",),
        r" X (?:\w+ ){0,3}(?:liet zich|werd|wordt|moest zich laten|is) "
        r"(?:\w+ ){0,3}(?:vervangen|gewisseld|afgelost) (?:door|voor) ",
    ),
    (("out",), r" X (?:\w+ ){0,4}(?:maakte|maakt|moest|ruimde|ruimt) (?:\w+ ){0,2}(?:plaats|plaatsmaken|baan) (?:maken )?voor Y "),
    (("in",), r" (?:vervangen|afgelost|gewisseld|plaats|plaatsmaken) (?:\w+ ){0,2}(?:door|voor) (?:\w+ ){0,2}X "),
    (("in",), r" X (?:\w+ ){0,2}(?:verving|vervangt|loste) (?:\w+ ){0,3}Y "),
    (("out",), r" Y (?:\w+ ){0,2}(?:verving|vervangt) (?:\w+ ){0,3}X "),
    (("in",), r" (?:invaller|invalster|de ingevallen|de net ingevallen|de invallende) X "),
    (
        ("chance", "chance:woodwork"),
        rf" X {_NEAR}(?:op|tegen|aan|raakte|trof) (?:de |het |het houtwerk|)"
        r"(?:paal|lat|deklat|kruising|dwarsligger|doelhout|aluminium|onderkant van de lat|houtwerk|kader)",
    ),
    (
        ("chance", "chance:woodwork"),
        rf" X {_SHORT}(?:trof|raakte|treft|raakt) (?:de |het )"
        r"(?:paal|lat|deklat|kruising|dwarsligger|doelhout|aluminium|houtwerk|buitenkant van de paal)",
    ),
    (
        ("chance", "chance:off_target"),
        rf" X {_NEAR}{_SHOT} {_SHORT}(?:naast|over|voorlangs)(?= [.,;]| Y| de | het | en | \)|$| maar)",
    ),
    (("chance", "chance:off_target"), rf" {_SHOT} X {_SHORT}(?:naast|over|voorlangs)(?= [.,;]| en | maar|$)"),
    (
        ("chance", "chance:off_target"),
        rf" X {_NEAR}(?:naast|over) (?:te )?(?:schieten|koppen|mikken|schoot|kopte|vliegen|gaan|ging|zeilen|zeilde)",
    ),
    (
        ("chance", "chance:off_target"),
        rf" X {_NEAR}{_SHOT} {_SHORT}(?:net geen doel trof|geen doel trof|het doel miste|doel miste)",
    ),
    (
        ("chance", "chance:saved"),
        rf" X {_NEAR}(?:zag|ziet) (?:zijn|haar) {_SHORT}(?:poging|schot|kopbal|inzet|uithaal|vrije trap) "
        r"(?:\w+ ){0,3}(?:gekeerd|gestopt|gepakt|gered|geblokt|onschadelijk)",
    ),
    (
        ("chance", "chance:saved"),
        rf" X {_NEAR}(?:stuitte|stuit|strandde|strandt) (?:\w+ ){{0,2}}op "
        r"(?:de |doelman |keeper |de keeper |de doelman |)(?:Y|keeper|doelman)",
    ),
    (
        ("yellow",),
        r" X (?:\w+ ){0,4}(?:pakte|kreeg|krijgt|pakt|slikte|ontving|incasseerde) "
        r"(?:\w+ ){0,3}(?:geel|gele kaart|gele prent)(?! (?:en|rood))",
    ),
    (("second_yellow",), rf" X {_NEAR}(?:tweede gele|tweede geel|tweemaal geel|twee keer geel|2e gele)"),
    (
        ("red",),
        rf" X {_SHORT}(?:kreeg|krijgt|pakte|liep|moest|werd|zag) "
        rf"{_SHORT}(?:rechtstreeks rood|direct rood|directe rode|rode kaart|rechtstreekse rode)(?! voor)",
    ),
    (
        ("absent", "absent:suspended"),
        r" X (?:\w+ ){0,3}(?:ontbrak|ontbreekt|was er niet bij|miste|keek toe|is er niet bij) "
        r"(?:\w+ ){0,4}(?:schorsing|geschorst)"
        r"|(?:geschorste|het zonder de geschorste) (?:\w+ ){0,2}X ",
    ),
    (
        ("absent", "absent:injured"),
        r" X (?:\w+ ){0,3}(?:ontbrak|ontbreekt|was er niet bij|is er niet bij) "
        r"(?:\w+ ){0,4}\w*(?:blessure|kwetsuur|geblesseerd)"
        r"|(?<! de )(?:geblesseerde|gekwetste) (?:\w+ ){0,2}X ",
    ),
)
"""Tags, and the phrase that says them."""


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    return tuple((tags, re.compile(pattern, re.IGNORECASE)) for tags, pattern in _CUES)


def with_cues(reading: Reading, candidate: Candidate, learned: Mapping[str, float]) -> dict[str, float]:
    """The probabilities of a candidate's tags, raised where a set phrase says so."""
    words = [_shown(reading, candidate, position) for position in range(len(reading.symbols[candidate.sentence]))]
    sentence = " " + " ".join(words) + " "
    raised = dict(learned)
    for tags, pattern in _patterns():
        if pattern.search(sentence):
            for tag in tags:
                raised[tag] = max(raised.get(tag, 0.0), WOODWORK if "chance:woodwork" in tags else SURE)
    return raised


def _shown(reading: Reading, candidate: Candidate, position: int) -> str:
    symbol = reading.symbols[candidate.sentence][position]
    if position == candidate.position:
        return "X"
    return {"[P]": "Y", "[C]": "C", "[S]": "S"}.get(symbol.text, symbol.text)
