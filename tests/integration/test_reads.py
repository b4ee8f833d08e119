"""Reading over real HTTP: tags, lifetimes, compression, pages, changes and differences."""

from __future__ import annotations

import gzip
import json

import jsonpatch
import pytest

from tests.integration.test_http import LIVE, META, play
from tests.support.server import Server, running

GAME = "/v1/games/g0000000001"
OTHER = "/v1/games/g0000000002"
MESSAGES = "/v1/feeds/arena/games/g0000000001/messages"
BASKETS = 30


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as started:
        for path in (GAME, OTHER):
            assert started.request("PUT", path, META).status == 200
        messages = [LIVE, *(play(f"p{number}") for number in range(BASKETS))]
        body = b"\n".join(json.dumps(message).encode() for message in messages)
        reply = started.request("POST", MESSAGES, body, Content_Type="application/x-ndjson")
        assert reply.status == 200
        yield started


def get(server: Server, path: str, **headers: str):
    return server.request("GET", path, token=None, **headers)


@pytest.mark.parametrize("path", [GAME, f"{GAME}/plays", f"{GAME}/events", "/v1/games"])
def test_what_is_long_comes_compressed_to_who_takes_it_and_each_form_has_its_tag(server, path):
    plain = get(server, path)
    small = get(server, path, Accept_Encoding="gzip")
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body
    assert len(small.body) < len(plain.body)
    assert small.headers["etag"] != plain.headers["etag"]
    for form in (plain, small):
        assert form.headers["vary"] == "accept-encoding"
        again = get(server, path, If_None_Match=form.headers["etag"], Accept_Encoding="gzip")
        assert (again.status, again.body, again.headers["etag"]) == (
            304,
            b"",
            form.headers["etag"],
        )


def test_the_head_says_how_new_it_is_and_how_long_it_may_be_kept(server):
    live = get(server, GAME)
    assert live.headers["cache-control"] == "public, max-age=1, stale-while-revalidate=5"
    assert live.headers["x-seq"] == str(live.json["seq"])
    assert live.headers["last-modified"].endswith(" GMT")
    assert live.headers["access-control-expose-headers"] == "etag, retry-after, x-seq"


def test_what_was_stays_so_for_ever_but_not_what_is_yet_to_come(server):
    seq = get(server, GAME).json["seq"]
    past = get(server, f"{GAME}?asof=5")
    assert past.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert get(server, f"{GAME}?asof=5", If_None_Match=past.headers["etag"]).status == 304
    for when in (str(seq + 1), "2199-01-01T00:00:00Z"):
        future = get(server, f"{GAME}?asof={when}")
        assert future.headers["cache-control"].startswith("public, max-age=1,")
        assert "etag" not in future.headers
    assert get(server, f"{GAME}?asof={'9' * 900}").status == 400


@pytest.mark.parametrize(
    "path", [GAME, f"{GAME}/plays", f"{GAME}/shots", f"{GAME}/boxscore", "/v1/games", "/v1/changes"]
)
def test_a_parameter_that_means_nothing_is_refused(server, path):
    reply = get(server, f"{path}?cachebuster=1")
    assert (reply.status, reply.json["code"]) == (400, "malformed")
    assert reply.json["detail"].startswith("no parameter 'cachebuster' is known here")


def test_a_page_of_another_origin_may_send_a_tag(server):
    reply = server.request("OPTIONS", GAME, token=None)
    assert (reply.status, reply.body) == (204, b"")
    assert "if-none-match" in reply.headers["access-control-allow-headers"]
    assert reply.headers["access-control-allow-methods"] == "GET, HEAD"


@pytest.mark.parametrize("part", ["plays", "events", "timecodes"])
def test_a_part_comes_page_by_page(server, part):
    whole = get(server, f"{GAME}/{part}").json
    assert whole["more"] is False
    found, after, pages = [], 0, 0
    while True:
        told = get(server, f"{GAME}/{part}?after={after}&limit=40").json
        found += told[part]
        after, pages = told["seq"], pages + 1
        if not told["more"]:
            break
    assert found == whole[part]
    assert pages > 2


@pytest.mark.parametrize("query", ["limit=0", "limit=20001", "limit=x", "after=-1", "after=%D9%A1"])
def test_a_page_that_is_none_is_refused(server, query):
    assert get(server, f"{GAME}/plays?{query}").status == 400


def test_the_slate_comes_page_by_page_and_by_day(server):
    whole = get(server, "/v1/games").json
    assert (whole["total"], whole["more"]) == (2, False)
    first = get(server, "/v1/games?limit=1").json
    second = get(server, "/v1/games?limit=1&offset=1").json
    assert (first["more"], second["more"]) == (True, False)
    assert first["games"] + second["games"] == whole["games"]
    for query, word in (("date=2026", "YYYY-MM-DD"), ("league=NBA", "league")):
        reply = get(server, f"/v1/games?{query}")
        assert (reply.status, word in reply.json["detail"]) == (400, True)


def test_who_polls_hears_only_of_what_has_moved(server):
    told = get(server, "/v1/changes").json
    assert {line["game_id"] for line in told["games"]} == {GAME[-11:], OTHER[-11:]}
    place = told["next"]
    quiet = get(server, f"/v1/changes?since={place}")
    assert quiet.json["games"] == []
    server.request("PUT", OTHER, META | {"scheduled_start": "2026-11-29T20:00:00Z"})
    moved = get(server, f"/v1/changes?since={place}").json
    assert [line["game_id"] for line in moved["games"]] == [OTHER[-11:]]
    assert get(server, "/v1/changes?since=ffff-3").json["reset"] is True


def test_a_difference_is_a_patch_of_the_snapshot(server):
    seq = get(server, GAME).json["seq"]
    for since, until in ((seq - 1, seq), (seq - 5, seq), (5, 6), (seq, seq)):
        told = get(server, f"{GAME}/diff?from={since}&to={until}")
        before = get(server, f"{GAME}?asof={since}").json
        after = get(server, f"{GAME}?asof={until}").json
        assert jsonpatch.apply_patch(before, told.json["patch"]) == after
        assert {event["seq"] for event in told.json["events"]} == set(range(since + 1, until + 1))
        assert told.headers["cache-control"].endswith("immutable")
    assert get(server, f"{GAME}/diff?from=1").json["snapshot"] == get(server, GAME).json
    assert get(server, f"{GAME}/diff?from=9&to=2").status == 400
    assert get(server, f"{GAME}/diff").status == 400
