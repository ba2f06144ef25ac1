"""Other systems give reports that are scored like ours: what they say is turned into the contract without help."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from evals.peers.endpoint import PeerEndpoint
from evals.peers.extractions import report_of
from evals.peers.plain_instructor import PlainInstructor
from evals.run import Plan, evaluate
from tests.evals.labels import TEXT, label, write
from tests.model_server import ModelServer, answering


def said(extracted: str, words: str, **attributes: str) -> Any:
    at = TEXT.find(words)
    place = SimpleNamespace(start_pos=at, end_pos=at + len(words)) if at >= 0 else None
    return SimpleNamespace(extraction_class=extracted, extraction_text=words, attributes=attributes, char_interval=place)


def test_extractions_become_a_report() -> None:
    report = report_of(
        [
            said("team", "PEC Zwolle", side="home", name="PEC Zwolle", goals="2"),
            said("team", "FC Emmen", side="away", name="FC Emmen", goals="1"),
            said("goal", "maakte Karim El Amrani gelijk", scorer="Karim El Amrani", side="away", kind="a header", minute="40"),
            said("card", "Tom Kok kreeg geel", player="Tom Kok", side="away", color="purple"),
            said("chance", "not in the text", player="Jan Bos", side="home", outcome="saved"),
            said("absence", "ontbrak Lars Smit", side="home"),
            said("goal", "raak", scorer="Jan Bos", side="nowhere"),
        ],
        TEXT,
    )
    assert (report["home"]["name"], report["score"]) == ("PEC Zwolle", {"home": 2, "away": 1})
    assert [(goal["scorer"], goal.get("kind"), goal["time"]["minute"], goal["evidence"][0]["text"]) for goal in report["goals"]] == [
        ("Karim El Amrani", None, 40, "maakte Karim El Amrani gelijk")
    ]
    assert report["chances"][0]["evidence"] == []
    assert not {"cards", "absences"} & report.keys()


def test_a_plain_instructor_call_is_scored_and_its_failures_are_rows(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / "mine", name, article={"id": name, "title": None, "published": None, "source": None})
    good = {key: value for key, value in label().items() if key not in ("quotes", "accept", "traits")}
    replies = [answering(good), answering({"home": 1}), answering({"home": 1})]
    with ModelServer(replies) as server:
        peer = PlainInstructor(PeerEndpoint("local/model", f"{server.url}", "key"))
        run = evaluate(peer, Plan(tmp_path / "mine", "dev", tmp_path / "run", jobs=1))
    assert [(one.name, one.outcome) for one in run.scores.by_article] == [("a", "report"), ("b", "failed")]
    assert run.scores.figures["all"].precision == 1.0
    assert run.manifest.strategy == "instructor"
