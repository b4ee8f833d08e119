"""
What a round of the nodes' campaign has left, held against what was promised.

Rule: the log is read from Redis itself, by nobody's leave, and folded here; feeds' answers,
nodes and followers are compared with that.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from scoreboard.client.reading import Envelope, Snapshot
from scoreboard.client.resume import CRITICAL
from scoreboard.codec import shape
from scoreboard.codec.cbor import decode_entry
from scoreboard.model.event import Entry, HomeMoved, PlayAdded
from scoreboard.projection.publish import ROOT, step
from scoreboard.projection.state import GameState
from tests.durability.audit import shown
from tests.durability.nodes_feed import Ack
from tests.durability.nodes_followers import Viewer
from tests.durability.nodes_stream import Stream
from tests.support.redis import Redis


@attrs.define
class Found:
    """
    What was found; all but the first four must stay 0.

    Attributes:
        acked: plays that were acknowledged.
        entries: in the games' logs.
        moves: of games, from one node to another.
        covered: critical events that a follower got as part of a whole game instead.
        lost: acknowledged plays that are not in the log.
        forks: acknowledged, or shown to a follower, and something else is in its place.
        repeats: plays that are in the log twice, events that a follower got twice.
        holes: in `seq`.
        missed: critical events that a follower never got.
        disordered: that it got after a later one.
        unlike: games of which a node, or a replica, has something else than the log.
        terms: moves that did not raise the term, or not from where the game was.
        told: what each of these was, in words.
    """

    acked: int = 0
    entries: int = 0
    moves: int = 0
    covered: int = 0
    lost: int = 0
    forks: int = 0
    repeats: int = 0
    holes: int = 0
    missed: int = 0
    disordered: int = 0
    unlike: int = 0
    terms: int = 0
    told: list[str] = attrs.field(factory=list)

    def bad(self, what: str, text: str, count: int = 1) -> None:
        """Count something that must not be."""
        if count:
            setattr(self, what, getattr(self, what) + count)
            self.told.append(f"{what}: {text}")


@attrs.define
class Book:
    """
    A game as its log has it.

    Attributes:
        told: (seq, kind) -> the envelopes of that.
        states: by `seq`.
    """

    game: str
    epoch: int
    rows: list[tuple[int, bytes]]
    entries: list[Entry] = attrs.field(factory=list)
    told: dict[tuple[int, str], list[Any]] = attrs.field(factory=dict)
    states: dict[int, GameState] = attrs.field(factory=dict)

    @property
    def tip(self) -> int:
        return self.rows[-1][0] if self.rows else 0

    def fold(self) -> None:
        """Make of the entries what followers must be told."""
        state: GameState | None = None
        topic = f"{ROOT}.game.{self.game}."
        for _, body in self.rows:
            entry = decode_entry(body)
            self.entries.append(entry)
            state, published = step(state, entry, self.epoch)
            self.states[entry.seq] = state
            for one in published:
                if one.topic.startswith(topic):
                    said = plain(shape.envelope(one))
                    self.told.setdefault((one.seq, one.kind), []).append(said)


def plain(value: Any) -> Any:
    """As JSON has it."""
    return json.loads(json.dumps(value))


def rows_of(node: Redis, game: str) -> list[tuple[int, bytes]]:
    """A game's stream."""
    found = node.ask("XRANGE", f"scoreboard:log:{game}", "-", "+")
    return [(int(identity.partition(b"-")[0]), fields[1]) for identity, fields in found]


def book_of(node: Redis, game: str, found: Found) -> Book:
    """The game as that Redis has it, and what is wrong with its log."""
    rows = rows_of(node, game)
    epoch = int(node.ask("HGET", "scoreboard:games", game) or 0)
    book = Book(game, epoch, rows)
    seqs = [seq for seq, _ in rows]
    found.bad("holes", f"{game}: {seqs}", int(seqs != list(range(1, len(seqs) + 1))))
    book.fold()
    found.entries += len(rows)
    _check_moves(book, found)
    refs = Counter(
        ref.ref
        for entry in book.entries
        if isinstance(entry.event, PlayAdded)
        for ref in entry.event.play.refs
    )
    twice = [ref for ref, count in refs.items() if count > 1]
    found.bad("repeats", f"{game}: {twice} in the log", len(twice))
    return book


def _check_moves(book: Book, found: Found) -> None:
    term, home = 0, None
    for entry in book.entries:
        if isinstance(entry.event, HomeMoved):
            found.moves += home is not None
            good = entry.term > term and entry.event.previous == (home or "")
            found.bad("terms", f"{book.game} {entry.seq}: {entry} after {term} {home}", not good)
            home = entry.event.node
        else:
            found.bad(
                "terms", f"{book.game} {entry.seq}: term fell to {entry.term}", entry.term < term
            )
        term = entry.term


def check_acks(book: Book, acks: Iterable[Ack], found: Found) -> None:
    """What was acknowledged is where it was said to be."""
    for ack in acks:
        found.acked += 1
        if not 0 < ack.seq <= len(book.entries):
            found.bad("lost", f"{ack}: the log ends at {book.tip}")
            continue
        event = book.entries[ack.seq - 1].event
        there = {ref.ref for ref in event.play.refs} if isinstance(event, PlayAdded) else set()
        found.bad("forks", f"{ack}: there is {event}", ack.ref not in there)


def check_node(name: str, book: Book, told: Any, found: Found) -> None:
    """`told` is the game as a node shows it."""
    expected = shown(book.states[book.tip])
    if told != expected:
        found.bad("unlike", f"{name} {book.game}: {_differences(expected, told)}")


def _differences(expected: Any, told: Any) -> str:
    if not isinstance(told, dict):
        return str(told)
    keys = [key for key in expected if expected[key] != told.get(key)]
    short = {key: (str(expected[key])[-60:], str(told.get(key))[-60:]) for key in keys}
    return f"seq {told.get('seq')} of {expected['seq']}: {short}"


def check_viewer(viewer: Viewer | Stream, book: Book, found: Found) -> None:
    """What a follower was told of a game."""
    here = [one for one in tuple(viewer.told_of) if one.game_id == book.game]
    name = f"{viewer.name} {book.game}"
    seen: Counter[tuple[int, str]] = Counter()
    last = 0
    for one in here:
        if isinstance(one, Snapshot):
            _check_snapshot(name, book, one, found)
            if isinstance(viewer, Stream):
                # It takes the place of all that was told: what is behind it comes again.
                last = one.seq
                seen = Counter({key: n for key, n in seen.items() if key[0] <= one.seq})
            continue
        key = (one.seq, one.kind)
        seen[key] += 1
        _check_event(name, book, one, found)
        if one.kind in CRITICAL:
            found.bad("disordered", f"{name}: {key} after {last}", one.seq < last)
            last = max(last, one.seq)
    cuts = [one.seq for one in here if isinstance(one, Snapshot)]
    _check_whole(name, book, seen, cuts, found)


def _check_whole(
    name: str, book: Book, seen: Counter[tuple[int, str]], cuts: Sequence[int], found: Found
) -> None:
    first, newest = (cuts[0], max(cuts)) if cuts else (0, 0)
    critical = [key for key in book.told if key[1] in CRITICAL and key[0] > first]
    lacking = [key for key in critical if not seen[key]]
    found.covered += sum(seq <= newest for seq, _ in lacking)
    missed = [key for key in lacking if key[0] > newest]
    found.bad("missed", f"{name}: {missed[:8]} of {book.tip}, snapshots {cuts}", len(missed))
    twice = [key for key, count in seen.items() if count > len(book.told.get(key, ()))]
    found.bad("repeats", f"{name}: {twice}", len(twice))


def _check_snapshot(name: str, book: Book, one: Snapshot, found: Found) -> None:
    state = book.states.get(one.seq)
    same = state is not None and one.epoch == book.epoch and plain(one.raw) == shown(state)
    found.bad("forks", f"{name}: the whole game at {one.seq} is another one", not same)


def _check_event(name: str, book: Book, one: Envelope, found: Found) -> None:
    raw = {key: value for key, value in one.raw.items() if key != "merged"}
    same = plain(raw) in book.told.get((one.seq, one.kind), ())
    # A line of the box score that stands for several has their lines together.
    merged = one.kind == "stats" and "merged" in one.raw
    if not same and not merged:
        found.bad("forks", f"{name}: {one} is not what the log says")
