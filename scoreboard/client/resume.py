"""
Resume: what a follower has of each game, what is missing, and when to ask for it.

Rule: what is given out is each publication once, in the order of the game's log, with
nothing critical missing between two of them; what cannot be given out yet is held.
Pure.

# Note [What a position includes]

One log entry gives several publications that all carry its `seq`. When the link breaks
between two of them, the follower has seen `seq` 5 and still lacks a part of entry 5.
So an event with `seq` 5 shows only that all before 5 is complete, and 4 is what `sync` is
asked with; the part of entry 5 that comes again is recognised by its kind and dropped.
After an answer to `sync`, which is exact, its own `seq` is complete.

# Note [What a hole is]

`prev` of an event is the `seq` of the one before it on the same topic. A follower of some
topics sees gaps in `seq` by design, so only `prev` can tell: it must not be beyond what is
known of that kind. Kinds that the server may merge (clock, situation, meta, stats) are
whole states, or whole lines; for them a jump is no hole.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

import attrs

from scoreboard.client.reading import Envelope, Mode, Snapshot, Synced
from scoreboard.model.errors import LocalError

#: Kinds of which none may be missed.
CRITICAL = frozenset({"play", "score", "status", "correction", "shot", "lineup", "alert"})
#: Kinds of which the newest is enough.
LATEST = frozenset({"clock", "situation", "meta", "stats"})


class Stage(Enum):
    """How a game stands with the server."""

    WANTED = auto()  #: something is missing; events are held
    ASKED = auto()  #: `sync` is under way; events are held
    LIVE = auto()  #: events are given out as they come


class Input(Enum):
    """What changes a stage."""

    ASK = auto()  #: `sync` was sent
    ANSWER = auto()  #: it was answered
    HOLE = auto()  #: something is missing before an event, or it is of another epoch
    LOST = auto()  #: the connection is gone


#: (stage, input) -> next stage; a pair that is absent is a LocalError.
TRANSITIONS = {
    (Stage.WANTED, Input.ASK): Stage.ASKED,
    (Stage.WANTED, Input.LOST): Stage.WANTED,
    (Stage.ASKED, Input.ANSWER): Stage.LIVE,
    (Stage.ASKED, Input.LOST): Stage.WANTED,
    (Stage.LIVE, Input.HOLE): Stage.WANTED,
    (Stage.LIVE, Input.LOST): Stage.WANTED,
}


@attrs.frozen
class Counts:
    """
    What has happened to one game's stream.

    Attributes:
        events: given out, each once.
        holes: times that something was missing in a live stream.
        repeats: events that came again in a live stream.
        deltas, snapshots: answers to `sync` that brought something.
    """

    events: int = 0
    holes: int = 0
    repeats: int = 0
    deltas: int = 0
    snapshots: int = 0

    def __add__(self, other: Counts) -> Counts:
        pairs = zip(attrs.astuple(self), attrs.astuple(other), strict=True)
        return Counts(*(ours + theirs for ours, theirs in pairs))


@attrs.frozen
class Restored:
    """
    What an answer to `sync` brings, to be shown in this order.

    Attributes:
        snapshot: the whole game, in the place of what was shown; None if that stands.
        events: what comes after it.
    """

    snapshot: Snapshot | None = None
    events: tuple[Envelope, ...] = ()


@attrs.define
class _Game:
    """
    One game's books.

    Attributes:
        epoch: of the log; None while nothing is known.
        cut: `seq` of the last answer to `sync`; what is not beyond it is known.
        complete: every publication up to this `seq` is known.
        last: kind -> `seq` of the newest that was given out.
        held: events that wait for an answer to `sync`.
    """

    stage: Stage = Stage.WANTED
    epoch: int | None = None
    cut: int = 0
    complete: int = 0
    last: dict[str, int] = attrs.field(factory=dict)
    # Not bounded here: an answer that does not come ends the connection, and that ends this.
    held: list[Envelope] = attrs.field(factory=list)
    counts: Counts = attrs.field(factory=Counts)

    def turn(self, cause: Input) -> None:
        following = TRANSITIONS.get((self.stage, cause))
        if following is None:
            raise LocalError(f"a game that is {self.stage.name} cannot get {cause.name}")
        self.stage = following

    def count(self, **more: int) -> None:
        self.counts += Counts(**more)

    def known(self, kind: str) -> int:
        """Up to which `seq` publications of that kind are known."""
        return max(self.cut, self.last.get(kind, 0))

    def take(self, event: Envelope) -> None:
        """Note that `event` is given out."""
        self.last[event.kind] = max(self.last.get(event.kind, 0), event.seq)
        self.complete = max(self.complete, event.seq - 1)
        self.count(events=1)


class Resume:
    """The books of all games that are followed."""

    def __init__(self) -> None:
        self._games: dict[str, _Game] = {}

    def follow(self, game_id: str) -> None:
        """Want a game from here on; no effect if it is wanted already."""
        self._games.setdefault(game_id, _Game())

    def stand(self, game_id: str, epoch: int, seq: int) -> tuple[Envelope, ...]:
        """
        Follow a game from a state that is shown already and is exact for (`epoch`, `seq`).

        Returns:
            What had been held and comes after that; empty if the game was known before,
            since what we have of it is more than a state.
        """
        self.follow(game_id)
        game = self._games[game_id]
        if game.epoch is not None or game.stage is not Stage.WANTED:
            return ()
        game.turn(Input.ASK)
        return self.answered(Synced(game_id, Mode.CURRENT, epoch, seq)).events

    def drop(self, game_id: str) -> None:
        """Want it no longer."""
        self._games.pop(game_id, None)

    def counts(self) -> dict[str, Counts]:
        """By game, what has happened."""
        return {game_id: game.counts for game_id, game in self._games.items()}

    def wanted(self) -> dict[str, list[int] | None]:
        """Every game that `sync` must be asked for, with what we have: [epoch, seq] or None."""
        return {
            game_id: None if game.epoch is None else [game.epoch, game.complete]
            for game_id, game in self._games.items()
            if game.stage is Stage.WANTED
        }

    def asked(self, game_ids: Iterable[str]) -> None:
        """`sync` was sent for these. Raises: LocalError when one was not wanted."""
        for game_id in game_ids:
            self._games[game_id].turn(Input.ASK)

    def lost(self) -> None:
        """The connection is gone: every game is wanted again, and what is held comes again."""
        for game in self._games.values():
            game.turn(Input.LOST)
            game.held.clear()

    def received(self, event: Envelope) -> tuple[Envelope, ...]:
        """
        A live event.

        Returns:
            What may be shown now: the event, or nothing, if it was shown before or has to
            wait; `wanted` then names its game. An unknown game is followed from here on.
        """
        game = self._games.setdefault(event.game_id, _Game())
        if game.stage is not Stage.LIVE:
            game.held.append(event)
            return ()
        return self._offer(game, event)

    def answered(self, answer: Synced) -> Restored:
        """
        The answer to `sync` for one game.

        Raises:
            LocalError: it was not asked for, or its mode is UNKNOWN.
        """
        if answer.mode is Mode.UNKNOWN:
            raise LocalError(f"{answer.game_id} is unknown to the server: drop it")
        game = self._games[answer.game_id]
        game.turn(Input.ANSWER)
        snapshot = self._rebase(game, answer)
        missed = [event for event in answer.events if _is_new(game, event)]
        for event in missed:
            game.take(event)
        game.count(deltas=int(bool(missed)), snapshots=int(snapshot is not None))
        game.cut = max(game.cut, answer.seq)
        game.complete = max(game.complete, answer.seq)
        return Restored(snapshot, (*missed, *self._release(game)))

    @staticmethod
    def _rebase(game: _Game, answer: Synced) -> Snapshot | None:
        """Begin anew if the answer is of another epoch; the snapshot, if it is to be shown."""
        if game.epoch != answer.epoch:
            game.epoch, game.cut, game.complete = answer.epoch, 0, 0
            game.last.clear()
            return answer.state
        # A server that is behind what we have (a replica) has nothing to tell us.
        return answer.state if answer.seq >= game.complete else None

    def _release(self, game: _Game) -> list[Envelope]:
        """What was held and may now be shown; what shows a hole is held again, with the rest."""
        held, game.held = game.held, []
        free: list[Envelope] = []
        for event in held:
            if game.stage is not Stage.LIVE:
                game.held.append(event)
            elif event.epoch == game.epoch:
                free.extend(self._offer(game, event))
        return free

    @staticmethod
    def _offer(game: _Game, event: Envelope) -> tuple[Envelope, ...]:
        if event.epoch != game.epoch:
            game.turn(Input.HOLE)
            game.held.append(event)
            return ()
        if event.seq <= game.cut:
            return ()
        if not _is_new(game, event):
            game.count(repeats=1)
            return ()
        if event.kind in CRITICAL and event.prev > game.known(event.kind):
            game.turn(Input.HOLE)
            game.held.append(event)
            game.count(holes=1)
            # Other kinds have gone on meanwhile; what is missing is asked for from before it.
            game.complete = min(game.complete, game.known(event.kind))
            return ()
        game.take(event)
        return (event,)


def _is_new(game: _Game, event: Envelope) -> bool:
    """Whether the event says what is not known."""
    last = game.last.get(event.kind, 0)
    if event.kind in CRITICAL or event.kind in LATEST:
        return event.epoch == game.epoch and event.seq > last
    # Of a kind that we do not know, one entry may have several.
    return event.epoch == game.epoch and event.seq >= last
