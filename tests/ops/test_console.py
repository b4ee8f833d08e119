"""What is typed is in the audit, or it is not done."""

from __future__ import annotations

import json

import pytest
from twisted.internet.defer import Deferred
from twisted.logger import LogLevel, LogPublisher

from scoreboard.ops.audit import Audit
from scoreboard.ops.audit_line import Operator
from scoreboard.ops.console import REFUSED, Console, Said
from scoreboard.ops.log_levels import LogLevels
from scoreboard.ops.verb import Verb
from tests.support.deferreds import result, started, waits

JO = Operator("jo", "SHA256:abc", "127.0.0.1:5")


def console(path, run, *, acts=True) -> Console:
    table = {"act": Verb("act", (), "does it", run, acts=acts)}
    return Console(table, Audit(path, lambda: 0.0))


def outcomes(path) -> list[str]:
    return [json.loads(line)["outcome"] for line in path.read_text().splitlines()]


def test_what_acts_is_recorded_before_it_is_begun(tmp_path):
    path, answer = tmp_path / "audit", Deferred()
    doing = started(console(path, lambda _who, _given: answer).obey(JO, "act()"))
    assert (waits(doing), outcomes(path)) == (True, ["begun"])
    answer.callback("done")
    assert result(doing) == Said("done")
    assert outcomes(path) == ["begun", "ok"]


@pytest.mark.parametrize("acts", [True, False])
def test_what_cannot_be_recorded_is_not_shown_as_done(tmp_path, acts):
    done = []
    there = console(tmp_path, lambda _who, _given: done.append(1) or "done", acts=acts)
    said = result(started(there.obey(JO, "act()")))
    assert (said.status, said.text[:8], len(done)) == (REFUSED, "not done", 0 if acts else 1)


def test_a_fault_of_a_verb_is_its_own(tmp_path):
    path = tmp_path / "audit"
    said = result(started(console(path, lambda _who, _given: 1 / 0).obey(JO, "act()")))
    assert said == Said("failed, see the server's log: ZeroDivisionError('division by zero')", 1)
    assert outcomes(path) == ["begun", "failed"]


def test_levels_count_from_start_to_stop():
    publisher, seen = LogPublisher(), []
    publisher.addObserver(seen.append)
    levels = LogLevels(publisher)

    def told(level, namespace="scoreboard.hub.pump"):
        del seen[:]
        publisher({"log_level": level, "log_namespace": namespace})
        return len(seen)

    levels.levels.choose("scoreboard.hub", "warn")
    assert told(LogLevel.info) == 1
    levels.start()
    assert (told(LogLevel.info), told(LogLevel.error), told(LogLevel.debug, "a")) == (0, 1, 1)
    levels.stop()
    assert told(LogLevel.info) == 1
