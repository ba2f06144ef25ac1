"""The endpoint against a real server: every fault ends in its own error or a repaired answer."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Annotated, TypeVar

import pytest
from pydantic import BaseModel, Field

from extractor import errors
from extractor.models.endpoint import Endpoint, EndpointModel
from extractor.models.question import Answer, Choice, Chosen, Message, Question
from extractor.models.retries import HttpRetries
from extractor.report import PromptId, TokenUsage
from tests.model_server import ModelServer, Reply, answering, failing, letters, saying

R = TypeVar("R")

SECRET = "GEHEIME TEKST"
PROMPT = PromptId(name="test", version="1", sha256="0" * 64)
FAST = HttpRetries(attempts=3, total=30.0, first_wait=0.001, longest_wait=0.01)


class Scorers(BaseModel):
    """A small answer."""

    names: Annotated[list[str], Field(max_length=5)]
    goals: Annotated[int, Field(ge=0, le=9, description="not sent")]
    title: str | None = None


GOOD: dict[str, object] = {"names": ["Mbemba"], "goals": 1, "title": None}


def model_at(url: str, retries: HttpRetries = FAST, timeout: float = 10.0) -> EndpointModel:
    return EndpointModel(
        Endpoint("openai/test-model", "test-model", url, "sk-secret", timeout, retries)
    )


def question(text: str = SECRET) -> Question[Scorers]:
    return Question((Message("system", "Read."), Message("user", text)), Scorers, PROMPT, 300)


def run(model: EndpointModel, use: Callable[[EndpointModel], Awaitable[R]]) -> R:
    async def go() -> R:
        try:
            return await use(model)
        finally:
            await model.aclose()

    return asyncio.run(go())


def ask(server: ModelServer, text: str = SECRET, retries: HttpRetries = FAST) -> Answer[Scorers]:
    return run(model_at(server.url, retries), lambda model: model.ask(question(text)))


def choose(server: ModelServer, *options: str) -> Chosen:
    choice = Choice((Message("user", "Who?"),), options, PROMPT)
    return run(model_at(server.url), lambda model: model.choose(choice))


def test_an_answer_with_what_it_took() -> None:
    with ModelServer([answering(GOOD)], key="sk-secret") as server:
        answer = ask(server)
    assert answer.value == Scorers(names=["Mbemba"], goals=1)
    assert answer.spent.usage == TokenUsage(prompt=100, cached=40, completion=20)
    assert (answer.spent.attempts, answer.spent.cost, answer.from_cache) == (1, 0.0, False)


def test_the_request_asks_for_the_structure_strictly() -> None:
    with ModelServer([answering(GOOD)]) as server:
        ask(server)
    (request,) = server.requests
    assert request["response_format"]["json_schema"]["strict"] is True
    schema = request["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["names", "goals", "title"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["goals"] == {"type": "integer", "minimum": 0, "maximum": 9}
    assert schema["properties"]["names"]["maxItems"] == 5
    assert (request["max_tokens"], request["temperature"]) == (300, 0.0)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (failing(500), errors.ModelUnavailable),
        (failing(502), errors.ModelUnavailable),
        (failing(503), errors.ModelUnavailable),
        (failing(408), errors.ModelUnavailable),
        (failing(409), errors.ModelUnavailable),
        (failing(429), errors.RateLimited),
        (Reply(then="reset"), errors.ModelUnavailable),
        (Reply(answering(GOOD).body, then="cut"), errors.ModelUnavailable),
        (Reply(b"<html>busy</html>", content_type="text/html"), errors.ReplyUnparsable),
        (Reply(b'{"choices": [', content_type="application/json"), errors.ReplyUnparsable),
        (Reply(b"\xff\xfe", content_type="application/json"), errors.ReplyUnparsable),
        (Reply(b"[]"), errors.ReplyUnparsable),
        (Reply(b'{"choices": []}'), errors.ReplyUnparsable),
        (Reply(b'{"choices": [{"finish_reason": "stop"}]}'), errors.ReplyUnparsable),
    ],
)
def test_what_passes_is_tried_again_and_then_named(
    fault: Reply, error: type[errors.ModelError]
) -> None:
    with ModelServer([fault, fault, answering(GOOD)]) as server:
        answer = ask(server)
        assert (answer.value.goals, answer.spent.attempts, len(server.requests)) == (1, 3, 3)
    with ModelServer([fault]) as server:
        with pytest.raises(error) as caught:
            ask(server)
        assert type(caught.value) is error
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "error", "stops"),
    [
        (failing(401, "invalid_api_key"), errors.AccessDenied, True),
        (failing(403), errors.AccessDenied, True),
        (failing(429, "insufficient_quota"), errors.AccessDenied, True),
        (failing(404, "model_not_found"), errors.UnknownModel, True),
        (failing(400, "model_not_found"), errors.UnknownModel, True),
        (failing(400, "context_length_exceeded"), errors.RequestRejected, False),
        (failing(422), errors.RequestRejected, False),
        (failing(307, Location="http://elsewhere.example/v1"), errors.RequestRejected, False),
        (saying(None, message={"refusal": "I can't."}), errors.ModelRefused, False),
        (saying("", "content_filter"), errors.ModelRefused, False),
        (saying('{"names": ["Mb', "length"), errors.ReplyTruncated, False),
    ],
)
def test_what_does_not_pass_is_not_tried_again(
    fault: Reply, error: type[errors.MatchReportError], stops: bool
) -> None:
    with ModelServer([fault]) as server:
        with pytest.raises(error) as caught:
            ask(server)
        assert type(caught.value) is error
        assert caught.value.stops_run is stops
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "bad", ["no JSON", "", '{"names": "Mbemba"}', '{"names": [], "goals": 12}', "[]"]
)
def test_a_reply_that_does_not_validate_is_asked_again_twice(bad: str) -> None:
    with ModelServer([saying(bad), saying(bad), answering(GOOD)]) as server:
        answer = ask(server)
        assert answer.spent.attempts == 3
        assert answer.spent.usage == TokenUsage(prompt=300, cached=120, completion=60)
        assert len(server.requests[2]["messages"]) > len(server.requests[0]["messages"])
    with ModelServer([saying(bad)]) as server:
        with pytest.raises(errors.ReplyUnparsable):
            ask(server)
        assert len(server.requests) == 3


def test_http_and_validation_retries_do_not_multiply() -> None:
    replies = [
        failing(500),
        saying("no JSON"),
        failing(429),
        failing(500),
        saying("{}"),
        answering(GOOD),
    ]
    with ModelServer(replies) as server:
        assert ask(server).spent.attempts == 6


@pytest.mark.parametrize(
    "told",
    [
        "0",
        "0.002",
        "3600",
        format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True),
        "soon",
        "",
    ],
)
def test_retry_after_is_read_in_every_form_and_clamped(told: str) -> None:
    with ModelServer([failing(429, Retry_After=told), answering(GOOD)]) as server:
        assert ask(server).spent.attempts == 2


def test_the_wait_that_the_server_wants_is_in_the_error() -> None:
    with ModelServer([failing(429, Retry_After="7")]) as server:
        with pytest.raises(errors.RateLimited) as caught:
            ask(server, retries=HttpRetries(attempts=1))
        assert caught.value.retry_after == 7.0


def test_no_wait_starts_that_would_end_too_late() -> None:
    with ModelServer([failing(503, Retry_After="50")]) as server:
        with pytest.raises(errors.ModelUnavailable):
            ask(
                server,
                retries=HttpRetries(attempts=9, total=20.0, first_wait=0.001, longest_wait=60.0),
            )
        assert len(server.requests) == 1


def test_no_answer_in_time() -> None:
    with ModelServer([Reply(then="stall")]) as server:
        model = model_at(server.url, HttpRetries(attempts=2, first_wait=0.001), timeout=0.2)
        with pytest.raises(errors.ModelTimeout):
            run(model, lambda model: model.ask(question()))
        assert len(server.requests) == 2


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(errors.ModelUnavailable, match="can't be reached"):
        run(model_at(f"http://127.0.0.1:{port}/v1"), lambda model: model.ask(question()))


def test_a_wrong_url_is_said_to_be_one() -> None:
    with ModelServer([answering(GOOD)]) as server:
        wrong = model_at(server.url.removesuffix("/v1"))
        with pytest.raises(errors.UnknownModel, match="URL"):
            run(wrong, lambda model: model.ask(question()))


@pytest.mark.parametrize(
    "url",
    ["localhost:8000", "", "ftp://host/v1", "http://user:pw@host/v1", "http://host/v1?key=pw"],
)
def test_a_url_that_can_not_be_used(url: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="base URL") as caught:
        model_at(url)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    "fault",
    [
        failing(401, "invalid_api_key"),
        failing(400),
        failing(500),
        saying(SECRET),
        saying('{"names": "GEHEIME TEKST"}'),
    ],
)
def test_keys_and_texts_stay_out_of_errors_and_logs(
    fault: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with ModelServer([fault]) as server:
        model = model_at(server.url)
        with pytest.raises(errors.MatchReportError) as caught:
            run(model, lambda model: model.ask(question()))
    endpoint = Endpoint("openai/x", "x", "http://127.0.0.1/v1", "sk-secret")
    shown = (
        "".join(traceback.format_exception(caught.value))
        + caplog.text
        + repr(model)
        + repr(endpoint)
    )
    for secret in (SECRET, "sk-secret"):
        assert secret not in str(caught.value)
        assert secret not in shown


def test_a_lone_surrogate_is_sent_as_one_replacement_character() -> None:
    # The reply holds one too, and goes back to the server when it is asked again.
    with ModelServer([saying('{"names": "\\ud800"}'), answering(GOOD)]) as server:
        ask(server, "a\ud800b\U0001f600")
    assert server.requests[0]["messages"][1]["content"] == "a\ufffdb\U0001f600"


def test_braces_in_an_article_are_no_template() -> None:
    with ModelServer([answering(GOOD)]) as server:
        ask(server, "{{ 7 * 6 }} {% raw %}")
    assert server.requests[0]["messages"][1]["content"] == "{{ 7 * 6 }} {% raw %}"


def test_parameters_that_a_model_rejects_are_left_out_from_then_on() -> None:
    def newer_model(request: dict[str, object]) -> Reply:
        for name in ("max_tokens", "temperature"):
            if name in request:
                return failing(400, "unsupported_parameter", name)
        return answering(GOOD)

    with ModelServer(newer_model) as server:
        model = model_at(server.url)
        first, second = run(model, _ask_twice)
    assert (first.spent.attempts, second.spent.attempts) == (3, 1)
    assert server.requests[-1]["max_completion_tokens"] == 300


async def _ask_twice(model: EndpointModel) -> tuple[Answer[Scorers], Answer[Scorers]]:
    return await model.ask(question()), await model.ask(question())


def test_one_model_serves_several_event_loops() -> None:
    with ModelServer([answering(GOOD)]) as server:
        model = model_at(server.url)
        assert [run(model, lambda model: model.ask(question())).value.goals for _ in range(2)] == [
            1,
            1,
        ]


def test_a_choice_by_the_probabilities_of_its_letters() -> None:
    with ModelServer([letters({"B": 0.5, " B": 0.1, "A": 0.2, "The": 0.2})]) as server:
        chosen = choose(server, "Mbemba", "Gigot", "Sarr")
    assert chosen.best == "Gigot"
    assert chosen.probabilities == pytest.approx({"Mbemba": 0.25, "Gigot": 0.75, "Sarr": 0.0})
    assert (server.requests[0]["max_tokens"], server.requests[0]["logprobs"]) == (1, True)


def test_a_choice_where_the_endpoint_gives_no_probabilities() -> None:
    with ModelServer([saying("B.", "length")]) as server:
        assert choose(server, "Mbemba", "Gigot").probabilities == {"Mbemba": 0.0, "Gigot": 1.0}


def test_a_choice_where_the_model_takes_no_logprobs() -> None:
    def thinking_model(request: dict[str, object]) -> Reply:
        if "logprobs" in request:
            return failing(400, "unsupported_parameter", "logprobs")
        if "response_format" not in request:
            return saying("", "length")
        return answering({"letter": "A"})

    with ModelServer(thinking_model) as server:
        chosen = choose(server, "Mbemba", "Gigot")
    assert chosen.probabilities == {"Mbemba": 1.0, "Gigot": 0.0}
    assert chosen.spent.attempts == 3


def test_a_choice_that_is_none() -> None:
    with ModelServer([saying("Neither")]) as server, pytest.raises(errors.ReplyUnparsable):
        choose(server, "Mbemba", "Gigot")


def test_known_prices() -> None:
    from extractor.models.prices import price

    usage = TokenUsage(prompt=1_000_000, cached=0, completion=0)
    known = price("https://api.openai.com/v1", "gpt-4o-mini", usage)
    assert known is not None
    assert known > 0
    assert price("https://api.openai.com/v1", "no-such-model", usage) is None
    assert price("https://models.example/v1", "gpt-4o-mini", usage) is None
