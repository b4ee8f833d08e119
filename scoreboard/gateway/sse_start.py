"""
How an event stream begins: where its follower stands, or with which states.

Rule: what is written first and the place in the hub that the stream goes on from are of the
same moment: nothing lies between them, and nothing is in both. Pure.

# Note [Beginning]

Who comes back with an id is a member of the hub that stands where the id says, like one
that could take nothing since: what it has missed is merged, counted, encoded and shared as
for those. Where the rings do not reach back that far, or what was missed is more than the
games themselves, it begins with their snapshots, as who comes for the first time. That is
for all games of a stream or for none: a snapshot stands for a later place than the
differences of other games, and one id could not name both.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from scoreboard.gateway import serializers
from scoreboard.gateway.queries import MOST_PLAYS, Games
from scoreboard.gateway.snapshots import stream_name
from scoreboard.gateway.sse_query import Wanted
from scoreboard.gateway.sse_wire import EventWire, Place, block, number_id, read_number
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import Posted
from scoreboard.hub.subscription import Policy
from scoreboard.model.delivery import DeliveryClass
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import GameId
from scoreboard.projection.publish import ROOT
from scoreboard.projection.state import GameState

#: Publications that are never too many, however short the games are.
_FEW = 64

#: More games than a league has.
_ALL = 1_000_000


@attrs.frozen
class Beginning:
    """
    How a stream begins.

    Attributes:
        wire: the words of all that follows.
        number: the hub's number of the first publication that is still owed.
        opening: what is written before that, in parts.
    """

    wire: EventWire
    number: int
    opening: tuple[bytes, ...] = ()


class Beginnings:
    """
    Of the streams of one node.

    Args:
        one: for streams of one game.
        several: for all others.
        incarnation: of `several`.
    """

    def __init__(
        self, hub: Hub, games: Games, one: EventWire, several: EventWire, incarnation: str
    ) -> None:
        self._hub = hub
        self._games = games
        self._one = one
        self._several = several
        self._incarnation = incarnation

    def of(self, wanted: Wanted, last_id: str) -> Beginning:
        """
        Of a stream of `wanted` for who has the event `last_id`; "" for nothing.

        An id that means nothing (any more) is as good as none.

        Raises:
            UnknownGame: there is no such game.
            RemoteError: the games are too long to be sent at once.
        """
        states = [self._games.state(game) for game in wanted.games]
        game = wanted.only
        if game is not None:
            missed = self._missed(states[0], last_id)
        else:
            missed = self._missed_of_several(wanted, last_id)
        wire = self._several if game is None else self._one
        goes_on = missed is not None and not _is_too_much(missed, wanted, states)
        mode = "delta" if goes_on else "snapshot"
        self._games.resumes["events", mode if last_id else "start"] += 1
        if missed is not None and goes_on:
            first = min((posted.number for posted in missed), default=self._hub.tip)
            return Beginning(wire, first)
        return Beginning(wire, self._hub.tip, self._opening(wanted, states))

    def _missed(self, state: GameState, last_id: str) -> Sequence[Posted] | None:
        """What a game has published since, in order; None: that is not known."""
        place = Place.read(last_id)
        if place is None:
            return None
        if place == Place(state.epoch, state.seq):
            return ()
        stream = stream_name(state.meta.game_id)
        if not place.kind:
            return self._hub.behind(stream, place.epoch, place.seq)
        missed = self._hub.behind(stream, place.epoch, place.seq - 1)
        return None if missed is None else _after_kind(missed, place)

    def _missed_of_several(self, wanted: Wanted, last_id: str) -> Sequence[Posted] | None:
        number = read_number(self._incarnation, last_id)
        if number is None or number >= self._hub.tip:
            return None
        missed: list[Posted] = []
        for stream in wanted.streams:
            some = self._hub.beyond(stream, number)
            if some is None:
                return None
            missed += some
        return missed

    def _opening(self, wanted: Wanted, states: Sequence[GameState]) -> tuple[bytes, ...]:
        plays = sum(len(state.plays) for state in states)
        if plays > MOST_PLAYS:
            raise RemoteError(f"{plays} plays at once: name fewer games")
        told = [("snapshot", self._whole(state.meta.game_id)) for state in states]
        for stream in wanted.slates:
            lines = self._hub.retained(f"{ROOT}.{stream}.slate", Policy.EXACT, _ALL)
            told += [(line.publication.kind, self._several.state(line)) for line in lines]
        if wanted.only is not None:
            last = Place(states[0].epoch, states[0].seq).id
        else:
            last = number_id(self._incarnation, self._hub.tip - 1)
        if not told:
            return (b"id: %b\n\n" % last,)
        *others, (kind, data) = told
        parts = [part for one in others for part in block(*one)]
        return (*parts, *block(kind, data, last))

    def _whole(self, game_id: GameId) -> bytes:
        """A game as it stands: the same bytes object for all who ask at the time."""
        return self._games.whole(game_id).form(serializers.JSON)


def _after_kind(missed: Sequence[Posted], place: Place) -> Sequence[Posted]:
    """What of `missed` comes behind a kind of the first entry."""
    for at, posted in enumerate(missed):
        about = posted.publication
        if about.seq != place.seq:
            break
        if about.kind == place.kind:
            return missed[at + 1 :]
    return missed


def _is_too_much(missed: Sequence[Posted], wanted: Wanted, states: Sequence[GameState]) -> bool:
    """Whether the games themselves are less than what is owed of `missed`."""
    if not states or len(missed) <= _FEW:
        return False
    critical, states_of = 0, set()
    for posted in missed:
        about = posted.publication
        if not wanted.wants(about.kind):
            continue
        if about.delivery is DeliveryClass.CRITICAL:
            critical += 1
        else:
            states_of.add((posted.topic, about.key))
    return critical + len(states_of) > _FEW + sum(len(state.plays) for state in states)
