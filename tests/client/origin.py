"""A server of one game, without a network: what it publishes and how it answers `sync`."""

from __future__ import annotations

from typing import Any

import attrs

from scoreboard.client.reading import Envelope, Synced, read_envelope, read_synced
from scoreboard.codec import shape
from scoreboard.model.event import DoubtSet, MetaSet
from scoreboard.model.game import GameMeta
from scoreboard.model.message import Report
from scoreboard.projection.publish import step
from scoreboard.projection.view import slate_of, snapshot_of
from tests.support.games import EPOCH, Game, entry, meta, new_game

GAME = meta().game_id


@attrs.define
class Origin:
    """
    One game that hears reports.

    Attributes:
        told: what each entry published, as envelopes, without the slate.
        oldest: entries up to this `seq` are no longer in the ring.
    """

    game: Game = attrs.field(factory=Game)
    told: list[list[dict[str, Any]]] = attrs.field(factory=list)
    epoch: int = EPOCH
    oldest: int = 0

    @classmethod
    def of(cls, about: GameMeta) -> Origin:
        """A game that has only its meta."""
        return cls(Game(new_game(about)))

    def __attrs_post_init__(self) -> None:
        _, published = step(None, entry(1, MetaSet(self.game.state.meta)), self.epoch)
        self.told.append(self._shapes(published))

    @property
    def seq(self) -> int:
        return self.game.state.seq

    @property
    def game_id(self) -> str:
        return self.game.state.meta.game_id

    def hear(self, report: Report) -> list[dict[str, Any]]:
        """What is published of the report; nothing if the rules do not let it through."""
        before, known = self.game.state, len(self.game.log)
        self.game.hear(report)
        if len(self.game.log) == known:
            return []
        _, published = step(before, self.game.log[-1], self.epoch)
        self.told.append(self._shapes(published))
        return self.told[-1]

    def doubt(self, name: str) -> None:
        """The score is in doubt from now on."""
        before = self.game.state
        made = entry(before.seq + 1, DoubtSet(name, is_open=True, reason="a test"))
        self.game.log.append(made)
        self.game.state, published = step(before, made, self.epoch)
        self.told.append(self._shapes(published))

    def events(self) -> list[dict[str, Any]]:
        """Everything that was published so far."""
        return [event for of_entry in self.told for event in of_entry]

    def state(self) -> dict[str, Any]:
        """The snapshot."""
        return shape.snapshot(snapshot_of(self.game.state)) | {"epoch": self.epoch}

    def line(self) -> dict[str, Any]:
        """The line of `slate.get`."""
        told = shape.payload(slate_of(self.game.state))
        return {**told, "epoch": self.epoch, "seq": self.seq}

    def sync(self, at: list[int] | None) -> dict[str, Any]:
        """The answer for this game."""
        position = {"epoch": self.epoch, "seq": self.seq}
        if at == [self.epoch, self.seq]:
            return {"mode": "current", **position}
        if at is not None and at[0] == self.epoch and self.oldest <= at[1] and at[1] > 0:
            missed = [event for event in self.events() if event["seq"] > at[1]]
            return {"mode": "delta", **position, "events": missed}
        return {"mode": "snapshot", **position, "state": self.state()}

    def _shapes(self, published: Any) -> list[dict[str, Any]]:
        return [
            shape.envelope(publication) | {"epoch": self.epoch}
            for publication in published
            if publication.stream == f"game.{publication.game_id}"
        ]


def synced(origin: Origin, at: list[int] | None) -> Synced:
    """The answer to `sync` as a follower reads it."""
    return read_synced({"games": {origin.game_id: origin.sync(at)}})[origin.game_id]


def read(events: list[dict[str, Any]]) -> list[Envelope]:
    return [read_envelope(event) for event in events]
