"""A report made by hand, with a bit of everything, and the article that it is about."""

from __future__ import annotations

from extractor import Article, Extraction, MatchReport, Span

TEXT = """Heerenveen klopt Sparta na knotsgekke slotfase

Heerenveen heeft Sparta met 2-1 verslagen in de Eredivisie. Kort na rust schoot Jan de Boer naast voor de Friezen.
De Boer kreeg na tien minuten geel van scheidsrechter Piet Smit, en Mo Ali maakte in de 22e minuut 0-1 op aangeven van Kees Bos.

In de 90e minuut werd het 1-1 via Jan de Boer. Diep in blessuretijd (90+4) maakte dezelfde De Boer er 2-1 van. Tim Vos ontbrak geblesseerd.
Volgende week wacht Ajax."""


def spans(*quotes: str) -> list[dict[str, object]]:
    found = [(TEXT.index(quote), quote) for quote in quotes]
    return [{"start": at, "end": at + len(quote), "text": quote} for at, quote in found]


def time(text: str, minute: int | None = None, **more: object) -> dict[str, object]:
    return {"text": text, "minute": minute, **more}


def report(**changes: object) -> MatchReport:
    goals = [
        {
            "scorer": "Mo Ali",
            "team": "away",
            "assist": "Kees Bos",
            "time": time("in de 22e minuut", 22, exact=True, period="first_half"),
            "score_after": {"home": 0, "away": 1},
            "evidence": spans("Mo Ali maakte in de 22e minuut 0-1 op aangeven van Kees Bos"),
        },
        {
            "scorer": "Jan de Boer",
            "team": "home",
            "time": time("In de 90e minuut", 90, exact=True, period="second_half"),
            "score_after": {"home": 1, "away": 1},
            "evidence": spans("In de 90e minuut werd het 1-1 via Jan de Boer."),
        },
        {
            "scorer": "Jan de Boer",
            "team": "home",
            "time": time("90+4", 90, exact=True, added_time=4, period="second_half"),
            "score_after": {"home": 2, "away": 1},
            "evidence": spans("Diep in blessuretijd (90+4) maakte dezelfde De Boer er 2-1 van."),
        },
    ]
    values: dict[str, object] = {
        "article": {"id": "sample"},
        "competition": "Eredivisie",
        "date": "2026-01-31",
        "venue": {"stadium": None, "city": "Heerenveen"},
        "referee": "Piet Smit",
        "home": {"name": "Heerenveen", "aliases": ["de Friezen"], "coach": "Henk Jansen"},
        "away": {"name": "Sparta"},
        "score": {"home": 2, "away": 1},
        "goals": goals,
        "cards": [
            {
                "player": "Jan de Boer",
                "team": "home",
                "color": "yellow",
                "time": time("na tien minuten", 10, period="first_half"),
                "evidence": spans("De Boer kreeg na tien minuten geel"),
            }
        ],
        "chances": [
            {
                "player": "Jan de Boer",
                "team": "home",
                "outcome": "off_target",
                "time": time("Kort na rust", period="second_half"),
                "evidence": spans("Kort na rust schoot Jan de Boer naast"),
            }
        ],
        "absences": [{"player": "Tim Vos", "team": "away", "reason": "injured", "evidence": spans("Tim Vos ontbrak geblesseerd")}],
        "players": [
            {"name": "Jan de Boer", "team": "home", "started": True},
            {"name": "Mo Ali", "team": "away", "started": None},
            {"name": "Kees Bos", "team": "away", "started": False},
            {"name": "Tim Vos", "team": "away", "started": False},
        ],
        "next_fixtures": [{"team": "home", "opponent": "Ajax", "when": "Volgende week", "evidence": spans("Volgende week wacht Ajax.")}],
        # Overlapping and nested spans.
        "evidence": {
            "competition": spans("Eredivisie"),
            "score": spans("met 2-1 verslagen in de Eredivisie"),
            "referee": spans("scheidsrechter Piet Smit"),
        },
        "warnings": [{"code": "x", "path": "players.3.team", "message": "it is not clear which team Tim Vos plays for"}],
    }
    return MatchReport.model_validate({**values, **changes})


def extraction(**changes: object) -> Extraction:
    return Extraction(report=report(**changes))


def bare() -> Extraction:
    """A report with nothing in it."""
    return extraction(
        competition=None,
        referee=None,
        date=None,
        score=None,
        goals=[],
        cards=[],
        chances=[],
        absences=[],
        players=[],
        next_fixtures=[],
        evidence={},
    )


def article(text: str = TEXT) -> Article:
    return Article(text=text, id="sample", title=None, published="2026-02-01", source="De Krant")


def hostile() -> tuple[Extraction, Article]:
    """Names, quotes and metadata that would like to be markup, script or a terminal's command."""
    script = '</script><script>document.title="hacked"</script><img src=x onerror=document.title="hacked">'
    nasty = f"{script}\u202egnorw\x1b[31m\x00\x07\"'>{{{{ 7*7 }}}}"
    text = f"Kop {nasty} einde.\r\n\r\nScoorde {nasty} de 1-0? {nasty}"
    at = text.index(nasty)
    evidence = [Span(start=at, end=at + len(nasty), text=nasty).model_dump()]
    made = report(
        article={"id": nasty, "title": nasty, "source": nasty},
        home={"name": nasty, "aliases": [], "coach": nasty},
        competition=nasty,
        venue={"stadium": nasty, "city": nasty},
        goals=[{"scorer": nasty, "team": "home", "assist": nasty, "time": {"text": nasty}, "evidence": evidence}],
        cards=[],
        chances=[],
        absences=[],
        next_fixtures=[{"team": "both", "place": nasty, "when": nasty, "evidence": evidence}],
        players=[{"name": nasty, "team": "home", "started": True}],
        evidence={"competition": evidence, nasty: evidence},
        warnings=[{"code": "x", "path": nasty, "message": nasty}],
    )
    return Extraction(report=made), Article(text=text, id="x", title=nasty, source=nasty)
