"""
Meta procedures: what a session may ask about subscriptions, their past, and sessions.

Rule: answers speak of what is shared by all sessions, never of one of them. Pure, but for
reading the log.

Source: WAMP advanced profile, subscription and session meta API, event history.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoreboard.codec.shape import envelope
from scoreboard.codec.text import iso
from scoreboard.gateway.event_filter import BadFilter, EventFilter, Selection, read_filter
from scoreboard.gateway.frames import details_of, publication_id
from scoreboard.gateway.history import last_page
from scoreboard.gateway.messages import is_uri
from scoreboard.gateway.queries import Games, UnknownGame
from scoreboard.gateway.realm import EVENT_HISTORY, Caller, CallError, Procedure, Reply
from scoreboard.hub.hub import Hub
from scoreboard.hub.subscription import Policy, Subscription, matches, stream_of
from scoreboard.hub.topic import TopicTree
from scoreboard.model.delivery import Publication
from scoreboard.projection.state import GameState

_INVALID = "wamp.error.invalid_argument"


def meta_procedures(hub: Hub, sessions: set[int]) -> Mapping[str, Procedure]:
    """
    The procedures, by URI.

    Args:
        sessions: ids of the sessions that have joined, as they change.
    """
    tree = hub.tree

    def lookup(_caller: Caller, args: list[Any], _kwargs: dict[str, Any]) -> int | None:
        options = args[1] if len(args) > 1 and isinstance(args[1], dict) else {}
        try:
            policy = Policy(options.get("match") or "exact")
        except ValueError:
            raise CallError(_INVALID, "unknown match policy") from None
        subscription = tree.lookup(_text(args), policy)
        return None if subscription is None else subscription.id

    def match(_caller: Caller, args: list[Any], _kwargs: dict[str, Any]) -> list[int] | None:
        topic = _text(args)
        found = tree.find(topic) if is_uri(topic) else ()
        return [subscription.id for subscription in found] or None

    def get(_caller: Caller, args: list[Any], _kwargs: dict[str, Any]) -> Reply:
        it = _subscription(tree, args)
        return Reply([{"id": it.id, "match": it.policy.value, "uri": it.uri}])

    def count(_caller: Caller, args: list[Any], _kwargs: dict[str, Any]) -> int:
        return tree.subscribers(_subscription(tree, args))

    return {
        "wamp.subscription.lookup": lookup,
        "wamp.subscription.match": match,
        "wamp.subscription.get": get,
        "wamp.subscription.count_subscribers": count,
        "wamp.session.count": lambda *_call: len(sessions),
    }


def _text(args: list[Any]) -> str:
    if args and isinstance(args[0], str):
        return args[0]
    raise CallError(_INVALID, "the first argument must be a URI")


def _subscription(tree: TopicTree, args: list[Any]) -> Subscription:
    number = args[0] if args else None
    found = tree.by_id(number) if isinstance(number, int) else None
    if found is None:
        raise CallError("wamp.error.no_such_subscription", "there is no such subscription")
    return found


def history_procedures(hub: Hub, games: Games) -> Mapping[str, Procedure]:
    """
    The procedure that tells what was published to a subscription, by URI.

    The history is the log: it is there whether or not anybody had subscribed, and it is
    kept by game. So the subscription, or the `topic` that is asked for, must name a game.
    """

    async def get_events(_caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Reply:
        it = _subscription(hub.tree, args)
        try:
            wanted = read_filter(kwargs)
            game = games.state(_game_of(it, wanted.topic))
        except BadFilter as why:
            raise CallError(_INVALID, str(why)) from why
        except UnknownGame:
            return Reply([], {"epoch": 0, "seq": 0, "more": False})
        selection = await _select(games, game, it, wanted)
        events = [_event(it, number, publication) for number, publication in selection.found]
        return Reply(events, {"epoch": game.epoch, "seq": game.seq, "more": selection.more})

    return {EVENT_HISTORY: get_events}


def _game_of(subscription: Subscription, topic: str | None) -> str:
    """The game that is asked about. Raises: CallError."""
    stream = subscription.stream
    if stream is None and topic is not None and matches_topic(subscription, topic):
        stream = stream_of(topic, Policy.EXACT)
    kind, _, game_id = (stream or "").partition(".")
    if kind != "game":
        hint = "history is kept by game: give a subscription, or a topic in it, that names one"
        raise CallError(_INVALID, hint)
    return game_id


def matches_topic(subscription: Subscription, topic: str) -> bool:
    """Whether the subscription wants that topic."""
    return matches(subscription.uri, subscription.policy, topic)


async def _select(
    games: Games, game: GameState, subscription: Subscription, wanted: EventFilter
) -> Selection:
    selection = Selection(wanted)
    pages = range(last_page(game) + 1)
    for number in reversed(pages) if wanted.reverse else pages:
        page = await games.history.page(game, number)
        for publication in reversed(page) if wanted.reverse else page:
            topic = publication.topic
            matched = matches_topic(subscription, topic)
            if matched or wanted.names_publications:
                selection.offer(publication_id(publication, topic), publication, matches=matched)
            if selection.done:
                return selection
    if selection.unopened:
        unknown = ", ".join(map(str, selection.unopened))
        raise CallError(_INVALID, f"nothing in this history has the id {unknown}")
    return selection


def _event(subscription: Subscription, number: int, publication: Publication) -> dict[str, Any]:
    return {
        "timestamp": iso(publication.ts_ms),
        "subscription": subscription.id,
        "publication": number,
        "details": details_of(publication.topic, subscription, retained=False),
        "args": [],
        "kwargs": envelope(publication),
    }
