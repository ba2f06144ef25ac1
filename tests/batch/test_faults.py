"""Whatever an endpoint does: every article ends as one row, and nothing that went wrong on the way becomes a result."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from extractor import AccessDenied
from extractor.batch.limits import Limits, RequestGate
from extractor.batch.run import BatchOptions, run_batch
from extractor.batch.store import Store
from tests.batch.running import FAST, NO_MATCH, archive, asking, rows, unseen
from tests.cli.running import no_answer
from tests.model_server import ModelServer, Reply, answering, failing, saying

GOOD = answering(no_answer())


def soon() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=0.01), usegmt=True)


FAULTS: dict[str, tuple[Callable[[], Reply], str, bool]] = {
    # how it looks, the class it is counted in when it stays, and whether the next run tries again
    "429": (lambda: failing(429), "rate_limit", True),
    "429 with seconds": (lambda: failing(429, Retry_After="0.01"), "rate_limit", True),
    "429 with a date": (lambda: failing(429, Retry_After=soon()), "rate_limit", True),
    "500": (lambda: failing(500), "network", True),
    "502": (lambda: Reply(b"<html>Bad Gateway</html>", 502, content_type="text/html"), "network", True),
    "503": (lambda: failing(503, Retry_After="0"), "network", True),
    "408": (lambda: failing(408), "network", True),
    "reset": (lambda: Reply(then="reset"), "network", True),
    "stall": (lambda: Reply(then="stall"), "network", True),
    "drip": (lambda: Reply(GOOD.body, then="drip"), "network", True),
    "cut body": (lambda: Reply(GOOD.body, then="cut"), "network", True),
    "not JSON": (lambda: Reply(b"<html>Welcome to nginx</html>"), "reply", False),
    "empty choices": (lambda: Reply(json.dumps({**json.loads(GOOD.body), "choices": []}).encode()), "reply", False),
    "wrong schema": (lambda: saying('{"home": "Atalanta"}'), "reply", False),
    "cut at length": (lambda: saying('{"home": {"na', finish="length"), "reply", False),
    "refusal": (lambda: saying(None, message={"refusal": "I can't help with that."}), "refused", False),
}
FINAL = {"cut at length", "refusal"}
"""Faults that asking again would not mend: they are final at their first occurrence."""


def of_article(request: dict[str, Any]) -> str:
    """The number that `archive` gave the article that is asked about."""
    found = [re.search(r"Nummer (\d+)\.", message["content"]) for message in request["messages"]]
    return next(match[1] for match in found if match)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_passes_costs_nothing_and_one_that_stays_costs_its_article(tmp_path: Path, name: str) -> None:
    """Article 0 meets it once, article 1 every time, article 2 never; article 3 costs no request."""
    fault, kind, again = FAULTS[name]
    asked: Counter[str] = Counter()
    mended = False

    def reply(request: dict[str, Any]) -> Reply:
        number = of_article(request)
        asked[number] += 1
        faulty = number == "1" or (number == "0" and asked[number] == 1)
        return fault() if faulty and not mended else GOOD

    source = archive(tmp_path / "in.jsonl", 3, json.dumps({"id": "other", "text": NO_MATCH}).encode())
    with ModelServer(reply) as server:
        gate = RequestGate(Limits(3))
        ended = run_batch([source], tmp_path / "out", asking(server.url, gate, timeout=0.4), BatchOptions(3, gate=gate), unseen)
        assert ended.stopped is None
        found = {row["id"]: row for row in rows(tmp_path / "out")}
        assert found["a0"]["outcome"] == ("failed" if name in FINAL else "report")
        assert (found["a1"]["outcome"], found["a1"]["error"]["class"]) == ("failed", kind)
        assert found["a2"]["outcome"] == "report"
        assert found["other"]["outcome"] == "not_a_match"
        assert sum(ended.outcomes.values()) == len(found) == 4
        assert sum(asked.values()) <= 3 * FAST.attempts
        assert all("report" not in row for row in found.values() if row["outcome"] != "report")

        mended = True
        gate = RequestGate(Limits(3))
        again_ended = run_batch([source], tmp_path / "out", asking(server.url, gate), BatchOptions(3, gate=gate), unseen)
        assert again_ended.outcomes["report"] == (1 if again else 0)
    with Store(tmp_path / "out") as store:
        assert store.summary().waiting == 0
        assert sum(store.summary().outcomes.values()) == 4


def test_a_key_refused_in_mid_run_stops_it_and_leaves_the_rest_for_later(tmp_path: Path) -> None:
    lock, refusing = threading.Lock(), False
    asked = 0

    def reply(_request: dict[str, Any]) -> Reply:
        nonlocal asked
        with lock:
            asked += 1
            return failing(401, "invalid_api_key") if refusing and asked > 4 else GOOD

    source = archive(tmp_path / "in.jsonl", 10)
    with ModelServer(reply) as server:
        refusing = True
        gate = RequestGate(Limits(2))
        ended = run_batch([source], tmp_path / "out", asking(server.url, gate), BatchOptions(2, gate=gate), unseen)
        assert isinstance(ended.stopped, AccessDenied)
        assert [row["outcome"] for row in rows(tmp_path / "out")] == ["report"] * 4
        refusing = False
        gate = RequestGate(Limits(2))
        ended = run_batch([source], tmp_path / "out", asking(server.url, gate), BatchOptions(2, gate=gate), unseen)
    assert (ended.outcomes["report"], ended.known) == (6, 4)
    assert [row["id"] for row in rows(tmp_path / "out")] == [f"a{n}" for n in range(10)]
