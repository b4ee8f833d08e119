"""What an operator says of a source, and what cannot be."""

from __future__ import annotations

import pytest

from scoreboard.model.source import BadSource, SourceSpec, check, host_of, is_web_address

POLL = SourceSpec("poll", url="http://host/x")
STREAM = SourceSpec("stream", host="arena", port=7677)


@pytest.mark.parametrize(
    "spec",
    [
        POLL,
        STREAM,
        SourceSpec("poll", url="https://h:1/x", companions={"box": "http://h/y"}),
        SourceSpec("stream", host="h", port=1, game="g0000000001", meta={"league": "nba_"}),
        SourceSpec("stream", host="h", port=1, dense=True),
    ],
)
def test_sources_that_can_be(spec):
    check("site", spec)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"kind": "pull"}, "kind must be poll or stream"),
        ({"kind": "poll"}, "url must be http"),
        ({"kind": "poll", "url": "http://h/", "companions": {"box": "x"}}, "companions.box must"),
        ({"kind": "poll", "url": "http://h/", "port": 1}, "are for kind stream"),
        ({"kind": "poll", "url": "http://h/", "dense": True}, "dense is for kind stream"),
        ({"kind": "poll", "url": "http://h/", "interval_s": 0.01}, "interval_s"),
        ({"kind": "poll", "url": "http://h/", "interval_s": float("nan")}, "interval_s"),
        ({"kind": "poll", "url": "http://h/", "settle_s": -1.0}, "settle_s"),
        ({"kind": "poll", "url": "http://h/", "max_bytes": 0}, "max_bytes"),
        ({"kind": "poll", "url": "http://h/", "timeout_s": 0.0}, "timeout_s"),
        ({"kind": "stream"}, "host and port"),
        ({"kind": "stream", "host": "h", "port": 70000}, "host and port"),
        ({"kind": "stream", "host": "h", "port": 1, "url": "http://h/"}, "are for kind poll"),
        ({"kind": "stream", "host": "h", "port": 1, "meta": {"a": 1}}, "meta needs game"),
        ({"kind": "stream", "host": "h", "port": 1, "max_waiting": 0}, "max_waiting"),
    ],
)
def test_what_cannot_be_is_named(values, problem):
    with pytest.raises(BadSource, match=f"sources.site: .*{problem}"):
        check("site", SourceSpec(**values))


@pytest.mark.parametrize(
    ("url", "good"),
    [("http://h", True), ("https://h:8/x?y", True), ("http://", False), ("http://h:x/", False)],
)
def test_what_can_be_fetched(url, good):
    assert is_web_address(url) is good


def test_the_host_is_who_serves_whatever_the_path_and_the_user():
    assert host_of("http://me@Host:80/a") == host_of("http://host:80/b") == "http://host:80"
