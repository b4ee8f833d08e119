"""Bodies over HTTP: one tag for one sequence of bytes, compressed once, bounded together."""

from __future__ import annotations

import gzip

import pytest

from scoreboard.gateway.bodies import Asked, Bodies, Body, changed, takes_gzip, unchanged

LONG = b'{"plays":[' + b'{"text":"jump ball"},' * 100 + b"{}]}"
AGE = ((b"cache-control", b"public, max-age=1"),)


def fields(reply):
    return dict(reply.headers)


@pytest.mark.parametrize(
    ("accepts", "gets"),
    [
        (b"", False),
        (b"gzip", True),
        (b"br, gzip;q=0.5", True),
        (b"gzip;q=0", False),
        (b"GZIP", True),
        (b"*", True),
        (b"identity", False),
    ],
)
def test_gzip_is_for_who_takes_it(accepts, gets):
    assert takes_gzip(accepts) is gets
    reply = changed(Asked(accepts=accepts), "g-1-2", Body(LONG), AGE)
    assert (fields(reply).get(b"content-encoding") == b"gzip") is gets
    assert (gzip.decompress(reply.body) if gets else reply.body) == LONG
    assert fields(reply)[b"vary"] == b"accept-encoding"
    assert fields(reply)[b"etag"] == (b'"g-1-2-gzip"' if gets else b'"g-1-2"')


def test_what_is_short_is_not_compressed():
    reply = changed(Asked(accepts=b"gzip"), "g-1-2", Body(b"{}"), AGE)
    assert (reply.body, fields(reply)[b"etag"]) == (b"{}", b'"g-1-2"')


def test_what_is_compressed_is_so_once():
    body = Body(LONG)
    assert body.zipped is body.zipped


def test_an_answer_without_a_tag_has_none():
    for accepts in (b"", b"gzip"):
        assert b"etag" not in fields(changed(Asked(accepts=accepts), "", Body(LONG), AGE))


@pytest.mark.parametrize(
    ("has", "known"),
    [
        (b"", None),
        (b'"g-1-2"', b'"g-1-2"'),
        (b'"g-1-2-gzip"', b'"g-1-2-gzip"'),
        (b'"g-1-1","g-1-2"', b'"g-1-2"'),
        (b'W/"g-1-2"', b'"g-1-2"'),
        (b"*", b'"g-1-2"'),
        (b'"g-1-1"', None),
        (b"g-1-2", None),
    ],
)
def test_who_has_it_hears_that_it_is_unchanged(has, known):
    reply = unchanged(Asked(has=has), "g-1-2", AGE)
    if known is None:
        assert reply is None
    else:
        assert (reply.status, reply.body, fields(reply)[b"etag"]) == (304, b"", known)
        assert fields(reply)[b"cache-control"] == b"public, max-age=1"


def test_a_body_is_kept_until_its_tag_changes():
    bodies = Bodies()
    first = bodies.keep("g", "g-1-1", LONG)
    assert bodies.find("g", "g-1-1") is first
    assert bodies.find("g", "g-1-2") is None
    second = bodies.keep("g", "g-1-2", LONG)
    assert bodies.find("g", "g-1-1") is None
    assert (bodies.find("g", "g-1-2"), len(bodies)) == (second, 1)


def test_all_bodies_together_are_bounded_and_the_least_asked_for_goes():
    bodies = Bodies(budget=4 * len(LONG))
    for name in "ab":
        bodies.keep(name, name, LONG)
    assert bodies.find("a", "a")
    bodies.keep("c", "c", LONG)
    assert [bodies.find(name, name) is not None for name in "abc"] == [True, False, True]
    bodies.keep("d", "d", LONG * 9)
    assert (len(bodies), bodies.find("d", "d") is not None) == (1, True)
    for name in "ab":
        bodies.keep(name, name, LONG)
    assert len(bodies) == 2
