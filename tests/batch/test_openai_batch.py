"""`--engine openai-batch`: half the price, nothing paid twice, and every article one row, whatever the service does."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractor import AccessDenied, ConfigurationError, Extractor
from extractor.batch.engine import Bounds
from extractor.batch.limits import Limits, RequestGate
from extractor.batch.openai_batch.desk import Desk
from extractor.batch.openai_batch.ledger import waiting_batches
from extractor.batch.openai_batch.run import BatchApi, run_openai_batch
from extractor.batch.openai_batch.service import BatchRefused, ServiceLimits
from extractor.batch.progress import Progress
from extractor.batch.run import BatchOptions
from extractor.batch.stops import CostReached, Interrupted
from extractor.models.endpoint import Endpoint, EndpointModel
from extractor.models.prices import Prices
from tests.batch.batch_server import BatchServer, Lines, article_of
from tests.batch.running import FAST, NO_MATCH, archive, rows, unseen
from tests.cli.running import no_answer
from tests.model_server import Json, Reply, answering, failing

GOOD = answering(no_answer())
PRICES = Prices(10.0, 100.0)
FULL = (100 * 10 + 20 * 100) / 1e6
"""Dollars of one request to the server at these prices."""


def run(source: Path, out: Path, url: str, size: int = 4, max_cost: float | None = None, bounds: Bounds | None = None) -> Progress:
    endpoint = Endpoint("openai/test", "test", url, "key", 10.0, FAST, prices=PRICES)
    desk, gate = Desk(), RequestGate(Limits(4, max_cost=max_cost))
    options = BatchOptions(4, bounds or Bounds(), gate=gate)
    api = BatchApi(endpoint, desk, options, ServiceLimits(size, poll=0.02), max_cost, 1.0)
    return run_openai_batch([source], out, Extractor(EndpointModel(endpoint, gate, desk)), api, unseen)


def asked(server: BatchServer) -> Counter[int]:
    """How often each article was asked about, in batches and otherwise."""
    return Counter(map(article_of, server.requests))


def outcomes(out: Path) -> Counter[str]:
    found = rows(out)
    assert len({row["id"] for row in found}) == len(found)
    return Counter(row["outcome"] for row in found)


def test_all_but_the_first_article_go_in_batches_at_half_the_price(tmp_path: Path) -> None:
    other = json.dumps({"id": "other", "text": NO_MATCH}).encode()
    source = archive(tmp_path / "in.jsonl", 10, other, b"{not json")
    with BatchServer([GOOD]) as server:
        ended = run(source, tmp_path / "out", server.url)
        assert (ended.stopped, ended.waiting) == (None, 0)
        assert ended.outcomes == {"report": 10, "not_a_match": 1, "failed": 1}
        assert asked(server) == dict.fromkeys(range(10), 1)
        assert sorted(map(article_of, server.batched)) == list(range(1, 10))
        assert len(server.batches) == 3
        assert not server.files, "articles are left at the service"
        found = rows(tmp_path / "out")
        assert [row["id"] for row in found][:11] == [*(f"a{n}" for n in range(10)), "other"]
        assert [row["usage"]["cost_usd"] for row in found[:3]] == [FULL, FULL / 2, FULL / 2]
        assert found[1]["report"]["provenance"]["cost"] == FULL / 2
        assert found[1]["usage"]["prompt_tokens"] == 100
        again = run(source, tmp_path / "out", server.url)
        assert (again.known, again.outcomes.total()) == (12, 0)
    assert not list((tmp_path / "out" / "batches").iterdir())
    first, second = server.requests[0], server.batched[0]
    assert {name: part for name, part in first.items() if name != "messages"} == {
        name: part for name, part in second.items() if name != "messages"
    }


def test_a_batch_is_cut_where_its_file_would_grow_too_large(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 5)
    endpoint_limits = ServiceLimits(50_000, 20_000, 0.02)
    with BatchServer([GOOD]) as server:
        endpoint, desk = Endpoint("openai/test", "test", server.url, "key", 10.0, FAST), Desk()
        extractor = Extractor(EndpointModel(endpoint, None, desk))
        ended = run_openai_batch([source], tmp_path / "out", extractor, BatchApi(endpoint, desk, limits=endpoint_limits), unseen)
    assert ended.outcomes == {"report": 5}
    assert len(server.batches) > 1
    assert asked(server) == dict.fromkeys(range(5), 1)


def half_missing(lines: Lines) -> Lines:
    return lines[::2]


def half_failed(lines: Lines) -> Lines:
    failed = {"status_code": 500, "request_id": "r", "body": {"error": {"message": "GEHEIME TEKST"}}}
    return [line if place % 2 else {**line, "response": failed} for place, line in enumerate(lines)]


def half_expired(lines: Lines) -> Lines:
    expired = {"response": None, "error": {"code": "batch_expired", "message": "GEHEIME TEKST"}}
    return [line if place % 2 else {**line, **expired} for place, line in enumerate(lines)]


def half_unreadable(lines: Lines) -> Lines:
    raws = [b"\xff\xfe\n", b"[]\n", b'{"custom_id": 3}\n', b"{"]
    return [line if place % 2 else {"raw": raws[place // 2 % 3]} for place, line in enumerate(lines)] + [{"raw": raws[3]}]


def half_empty(lines: Lines) -> Lines:
    return [line if place % 2 else {**line, "response": {"status_code": 200, "body": {}}} for place, line in enumerate(lines)]


def disordered(lines: Lines) -> Lines:
    return random.Random(3).sample(lines, len(lines))


def doubled(lines: Lines) -> Lines:
    return [*lines, *lines]


@pytest.mark.parametrize(
    ("spoil", "status", "live"),
    [
        (half_missing, "completed", 4),
        (half_missing, "expired", 4),
        (half_missing, "cancelled", 4),
        (half_failed, "completed", 4),
        (half_expired, "expired", 4),
        (half_unreadable, "completed", 4),
        (half_empty, "completed", 4),
        (disordered, "completed", 0),
        (doubled, "completed", 0),
    ],
)
def test_what_a_batch_leaves_open_goes_the_ordinary_way(tmp_path: Path, spoil: Callable[[Lines], Lines], status: str, live: int) -> None:
    with BatchServer([GOOD], spoil, lambda _place: status) as server:
        ended = run(archive(tmp_path / "in.jsonl", 9), tmp_path / "out", server.url)
    assert ended.stopped is None
    assert outcomes(tmp_path / "out") == {"report": 9}
    assert len(server.requests) - len(server.batched) == 1 + live
    costs = Counter(row["usage"]["cost_usd"] for row in rows(tmp_path / "out"))
    assert costs == {FULL: 1 + live, FULL / 2: 8 - live} if live != 8 else {FULL: 9}


def test_a_reply_that_is_no_answer_is_paid_for_and_asked_again_the_ordinary_way(tmp_path: Path) -> None:
    def reply(request: Json) -> Reply:
        first = article_of(request) == 2 and len(request["messages"]) <= 2
        return answering({"home": 3}) if first else GOOD

    with BatchServer(reply) as server:
        run(archive(tmp_path / "in.jsonl", 4), tmp_path / "out", server.url)
    found = rows(tmp_path / "out")
    assert outcomes(tmp_path / "out") == {"report": 4}
    assert found[2]["usage"]["cost_usd"] == pytest.approx(1.5 * FULL)
    assert found[2]["usage"]["requests"] == found[2]["report"]["provenance"]["attempts"] == 2


def test_a_batch_that_finds_no_room_is_handed_in_again(tmp_path: Path) -> None:
    full = {1}

    def status(place: int) -> str:
        return "failed:token_limit_exceeded" if place in full else "completed"

    with BatchServer([GOOD], status=status) as server:
        ended = run(archive(tmp_path / "in.jsonl", 9), tmp_path / "out", server.url)
        assert ended.stopped is None
        assert outcomes(tmp_path / "out") == {"report": 9}
        assert asked(server) == dict.fromkeys(range(9), 1)
        assert len(server.batches) == 3


@pytest.mark.parametrize(("code", "told"), [("token_limit_exceeded", "--batch-size"), ("invalid_model", "invalid_model")])
def test_a_service_that_takes_no_batch_ends_the_run(tmp_path: Path, code: str, told: str) -> None:
    source, out, refusing = archive(tmp_path / "in.jsonl", 4), tmp_path / "out", True
    with BatchServer([GOOD], status=lambda _place: f"failed:{code}" if refusing else "completed") as server:
        ended = run(source, out, server.url)
        assert isinstance(ended.stopped, BatchRefused)
        assert told in str(ended.stopped)
        assert "GEHEIM" not in str(ended.stopped)
        assert outcomes(out) == {"report": 1}
        assert not waiting_batches(out)
        refusing = False
        run(source, out, server.url)
    assert outcomes(out) == {"report": 4}
    assert asked(server) == dict.fromkeys(range(4), 1)


def test_a_confirmation_that_is_lost_starts_no_second_batch(tmp_path: Path) -> None:
    lost = 0

    def lose(method: str, path: str) -> Reply | None:
        nonlocal lost
        if (method, path) == ("POST", "/batches") and lost < 2:
            lost += 1
            return Reply(then="reset")
        return None

    with BatchServer([GOOD], watch=lose) as server:
        ended = run(archive(tmp_path / "in.jsonl", 9), tmp_path / "out", server.url)
    assert (ended.stopped, lost) == (None, 2)
    assert len(server.batches) == 2
    assert asked(server) == dict.fromkeys(range(9), 1)


def test_a_wrong_key_shows_before_anything_is_handed_in(tmp_path: Path) -> None:
    with BatchServer([failing(401, "invalid_api_key")]) as server:
        ended = run(archive(tmp_path / "in.jsonl", 9), tmp_path / "out", server.url)
    assert isinstance(ended.stopped, AccessDenied)
    assert not server.batches
    assert not server.files


def test_max_cost_is_kept_and_used(tmp_path: Path) -> None:
    """A batch counts as the most it can cost while it is under way; what it did not cost pays for the next ones."""
    source, out = archive(tmp_path / "in.jsonl", 9), tmp_path / "out"
    with BatchServer([GOOD]) as server:
        ended = run(source, out, server.url, size=10, max_cost=1.5)
        assert (ended.stopped, outcomes(out)) == (None, {"report": 9})
        assert len(server.batches) == 3
        poor = run(source, tmp_path / "poor", server.url, size=10, max_cost=0.9)
        assert isinstance(poor.stopped, CostReached)
        assert len(server.batches) == 3


def test_a_limit_counts_new_articles(tmp_path: Path) -> None:
    with BatchServer([GOOD]) as server:
        for expected in (3, 6):
            run(archive(tmp_path / "in.jsonl", 9), tmp_path / "out", server.url, bounds=Bounds(limit=3))
            assert outcomes(tmp_path / "out") == {"report": expected}


def test_other_strategies_and_other_models_are_refused(tmp_path: Path) -> None:
    source, out = archive(tmp_path / "in.jsonl", 3), tmp_path / "out"
    with BatchServer([GOOD], watch=lambda method, _path: os.kill(os.getpid(), signal.SIGINT) if method == "GET" else None) as server:
        ended = run(source, out, server.url)
        assert isinstance(ended.stopped, Interrupted)
        assert len(waiting_batches(out)) == 1
        endpoint, desk = Endpoint("openai/other", "other", server.url, "key"), Desk()
        other = Extractor(EndpointModel(endpoint, None, desk))
        redone = BatchOptions(redo="changed")
        with pytest.raises(ConfigurationError, match="waits for batches of openai/test"):
            run_openai_batch([source], out, other, BatchApi(endpoint, desk, redone), unseen)
        guided = Extractor(EndpointModel(endpoint, None, desk), "guided")
        with pytest.raises(ConfigurationError, match="--strategy single"):
            run_openai_batch([source], tmp_path / "guided", guided, BatchApi(endpoint, desk), unseen)


@pytest.mark.slow
@pytest.mark.parametrize("replied", [False, True], ids=["before the reply", "after the reply"])
def test_killed_between_any_two_steps_nothing_is_lost_and_nothing_is_paid_twice(tmp_path: Path, replied: bool) -> None:
    """The first life ends at its first request for a file or a batch, the second one at its second, and so on."""
    source, out = archive(tmp_path / "in.jsonl", 13), tmp_path / "out"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "instructor", "openai"])
    life: list[Any] = []
    seen = 0

    def kill(_method: str, _path: str) -> Reply | None:
        nonlocal seen
        seen += 1
        if seen != len(life):
            return None
        life[-1].kill()
        return None if replied else Reply(then="reset")

    with BatchServer([GOOD], watch=kill) as server:
        while not life or life[-1].exitcode != 0:
            seen = 0
            life.append(context.Process(target=run, args=(source, out, server.url)))
            life[-1].start()
            life[-1].join(60)
            assert life[-1].exitcode in (0, -signal.SIGKILL)
    assert len(life) > 4
    assert outcomes(out) == {"report": 13}
    assert [row["id"] for row in rows(out)] == [f"a{n}" for n in range(13)]
    assert asked(server) == dict.fromkeys(range(13), 1)
