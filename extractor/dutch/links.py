"""Links: which words of time belong to an event, and whom a reference stands for. Both are learned."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.dutch.clock import ClockReading
from extractor.dutch.linear import load_model
from extractor.dutch.reading import Reading
from extractor.dutch.roles import Candidate

MIN_TIME_LINK = 0.4
"""Chosen on the dev articles: below it, no time is right more often than this one."""


def time_of(reading: Reading, place: Candidate, kind: str, busy: Sequence[int]) -> ClockReading | None:
    """The time expression that dates an event, or None.

    Args:
        reading: The article's reading.
        place: Where the event's main person stands.
        kind: The event's role tag.
        busy: Sentences in which events are told.
    """
    likely = likely_times(reading, place, kind, busy)
    return likely[0][1] if likely else None


def likely_times(reading: Reading, place: Candidate, kind: str, busy: Sequence[int]) -> list[tuple[float, ClockReading]]:
    """The time expressions that may date an event with their probabilities, the likeliest first; see `time_of`."""
    options = time_options(reading, place)
    if not options:
        return []
    model = load_model("time_link")
    rows = model.probabilities([time_features(reading, place, option, kind, busy) for option in options])
    ranked = sorted(zip(map(float, rows[:, model.classes.index("yes")]), options, strict=True), key=lambda pair: -pair[0])
    return [(chance, option) for chance, option in ranked if chance >= MIN_TIME_LINK]


def time_options(reading: Reading, place: Candidate) -> list[ClockReading]:
    """Time expressions from three sentences before to one after, in the same paragraph or the one before."""
    sentences = reading.prepared.sentences
    here = sentences[place.sentence].paragraph
    options: list[ClockReading] = []
    for option in reading.clock:
        at = reading.prepared.sentence_at(option.start)
        if -3 <= at - place.sentence <= 1 and sentences[at].kind != "title" and here - 1 <= sentences[at].paragraph <= here:
            options.append(option)
    return options


def time_features(reading: Reading, place: Candidate, option: ClockReading, kind: str, busy: Sequence[int]) -> list[str]:
    """Distance, order, what lies between, and the sort of expression."""
    view = reading.prepared.view
    at = reading.prepared.sentence_at(option.start)
    distance = at - place.sentence
    low, high = sorted((option.end, place.start))
    between = view[low:high] if low < high else ""
    same_line = reading.prepared.sentences[at].paragraph == reading.prepared.sentences[place.sentence].paragraph
    group = "goal" if kind in ("scorer", "own_goal") else kind
    rivals = [o for o in time_options(reading, place) if o is not option]
    nearer = sum(abs(o.start - place.start) < abs(option.start - place.start) for o in rivals)
    others = sum(s != place.sentence and min(at, place.sentence) <= s <= max(at, place.sentence) for s in set(busy))
    features = [
        f"form={option.form}",
        f"distance={distance}",
        f"{distance}|{option.form}|{same_line}",
        f"order={option.start < place.start}|{distance}",
        f"{distance}|nearer={min(nearer, 3)}",
        f"{distance}|rivals={min(len(rivals), 4)}",
        f"{distance}|others={min(others, 3)}",
        f"{distance}|length={min(len(between) // 25, 8)}",
        f"{distance}|commas={min(between.count(','), 4)}",
        f"group={group}|{option.form}|{distance}",
        f"own_busy={at in busy}|{distance}",
        f"exact={option.exact}|{distance}",
        f"minute={option.minute is None}|{distance}",
        f"paren={view[max(0, option.start - 1):option.start] == '('}|{distance}",
    ]
    words = between.lower().split()
    features += [f"{distance}|b={w.strip('.,;:')}" for w in words[:12]]
    features += [f"own={w}" for w in view[option.start : option.end].lower().split()]
    return features


def referent_options(reading: Reading, place: Candidate) -> list[tuple[int, Candidate]]:
    """(entity, its last mention before the place) of the players named up to four sentences before."""
    latest: dict[int, Candidate] = {}
    for sentence in range(max(0, place.sentence - 4), place.sentence + 1):
        for position, symbol in enumerate(reading.symbols[sentence]):
            if symbol.entity is not None and symbol.text == "[P]" and symbol.end <= place.start:
                latest[symbol.entity] = Candidate(sentence, position, symbol.start, symbol.end, symbol.entity, None)
    return sorted(latest.items(), key=lambda item: -item[1].start)


def referent_of(reading: Reading, place: Candidate, excluded: frozenset[int] = frozenset()) -> tuple[int, float] | None:
    """The player (entity index) a reference stands for, with its probability; never one of the `excluded`."""
    options = [option for option in referent_options(reading, place) if option[0] not in excluded]
    if not options:
        return None
    model = load_model("referent")
    yes = model.classes.index("yes")
    rows = model.probabilities([referent_features(reading, place, rank, option) for rank, option in enumerate(options)])[:, yes]
    best = int(rows.argmax())
    return options[best][0], float(rows[best])


_KEEPER = frozenset(["doelman", "keeper", "sluitpost", "goalie"])


def referent_features(reading: Reading, place: Candidate, rank: int, option: tuple[int, Candidate]) -> list[str]:
    """How near, how prominent, and whether what is known of the player fits the reference."""
    entity, mention = option
    assert place.reference is not None
    reference = reading.references[place.reference]
    distance = place.sentence - mention.sentence
    symbols = reading.symbols[mention.sentence]
    first = next((s for s in symbols if s.text == "[P]"), None)
    before = symbols[mention.position - 1].lemma if mention.position else "<s>"
    after = symbols[mention.position + 1].lemma if mention.position + 1 < len(symbols) else "</s>"
    count = sum(m.sentence < place.sentence for m in reading.entities[entity].mentions)
    known = _descriptions(reading, entity)
    sentences = reading.prepared.sentences
    kind = reference.kind
    features = [
        f"{kind}|rank={min(rank, 4)}",
        f"{kind}|distance={distance}",
        f"{kind}|rank={min(rank, 4)}|distance={distance}",
        f"{kind}|first={first is not None and first.start == mention.start}|{distance}",
        f"{kind}|last={all(s.text != '[P]' for s in symbols[mention.position + 1:])}|{distance}",
        f"before={before}",
        f"after={after}",
        f"count={min(count, 4)}",
        f"head={reference.head}",
        f"same_paragraph={sentences[place.sentence].paragraph == sentences[mention.sentence].paragraph}",
        f"{kind}|known={reference.head in known}",
        f"keeper={reference.head in _KEEPER}|{bool(known & _KEEPER)}",
    ]
    if kind == "nation":
        full = len(reading.entities[entity].name.split()) > 1
        features.append(f"nation_full={full}")
    return features


def _descriptions(reading: Reading, entity: int) -> set[str]:
    """Nouns that stand directly before the player's name somewhere: "doelman Musso"."""
    found: set[str] = set()
    for mention in reading.entities[entity].mentions:
        words = reading.prepared.view[max(0, mention.start - 24) : mention.start].lower().split()
        if words:
            found.add(words[-1].split("-")[-1])
    return found
