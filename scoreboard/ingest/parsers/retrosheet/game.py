"""
A Retrosheet game record by record: lines in, rows of the document out.

Rule: each record is read once, in file order, with the diamond and the line-up as the
records before it left them; a contradiction is counted and named, never mended. Pure.

Derived rows: the format has none for the end of an inning. One `period_end` a full
inning is put in behind the last record of its second half (and the comments that
follow it) when three are out there or the next inning begins. An inning that the
game ended in, without its third out, gets none.
"""

from __future__ import annotations

from collections import Counter

import attrs

from scoreboard.ingest.parsers.document import PlayRow
from scoreboard.ingest.parsers.retrosheet.bases import OUTS, Diamond, Played, play
from scoreboard.ingest.parsers.retrosheet.comment import commented, continues, said
from scoreboard.ingest.parsers.retrosheet.event import BATTER, EventText, read_event
from scoreboard.ingest.parsers.retrosheet.lineup import Lineup
from scoreboard.ingest.parsers.retrosheet.records import GameFile, Record
from scoreboard.model.ids import person_id
from scoreboard.model.play import ORDER_STEP, Participant, PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import BaseballSituation

LEAGUE = "mlb_"
PROVIDER = "retrosheet"

#: More innings than any game has had (33).
_LAST_INNING = 99

_NO_PLAY = "NP"
_SIDES = (Side.AWAY, Side.HOME)

#: Records that change nothing which is followed here: earned runs, which hand somebody
#: bats or throws with, the order at bat, which pitcher a runner is charged to.
_SILENT = frozenset({"version", "data", "badj", "padj", "ladj", "presadj"})

_POSITIONS = {10: "designated_hitter", 11: "pinch_hitter", 12: "pinch_runner"}
_PITCHER, _PINCH_RUNNER = 1, 12

#: Plays whose actors are runners.
_ON_THE_BASES = frozenset({"steal", "caught_stealing", "pickoff"})

#: Outs on one play -> its result.
_RESULTS = {1: "out", 2: "double_play", 3: "triple_play"}


@attrs.frozen
class Half:
    """
    A half-inning.

    Attributes:
        batting: who bats.
        second: whether it is the later one of the inning.
    """

    inning: int
    batting: Side
    second: bool

    @property
    def name(self) -> str:
        """What the half is called: "top" or "bottom"."""
        return "bottom" if self.second else "top"


@attrs.define
class GameReader:
    """
    What has been read so far of one game.

    Attributes:
        home_first: the home side bats first.
        half: None before the first play.
        ended: innings that have their `period_end`.
        placed: runners that the rules put on a base before the next half begins.
    """

    home_first: bool
    lineup: Lineup = attrs.Factory(Lineup)
    diamond: Diamond = attrs.Factory(Diamond)
    half: Half | None = None
    ended: set[int] = attrs.Factory(set)
    placed: list[tuple[int, str]] = attrs.Factory(list)
    rows: list[PlayRow] = attrs.Factory(list)
    score: Score = attrs.Factory(Score)
    quirks: Counter[str] = attrs.Factory(Counter)
    notes: list[str] = attrs.Factory(list)

    def read(self, file: GameFile) -> None:
        """Read all records of `file`. Raises: BadDocument naming the line."""
        before: Record | None = None
        for record in file.records:
            if continues(record, before):
                self._prolong(record)
            else:
                self._read(record)
            before = record
        if file.records and self.half:
            self._finish(file.records[-1], self.half)

    def _finish(self, last: Record, half: Half) -> None:
        """The last inning is over if three are out; otherwise the home side must be ahead."""
        over = self.diamond.outs == OUTS
        if half.second and over:
            self._end_inning(half.inning)
        if not over and not (half.second and self.score.leader is half.batting):
            self.doubt(last, f"game ends with {self.diamond.outs} out")

    def _read(self, record: Record) -> None:
        match record.kind:
            case "play":
                self._play(record)
            case "sub":
                self._substitute(record)
            case "start":
                record.needs(5)
                self._enter_lineup(record)
            case "com":
                self._comment(record)
            case "radj":
                record.needs(2)
                self.placed.append((record.number(1, "base", 1, 3), record.fields[0].strip()))
            case kind if kind not in _SILENT:
                self.quirks["record of unknown kind"] += 1

    def doubt(self, record: Record, kind: str) -> None:
        """Count the quirk `kind` and say where it is."""
        self.quirks[kind] += 1
        self.notes.append(f"line {record.line}: {kind} ({','.join(record.fields)})")

    # Half-innings.

    def _enter(self, record: Record) -> Half:
        """The half-inning that a play record stands in; a new one begins with empty bases."""
        inning = record.number(0, "inning", 1, _LAST_INNING)
        batting = _SIDES[record.number(1, "side", 0, 1)]
        half = Half(inning, batting, (batting is Side.HOME) != self.home_first)
        if half != self.half:
            self._leave(record, half)
            self.half = half
            self.diamond = Diamond()
        if self.diamond.outs < OUTS:
            for base, runner in self.placed:
                self.diamond = self.diamond.placed(base, runner)
            self.placed.clear()
        return half

    def _leave(self, record: Record, following: Half) -> None:
        before = self.half
        if before is None:
            return
        if self.diamond.outs != OUTS:
            self.doubt(record, f"half-inning left with {self.diamond.outs} out")
        if following.inning < before.inning:
            self.doubt(record, "inning steps back")
        if following.inning > before.inning:
            self._end_inning(before.inning)

    def _end_inning(self, inning: int) -> None:
        """Put in the row of the end of `inning`, once."""
        if inning in self.ended:
            return
        self.ended.add(inning)
        facts = PlayFacts(
            play_type="period_end",
            period_index=inning,
            half="bottom",
            order=(self.rows[-1].facts.order or 0) + ORDER_STEP // 2 if self.rows else 0,
        )
        self.rows.append(PlayRow(ref=f"inning-{inning}-end", facts=facts))

    # Plays.

    def _play(self, record: Record) -> None:
        record.needs(6)
        half = self._enter(record)
        text = record.fields[5].strip()
        if text.upper().startswith(_NO_PLAY):
            self.quirks["no-play record"] += 1
            return
        event = read_event(text)
        for part in event.unread:
            self.doubt(record, f"event text not understood: {part!r}")
        batter = record.fields[2].strip()
        if self.diamond.outs == OUTS:
            self.doubt(record, "play after the third out")
        played = play(self.diamond, event, batter)
        for kind in played.doubts:
            self.doubt(record, kind)
        situation = _situation(half, self.diamond, record.fields[3].strip())
        self.rows.append(self._play_row(record, half, event, played, situation))
        self.score = self.score.plus(half.batting, len(played.scored))
        self.diamond = played.diamond

    def _play_row(
        self,
        record: Record,
        half: Half,
        event: EventText,
        played: Played,
        situation: BaseballSituation,
    ) -> PlayRow:
        runs = len(played.scored)
        facts = PlayFacts(
            play_type=event.play_type,
            period_index=half.inning,
            subtype=event.subtype,
            qualifiers=event.qualifiers,
            half=half.name,
            order=record.line * ORDER_STEP,
            side=half.batting,
            points=runs,
            points_to=half.batting if runs else None,
            result=_RESULTS.get(played.outs),
            participants=self._cast(record.fields[2].strip(), half.batting, event, played.scored),
            situation=situation,
            text=record.fields[5].strip(),
        )
        return PlayRow(ref=f"play-{record.line}", facts=facts)

    def _cast(
        self, batter: str, batting: Side, event: EventText, scored: tuple[str, ...]
    ) -> tuple[Participant, ...]:
        """Who took part: runners who were the actors, batter, pitcher, who came home."""
        people = []
        if event.play_type in _ON_THE_BASES:
            movers = (self.diamond.runners[base - 1] for base in event.moves if base != BATTER)
            people += [self._person("runner", runner, batting) for runner in movers if runner]
        if batter:
            people.append(self._person("batter", batter, batting))
        pitcher = self.lineup.pitchers.get(batting.other)
        if pitcher is not None:
            people.append(self._person("pitcher", pitcher, batting.other))
        people += [self._person("run_scorer", runner, batting) for runner in scored if runner]
        return tuple(people)

    def _person(self, role: str, ref: str, side: Side) -> Participant:
        person = person_id(LEAGUE, PROVIDER, ref)
        return Participant(role, person, self.lineup.names.get(ref), None, side, ref)

    # Line-ups and comments.

    def _enter_lineup(self, record: Record) -> str | None:
        """Enter the player of a start or sub record; whose place he takes."""
        side = _SIDES[record.number(2, "side", 0, 1)]
        slot = record.number(3, "place in the order", 0, 99)
        position = record.number(4, "position", 0, 99)
        ref = record.fields[0].strip()
        return self.lineup.enter(side, slot, position, ref, record.fields[1].strip())

    def _substitute(self, record: Record) -> None:
        record.needs(5)
        ref = record.fields[0].strip()
        side = _SIDES[record.number(2, "side", 0, 1)]
        old = self._enter_lineup(record)
        position = record.number(4, "position", 0, 99)
        if old is not None and position == _PINCH_RUNNER:
            self.diamond = self.diamond.exchanged(old, ref)
        kind = "pitcher" if position == _PITCHER else _POSITIONS.get(position, "fielder")
        people = [self._person("in", ref, side)]
        if old not in (None, ref):
            people.append(self._person("out", str(old), side))
        facts = PlayFacts(
            play_type="substitution",
            period_index=self.half.inning if self.half else 1,
            subtype="change_of_position" if old == ref else kind,
            half=self.half.name if self.half else None,
            order=record.line * ORDER_STEP,
            side=side,
            participants=tuple(people),
            text=f"{record.fields[1].strip() or ref} ({kind.replace('_', ' ')})",
        )
        self.rows.append(PlayRow(ref=f"sub-{record.line}", facts=facts))

    def _comment(self, record: Record) -> None:
        facts = PlayFacts(
            play_type="comment",
            period_index=self.half.inning if self.half else 1,
            half=self.half.name if self.half else None,
            order=record.line * ORDER_STEP,
        )
        self.rows.append(PlayRow(ref=f"com-{record.line}", facts=commented(facts, said(record))))

    def _prolong(self, record: Record) -> None:
        """Add a comment record that goes on with the sentence of the one before it."""
        row = self.rows[-1]
        text = f"{row.facts.text or ''} {said(record)}".strip()
        self.rows[-1] = attrs.evolve(row, facts=commented(row.facts, text))


def _situation(half: Half, diamond: Diamond, count: str) -> BaseballSituation:
    """Count, outs and bases as the play began; a count that is not known is "??"."""
    known = len(count) == len("00") and count.isascii() and count.isdigit()
    return BaseballSituation(
        half=half.name,
        balls=int(count[0]) if known else None,
        strikes=int(count[1]) if known else None,
        outs=diamond.outs,
        bases=diamond.bases,
    )
