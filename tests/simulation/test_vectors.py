"""Every arbitration vector on a clock that is turned by hand."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred

from scoreboard.codec.commands import read_command
from scoreboard.codec.shape import envelope
from scoreboard.ingest.authority.policy import SourceSetting
from scoreboard.model.command import Role
from scoreboard.model.feed import SourceRole
from scoreboard.model.ids import SourceId
from tests.simulation.feeds import BEAT_S
from tests.simulation.node import Node
from tests.support.deferreds import result
from tests.support.vectors import AS_GOOD, Board, unmet, vectors

#: Seconds from one look at the games to the next, as in the server.
LOOK_S = 1.0


class Watched(Node):
    """A node whose publications are seen on a board as well."""

    board: Board | None = None

    def _publish(self, publications):
        super()._publish(publications)
        if self.board is None:
            self.board = Board()
        for publication in publications:
            if publication.stream.startswith("game.") or ".ops." in publication.topic:
                self.board.hear(publication.topic, envelope(publication))


class Play:
    """One vector being played."""

    def __init__(self, vector):
        self.vector = vector
        ranks = {
            SourceId(name): SourceSetting(SourceRole(role), rank)
            for name, (role, rank) in vector.sources.items()
        }
        self.node = Watched(vector.meta, ranks)
        self.game_id = vector.meta.game_id
        self.quiet = set()
        self.problems = []

    def run(self):
        for step in self.vector.steps:
            while self.node.now_s + LOOK_S <= step.at_s:
                self._second()
            getattr(self, f"_{step.does}")(step)
        return self.problems

    def _second(self):
        self.node.clock.advance(LOOK_S)
        if self.node.now_s % BEAT_S == 0:
            for source in self.vector.sources:
                if source not in self.quiet:
                    self._submit(source, {"type": "heartbeat"})
        result(Deferred.fromCoroutine(self.node.keeper.tick()))

    def _submit(self, source, message):
        sent = self.node.keeper.submit(SourceId(source), self.game_id, [message])
        (answer,) = result(Deferred.fromCoroutine(sent))
        return answer

    def _say(self, step):
        self._check(step, self._submit(step.who, step.what))

    def _check(self, step, answer):
        for name, wanted, seen in (
            ("answered", step.answer, answer.outcome.value),
            ("code", step.code, answer.code),
        ):
            if wanted is not None and wanted != AS_GOOD.get(seen, seen):
                self.problems.append(f"at {step.at_s} {step.what}: {name} {seen}, not {wanted}")

    def _silent(self, step):
        self.quiet.add(step.who)

    def _back(self, step):
        self.quiet.discard(step.who)
        self._submit(step.who, {"type": "heartbeat"})

    def _closes(self, step):
        self.quiet.add(step.who)
        self.node.keeper.closed(SourceId(step.who), self.game_id)

    def _call(self, step):
        data = dict(step.what)
        command = read_command(data.pop("call"), data, self.vector.meta)
        who = SourceId(step.who)
        said = self.node.keeper.command(who, Role.OFFICIAL, self.game_id, command)
        self._check(step, result(Deferred.fromCoroutine(said)))

    def _switch(self, step):
        to, reason = SourceId(step.what["switch"]), step.what["reason"]
        said = self.node.keeper.choose(SourceId(step.who), self.game_id, to, reason)
        self._check(step, result(Deferred.fromCoroutine(said)))

    def _expect(self, step):
        found = unmet(self.node.board, step.what)
        self.problems += [f"at {step.at_s} {problem}" for problem in found]


def cases():
    """Each vector; one that fails for a reason that is known must fail."""
    for vector in vectors():
        marks = pytest.mark.xfail(reason=vector.known, strict=True) if vector.known else ()
        yield pytest.param(vector, id=vector.name, marks=marks)


@pytest.mark.parametrize("vector", cases())
def test_what_the_vector_says_is_seen(vector):
    play = Play(vector)
    assert play.run() == []
    play.node.check_names()
    assert play.node.faults == []


def test_every_vector_of_the_law_is_there():
    names = {vector.name[:3] for vector in vectors()}
    assert names >= {f"T{number:02}" for number in range(1, 15)}
    assert {"T12a", "T12b", "T12c"} <= {vector.name for vector in vectors()}


def test_each_vector_has_a_game_of_its_own():
    ids = [vector.meta.game_id for vector in vectors()]
    assert len(set(ids)) == len(ids)


def test_a_board_notices_what_must_never_be():
    board = Board()

    def hear(seq, kind, **data):
        board.hear(
            "scoreboard.v1.game.g.x",
            {"type": kind, "seq": seq, "source": "a", "term": 1, "data": data},
        )

    def points(home):
        return {"home": {"points": home}, "away": {"points": 0}, "confidence": "confirmed"}

    hear(1, "status", status="in_progress")
    hear(2, "score", **points(2))
    hear(3, "score", **points(0))
    hear(4, "status", status="scheduled")
    hear(2, "score", **points(0))
    assert len(board.faults) == 3
    assert len(unmet(board, {})) == 3
