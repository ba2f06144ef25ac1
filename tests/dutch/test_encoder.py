"""The encoder: its pieces, its vocabulary, and what it says, with the network that ships."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.article import Article
from extractor.dutch.encoder.columns import COMPANY, TAGS
from extractor.dutch.encoder.insight import Node, company
from extractor.dutch.encoder.pieces import LIMIT, MAX_PIECES, PLAYER_0, SPECIALS, TEAM_A, TEAM_B, Numbering, chunks
from extractor.dutch.encoder.session import understand
from extractor.dutch.encoder.vocabulary import START, tokenizer
from extractor.dutch.entities import find_entities
from extractor.dutch.reader import read
from extractor.dutch.reading import Reading, complete
from extractor.dutch.teams import with_teams
from extractor.prepare import prepare

STORY = """FC Dorpstad won zaterdag thuis met 2-1 van SV Waterdam. In de 12e minuut schoot Jan de Wit raak op aangeven van Piet Bos.

Na rust maakte Waterdam gelijk: Kees Vink kopte de voorzet van Tom Smit binnen, 1-1. Kort voor tijd besliste De Wit de wedstrijd."""

_LETTERS = st.text(alphabet="abcdeijkq0123-'é", min_size=1, max_size=12)


@pytest.fixture(scope="module")
def story() -> Reading:
    return read(prepare(Article(text=STORY)))


def _words(word: str) -> list[int]:
    return [SPECIALS + 1 + ord(letter) % 500 for letter in word]


def test_every_player_keeps_his_number_and_teams_are_a_and_b(story: Reading) -> None:
    (chunk,) = chunks(story, _words)
    by_entity = {n: {chunk.pieces[node.position] for node in chunk.nodes if node.number == n and node.kind == "player"} for n in range(20)}
    assert all(len(pieces) <= 1 for pieces in by_entity.values())
    players = [pieces for pieces in by_entity.values() if pieces]
    assert len({piece for pieces in players for piece in pieces}) == len(players) == 4
    assert {chunk.pieces[node.position] for node in chunk.nodes if node.kind == "team"} == {TEAM_A, TEAM_B}


def test_the_numbering_can_be_shuffled(story: Reading) -> None:
    plain, shuffled = (chunks(story, _words, numbering)[0] for numbering in (None, Numbering(tuple(range(47, -1, -1)), is_flipped=True)))
    assert len(plain.pieces) == len(shuffled.pieces)
    for node in plain.nodes:
        one, other = plain.pieces[node.position], shuffled.pieces[node.position]
        if node.kind == "player":
            assert one - PLAYER_0 == 47 - (other - PLAYER_0)
        elif node.kind == "team":
            assert {one, other} == {TEAM_A, TEAM_B}
        else:
            assert one == other


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=25))
def test_chunks_hold_every_place_once_and_stay_small(lengths: list[int]) -> None:
    text = "FC Dorpstad won van SV Waterdam. " + " ".join(f"Toen schoot Jan de Wit{' heel' * length} hard op doel." for length in lengths)
    prepared = prepare(Article(text=text))
    reading = with_teams(complete(prepared, find_entities(prepared)))
    found = chunks(reading, _words)
    assert all(len(chunk.pieces) <= LIMIT for chunk in found)
    own = [(node.sentence, node.symbol, node.kind) for chunk in found for node in chunk.nodes if not node.is_context]
    assert len(own) == len(set(own))
    wanted = sum(symbol.text == "[P]" for symbols in reading.symbols for symbol in symbols)
    longest = max(len(" heel" * length) for length in lengths)
    if longest < MAX_PIECES:
        assert sum(kind == "player" for *_, kind in own) == wanted


@given(_LETTERS)
def test_pieces_spell_the_word_and_are_the_most_probable(word: str) -> None:
    some = {START: -3.0, START + "a": -2.0, "ab": -2.5, "b": -4.0, "a": -4.0, "abc": -3.0, "c": -4.0, "-": -5.0}
    table = [("<unk>", 0.0), *some.items()]
    scores = dict(table)
    found = [number - SPECIALS for number in tokenizer(table)(word)]
    known = [table[number][0] for number in found if number]
    if 0 not in found:
        assert "".join(known) == START + word
        cuts = (itertools.combinations(range(1, len(word) + 1), n) for n in range(len(word) + 1))
        text = START + word
        ways = ([text[a:b] for a, b in itertools.pairwise((0, *cut, len(text)))] for some in cuts for cut in some)
        best = max(sum(scores[part] for part in way) for way in ways if all(part in scores for part in way))
        assert sum(scores[part] for part in known) == pytest.approx(best)
    else:
        assert set(word) - set("abc-")


def test_it_says_something_of_every_place(story: Reading) -> None:
    insight = understand(story)
    tags = insight.tags()
    for index, symbols in enumerate(story.symbols):
        for position, symbol in enumerate(symbols):
            if symbol.is_candidate:
                assert set(tags[index, position]) == set(TAGS)
                assert all(0 <= chance <= 1 for chance in tags[index, position].values())


def test_it_is_the_same_every_time(story: Reading) -> None:
    one, other = understand(story), understand(story)
    assert one.tags() == other.tags()
    assert one.companions() == other.companions()


def test_company_is_with_what_was_named_before() -> None:
    kinds = ["team", "player", "player", "team", "player", "coach"]
    nodes = [Node(n, kind, n, n // 3, n, False) for n, kind in enumerate(kinds)]  # type: ignore[arg-type]
    found = {(row, column): other for row, column, other in company(nodes)}
    assert found[1, "with_team"] == 0
    assert (1, "with_player") not in found
    assert found[2, "with_player"] == 1
    assert found[4, "with_team"] == 3
    assert found[4, "with_second_player"] == 1
    assert found[5, "with_player"] == 4
    assert {column for _, column in found} <= set(COMPANY)
