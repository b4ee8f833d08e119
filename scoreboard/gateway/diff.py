"""
Differences between two moments of a game, as a patch of its snapshot and as what was told.

Rule: the patch makes the later snapshot of the earlier one, exactly; what would be longer than
the later snapshot is the snapshot. Pure, but for reading the log.

Source: RFC 6902, JSON Patch.
"""

from __future__ import annotations

from typing import Any

import attrs
import jsonpatch

from scoreboard.codec import shape
from scoreboard.codec.shape_parts import Shape
from scoreboard.gateway import serializers
from scoreboard.gateway.queries import Games, UnknownGame
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import RemoteError
from scoreboard.projection.state import GameState
from scoreboard.projection.view import snapshot_of

#: Entries between the two moments beyond which a patch is not tried: it takes tenths of a
#: second to find, and is longer than the snapshot.
MOST = 256


@attrs.frozen
class Span:
    """
    Two moments of one game.

    Attributes:
        events: what it published after the first, until the second.
    """

    before: GameState
    after: GameState
    events: tuple[Publication, ...]


async def span(games: Games, game_id: str, since: int, until: int) -> Span:
    """
    The game as it stood after the entry `since`, and after `until`.

    Args:
        until: 0: now.

    Raises:
        UnknownGame: no such game.
        RemoteError: these are no two moments of it, in that order.
    """
    now = games.state(game_id)
    until = until or now.seq
    if not 1 <= since <= until <= now.seq:
        raise RemoteError(f"from={since} and to={until} are not 1 <= from <= to <= {now.seq}")
    before, after = await games.history.at(now, since), await games.history.at(now, until)
    if before is None or after is None:  # pragma: no cover - the log begins with 1
        raise UnknownGame(f"{game_id} did not exist at {since}")
    _, published = await games.history.since(now, since) if until - since <= MOST else (0, ())
    return Span(before, after, tuple(one for one in published if one.seq <= until))


def difference(span: Span) -> bytes:
    """
    The answer as JSON. It may take a tenth of a second: not for the reactor.

    Returns:
        `patch` and `events`, or `snapshot` where that is shorter.
    """
    before, after = span.before, span.after
    dumps = serializers.JSON.dumps
    whole = shape.snapshot(snapshot_of(after))
    head: dict[str, Any] = {
        "game_id": after.meta.game_id,
        "epoch": after.epoch,
        "from": before.seq,
        "seq": after.seq,
    }
    snapshot = dumps({**head, "snapshot": whole})
    if after.seq - before.seq > MOST:
        return snapshot
    # As a client has them: what the serializer makes of a snapshot.
    was, now = _plain(shape.snapshot(snapshot_of(before))), _plain(whole)
    patch = jsonpatch.make_patch(was, now).patch
    events = [shape.envelope(publication) for publication in span.events]
    told = dumps({**head, "patch": patch, "events": events})
    return min(told, snapshot, key=len)


def _plain(value: Shape) -> Any:
    return serializers.JSON.loads(serializers.JSON.dumps(value))
