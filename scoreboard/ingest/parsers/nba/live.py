"""
The NBA's live feed: play-by-play JSON of one game, with the box score if it is at hand.

Rule: `actionNumber` is the identity and `orderNumber` the place in the game; neither
stands in for the other. Pure.

Companion "boxscore": the box score JSON of the same game; it has the header score,
the teams, the players' full names and the status. Without it the sides are told
from whose score rises (see `_told_clubs`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import attrs

from scoreboard.ingest.parsers.document import Companions, Document, PlayRow
from scoreboard.ingest.parsers.nba import game as nba_game
from scoreboard.ingest.parsers.nba import score as nba_score
from scoreboard.ingest.parsers.nba.game import Club, NbaGame
from scoreboard.ingest.parsers.nba.live_play import Cast, Player, facts, score_after
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.ingest.parsers.telling.arrival import arrivals
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine

PROVIDER = "nba_live"

#: An edit so long after the event is worth counting (milliseconds).
_LATE_EDIT_MS = 60_000

#: A play-by-play in which nothing has happened yet.
_NO_ACTIONS = re.compile(rb'"actions"\s*:\s*\[\s*\]')

#: `gameStatus` of the box score.
_SCHEDULED, _FINAL = 1, 3
_OFF = {"PPD": Status.POSTPONED, "CNCL": Status.CANCELLED, "CANCELED": Status.CANCELLED}
_TEAMS = {Side.HOME: "homeTeam", Side.AWAY: "awayTeam"}


def looks_like(name: str, head: bytes) -> bool:
    """Whether a file that begins with `head` is in this format, whatever its `name`."""
    del name
    if not json_member.is_json(head) or b'"gameId"' not in head:
        return False
    return b'"orderNumber"' in head or bool(_NO_ACTIONS.search(head))


def parse(data: bytes, companions: Companions) -> Document:
    """
    The game in `data`.

    Raises:
        BadDocument: not this format, with the member that shows it.
    """
    game = json_member.read(data)["game"]
    ident = nba_game.game_of(game["gameId"].text() or "", game["gameId"].path)
    box = Member("boxscore", None)
    if "boxscore" in companions:
        box = json_member.read(companions["boxscore"], "boxscore")["game"]
    quirks: Counter[str] = Counter()
    actions = list(game["actions"].items())
    placed = _placed(actions, quirks)
    clubs = _clubs(box) or _told_clubs([action for action, _ in placed])
    rows = _rows(placed, _cast(ident, clubs, box), quirks)
    last = next((row.score_after for row in reversed(rows) if row.score_after), None)
    scored, notes = nba_score.counted(rows, quirks, "actionNumber")
    return Document(
        provider=PROVIDER,
        meta=ident.meta(
            clubs,
            official_date=(box["gameEt"].text() or "")[:10] or None,
            scheduled_start_ms=box["gameTimeUTC"].utc_ms(),
            venue=box["arena"]["arenaName"].text(),
        ),
        rows=scored,
        status=_status(box, rows),
        header=_header(box),
        claims=(("last running score", last),) if last else (),
        rows_read=len(actions),
        quirks=tuple(sorted(quirks.items())),
        notes=tuple(notes),
    )


def _placed(actions: Sequence[Member], quirks: Counter[str]) -> list[tuple[Member, int]]:
    """The actions in game order, each with an order of its own."""
    known = [(action["orderNumber"].integer(), action) for action in actions]
    quirks.update("order steps back" for (a, _), (b, _) in pairwise(known) if a and b and b < a)
    quirks.update("no order" for number, _ in known if number is None)
    # An action without an order stays behind its neighbour in the document.
    keyed = []
    latest = 0
    for number, action in known:
        latest = latest if number is None else number
        keyed.append((latest, action))
    keyed.sort(key=lambda pair: pair[0])
    placed: list[tuple[Member, int]] = []
    order = 0
    for number, action in keyed:
        quirks.update(["repeated order"] if placed and number == order else [])
        order = max(number, order + 1)
        placed.append((action, order))
    return placed


def _clubs(box: Member) -> dict[Side, Club]:
    """The teams by the box score; empty without one."""
    clubs = {}
    for side, name in _TEAMS.items():
        team = box[name]
        words = (team["teamCity"].text(), team["teamName"].text())
        if team:
            clubs[side] = Club(
                ref=team["teamId"].text(),
                name=" ".join(word for word in words if word) or None,
                abbrev=team["teamTricode"].text(),
            )
    return clubs


def _told_clubs(actions: Sequence[Member]) -> dict[Side, Club]:
    """
    The teams by the actions alone: who acts when the home score rises is the home team.

    A team that has not scored yet is known once the other one has.
    """
    votes: Counter[tuple[Side, Club]] = Counter()
    seen: dict[Club, None] = {}
    before = Score()
    for action in actions:
        club = Club(ref=action["teamId"].text(), abbrev=action["teamTricode"].text())
        after = score_after(action) or before
        risen = [side for side in Side if (after - before).of(side) > 0]
        before = after
        if club.abbrev:
            seen[club] = None
            votes.update((side, club) for side in risen if len(risen) == 1)
    clubs: dict[Side, Club] = {}
    for (side, club), _ in votes.most_common():
        if side not in clubs and club not in clubs.values():
            clubs[side] = club
    rest = [club for club in seen if club not in clubs.values()]
    if len(clubs) == 1 and len(rest) == 1:
        clubs[next(iter(clubs)).other] = rest[0]
    return clubs


def _cast(ident: NbaGame, clubs: dict[Side, Club], box: Member) -> Cast:
    sides = {name: side for side, club in clubs.items() for name in (club.ref, club.abbrev) if name}
    players = {}
    for side, name in _TEAMS.items():
        for player in box[name]["players"].items():
            ref = player["personId"].text()
            if ref:
                players[ref] = Player(player["name"].text(), player["jerseyNum"].text(), side)
    return Cast(ident, sides, players)


def _rows(placed: list[tuple[Member, int]], cast: Cast, quirks: Counter[str]) -> list[PlayRow]:
    numbers = [action["actionNumber"].needed_integer() for action, _ in placed]
    quirks.update("id steps back" for a, b in pairwise(numbers) if b < a)
    met: Counter[int] = Counter()
    rows = []
    for (action, order), number in zip(placed, numbers, strict=True):
        met[number] += 1
        ref = str(number) if met[number] == 1 else f"{number}#{met[number]}"
        row = PlayRow(ref, facts(action, cast, order), score_after=score_after(action))
        quirks.update(_oddities(action, row, repeated=met[number] > 1))
        rows.append(row)
    quirks.update(
        "wall clock steps back"
        for a, b in pairwise(row.facts.wallclock_ms for row in rows)
        if a is not None and b is not None and b < a
    )
    came = arrivals(numbers, [order for _, order in placed])
    if came is None:
        return rows
    quirks["late row"] = sum(key != row.facts.order for key, row in zip(came, rows, strict=True))
    return [attrs.evolve(row, arrival=key) for row, key in zip(rows, came, strict=True)]


def _oddities(action: Member, row: PlayRow, *, repeated: bool) -> Iterator[str]:
    """The kinds of oddity of one action."""
    happened, edited = row.facts.wallclock_ms, action["edited"].utc_ms()
    if repeated:
        yield "repeated id"
    if row.facts.clock_ms is None:
        yield "no clock"
    if happened is None:
        yield "no wall clock"
    elif edited is not None and edited - happened > _LATE_EDIT_MS:
        yield "edited later than a minute"
    if row.facts.play_type == "unknown":
        yield "unknown type"
    if row.facts.shot and row.facts.shot.made and row.facts.side is None:
        yield "points for nobody"


def _header(box: Member) -> Score | None:
    home, away = (box[name]["score"].integer() for name in _TEAMS.values())
    if home is None or away is None:
        return None
    # Before the game the box score says 0-0, which is no score yet.
    return Score(home, away) if box["gameStatus"].integer() != _SCHEDULED else None


def _status(box: Member, rows: Sequence[PlayRow]) -> StatusLine:
    """The status by the box score, or else by the last action."""
    stated = box["gameStatus"].integer()
    off = _OFF.get((box["gameStatusText"].text() or "").upper())
    if off and stated != _FINAL:
        return StatusLine(off)
    if not rows:
        return StatusLine(Status.SCHEDULED)
    period = max(row.facts.period_index for row in rows)
    if stated == _FINAL or any(row.facts.play_type == "game_end" for row in rows):
        return StatusLine(Status.FINAL, nba_game.decided_in(period))
    if rows[-1].facts.play_type == "period_end":
        return nba_game.break_after(period)
    return StatusLine(Status.IN_PROGRESS)
