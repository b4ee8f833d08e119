"""
Snapshots and differences of the games as they stand, for all who ask at the same time.

Rule: what is kept of a game is for one position of its log, and is forgotten when the
game moves on; whoever asks at that position gets the same bytes. Pure.

# Note [What a new version costs]

A snapshot of a long game is a megabyte, nearly all of it plays, and nearly all of these
stand in the next version as they are. So each play is kept in encoded form for as long
as it is the same play with the same score after it, and the snapshot of a new version is
spliced from those. The first one of a game costs what it must.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import attrs

from scoreboard.codec import shape
from scoreboard.codec.shape_alert import alert_list
from scoreboard.codec.shape_box import box_score
from scoreboard.codec.shape_parts import Shape
from scoreboard.gateway.encoded import Encoded, Piece, Record, Row
from scoreboard.gateway.serializers import Serializer
from scoreboard.model.delivery import Publication
from scoreboard.model.ids import GameId
from scoreboard.projection.alerts import alert_list_of
from scoreboard.projection.boxscore import box_score_of
from scoreboard.projection.state import GameState
from scoreboard.projection.view import snapshot_of

#: Bytes that are kept of all games together; those least recently asked for go first.
BUDGET = 64 * 1024 * 1024

#: Differences that are kept per version: followers that were dropped together come back
#: from the same position, those that were dropped one by one are few at a time.
_DELTAS = 16

#: No play in a snapshot takes less, in any serializer: its keys alone are longer.
LEAST_PLAY = 190

#: (stream, epoch, seq) -> what the stream's ring has after seq; None if it does not reach back.
Since = Callable[[str, int, int], "tuple[Publication, ...] | None"]


def stream_name(game_id: GameId) -> str:
    """The stream of a game."""
    return f"game.{game_id}"


#: What is told of a game on its own, since few want it: name -> its shape.
PARTS: dict[str, Callable[[GameState], Shape]] = {
    "boxscore": lambda state: box_score(box_score_of(state)),
    "alerts": lambda state: alert_list(alert_list_of(state)),
}

#: Kind and id of a play or shot -> what it was, and that in encoded form.
_Kept = dict[Hashable, tuple[object, Encoded]]


@attrs.define
class Costs:
    """
    What has been encoded.

    Attributes:
        snapshots, deltas: serializer -> how many.
        plays: how many plays and shots were encoded for snapshots; the rest was spliced.
    """

    snapshots: Counter[str] = attrs.field(factory=Counter)
    deltas: Counter[str] = attrs.field(factory=Counter)
    plays: int = 0


class _Shelf:
    """
    What is kept of one game.

    Attributes:
        size: bytes of it.
    """

    def __init__(self, costs: Costs) -> None:
        self.size = 0
        self._costs = costs
        self._position = (0, 0)
        self._kept: _Kept = {}
        self._whole: Encoded | None = None
        self._parts: dict[str, Encoded] = {}
        self._deltas: OrderedDict[int, Encoded] = OrderedDict()
        self._oldest: int | None = None

    def turn_to(self, state: GameState) -> None:
        """Forget what was true of another position."""
        if (state.epoch, state.seq) != self._position:
            self._position = (state.epoch, state.seq)
            self._whole, self._oldest = None, None
            self._parts.clear()
            self._deltas.clear()
            self.size = _weight(self._kept)

    def whole(self, state: GameState) -> Encoded:
        """The snapshot."""
        if self._whole is None:
            kept: _Kept = {}
            make = self._snapshot(state, kept)
            self.size += _weight(kept) - _weight(self._kept)
            self._kept = kept
            self._whole = self._counted(self._costs.snapshots, make)
        return self._whole

    def part(self, name: str, state: GameState) -> Encoded:
        """A part of the game that the snapshot has not; see `PARTS`."""
        if name not in self._parts:

            def make(serializer: Serializer) -> bytes:
                return self._weighed(serializer.dumps(PARTS[name](state)))

            self._parts[name] = Encoded(make)
        return self._parts[name]

    def past(self, state: GameState) -> Piece:
        """The snapshot of an earlier state; its plays are kept if none newer are."""
        kept: _Kept = {}
        make = self._snapshot(state, kept)
        self._kept = {**kept, **self._kept}
        return Encoded(make)

    def delta(self, state: GameState, seq: int, published: Iterable[Publication]) -> Encoded:
        """The answer to `sync` for who has `seq`: what was published since, or the snapshot."""
        if len(self._deltas) >= _DELTAS:
            self._deltas.popitem(last=False)
        made = self._deltas[seq] = self._lesser(state, tuple(published))
        return made

    def known_delta(self, seq: int) -> Encoded | None:
        """The answer to `sync` for who has `seq`, if somebody has asked before."""
        return self._deltas.get(seq)

    def oldest(self, state: GameState, since: Since) -> int:
        """The lowest `seq` after which the ring has everything."""
        if self._oldest is None:
            stream, low, high = stream_name(state.meta.game_id), 0, state.seq
            while low < high:
                middle = (low + high) // 2
                if since(stream, state.epoch, middle) is None:
                    low = middle + 1
                else:
                    high = middle
            self._oldest = low
        return self._oldest

    def _lesser(self, state: GameState, published: tuple[Publication, ...]) -> Encoded:
        def plain(serializer: Serializer) -> bytes:
            events = [shape.envelope(publication) for publication in published]
            return serializer.dumps({"mode": "delta", **_position(state), "events": events})

        delta = self._counted(self._costs.deltas, plain)
        least = LEAST_PLAY * len(state.plays)

        def lesser(serializer: Serializer) -> bytes:
            difference = delta.form(serializer)
            if len(difference) <= least:
                return difference
            everything = answer_whole(state, self.whole(state)).form(serializer)
            return min(difference, everything, key=len)

        return Encoded(lesser)

    def _counted(self, count: Counter[str], make: Callable[[Serializer], bytes]) -> Encoded:
        def counted(serializer: Serializer) -> bytes:
            count[serializer.name] += 1
            return self._weighed(make(serializer))

        return Encoded(counted)

    def _weighed(self, form: bytes) -> bytes:
        self.size += len(form)
        return form

    def _snapshot(self, state: GameState, kept: _Kept) -> Callable[[Serializer], bytes]:
        """How to write a snapshot; its plays and shots are put into `kept`."""
        whole = snapshot_of(state)
        plays = [self._keep(kept, ("play", p.play.play_id), p) for p in whole.plays]
        shots = [self._keep(kept, ("shot", s.play_id), s) for s in whole.shots]
        head = shape.snapshot(attrs.evolve(whole, plays=(), shots=()))
        return Record({**head, "plays": Row(plays), "shots": Row(shots)}).form

    def _keep(self, kept: _Kept, key: Hashable, body: object) -> Encoded:
        """`body` in encoded form: that of the last version, if it has not changed."""
        before = self._kept.get(key)
        if before is None or not before[0] == body:  # noqa: SIM201 - attrs' != is written in Python

            def make(serializer: Serializer) -> bytes:
                self._costs.plays += 1
                form = serializer.dumps(shape.payload(body))
                is_kept = key in self._kept and self._kept[key][0] is body
                return self._weighed(form) if is_kept else form

            before = (body, Encoded(make))
        kept[key] = before
        return before[1]


class Snapshots:
    """
    Answers about the games as they stand.

    Args:
        since: the rings.
        budget: bytes that are kept; at least one game is.
    """

    def __init__(self, since: Since, budget: int = BUDGET) -> None:
        self.costs = Costs()
        self._since = since
        self._budget = budget
        self._shelves: OrderedDict[GameId, _Shelf] = OrderedDict()

    def __len__(self) -> int:
        """How many games something is kept of."""
        return len(self._shelves)

    def whole(self, state: GameState) -> Piece:
        """The snapshot of a game."""
        return self._shelf(state).whole(state)

    def part(self, name: str, state: GameState) -> Piece:
        """The box score ("boxscore") or the list of alerts ("alerts") of a game."""
        return self._shelf(state).part(name, state)

    def past(self, now: GameState, state: GameState) -> Piece:
        """The snapshot of a game as it stood; what has not changed since is spliced."""
        return self._shelf(now).past(state)

    def sync(self, state: GameState, epoch: int, seq: int) -> tuple[str, Piece | Mapping[str, Any]]:
        """
        What a follower lacks who has (epoch, seq); (0, 0) for nothing.

        Returns:
            `current`, `delta` or `snapshot`, and the answer. A delta that would be longer
            than the snapshot, in the follower's own serializer, is the snapshot.
        """
        if (epoch, seq) == (state.epoch, state.seq):
            return "current", {"mode": "current", **_position(state)}
        shelf = self._shelf(state)
        if epoch == state.epoch and 0 < seq < state.seq:
            known = shelf.known_delta(seq)
            if known is not None:
                return "delta", known
            published = self._since(stream_name(state.meta.game_id), epoch, seq)
            if published is not None:
                return "delta", shelf.delta(state, seq, published)
        return "snapshot", answer_whole(state, shelf.whole(state))

    def oldest(self, state: GameState) -> int:
        """The lowest `seq` after which the ring has everything of a game."""
        return self._shelf(state).oldest(state, self._since)

    def _shelf(self, state: GameState) -> _Shelf:
        game_id = state.meta.game_id
        shelf = self._shelves.get(game_id)
        if shelf is None:
            self._make_room()
            shelf = self._shelves[game_id] = _Shelf(self.costs)
        self._shelves.move_to_end(game_id)
        shelf.turn_to(state)
        return shelf

    def _make_room(self) -> None:
        total = sum(shelf.size for shelf in self._shelves.values())
        while total > self._budget:
            _, shelf = self._shelves.popitem(last=False)
            total -= shelf.size


def _weight(kept: _Kept) -> int:
    return sum(one.size for _, one in kept.values())


def _position(state: GameState) -> dict[str, int]:
    return {"epoch": state.epoch, "seq": state.seq}


def answer_whole(state: GameState, whole: Piece) -> Piece:
    """The answer to `sync` that is the snapshot."""
    return Record({"mode": "snapshot", **_position(state), "state": whole})
