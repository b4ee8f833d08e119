"""Bad input over real HTTP: a clear answer, nothing written, the server unharmed."""

from __future__ import annotations

import json
import socket

import pytest

from tests.support.server import PATIENCE, Server, running

GAME = "/v1/games/g0000000001"
MESSAGES = "/v1/feeds/arena/games/g0000000001/messages"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}


def play(ref, points=2, **facts):
    base = {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": points}
    return {"type": "play", "provider_play_id": ref, "play": base | facts}


LIVE = {"type": "status", "status": "in_progress", "period_index": 1}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def game(server: Server):
    """A live game that stands 2-0, and must stand so at the end of the test."""
    assert server.request("PUT", GAME, META).status == 200
    server.request("POST", MESSAGES, LIVE)
    server.request("POST", MESSAGES, play("first"))
    before = server.request("GET", GAME).json
    yield server
    after = server.request("GET", GAME).json
    assert (after["seq"], after["score"]) == (before["seq"], before["score"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b'{"type": NaN}', 400, "malformed"),
        (b"[" * 50_000, 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b'"text"', 400, "malformed"),
        (b"", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        ({"type": "dance"}, 400, "malformed"),
        (play("a", -2), 422, "bad_score"),
        (play("a", 4), 202, "illegal_points"),
        (play("a", clock_ms=1_000_000), 422, "bad_clock"),
        (play("a", clock_ms=-1), 422, "bad_clock"),
        (play("a", period_index=0), 422, "bad_period"),
        (play("a", period_index=3), 202, "period_jump"),
        (play("a", team_id="nobody"), 422, "unknown_team"),
        (play("a", points="2"), 400, "malformed"),
        (play("a", points=2.5), 400, "malformed"),
        (play("first", 2, clock_ms=5), 409, "rev_conflict"),
        ({"type": "score", "home": 0, "away": 0}, 202, "score_regress"),
        ({"type": "score", "home": -1, "away": 0}, 422, "bad_score"),
        ({"type": "score", "home": 999, "away": 0}, 422, "bad_score"),
        ({"type": "void", "provider_play_id": "nope"}, 202, "unknown_target"),
        ({"type": "status", "status": "scheduled"}, 202, "bad_transition"),
    ],
)
def test_a_bad_message_hears_what_is_wrong(game: Server, body, status, code):
    reply = game.request("POST", MESSAGES, body, Content_Type="application/json")
    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.json["hint"]


@pytest.mark.parametrize(
    ("path", "token", "status", "code"),
    [
        (MESSAGES, None, 401, "unauthorized"),
        (MESSAGES, "wrong", 401, "unauthorized"),
        (MESSAGES, "another", 403, "forbidden"),
        ("/v1/feeds/football/games/g0000000001/messages", "touchdown", 403, "forbidden"),
        ("/v1/feeds/arena/games/g9999999999/messages", "secret", 404, "unknown_game"),
        ("/v1/feeds/arena/games/nonsense/messages", "secret", 404, "unknown_game"),
    ],
)
def test_a_stranger_is_turned_away(game: Server, path, token, status, code):
    reply = game.request("POST", path, play("a"), token=token)
    assert (reply.status, reply.json["code"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"ruleset_id": "cricket"}, 400, "malformed"),
        ({"league": "NBA"}, 400, "malformed"),
        ({"teams": {}}, 400, "malformed"),
        ({"ruleset_id": "nfl"}, 409, "sport_change"),
    ],
)
def test_bad_meta_hears_what_is_wrong(game: Server, change, status, code):
    reply = game.request("PUT", GAME, META | change)
    assert (reply.status, reply.json["code"]) == (status, code)


def test_a_game_id_has_its_form(game: Server):
    reply = game.request("PUT", "/v1/games/g1", META)
    assert (reply.status, reply.json["code"]) == (400, "malformed")
    assert "ten of 0-9a-z" in reply.json["detail"]


def test_a_league_of_others_is_forbidden(game: Server):
    reply = game.request("PUT", GAME, META, token="touchdown")
    assert (reply.status, reply.json["code"]) == (403, "forbidden")


def test_a_megabyte_is_refused(game: Server):
    reply = game.request("POST", MESSAGES, b" " * 1_000_000)
    assert (reply.status, reply.json["code"]) == (413, "too_large")


def test_a_long_message_is_refused(game: Server):
    reply = game.request("POST", MESSAGES, play("a", text="x" * 70_000))
    assert (reply.status, reply.json["code"]) == (413, "too_large")


def test_a_chunked_megabyte_is_refused(game: Server):
    with socket.create_connection(("127.0.0.1", game.port), PATIENCE) as sock:
        head = f"POST {MESSAGES} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\n"
        sock.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
        answer = b""
        try:
            for _ in range(16):
                sock.sendall(chunk)
        except OSError:
            pass  # refused while we were still sending
        try:
            while data := sock.recv(65_536):
                answer += data
        except OSError:
            pass
    assert b" 413 " in answer.split(b"\r\n")[0]


def test_another_content_type_is_refused(game: Server):
    reply = game.request("POST", MESSAGES, b"<xml/>", Content_Type="text/xml")
    assert (reply.status, reply.json["code"]) == (415, "unsupported_type")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused_and_told_which(game: Server, method):
    reply = game.request(method, GAME)
    assert (reply.status, reply.json["code"]) == (405, "method_not_allowed")
    assert reply.headers["allow"] == "GET, PUT"


@pytest.mark.parametrize("path", ["/nothing", "/v1/", "/v1/games/g0000000001/more", "/v2/games"])
def test_an_address_that_is_not_says_so(game: Server, path):
    reply = game.request("GET", path)
    assert (reply.status, reply.json["code"]) == (404, "not_found")


def test_an_unknown_game_says_so(game: Server):
    reply = game.request("GET", "/v1/games/g9999999999")
    assert (reply.status, reply.json["code"]) == (404, "unknown_game")


def test_lines_are_answered_line_by_line(server: Server):
    server.request("PUT", "/v1/games/g0000000002", META)
    path = MESSAGES.replace("0001", "0002")
    body = b"\n".join(json.dumps(m).encode() for m in (LIVE, play("1"), play("2", -1), play("1")))
    reply = server.request("POST", path, body, Content_Type="application/x-ndjson")
    assert reply.status == 207
    assert [line["status"] for line in reply.lines] == [
        "accepted",
        "accepted",
        "rejected",
        "duplicate",
    ]
    assert reply.lines[3]["seq"] == reply.lines[1]["seq"]
    assert reply.lines[3]["score"] == {"home": 2, "away": 0}


def test_a_broken_line_refuses_them_all(game: Server):
    body = json.dumps(play("x")).encode() + b"\n{\n"
    reply = game.request("POST", MESSAGES, body, Content_Type="application/x-ndjson")
    assert (reply.status, reply.json["code"]) == (400, "malformed")
    assert "line 2" in reply.json["detail"]


def test_too_many_lines_are_refused(game: Server):
    body = b'{"type":"heartbeat"}\n' * 2_001
    reply = game.request("POST", MESSAGES, body, Content_Type="application/x-ndjson")
    assert (reply.status, reply.json["code"]) == (413, "too_large")


def test_a_game_that_has_not_changed_is_not_sent_again(game: Server):
    first = game.request("GET", GAME)
    again = game.request("GET", GAME, If_None_Match=first.headers["etag"])
    assert (first.status, again.status, again.body) == (200, 304, b"")


@pytest.mark.parametrize("part", ["boxscore", "alerts"])
def test_a_part_of_a_game_stands_on_its_own(game: Server, part):
    first = game.request("GET", f"{GAME}/{part}", token=None)
    assert (first.status, first.json["seq"]) == (200, 3)
    again = game.request("GET", f"{GAME}/{part}", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert first.headers["etag"] != game.request("GET", GAME).headers["etag"]
    assert game.request("GET", f"/v1/games/gunknown000/{part}").status == 404


def test_a_game_is_shown_as_it_stood(game: Server):
    assert game.request("GET", f"{GAME}?asof=2").json["score"]["home"]["points"] == 0
    assert game.request("GET", f"{GAME}?asof=3").json["score"]["home"]["points"] == 2
    assert game.request("GET", f"{GAME}?asof=2199-01-01T00:00:00Z").json["seq"] == 3
    assert game.request("GET", f"{GAME}?asof=0").status == 404
    assert game.request("GET", f"{GAME}?asof=yesterday").status == 400


def test_the_slate_has_one_line_a_game(game: Server):
    slate = game.request("GET", "/v1/games?league=nba_", token=None).json["games"]
    line = next(g for g in slate if g["game_id"] == "g0000000001")
    assert (line["home"]["points"], line["status"]) == (2, "in_progress")
    assert game.request("GET", "/v1/games?league=nfl_").json["games"] == []


@pytest.mark.parametrize("part", ["plays", "shots", "timecodes", "events"])
def test_a_part_of_a_game_has_a_tag_and_costs_nothing_again(game: Server, part):
    whole = game.request("GET", GAME).json
    reply = game.request("GET", f"{GAME}/{part}", token=None)
    assert (reply.status, reply.json["seq"]) == (200, whole["seq"])
    again = game.request("GET", f"{GAME}/{part}", If_None_Match=reply.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert game.request("GET", f"/v1/games/g0000000009/{part}").status == 404


def test_the_plays_of_a_game_are_those_of_the_whole(game: Server):
    whole = game.request("GET", GAME).json
    assert game.request("GET", f"{GAME}/plays").json["plays"] == whole["plays"]
    assert game.request("GET", f"{GAME}/plays?after={whole['seq']}").json["plays"] == []
    (meta,) = game.request("GET", f"{GAME}/events?kinds=meta").json["events"]
    assert meta["data"]["league"] == "nba_"


@pytest.mark.parametrize(
    ("query", "word"),
    [("after=-1", "after"), ("after=x", "after"), ("kinds=", "kinds"), ("kinds=a%0d%0ab", "kinds")],
)
def test_a_part_that_is_asked_for_badly_hears_what_is_wrong(game: Server, query, word):
    reply = game.request("GET", f"{GAME}/events?{query}")
    assert (reply.status, reply.json["code"]) == (400, "malformed")
    assert word in reply.json["detail"]


def test_the_root_and_health_answer(server: Server):
    health = server.request("GET", "/healthz", token=None).json
    assert health["status"] == "ok"
    assert sum(health["stall"]["counts"]) == health["stall"]["count"]
    assert b"/v1/games" in server.request("GET", "/v1").body
    assert server.request("GET", "/").status == 200
    assert server.request("HEAD", "/healthz").status == 200
