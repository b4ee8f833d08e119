"""The calls of operators."""

from __future__ import annotations

import pytest

from scoreboard.gateway.operators import operator_procedures
from scoreboard.gateway.realm import ANONYMOUS, OPS, Caller, CallError, Principal
from scoreboard.model.errors import LocalError, RemoteError

DESK = Caller(1, Principal("desk", OPS))
ADD, REMOVE, LIST = (f"scoreboard.v1.ops.source.{verb}" for verb in ("add", "remove", "list"))


class Sources:
    """Remembers what it was told."""

    def __init__(self, fault=None):
        self.heard = []
        self.fault = fault

    def add(self, name, data):
        if self.fault:
            raise self.fault
        self.heard.append((name, data))
        return {"source": name}

    def remove(self, name):
        self.heard.append(name)
        return {"source": name}

    def list(self):
        return {"sources": self.heard}


def call(sources, uri, *args, caller=DESK, **kwargs):
    return operator_procedures(sources)[uri](caller, list(args), kwargs)


def test_an_operator_adds_removes_and_lists():
    sources = Sources()
    assert call(sources, ADD, source="site", kind="poll") == {"source": "site"}
    assert call(sources, REMOVE, "site") == {"source": "site"}
    assert call(sources, LIST) == {"sources": [("site", {"kind": "poll"}), "site"]}


@pytest.mark.parametrize("uri", [ADD, REMOVE, LIST])
def test_nobody_else_may(uri):
    for principal in (ANONYMOUS, Principal("arena", "feed")):
        with pytest.raises(CallError) as caught:
            call(Sources(), uri, "site", caller=Caller(1, principal))
        assert caught.value.uri == "wamp.error.not_authorized"


@pytest.mark.parametrize(
    ("fault", "uri"),
    [
        (RemoteError("sources.site: url"), "wamp.error.invalid_argument"),
        (LocalError("disk full"), "scoreboard.error.unavailable"),
    ],
)
def test_what_is_wrong_is_told(fault, uri):
    with pytest.raises(CallError, match=str(fault)) as caught:
        call(Sources(fault), ADD, "site")
    assert caught.value.uri == uri


def test_a_source_without_a_name_is_refused():
    with pytest.raises(CallError, match="source is missing"):
        call(Sources(), REMOVE)
