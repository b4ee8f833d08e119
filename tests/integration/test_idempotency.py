"""A POST with an Idempotency-Key is done once, whoever sends it how often."""

from __future__ import annotations

import threading

import pytest

from tests.support.server import Reply, running

GAME = "g0000000001"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
PATH = f"/v1/feeds/arena/games/{GAME}/messages"


def score(points: int) -> dict:
    """A message without an id of its own: a repeat of it would count as another one."""
    return {"type": "score", "home": points, "away": 0}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as started:
        assert started.request("PUT", f"/v1/games/{GAME}", META).status == 200
        live = {"type": "status", "status": "in_progress", "period_index": 1}
        assert started.request("POST", PATH, live).status == 200
        yield started


def post(server, key, body, path=PATH, token="secret", **headers) -> Reply:
    return server.request("POST", path, body, token, Idempotency_Key=key, **headers)


def seq(server) -> int:
    return server.request("GET", f"/v1/games/{GAME}").json["seq"]


def test_a_repeat_gets_the_first_answer_and_changes_nothing(server):
    first = post(server, "one", score(2))
    after = seq(server)
    again = post(server, "one", score(2))
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert seq(server) == after


def test_the_same_key_with_another_body_is_refused(server):
    post(server, "two", score(4))
    before = seq(server)
    refused = post(server, "two", score(6))
    assert (refused.status, refused.json["code"]) == (422, "key_reused")
    assert seq(server) == before


def test_lines_are_answered_again_line_by_line(server):
    body = b'{"type":"heartbeat"}\n{"type":"score","home":-1,"away":0}\n'
    first = post(server, "three", body, Content_Type="application/x-ndjson")
    again = post(server, "three", body, Content_Type="application/x-ndjson")
    assert first.status == again.status == 207
    assert first.lines == again.lines
    assert again.headers["content-type"] == "application/x-ndjson"


def test_a_request_that_was_refused_as_a_whole_is_not_remembered(server):
    assert post(server, "four", b"{").status == 400
    assert post(server, "four", score(6)).status == 200


def test_a_key_that_is_none_is_refused(server):
    refused = post(server, "a b", score(6))
    assert (refused.status, refused.json["code"]) == (400, "malformed")


def test_many_at_once_with_one_key_are_done_once(server):
    before, replies = seq(server), []
    message = score(9)

    def send():
        replies.append(post(server, "five", message))

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert sum("idempotency-replayed" in reply.headers for reply in replies) == 11
    assert seq(server) == before + 1
