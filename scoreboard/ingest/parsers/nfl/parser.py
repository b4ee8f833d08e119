"""
NFL game details: one JSON document per game, with every play and the official header.

Rule: the plays' own flags make the score; the header and the scoring summaries are
claims beside it, and where they differ the play is named. Pure.
"""

from __future__ import annotations

import re

from scoreboard.ingest.parsers.document import BadDocument, Companions, Document, PlayRow
from scoreboard.ingest.parsers.nfl import play as nfl_play
from scoreboard.ingest.parsers.nfl.claims import check_claims, header_score, summaries_score
from scoreboard.ingest.parsers.nfl.clubs import ABBREVIATIONS, GAME_BOOK, abbreviation
from scoreboard.ingest.parsers.nfl.order import Placed, place
from scoreboard.ingest.parsers.nfl.play import Cast, Doubts
from scoreboard.ingest.parsers.nfl.stats import LEAGUE
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.game import GameMeta, Team
from scoreboard.model.ids import League, game_id, team_id
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine

PROVIDER = "nfl"

#: Periods of regulation.
_REGULATION = 4

_MATCHUP = re.compile(r"([A-Z]{2,4}) - ([A-Z]{2,4})\Z")

#: Document status that stands above the phase of play.
_ENDED = {
    "CANCELLED": Status.CANCELLED,
    "CANCELED": Status.CANCELLED,
    "POSTPONED": Status.POSTPONED,
}

#: Phase of the summary -> status.
_PHASES = {
    "PREGAME": Status.PREGAME,
    "INGAME": Status.IN_PROGRESS,
    "IN_GAME": Status.IN_PROGRESS,
    "HALFTIME": Status.HALFTIME,
    "DELAYED": Status.DELAYED,
    "SUSPENDED": Status.SUSPENDED,
    "CANCELLED": Status.CANCELLED,
    "POSTPONED": Status.POSTPONED,
    "FINAL": Status.FINAL,
    "FINAL_OVERTIME": Status.FINAL,
}


def looks_like(name: str, head: bytes) -> bool:  # noqa: ARG001
    """
    Whether a file is in this format; its content decides.

    Args:
        name: of the file; the content says enough.
        head: its first bytes, uncompressed.
    """
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return False
    plays = b'"driveChart"' in head or b'"playSequenceNumber"' in head
    return b'"homeTeam"' in head and (plays or (b'"gsis"' in head and b'"weekType"' in head))


def parse(data: bytes, companions: Companions) -> Document:  # noqa: ARG001
    """
    The game in `data`.

    Args:
        data: the JSON document.
        companions: none are needed.

    Raises:
        BadDocument: not the format; the text names the member.
    """
    document = json_member.read(data)
    clubs = {side: _club(document, side) for side in Side}
    if clubs[Side.HOME] == clubs[Side.AWAY]:
        raise BadDocument(f"awayTeam.id: {clubs[Side.AWAY]!r} is also the home team's")
    plays = list(document["driveChart"]["plays"].items())
    codes = _codes(plays, clubs)
    cast = _cast(document, clubs, codes)
    doubts = Doubts()
    placed = place(plays, doubts.quirks)
    rows = tuple(_row(row, cast, doubts) for row in placed)
    _count_clocks(rows, placed, doubts)
    check_claims(document, rows, cast.sides, doubts)
    status = _status(document, rows, doubts)
    return Document(
        provider=PROVIDER,
        meta=_meta(document, clubs, codes),
        rows=rows,
        status=status,
        header=header_score(document),
        claims=_claims(document, rows),
        rows_read=len(plays),
        quirks=tuple(sorted((kind, number) for kind, number in doubts.quirks.items() if number)),
        notes=tuple(doubts.notes),
    )


def _club(document: Member, side: Side) -> str:
    """The provider's id of the club on `side`. Raises: BadDocument."""
    member = document[f"{side.value}Team"]["id"]
    club = member.text()
    if club is None:
        raise member.wrong("must be the id of a team")
    return club


def _codes(plays: list[Member], clubs: dict[Side, str]) -> dict[Side, str]:
    """What the play texts call the clubs: the row that starts the game says "NO - CAR"."""
    for play in plays:
        found = _MATCHUP.match(play["prePlayByPlay"].text() or "")
        if found is None or play["playType"].text() != "GAME_START":
            continue
        away, home = found.groups()
        # The visitors come first; should they not, the table of clubs knows.
        if GAME_BOOK.get(away, away) == ABBREVIATIONS.get(clubs[Side.HOME]):
            away, home = home, away
        return {Side.AWAY: away, Side.HOME: home}
    return {}


def _cast(document: Member, clubs: dict[Side, str], codes: dict[Side, str]) -> Cast:
    sides = {club: side for side, club in clubs.items()}
    names = {ABBREVIATIONS[club]: side for club, side in sides.items() if club in ABBREVIATIONS}
    names |= {book: names[league] for book, league in GAME_BOOK.items() if league in names}
    names |= {code: side for side, code in codes.items()}
    drives = {}
    for drive in document["driveChart"]["drives"].items():
        number, side = drive["sequence"].integer(), sides.get(drive["teamId"].text() or "")
        if number is not None and side is not None:
            drives[number] = side
    return Cast(sides=sides, codes=names, drives=drives)


def _row(row: Placed, cast: Cast, doubts: Doubts) -> PlayRow:
    if row.deleted:
        facts = PlayFacts(
            play_type="unknown",
            period_index=row.period,
            wallclock_ms=nfl_play.wallclock_ms(row.play, doubts),
            order=row.order,
        )
        return PlayRow(ref=row.ref, facts=facts, deleted=True, arrival=row.arrival)
    facts = nfl_play.facts(row.play, cast, doubts, row.period, row.order)
    told = nfl_play.status_told(facts.text) if facts.play_type == "comment" else None
    return PlayRow(ref=row.ref, facts=facts, arrival=row.arrival, status=told)


def _count_clocks(rows: tuple[PlayRow, ...], placed: list[Placed], doubts: Doubts) -> None:
    """Count rows without clock or wall clock, and wall clocks that step back in game order."""
    latest: int | None = None
    for row, place_ in zip(rows, placed, strict=True):
        doubts.quirks["no clock"] += row.facts.clock_ms is None
        wallclock = row.facts.wallclock_ms
        doubts.quirks["no wall clock"] += wallclock is None
        if wallclock is None or row.deleted:
            continue
        if latest is not None and wallclock < latest:
            doubts.note(
                "wall clock steps back",
                f"{nfl_play.name_of(place_.play)}: began {latest - wallclock} ms before the "
                "play in front of it",
            )
        latest = wallclock


def _claims(document: Member, rows: tuple[PlayRow, ...]) -> tuple[tuple[str, Score], ...]:
    """The score as the scoring summaries have it, and as the plays' flags add up."""
    summaries = summaries_score(document)
    flags = sum((row.facts.score for row in rows), Score())
    claimed = (("scoring summaries", summaries),) if summaries is not None else ()
    return (*claimed, ("play flags", flags))


def _status(document: Member, rows: tuple[PlayRow, ...], doubts: Doubts) -> StatusLine | None:
    """The status by the summary's phase, unless the game was called off."""
    given = document["status"].text() or ""
    ended = _ENDED.get(given)
    if ended is not None:
        return StatusLine(ended)
    summary = document["summary"]
    phase = summary["phase"].text()
    status = _PHASES.get(phase or given)
    if phase and status is None:
        doubts.note("unknown phase", f"summary.phase: {phase}")
    if status is Status.IN_PROGRESS and "HALF" in (summary["quarter"].text() or ""):
        return StatusLine(Status.HALFTIME)
    live = [row for row in rows if not row.deleted]
    if status is None and any(row.facts.play_type == "game_end" for row in live):
        status = Status.FINAL
    if status is not Status.FINAL:
        return None if status is None else StatusLine(status)
    last = max((row.facts.period_index for row in live), default=_REGULATION)
    overtime = last > _REGULATION or phase == "FINAL_OVERTIME"
    return StatusLine(status, "OT" if overtime else "REG")


def _meta(document: Member, clubs: dict[Side, str], codes: dict[Side, str]) -> GameMeta:
    reference = document["id"].text()
    if reference is None:
        raise BadDocument("id: must be the id of the game")
    refs = {PROVIDER: reference}
    for entry in document["externalIds"].items():
        source, external = entry["source"].text(), entry["id"].text()
        if source and external:
            refs.setdefault(source.lower(), external)
    return GameMeta(
        game_id=game_id(LEAGUE, PROVIDER, reference),
        league=League(LEAGUE),
        sport="football",
        ruleset="nfl",
        home=_team(document, Side.HOME, clubs, codes),
        away=_team(document, Side.AWAY, clubs, codes),
        season=document["season"].text(),
        season_type=document["seasonType"].text(),
        stage=_stage(document),
        official_date=document["date"].text(),
        scheduled_start_ms=document["time"].utc_ms(),
        neutral_site=document["neutralSite"].flag(),
        venue=document["venue"]["name"].text(),
        provider_refs=tuple(sorted(refs.items())),
    )


def _stage(document: Member) -> str | None:
    """The week ("Week 17"), in the playoffs the round as the provider calls it."""
    kind, week = document["weekType"].text(), document["week"].text()
    if kind and kind not in ("REG", "PRE", "UNSPECIFIED"):
        return kind
    return f"Week {week}" if week else None


def _team(document: Member, side: Side, clubs: dict[Side, str], codes: dict[Side, str]) -> Team:
    club = clubs[side]
    name = document[f"{side.value}Team"]["fullName"].text() or club
    return Team(
        team_id=team_id(LEAGUE, club),
        name=name,
        abbrev=abbreviation(club, name, codes.get(side)),
        provider_refs=((PROVIDER, club),),
    )
