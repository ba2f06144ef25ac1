"""The limits of a run: rates that hold in every minute, a cost that is never passed, an endpoint that is down."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import ConfigurationError
from extractor.batch.circuit import FAILURES, FIRST_WAIT, LONGEST_WAIT, Circuit
from extractor.batch.engine import Bounds
from extractor.batch.limits import Limits, RequestGate
from extractor.batch.rates import FIRST_PAUSE, LONGEST_PAUSE, Pace, Room
from extractor.batch.run import BatchOptions, run_batch
from extractor.batch.stops import CostReached, EndpointDown
from extractor.batch.store import Store
from extractor.errors import ModelUnavailable, RateLimited
from extractor.models.gate import Fate, Need
from extractor.models.prices import Prices
from extractor.report import TokenUsage
from tests.batch.running import archive, asking, rows, unseen
from tests.cli.running import no_answer
from tests.model_server import ModelServer, Reply, answering, failing

FREE = Need(TokenUsage(prompt=1000, completion=1000), 0.0)


def sent(limit: float, minutes: int, amount: Callable[[], float]) -> list[tuple[float, float]]:
    """When which amounts go, on a clock of our own, where somebody always waits."""
    pace, now, gone = Pace(limit, 0.0), 0.0, list[tuple[float, float]]()
    while now < 60 * minutes:
        size = amount()
        while (wait := pace.wait(now, size)) > 0:
            now += wait
        pace.take(now, size)
        gone.append((now, size))
    return gone


def most_in_a_minute(gone: list[tuple[float, float]]) -> float:
    first, total, most = 0, 0.0, 0.0
    for at, size in gone:
        total += size
        while gone[first][0] <= at - 60:
            total -= gone[first][1]
            first += 1
        most = max(most, total)
    return most


@pytest.mark.parametrize("limit", [1, 7, 60, 600, 10_000])
def test_a_rate_holds_in_every_minute_and_is_used(limit: int) -> None:
    gone = sent(limit, 5, lambda: 1)
    assert most_in_a_minute(gone) <= limit
    assert len(gone) >= 0.95 * 5 * limit


def test_requests_go_at_an_even_pace() -> None:
    gone = sent(600, 3, lambda: 1)
    assert max(later[0] - earlier[0] for earlier, later in pairwise(gone)) < 0.5


@given(st.integers(0, 1000))
def test_tokens_hold_in_every_minute_and_are_used(seed: int) -> None:
    chance = random.Random(seed)
    gone = sent(100_000, 3, lambda: chance.randint(200, 4000))
    assert most_in_a_minute(gone) <= 100_000
    assert sum(size for _, size in gone) >= 0.95 * 300_000


def test_what_was_not_taken_after_all_is_given_back() -> None:
    pace = Pace(60, 0.0)
    taken = pace.take(0.0, 60)
    assert pace.wait(1.0, 30) > 50
    pace.correct(taken, 0)
    assert pace.wait(1.0, 30) == 0


def test_a_request_that_is_larger_than_the_limit_goes_when_nothing_else_does() -> None:
    pace = Pace(1000, 0.0)
    assert pace.wait(0.0, 5000) == 0
    pace.take(0.0, 5000)
    assert pace.wait(10.0, 1) > 60


def test_room_shrinks_once_for_all_that_was_under_way_and_grows_again() -> None:
    room = Room(64)
    for _ in range(64):
        assert room.wait(0.0) == 0
        room.enter()
    assert room.wait(0.0) == float("inf")
    for _ in range(64):
        room.leave()
        room.shrink(1.0, sent=0.0, retry_after=3.0)
    assert room.wait(1.0) == 3.0
    entered = 0
    while room.wait(4.0) == 0:
        room.enter()
        entered += 1
    assert entered == 44
    for _ in range(10_000):
        room.leave()
        room.grow()
        room.enter()
    while room.wait(4.0) == 0:
        room.enter()
        entered += 1
    assert entered == 64


def test_refusals_without_a_wish_make_longer_and_longer_pauses() -> None:
    room, now, pauses = Room(8), 0.0, list[float]()
    for _ in range(12):
        room.shrink(now, sent=now, retry_after=None)
        pauses.append(room.wait(now))
        now += pauses[-1] + 1
    assert pauses == pytest.approx([*(FIRST_PAUSE * 2**number for number in range(10)), LONGEST_PAUSE, LONGEST_PAUSE])


def test_a_circuit_opens_tries_and_closes() -> None:
    circuit, now = Circuit(patience=600), 0.0
    for _ in range(FAILURES):
        assert circuit.wait(now) == 0
        assert not circuit.enter()
        circuit.failed(now, tried=False)
    assert circuit.wait(now) == FIRST_WAIT
    waited = FIRST_WAIT
    for _ in range(8):
        now += circuit.wait(now)
        assert circuit.enter()
        assert circuit.wait(now) == float("inf")
        circuit.failed(now, tried=True)
        waited = min(2 * waited, LONGEST_WAIT)
        assert circuit.wait(now) == waited
    now += waited
    assert circuit.enter()
    circuit.gave_up(tried=True)
    assert circuit.enter()
    circuit.worked()
    assert circuit.wait(now) == 0
    assert not circuit.enter()


def test_an_endpoint_that_stays_down_ends_the_run() -> None:
    circuit = Circuit(patience=100)
    for _ in range(FAILURES):
        circuit.failed(5.0, tried=False)
    assert circuit.wait(100.0) == 0
    with pytest.raises(EndpointDown, match="100 s"):
        circuit.wait(106.0)


@pytest.mark.parametrize("seed", range(5))
async def test_the_cost_is_never_passed_with_256_at_once(seed: int) -> None:
    chance = random.Random(seed)
    gate = RequestGate(Limits(concurrency=256, max_cost=1.0))
    gate.spent_before(0.25)
    billed = 0.25

    async def ask() -> None:
        nonlocal billed
        while True:
            most = chance.uniform(0.0005, 0.01)
            entered = await gate.enter(Need(FREE.usage, most))
            await asyncio.sleep(chance.uniform(0, 0.002))
            fate = chance.random()
            if fate < 0.1:
                entered.ended(Fate(error=ModelUnavailable("reset"), lost=True))
                billed += most  # at worst
            elif fate < 0.2:
                entered.ended(Fate(error=RateLimited("429", 0.0)))
            else:
                billed += (cost := most * chance.random())
                entered.ended(Fate(FREE.usage, cost))
            assert billed <= 1.0

    ended = await asyncio.gather(*(ask() for _ in range(256)), return_exceptions=True)
    assert Counter(type(one) for one in ended) == {CostReached: 256}
    assert 1.0 - billed < 0.01
    assert gate.at_most_spent == pytest.approx(billed - 0.25)


async def test_a_limit_on_cost_needs_a_price() -> None:
    gate = RequestGate(Limits(max_cost=1.0))
    with pytest.raises(ConfigurationError, match="--price"):
        await gate.enter(Need(FREE.usage, None))


def test_a_run_ends_before_it_costs_too_much_and_goes_on_with_more(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 12)
    prices = Prices(prompt=10_000.0, completion=0.0)  # a dollar an answer; as many as it has bytes, at worst
    with ModelServer([answering(no_answer())]) as server:
        run_batch([source], tmp_path / "one", asking(server.url), BatchOptions(bounds=Bounds(limit=1)), unseen)
        most = 0.01 * len(json.dumps(server.requests.pop(), ensure_ascii=False).encode())
        gate = RequestGate(Limits(8, max_cost=most + 5.5))
        ended = run_batch([source], tmp_path / "out", asking(server.url, gate, prices), BatchOptions(8, gate=gate), unseen)
        assert isinstance(ended.stopped, CostReached)
        done = ended.outcomes["report"]
        assert 4 <= done <= 7
        assert ended.cost == pytest.approx(done)
        assert len(server.requests) == done
        gate = RequestGate(Limits(8, max_cost=10 * most))
        ended = run_batch([source], tmp_path / "out", asking(server.url, gate, prices), BatchOptions(8, gate=gate), unseen)
        assert ended.stopped is None
        assert len(server.requests) == 12
    assert sum(row["usage"]["cost_usd"] for row in rows(tmp_path / "out")) == pytest.approx(12)


def test_an_endpoint_that_was_down_is_waited_for(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 6)
    replies = [*[Reply(then="reset")] * 10, answering(no_answer())]
    with ModelServer(replies) as server:
        gate = RequestGate(Limits(4))
        ended = run_batch([source], tmp_path / "out", asking(server.url, gate), BatchOptions(4, gate=gate), unseen)
        again = run_batch([source], tmp_path / "out", asking(server.url), BatchOptions(4), unseen)
    assert ended.stopped is None
    assert ended.outcomes["report"] + again.outcomes["report"] == 6
    assert ended.failures["network"] == again.outcomes["report"]


async def test_a_service_that_refuses_what_is_too_much_gets_less() -> None:
    """It takes two of eight at once; once that is known, hardly anything is refused."""
    gate = RequestGate(Limits(8))
    under_way, refused = 0, list[bool]()

    async def ask() -> None:
        nonlocal under_way
        for _ in range(30):
            entered = await gate.enter(FREE)
            under_way += 1
            refused.append(under_way > 2)
            await asyncio.sleep(0.001)
            under_way -= 1
            entered.ended(Fate(error=RateLimited("429", 0.0)) if refused[-1] else Fate(FREE.usage, 0.0))

    await asyncio.gather(*(ask() for _ in range(8)))
    assert len(refused) == 240
    assert sum(refused[:8]) == 6
    assert sum(refused[-100:]) <= 50


def test_failures_end_the_run_where_the_user_says_so(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 12)
    with ModelServer([failing(400)]) as server:
        ended = run_batch([source], tmp_path / "out", asking(server.url), BatchOptions(1, Bounds(max_failures=3)), unseen)
    assert ended.stopped is not None
    assert ended.outcomes == {"failed": 4}
    with Store(tmp_path / "out") as store:
        summary = store.summary()
    assert summary.failures == {"rejected": 4}
    assert summary.last_run is not None
    assert "more than 3" in (summary.last_run.stopped or "")

