"""
What those who run the server are told of held messages.

Rule: on a topic of its own, in the order of the game's side log; followers of the game
never see it. Pure.
"""

from __future__ import annotations

from scoreboard.model.delivery import DeliveryClass, Publication
from scoreboard.model.ids import GameId
from scoreboard.model.payload import QuarantinePayload
from scoreboard.projection.publish import ROOT

#: The topic; role "ops" may subscribe.
TOPIC = f"{ROOT}.ops.quarantine"


def quarantine_publication(
    game_id: GameId, told: QuarantinePayload, epoch: int, seq: int, ts_ms: int
) -> Publication:
    """
    A publication on the topic of the operators.

    Args:
        epoch, seq: of the side log's entry that it tells of, or the last one before it.
    """
    return Publication(
        stream="ops",
        topic=TOPIC,
        kind="quarantine",
        delivery=DeliveryClass.CRITICAL,
        game_id=game_id,
        epoch=epoch,
        seq=seq,
        prev=0,
        ts_ms=ts_ms,
        source=told.held.source,
        term=told.held.term,
        body=told,
        key=told.held.quarantine_id,
    )
