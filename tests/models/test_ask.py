"""What is asked and what its answers become, with a scripted model."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import ValidationError

from extractor.ask.answers import SingleAnswer
from extractor.ask.choose import choose
from extractor.ask.repair import MAX_REJECTED, ask_repair
from extractor.ask.single import ArticleForModel, Asked, ask_single
from extractor.claim import Claim, Rejected
from extractor.errors import ModelRefused, ReplyUnparsable
from extractor.models.question import Choice, Question
from extractor.models.scripted import Reply, ScriptedModel
from extractor.report import TokenUsage

ARTICLE = ArticleForModel(
    "Feyenoord won met 2-1 van PSV.", title="Feyenoord - PSV", published="2024-05-05"
)

EMPTY: dict[str, object] = {
    "home": {"name": "Feyenoord", "aliases": []},
    "away": {"name": "PSV", "aliases": ["de Eindhovenaren"], "coach": "Bosz"},
    "status": "finished",
    "score": {"home": 2, "away": 1, "quotes": ["Feyenoord won met 2-1 van PSV."]},
    "extra_time": False,
    **{
        name: []
        for name in (
            "goals", "disallowed_goals", "missed_penalties", "chances", "cards", "substitutions",
            "injuries", "absences", "players", "next_fixtures",
        )
    },
}  # fmt: skip


def single(**changes: object) -> Asked:
    return asyncio.run(ask_single(ScriptedModel([{**EMPTY, **changes}]), ARTICLE))


def claims(asked: Asked, kind: str) -> list[Claim]:
    return [claim for claim in asked.claims if claim.kind == kind]


def test_the_facts_of_an_answer_become_claims() -> None:
    asked = single(
        leg=2, competition="Eredivisie", referee="", attendance="47.500", extra_time=True
    )
    home, away = claims(asked, "team")
    assert (home.side, home.words, home.people) == ("home", {"name": "Feyenoord"}, {})
    assert (away.words["aliases"], away.people) == ("de Eindhovenaren", {"coach": "Bosz"})
    (score,) = claims(asked, "score")
    assert (score.score, score.quotes) == ((2, 1), ("Feyenoord won met 2-1 van PSV.",))
    values = {claim.kind: claim.value for claim in asked.claims if claim.value is not None}
    assert values == {
        "status": "finished",
        "leg": "2",
        "competition": "Eredivisie",
        "attendance": "47.500",
        "extra_time": "true",
    }
    assert {claim.source for claim in asked.claims} == {"model"}


EVENT: dict[str, object] = {"quotes": ["Zo ging het."], "side": "home", "time": "na tien minuten"}


@pytest.mark.parametrize(
    ("field", "event", "people", "value", "words"),
    [
        (
            "goals",
            {"scorer": "A", "kind": "penalty", "assist": "null"},
            {"scorer": "A"},
            "penalty",
            {},
        ),
        ("disallowed_goals", {"scorer": "A", "reason": "offside"}, {"scorer": "A"}, "offside", {}),
        ("missed_penalties", {"taker": "A", "outcome": "saved"}, {"taker": "A"}, "saved", {}),
        ("chances", {"player": "A", "outcome": None}, {"player": "A"}, None, {}),
        ("cards", {"player": "A", "color": "second_yellow"}, {"player": "A"}, "second_yellow", {}),
        ("substitutions", {"player_in": "A", "player_out": None}, {"player_in": "A"}, None, {}),
        (
            "injuries",
            {"player": "A", "description": "knie"},
            {"player": "A"},
            None,
            {"description": "knie"},
        ),
    ],
)
def test_each_kind_of_event_becomes_its_claim(
    field: str,
    event: dict[str, object],
    people: dict[str, str],
    value: str | None,
    words: dict[str, str],
) -> None:
    kind = {"missed_penalties": "missed_penalty", "injuries": "injury"}.get(
        field, field.removesuffix("s")
    )
    (claim,) = claims(single(**{field: [{**EVENT, **event}]}), kind)
    assert (claim.people, claim.value, claim.side) == (people, value, "home")
    assert claim.words == {"time": "na tien minuten", **words}
    assert (claim.quotes, claim.time, claim.spans) == (("Zo ging het.",), None, ())


def test_events_without_a_time() -> None:
    asked = single(
        absences=[{"quotes": ["q"], "player": "A", "side": "away", "reason": "suspended"}],
        next_fixtures=[
            {"quotes": ["q"], "team": "both", "opponent": None, "when": "volgende week"}
        ],
        players=[{"name": "A", "side": "home", "started": True}, {"name": "B", "side": "home"}],
    )
    assert claims(asked, "absence")[0].value == "suspended"
    (fixture,) = claims(asked, "next_fixture")
    assert (fixture.side, fixture.words) == ("both", {"when": "volgende week"})
    assert [claim.value for claim in claims(asked, "player")] == ["started", None]


def test_the_running_score_of_a_goal() -> None:
    goal = {**EVENT, "kind": "regular", "score_after": {"home": 0, "away": 1}}
    assert claims(single(goals=[goal]), "goal")[0].score == (0, 1)


def test_what_was_asked_and_what_it_took() -> None:
    model = ScriptedModel([EMPTY], usage=TokenUsage(prompt=7, cached=2, completion=3))
    asked = asyncio.run(ask_single(model, ARTICLE))
    assert (asked.spent.usage.prompt, asked.spent.attempts) == (7, 1)
    assert [prompt.name for prompt in asked.prompts] == ["single"]
    (question,) = model.asked
    text = question.messages[-1].content
    for part in (ARTICLE.text, ARTICLE.title, ARTICLE.published):
        assert part is not None
        assert part in text


@pytest.mark.parametrize("field", ["home", "score", "goals", "chances", "players", "status"])
def test_nothing_is_filled_in_for_what_an_answer_leaves_out(field: str) -> None:
    with pytest.raises(ValidationError):
        SingleAnswer.model_validate({name: value for name, value in EMPTY.items() if name != field})


def test_every_list_has_a_cap() -> None:
    def lists(node: object) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        if isinstance(node, dict):
            if node.get("type") == "array":  # pyright: ignore[reportUnknownMemberType]
                found.append(node)  # pyright: ignore[reportUnknownArgumentType]
            for part in node.values():  # pyright: ignore[reportUnknownVariableType]
                found += lists(part)  # pyright: ignore[reportUnknownArgumentType]
        return found

    found = lists(SingleAnswer.model_json_schema())
    assert len(found) >= 12
    assert all("maxItems" in one for one in found)


GOAL = Claim(
    "goal",
    {"scorer": "Kuyt"},
    "home",
    "regular",
    {"time": "na tien minuten"},
    (1, 0),
    quotes=("Fout.",),
)
CARD = Claim("card", {"player": "Vlaar"}, "home", "yellow", quotes=("Geel.",))


def repair(*corrections: dict[str, object]) -> tuple[tuple[Claim, ...], ScriptedModel]:
    model = ScriptedModel([{"corrections": corrections}])
    rejected = [Rejected(GOAL, "no sentence says so"), Rejected(CARD, "Vlaar is not in the quote")]
    return asyncio.run(ask_repair(model, ARTICLE, rejected)).claims, model


def test_a_repair_shows_what_was_rejected_and_why() -> None:
    _, model = repair()
    text = model.asked[0].messages[-1].content
    for part in (
        "1. ",
        "Kuyt",
        "na tien minuten",
        "no sentence says so",
        "2. ",
        "Vlaar is not in the quote",
    ):
        assert part in text


def test_a_repair_changes_what_it_names_and_keeps_the_rest() -> None:
    people = [{"role": "scorer", "name": "Dirk Kuyt"}]
    corrected, _ = repair(
        {"number": 1, "drop": False, "people": people, "quotes": ["Kuyt schoot raak."]}
    )
    (goal,) = corrected
    assert (goal.people, goal.quotes) == ({"scorer": "Dirk Kuyt"}, ("Kuyt schoot raak.",))
    assert (goal.side, goal.value, goal.words, goal.score) == (
        "home",
        "regular",
        GOAL.words,
        (1, 0),
    )


def test_a_repair_can_drop_and_can_not_add() -> None:
    corrected, _ = repair(
        {"number": 1, "drop": True},
        {"number": 1, "drop": False, "side": "away"},
        {"number": 2, "drop": False, "value": "saved", "time": "na rust"},
        {"number": 9, "drop": False, "value": "red"},
    )
    (card,) = corrected
    assert (card.kind, card.value, card.words) == ("card", "yellow", {"time": "na rust"})


def test_nothing_to_repair_asks_nothing() -> None:
    model = ScriptedModel([])
    assert asyncio.run(ask_repair(model, ARTICLE, [])).spent.attempts == 0
    many = [Rejected(GOAL, "no")] * (MAX_REJECTED + 5)
    model = ScriptedModel([{"corrections": []}])
    asyncio.run(ask_repair(model, ARTICLE, many))
    assert f"{MAX_REJECTED}. " in model.asked[0].messages[-1].content
    assert f"{MAX_REJECTED + 1}. " not in model.asked[0].messages[-1].content


def test_a_choice_averages_over_the_orders_of_its_options() -> None:
    """A model that always leans to the first letter ends at no preference."""

    def leaning(asked: Question[object] | Choice) -> Reply:  # type: ignore[type-arg]
        assert isinstance(asked, Choice)
        return {asked.options[0]: 0.8, asked.options[1]: 0.2}

    model = ScriptedModel(leaning)  # type: ignore[arg-type]
    chosen = asyncio.run(
        choose(model, "Kuyt passeerde Waterman.", "Who scored?", ["Kuyt", "Waterman"])
    )
    assert chosen.probabilities == pytest.approx({"Kuyt": 0.5, "Waterman": 0.5})
    assert (chosen.spent.attempts, len(model.asked)) == (2, 2)


def test_a_choice_in_one_order() -> None:
    model = ScriptedModel([{"Kuyt": 3, "Vlaar": 1}])
    chosen = asyncio.run(
        choose(model, "Kuyt scoorde.", "Who scored?", ["Kuyt", "Vlaar", "nobody"], orders=1)
    )
    assert (chosen.best, chosen.probabilities["Kuyt"]) == ("Kuyt", 0.75)
    text = model.asked[0].messages[-1].content
    assert "A. Kuyt\nB. Vlaar\nC. nobody" in text


@pytest.mark.parametrize("options", [[], ["one"], ["same", "same"], [str(n) for n in range(21)]])
def test_options_that_are_no_choice(options: list[str]) -> None:
    with pytest.raises(ValueError, match="option"):
        asyncio.run(choose(ScriptedModel([]), "p", "q", options))


def test_a_scripted_model_says_errors_and_its_end() -> None:
    model = ScriptedModel([ModelRefused("no"), {"wrong": 1}])
    for error in (ModelRefused, ReplyUnparsable, ReplyUnparsable):
        with pytest.raises(error):
            asyncio.run(ask_single(model, ARTICLE))
