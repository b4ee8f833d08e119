"""
The verbs of the operators' shell, made of what the server offers.

Rule: a verb reads views and calls callables, and each of them says what became of it; what
`Controls` has not is not in the table. Pure, but for what the callables do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import GameId, SourceId, parse_source_id
from scoreboard.ops import showing
from scoreboard.ops.refused import Misspelt, Refused
from scoreboard.ops.verb import Kind, Param, Verb, verb_of
from scoreboard.ops.views import Controls, Decide, Levels, Quarantined, Switch

#: The verb that ends a conversation; known to the terminal.
EXIT = "exit"

_SLOW = "slow"
_TOP = Param("top", Kind.NUMBER, 10)
_REASON = Param("reason", default="")

Given = Mapping[str, Any]


def verbs(controls: Controls) -> dict[str, Verb]:
    """Name -> verb, in the order in which help shows them."""
    table: dict[str, Verb] = {}
    for verb in (*_seeing(controls), *_acting(controls), *_talking(table)):
        table[verb.name] = verb
    return table


def _seeing(controls: Controls) -> Iterator[Verb]:
    """Those that change nothing."""
    games, game, sessions = controls.games, controls.game, controls.sessions
    feeds, streams = controls.feeds, controls.streams
    if games is not None:

        def slate(_who: str, given: Given) -> str:
            league = given["league"]
            return showing.shown_games([r for r in games() if league in ("", r.league)])

        league = Param("league", default="", words=lambda: [row.league for row in games()])
        yield Verb("games", (league,), "the games and who follows them", slate)
    if game is not None:

        def one(_who: str, given: Given) -> str:
            view = game(GameId(given["id"]))
            if view is None:
                raise Refused(f"no game {given['id']} is known")
            return showing.shown_game(view)

        yield Verb("game", (Param("id", words=_ids(controls)),), "one game and its sources", one)
    if sessions is not None:

        def connected(_who: str, given: Given) -> str:
            return showing.shown_sessions(sessions(), max(given["top"], 0))

        yield Verb("sessions", (_TOP,), "who is connected, largest backlog first", connected)
    if feeds is not None:

        def sources(_who: str, given: Given) -> str:
            game_id = given["game"]
            return showing.shown_feeds([r for r in feeds() if game_id in ("", r.game_id)])

        which = Param("game", default="", words=_ids(controls))
        yield Verb("feeds", (which,), "the sources of each game, and how they are", sources)
    if streams is not None:

        def rings(_who: str, given: Given) -> str:
            return showing.shown_streams(streams(), max(given["top"], 0))

        yield Verb("streams", (_TOP,), "rings: what they keep, who follows, who lags", rings)


def _acting(controls: Controls) -> Iterator[Verb]:
    """Those that change something."""
    drain = controls.drain
    if controls.switch is not None:
        yield _switch(controls, controls.switch)
    if controls.quarantine is not None:
        yield _quarantine(controls.quarantine)
    if controls.kick is not None or controls.kick_slow is not None:
        yield _kick(controls)
    if drain is not None:

        def end(_who: str, _given: Given) -> str:
            return drain()

        yield Verb("drain", (), "end the service in order", end, acts=True)
    if controls.levels is not None:
        yield _loglevel(controls.levels)


def _talking(table: Mapping[str, Verb]) -> Iterator[Verb]:
    """Those about the conversation itself."""

    def shown(_who: str, given: Given) -> str:
        if given["verb"]:
            verb = verb_of(table, given["verb"])
            return "\n".join(filter(None, [verb.signature, f"    {verb.summary}", verb.more]))
        width = max(len(verb.signature) for verb in table.values())
        lines = [f"{verb.signature.ljust(width)}  {verb.summary}" for verb in table.values()]
        return "\n".join([*lines, "", "help(verb) says more; the tab key completes"])

    which = Param("verb", default="", words=lambda: list(table))
    yield Verb("help", (which,), "the verbs, or one of them", shown)
    yield Verb(EXIT, (), "end this session", lambda _who, _given: "")


def _ids(controls: Controls) -> Any:
    def words() -> Sequence[str]:
        return [] if controls.games is None else [row.game_id for row in controls.games()]

    return words


def _switch(controls: Controls, choose: Switch) -> Verb:
    async def switch(who: str, given: Given) -> str:
        try:
            to = parse_source_id(given["to"])
        except RemoteError as why:
            raise Misspelt(f"to: {why}") from why
        return told(await choose(SourceId(who), GameId(given["game"]), to, given["reason"]))

    def sources() -> Sequence[str]:
        return [] if controls.feeds is None else [row.source for row in controls.feeds()]

    params = (Param("game", words=_ids(controls)), Param("to", words=sources), _REASON)
    more = "    From now on that source is believed for the plays of the game, since you say so."
    return Verb("switch", params, "believe another source of a game", switch, more, acts=True)


def _quarantine(room: Quarantined) -> Verb:
    ways: dict[str, Decide] = {"release": room.release, "drop": room.drop}

    async def decided(who: str, decide: Decide, given: Given) -> str:
        if not given["reason"]:
            raise Misspelt(f"say why: quarantine({given['act']}, held, reason)")
        rows = [row for row in room.held() if row.held == given["held"]]
        if not rows:
            raise Refused(f"{given['held']!r} is not held; quarantine() lists what is")
        row = rows[0]
        return told(await decide(SourceId(who), row.game_id, row.held, given["reason"]))

    def run(who: str, given: Given) -> Any:
        if given["act"] == "list":
            return showing.shown_held(room.held())
        decide = ways.get(given["act"])
        if decide is None:
            raise Misspelt(f"act is list, release or drop, not {given['act']!r}")
        return decided(who, decide, given)

    params = (
        Param("act", default="list", words=lambda: ["list", *ways]),
        Param("held", default="", words=lambda: [row.held for row in room.held()]),
        _REASON,
    )
    more = (
        '    quarantine("release", held, reason) lets a message in against its rule;\n'
        '    quarantine("drop", held, reason) throws it away. Your name and the reason are kept.'
    )
    return Verb("quarantine", params, "messages that are held", run, more, acts=True)


def _kick(controls: Controls) -> Verb:
    def kick(_who: str, given: Given) -> str:
        session = given["session"]
        if session == _SLOW and controls.kick_slow is not None:
            return f"{controls.kick_slow()} closed"
        if not session.isdecimal() or controls.kick is None:
            raise Misspelt(f'session is a number that sessions() shows, or "{_SLOW}"')
        if not controls.kick(int(session)):
            raise Refused(f"there is no session {session}")
        return "closed"

    def words() -> Sequence[str]:
        rows = [] if controls.sessions is None else controls.sessions()
        return [_SLOW, *(str(row.session) for row in rows)]

    more = "    They are told to come back, and get what they miss when they do."
    params = (Param("session", words=words),)
    return Verb("kick", params, 'close a session, or all "slow" ones', kick, more, acts=True)


def _loglevel(levels: Levels) -> Verb:
    def loglevel(_who: str, given: Given) -> str:
        if given["level"]:
            if given["level"] not in levels.names:
                raise Misspelt(f"level is one of {', '.join(levels.names)}")
            levels.choose(given["namespace"], given["level"])
        return showing.shown_levels(levels.chosen())

    def namespaces() -> Sequence[str]:
        return [name for name, _ in levels.chosen() if name]

    params = (
        Param("namespace", default="", words=namespaces),
        Param("level", default="", words=lambda: levels.names),
    )
    more = '    loglevel("scoreboard.hub", "debug"); "" is every namespace without a level.'
    return Verb("loglevel", params, "what the server's log shows", loglevel, more, acts=True)


def told(answer: Answer) -> str:
    """An answer as a line. Raises: Refused: it is a refusal."""
    about = "; ".join(filter(None, [answer.problem, answer.hint]))
    if answer.outcome is Outcome.REJECTED:
        raise Refused(f"{answer.code}: {about}" if about else str(answer.code))
    seq = "" if answer.seq is None else f" at seq {answer.seq}"
    return f"{answer.outcome.value}{seq}" + (f": {about}" if about else "")
