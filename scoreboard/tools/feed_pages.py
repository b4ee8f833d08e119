"""
A recorded document as it stood during the game: the same document with fewer rows.

Rule: with all rows it is read as the recorded one is; with fewer it is in the provider's
own format and does not say that the game is over, where the format can say that. Pure.

# Note [What is cut]

Rows are cut from the end of the list of plays as the file has it, each at the time it was
told (`telling.timeline`) where the row can be recognised by its id, else at the time of the
row that stands as far along. What the document says of the result beside its plays (phase,
status, header score, summaries) is put back to "in play" until all rows are there.

Event files of Retrosheet are published after the game: they have no way to say that it is
still on. What is served of them grows all the same; a poller has to be given `settle_s`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from scoreboard.codec.json_text import write_json
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.model.errors import RemoteError

#: Stands for the rows while a document is taken apart.
_ROWS = "\x00rows\x00"

#: Spoils the score of a row, or None if it has none.
Lie = Callable[[bytes], bytes | None]


class CannotCut(RemoteError):
    """A document that has no rows where its format has them."""


@attrs.frozen
class Frame:
    """A document without its rows: what stands before, between and behind them."""

    before: bytes
    between: bytes
    behind: bytes

    def document(self, rows: Sequence[bytes]) -> bytes:
        """The document with `rows`."""
        return self.before + self.between.join(rows) + self.behind


@attrs.frozen
class Pages:
    """
    A document that can be served at any time of its game.

    Attributes:
        live, final: the frames, during the game and when it is over.
        rows: as they stand in the document.
        refs: the provider's id of each row, "" where it has none.
        lie: spoils a row's score.
        companions: role -> the companion during the game, and when it is over.
    """

    live: Frame
    final: Frame
    rows: tuple[bytes, ...]
    refs: tuple[str, ...]
    lie: Lie
    companions: Mapping[str, tuple[bytes, bytes]] = attrs.field(factory=dict)


def pages(provider: str, data: bytes, companions: Mapping[str, bytes]) -> Pages:
    """
    Take a document apart.

    Args:
        provider: of its format.

    Raises:
        CannotCut
    """
    taken = _CUTS[provider](data)
    if not taken.rows:
        raise CannotCut(f"a {provider} document without rows")
    live = {role: _LIVE.get((provider, role), _as_it_is)(body) for role, body in companions.items()}
    both = {role: (live[role], body) for role, body in companions.items()}
    return attrs.evolve(taken, companions=both)


def _as_it_is(body: bytes) -> bytes:
    return body


def _json_pages(
    data: bytes,
    place: Sequence[str | int],
    ref: Callable[[Any], Any],
    in_play: Callable[[Any], None],
    lie: Callable[[Any], bool],
) -> Pages:
    """A JSON document whose rows are the list at `place`."""
    document = json.loads(data)
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    rows = holder[place[-1]]
    holder[place[-1]] = [_ROWS]

    def frame() -> Frame:
        before, _, behind = write_json(document).partition(write_json(_ROWS))
        return Frame(before, b",", behind)

    final = frame()
    in_play(document)

    def spoilt(row: bytes) -> bytes | None:
        value = json.loads(row)
        return write_json(value) if lie(value) else None

    return Pages(
        live=frame(),
        final=final,
        rows=tuple(write_json(row) for row in rows),
        refs=tuple(str(ref(row)) for row in rows),
        lie=spoilt,
    )


def _nfl(data: bytes) -> Pages:
    def in_play(document: Any) -> None:
        document["status"] = "SCHEDULED"
        document["summary"]["phase"] = "INGAME"
        document["driveChart"]["scoringSummaries"] = []

    def lie(play: Any) -> bool:
        scored = bool(play.get("playScored")) and not play.get("playDeleted")
        play["playScored"] = False
        return scored

    return _json_pages(data, ("driveChart", "plays"), lambda p: p.get("playId"), in_play, lie)


def _nba_live(data: bytes) -> Pages:
    def lie(action: Any) -> bool:
        made = bool(action.get("shotResult") == "Made")
        action["scoreHome"] = str(int(action.get("scoreHome") or 0) + 1)
        return made

    return _json_pages(
        data, ("game", "actions"), lambda a: a.get("actionNumber"), lambda _: None, lie
    )


def _nba_live_box(body: bytes) -> bytes:
    document = json.loads(body)
    document["game"] |= {"gameStatus": 2, "gameStatusText": "Live"}
    return write_json(document)


def _nba_stats(data: bytes) -> Pages:
    if not json_member.is_json(data):
        return _lines(data, 1, ref_column=1, lie=_csv_lie(10))

    def lie(row: Any) -> bool:
        return _raised(row, score)

    headers = json.loads(data)["resultSets"][0]["headers"]
    number, score = headers.index("EVENTNUM"), headers.index("SCORE")
    return _json_pages(
        data, ("resultSets", 0, "rowSet"), lambda row: row[number], lambda _: None, lie
    )


def _nba_summary(body: bytes) -> bytes:
    document = json.loads(body)
    for table in document["resultSets"]:
        if table["name"] == "GameSummary":
            for row in table["rowSet"]:
                row[table["headers"].index("GAME_STATUS_ID")] = 2
    return write_json(document)


def _espn_json(data: bytes) -> Pages:
    def in_play(document: Any) -> None:
        for game in document["header"]["competitions"]:
            game["status"]["type"]["name"] = "STATUS_IN_PROGRESS"

    def lie(play: Any) -> bool:
        play["homeScore"] = int(play.get("homeScore") or 0) + 1
        return bool(play.get("scoringPlay"))

    return _json_pages(data, ("plays",), lambda p: p.get("id"), in_play, lie)


def _wyscout(data: bytes) -> Pages:
    def lie(event: Any) -> bool:
        # A shot that becomes a goal (tag 101).
        tags = event.get("tags", [])
        event["tags"] = [*tags, {"id": 101}]
        return event.get("eventId") == 10 and {"id": 101} not in tags

    return _json_pages(data, ("events",), lambda _: "", lambda _: None, lie)


def _wyscout_matches(body: bytes) -> bytes:
    return write_json([record | {"status": "Fixture"} for record in json.loads(body)])


def _hockeytech(data: bytes) -> Pages:
    summary = json.loads(data)["summary_raw"]
    teams = [summary[side]["info"]["id"] for side in ("homeTeam", "visitingTeam")]

    def in_play(document: Any) -> None:
        document["summary_raw"] |= {"hasShootout": False, "shootoutDetails": None}
        document["summary_raw"]["details"] |= {"final": "0", "status": "In Progress"}

    def lie(event: Any) -> bool:
        if event.get("event") != "goal":
            return False
        team = event["details"]["team"]
        team["id"] = teams[0] if team["id"] != teams[0] else teams[1]
        return True

    return _json_pages(data, ("pbp_raw",), lambda _: "", in_play, lie)


def _lines(data: bytes, heading: int, ref_column: int | None, lie: Lie) -> Pages:
    lines = data.splitlines()
    frame = Frame(b"".join(line + b"\n" for line in lines[:heading]), b"\n", b"\n")
    rows = lines[heading:]
    refs = ["" if ref_column is None else _cell(row, ref_column).decode() for row in rows]
    return Pages(frame, frame, tuple(rows), tuple(refs), lie)


def _cell(row: bytes, column: int) -> bytes:
    # Columns that stand before any text, so that no quoted comma is in the way.
    cells = row.split(b",")
    return cells[column].strip(b'"') if column < len(cells) else b""


def _csv_lie(column: int) -> Lie:
    def lie(row: bytes) -> bytes | None:
        cells = next(csv.reader([row.decode()]), [])
        if column >= len(cells) or not _raised(cells, column):
            return None
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(cells)
        return out.getvalue().encode()

    return lie


def _raised(row: list[Any], column: int) -> bool:
    """Add one to the last number of a score ("10 - 8" or "8"); whether there is one."""
    before, space, number = str(row[column] or "").rpartition(" ")
    if not number.isdecimal():
        return False
    row[column] = f"{before}{space}{int(number) + 1}"
    return True


def _retrosheet(data: bytes) -> Pages:
    lines = data.splitlines()
    kinds = [line.partition(b",")[0] for line in lines]
    first = next((place for place, kind in enumerate(kinds) if kind == b"play"), len(lines))
    last = max((place for place, kind in enumerate(kinds) if kind != b"data"), default=-1) + 1
    result = (b"info,wp,", b"info,lp,", b"info,save,")
    heading = b"".join(line + b"\n" for line in lines[:first])
    known = b"".join(line + b"\n" for line in lines[:first] if not line.startswith(result))
    behind = b"".join(b"\n" + line for line in lines[last:]) + b"\n"

    def lie(row: bytes) -> bytes | None:
        cells = row.split(b",")
        if cells[0] != b"play" or cells[-1][:1] not in b"678" or not cells[-1]:
            return None
        # A fly that was caught becomes a home run.
        return b",".join([*cells[:-1], b"HR/7"])

    rows = tuple(lines[first:last])
    return Pages(
        Frame(known, b"\n", b"\n"), Frame(heading, b"\n", behind), rows, ("",) * len(rows), lie
    )


#: By provider; `formats.FORMATS` has no others.
_CUTS: dict[str, Callable[[bytes], Pages]] = {
    "nfl": _nfl,
    "nba_live": _nba_live,
    "nba_stats": _nba_stats,
    "stats": lambda data: _lines(data, 1, None, _named_lie(data, b"home_score")),
    "espn_csv": lambda data: _lines(data, 1, None, _named_lie(data, b"home_score")),
    "espn": _espn_json,
    "wyscout": _wyscout,
    "hockeytech": _hockeytech,
    "retrosheet": _retrosheet,
}


def _named_lie(data: bytes, name: bytes) -> Lie:
    """A lie in the column `name` of a table."""
    heading = data.splitlines()[0].replace(b'"', b"").split(b",") if data else []
    return _csv_lie(heading.index(name)) if name in heading else lambda _: None


#: (provider, role of a companion) -> what it is during the game.
_LIVE: dict[tuple[str, str], Callable[[bytes], bytes]] = {
    ("nba_live", "boxscore"): _nba_live_box,
    ("nba_stats", "summary"): _nba_summary,
    ("wyscout", "matches"): _wyscout_matches,
}
