"""The server, as a replay sees it, against a small web site of its own."""

from __future__ import annotations

import json

import attrs
import pytest
from treq.testing import RequestTraversalAgent
from twisted.internet import error
from twisted.internet.defer import Deferred, fail
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed
from twisted.web.iweb import IAgent
from twisted.web.resource import Resource
from zope.interface import implementer

from scoreboard.tools.replay_http import (
    TIMEOUT_S,
    RefusedRequest,
    ScoreServer,
    TooFast,
    Unreachable,
    agent_of,
    connections,
)
from tests.support.deferreds import result, started, waits

TO = ("http://server:8080", "arena", "secret")
GOOD = b'{"status":"accepted"}\n'


class Site(Resource):
    """Says what it is told to say, and remembers what it heard."""

    isLeaf = True

    def __init__(self, status=200, body=GOOD, headers=()):
        super().__init__()
        self.answer = (status, body, dict(headers))
        self.heard = []

    def render(self, request):
        status, body, headers = self.answer
        self.heard.append(
            (
                request.method,
                request.uri,
                request.getHeader("authorization"),
                request.getHeader("content-type"),
                request.content.read(),
            )
        )
        request.setResponseCode(status)
        for name, value in headers.items():
            request.setHeader(name, value)
        return body


def asked(site, lines=(b"{}",)):
    """What becomes of a request with these messages."""
    agent = RequestTraversalAgent(site)
    server = ScoreServer(Clock(), agent, TO)
    deferred = started(server.post_messages("g0000000001", lines))
    agent.flush()
    return result(deferred)


def problem(code, status, **said):
    body = json.dumps({"code": code, "status": status, **said}).encode()
    return Site(status, body, {"content-type": "application/problem+json"})


def test_messages_go_to_the_game_of_the_source_one_a_line():
    site = Site(body=GOOD * 2)
    assert asked(site, [b'{"a":1}', b'{"b":2}']) == [{"status": "accepted"}] * 2
    assert site.heard == [
        (
            b"POST",
            b"/v1/feeds/arena/games/g0000000001/messages",
            "Bearer secret",
            "application/x-ndjson",
            b'{"a":1}\n{"b":2}\n',
        )
    ]


def test_a_game_is_put_to_its_address():
    site = Site(body=b'{"status":"accepted"}')
    agent = RequestTraversalAgent(site)
    deferred = started(ScoreServer(Clock(), agent, TO).put_game("g0000000001", b"{}"))
    agent.flush()
    assert result(deferred) is None
    assert site.heard[0][:4] == (
        b"PUT",
        b"/v1/games/g0000000001",
        "Bearer secret",
        "application/json",
    )


def test_an_answer_of_207_is_read_like_one_of_200():
    refused = b'{"status":"rejected","rule":"S1"}\n'
    answers = asked(Site(207, GOOD + refused), [b"{}", b"{}"])
    assert [answer["status"] for answer in answers] == ["accepted", "rejected"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_asks_to_come_back_is_unreachable_for_now(status):
    with pytest.raises(Unreachable) as why:
        asked(Site(status, b"", {"retry-after": "7"}))
    assert (why.value.retry_ms, str(why.value)) == (7_000, f"the server answers HTTP {status}")


def test_a_feed_that_is_too_fast_hears_to_the_millisecond_when_to_come_back():
    said = {"code": "rate", "detail": "too much", "hint": "wait"}
    with pytest.raises(TooFast) as why:
        asked(Site(429, json.dumps(said).encode(), {"retry-after": "2"}))
    assert (why.value.retry_ms, str(why.value)) == (
        2_000,
        "the server answers HTTP 429 rate: too much (wait)",
    )
    exact = json.dumps({**said, "retry_ms": 1_203}).encode()
    with pytest.raises(TooFast) as why:
        asked(Site(429, exact, {"retry-after": "2"}))
    assert why.value.retry_ms == 1_203


@pytest.mark.parametrize("after", ["", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_retry_after_that_is_no_number_of_seconds_is_none(after):
    with pytest.raises(Unreachable) as why:
        asked(Site(503, b"", {"retry-after": after}))
    assert why.value.retry_ms is None


def test_a_request_that_is_refused_names_the_code_and_the_hint():
    site = problem("unauthorized", 401, detail="no feed has this token", hint="use another")
    with pytest.raises(RefusedRequest) as why:
        asked(site)
    assert str(why.value) == "HTTP 401 unauthorized: no feed has this token (use another)"


def test_an_answer_to_a_single_message_is_told_by_its_problem():
    site = problem("sport_change", 409, problem="it is a football game")
    with pytest.raises(RefusedRequest, match="HTTP 409 sport_change: it is a football game"):
        asked(site)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b"\xff"])
def test_a_refusal_without_a_problem_document_is_told_by_its_number(body):
    with pytest.raises(RefusedRequest, match=r"HTTP 500\Z"):
        asked(Site(500, body))


def test_a_redirection_is_no_answer():
    with pytest.raises(RefusedRequest, match="HTTP 304"):
        asked(Site(304, b""))


@pytest.mark.parametrize("body", [b"", GOOD, GOOD * 3, b"7\n" * 2])
def test_answers_that_do_not_fit_the_messages_are_refused(body):
    with pytest.raises(RefusedRequest, match="answers to 2 messages"):
        asked(Site(body=body), [b"{}", b"{}"])


def test_an_answer_that_is_not_ndjson_is_refused():
    with pytest.raises(RefusedRequest, match="the server's answer is not NDJSON"):
        asked(Site(body=b"welcome"))


@implementer(IAgent)
@attrs.define
class Broken:
    """An agent whose every request ends the same way."""

    outcome: object

    def request(self, method, uri, headers=None, bodyProducer=None):
        return fail(self.outcome) if isinstance(self.outcome, Exception) else self.outcome


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (error.ConnectionRefusedError("refused"), "Connection was refused by other side: refused"),
        (error.ConnectionLost(), "Connection to the other side was lost in a non-clean fashion"),
        (ResponseFailed([Failure(error.ConnectionDone())]), "Connection was closed cleanly"),
        (OSError("no such host"), "no such host"),
        (ResponseFailed([]), "[]"),
    ],
)
def test_a_connection_that_breaks_is_told_in_one_line(why, words):
    server = ScoreServer(Clock(), Broken(why), TO)
    with pytest.raises(Unreachable, match=r".") as found:
        result(started(server.post_messages("g0000000001", [b"{}"])))
    assert str(found.value) == words


def test_a_server_that_says_nothing_is_given_up_for_now():
    clock = Clock()
    server = ScoreServer(clock, Broken(Deferred()), TO)
    deferred = started(server.post_messages("g0000000001", [b"{}"]))
    clock.advance(TIMEOUT_S - 1)
    assert waits(deferred)
    clock.advance(2)
    with pytest.raises(Unreachable, match="no answer within 30 s"):
        result(deferred)


def test_another_fault_is_not_taken_for_a_broken_connection():
    server = ScoreServer(Clock(), Broken(ValueError("bug")), TO)
    with pytest.raises(ValueError, match="bug"):
        result(started(server.post_messages("g0000000001", [b"{}"])))


def test_connections_are_kept_and_requests_never_repeated_behind_our_back():
    pool = connections(Clock(), 8)
    assert (pool.maxPersistentPerHost, pool.retryAutomatically) == (8, False)
    assert IAgent.providedBy(agent_of(Clock(), pool))
