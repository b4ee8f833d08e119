"""
A game's desk: the game, the shadows of its sources, and what one turn adds to them.

Rule: only the source that is believed changes the game; what another one says changes its
shadow, which is judged by the same rules and folded by the same fold. Pure.

A game with one source has no shadow: what it says *is* the game, and a message costs what
it costs without arbitration. When a second source speaks, both get a shadow of their own.
See Note [Shadows].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from scoreboard.codec.reports import Received
from scoreboard.ingest.authority.shadowing import decreed, overhear
from scoreboard.ingest.intake import Decision, decide, insist
from scoreboard.ingest.quarantine import Quarantine, Step
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.boxscore import Claim
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import LocalError
from scoreboard.model.event import (
    BoxClaimed,
    Entry,
    Event,
    MetaSet,
    PlayReviewed,
    PlayVoided,
    ScoreSet,
    ShadowBegun,
)
from scoreboard.model.ids import SourceId
from scoreboard.model.position import PAGE
from scoreboard.model.side import Score
from scoreboard.projection.fold import apply, begin
from scoreboard.projection.hold import quarantine_publication
from scoreboard.projection.publish import step
from scoreboard.projection.state import GameState

#: Names of the side logs of what is held, and of claimed box scores.
HELD, CLAIMED = "Q", "B"

#: Rules about what came before, which a shadow may not have heard.
CONTEXT = frozenset({"ST1", "ST2", "ST3", "ST4", "C1", "C2", "S4", "Q3"})


@attrs.frozen
class Shadow:
    """
    What one source has said of the game, folded.

    Attributes:
        seq: the tip of its side log; `state.seq` counts on from where the shadow began.
    """

    state: GameState
    seq: int


@attrs.frozen
class Desk:
    """
    A game as its decisions see it.

    Attributes:
        shadows: of every source that has told of it; empty while there is only one.
        quarantine: messages that wait for what would make them right.
        held_seq: the tip of the quarantine's side log.
        claims: the box score that each source has sent last.
        claim_seq: the tip of their side log.
    """

    state: GameState
    shadows: Mapping[SourceId, Shadow] = attrs.field(factory=dict)
    quarantine: Quarantine = attrs.field()
    held_seq: int = 0
    claims: Mapping[SourceId, Claim] = attrs.field(factory=dict)
    claim_seq: int = 0

    @quarantine.default
    def _nothing_held(self) -> Quarantine:
        return Quarantine(self.state.meta.game_id)

    @property
    def shadow_states(self) -> dict[SourceId, GameState]:
        """What each source has said, folded."""
        return {source: shadow.state for source, shadow in self.shadows.items()}


class Batch:
    """
    What one turn adds to a game: entries for its log and for its side logs.

    Args:
        now_ms: milliseconds UTC; entries are stamped with it unless the log is ahead of it.

    Attributes:
        ends: the states at the ends of pages that it comes to.
    """

    def __init__(self, before: Desk, now_ms: int) -> None:
        self.before = before
        self.state = before.state
        self.shadows = dict(before.shadows)
        self.entries: list[Entry] = []
        self.ends: list[GameState] = []
        self.published: list[Publication] = []
        self.sides: dict[str, list[Entry]] = {}
        self.quarantine = before.quarantine
        self.held_seq = before.held_seq
        self.claims = before.claims
        self.claim_seq = before.claim_seq
        self.now_ms = now_ms

    @property
    def desk(self) -> Desk:
        """The desk after it."""
        if not self.is_news and self.quarantine is self.before.quarantine:
            return self.before
        return Desk(
            self.state,
            self.shadows,
            self.quarantine,
            self.held_seq,
            self.claims,
            self.claim_seq,
        )

    @property
    def is_news(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.entries or self.sides)

    def is_alone(self, source: SourceId) -> bool:
        """Whether what `source` says is the game, since nobody else tells of it."""
        state = self.state
        return not self.shadows and state.authority in (None, source) and not state.locks

    def add(self, entry: Entry) -> None:
        """One entry more for the game."""
        self.state, some = step(self.state, entry, self.state.epoch)
        self.entries.append(entry)
        if entry.seq % PAGE == 0:
            self.ends.append(self.state)
        self.published.extend(some)

    def say(
        self,
        source: SourceId,
        event: Event,
        *,
        term: int | None = None,
        official: bool = False,
        digest: int = 0,
    ) -> Entry:
        """One event more for the game; the entry that it became."""
        entry = Entry(
            seq=self.state.seq + 1,
            ts_ms=max(self.now_ms, self.state.ts_ms),
            source=source,
            term=self.state.term if term is None else term,
            event=event,
            digest=digest,
            official=official,
        )
        self.add(entry)
        return entry

    def put_meta(self, source: SourceId, event: MetaSet) -> Entry:
        """Other circumstances, for the game and all its shadows."""
        entry = self.say(source, event)
        for name, shadow in self.shadows.items():
            self._shade(name, attrs.evolve(entry, seq=shadow.state.seq + 1, source=name))
        return entry

    def take(
        self,
        source: SourceId,
        received: Received,
        lifted: frozenset[str],
        expected: int | None = None,
    ) -> Decision:
        """A message of a source to which the game belongs alone."""
        decision = decide(
            self.state, received, source, self.now_ms, expected=expected, lifted=lifted
        )
        if decision.entry is not None:
            self.add(decision.entry)
        return decision

    def claim(self, entry: Entry, event: BoxClaimed) -> Claim:
        """A box score that a source has sent, from its own side log's next entry on."""
        self.claim_seq += 1
        stored = attrs.evolve(entry, seq=self.claim_seq, ts_ms=self.now_ms)
        self.sides.setdefault(CLAIMED, []).append(stored)
        made = claim_of(stored, event)
        self.claims = {**self.claims, entry.source: made}
        return made

    def step(self, step: Step) -> None:
        """A change of the quarantine, with what it lets in."""
        for event in step.events:
            self.held_seq += 1
            entry = Entry(self.held_seq, self.now_ms, self.state.source, self.state.term, event)
            self.sides.setdefault(HELD, []).append(entry)
        for entry in step.entries:
            self.add(entry)
        self.quarantine = step.quarantine
        self.published.extend(
            quarantine_publication(
                self.state.meta.game_id, told, self.state.epoch, self.state.seq, self.now_ms
            )
            for told in step.told
        )

    def shade(
        self,
        source: SourceId,
        received: Received,
        expected: int | None = None,
        *,
        is_believed: bool,
    ) -> Answer:
        """
        A message, judged and recorded in the shadow of its source.

        A shadow may begin in mid-game or have holes, so what only contradicts its own past
        is recorded all the same, as a doubt; of the believed source, so is what the game takes,
        but not what is late: its points would come into the game by the source's total.
        """
        self._begin_shadows(source)
        shadow = self.shadows[source].state
        ours = self.state if is_believed else None
        decision = overhear(shadow, received, source, self.now_ms, ours, expected)
        answer, entry = decision.answer, decision.entry
        is_late = is_believed and answer.rule == "Q3"
        if answer.outcome is Outcome.QUARANTINED and answer.rule in CONTEXT and not is_late:
            entry = insist(shadow, received, source, self.now_ms)
            answer = attrs.evolve(answer, outcome=Outcome.FLAGGED)
        if entry is not None:
            self._shade(source, entry)
        return answer

    def decree(self, before: GameState, entry: Entry) -> None:
        """
        An official's entry has moved the score, for every source that tells of the game.

        What he takes back is known by the play that he takes back. See Note [Decrees].
        """
        change = self.state.score - before.score
        if change == Score() or isinstance(entry.event, PlayVoided | PlayReviewed):
            return
        for source in self.shadows:
            self.shift(source, change, entry.source)

    def shift(self, source: SourceId, change: Score, by: SourceId) -> None:
        """The total of a source moves by an official's word."""
        shadow = self.shadows[source].state
        index = self.state.period_index
        event = ScoreSet(shadow.score, change, index, correction=True, reason=f"by {by}")
        self._shade(source, decreed(shadow, event, by, self.now_ms))

    def _begin_shadows(self, source: SourceId) -> None:
        """Shadows for `source` and, if the game was somebody's alone, for that one. See Note."""
        authority = self.before.state.authority
        if not self.shadows and authority is not None:
            self._begin(authority, self.state)
        if source not in self.shadows:
            self._begin(source, self._blank())

    def _begin(self, source: SourceId, state: GameState) -> None:
        entry = Entry(1, self.now_ms, source, 1, ShadowBegun(state.seq))
        self.shadows[source] = Shadow(state, 1)
        self.sides.setdefault(source, []).append(entry)

    def _blank(self) -> GameState:
        return blank(self.state)

    def _shade(self, source: SourceId, entry: Entry) -> None:
        shadow = self.shadows[source]
        self.shadows[source] = Shadow(apply(shadow.state, entry), shadow.seq + 1)
        stored = attrs.evolve(entry, seq=shadow.seq + 1)
        self.sides.setdefault(source, []).append(stored)


def claim_of(entry: Entry, event: BoxClaimed) -> Claim:
    """What an entry of the side log of claims says."""
    return Claim(entry.source, event.lines, event.complete, event.at_seq, entry.ts_ms, entry.digest)


def fold_claims(entries: Sequence[Entry]) -> dict[SourceId, Claim]:
    """The claims that their side log tells: of each source the newest."""
    return {
        entry.source: claim_of(entry, entry.event)
        for entry in entries
        if isinstance(entry.event, BoxClaimed)
    }


def blank(state: GameState) -> GameState:
    """The game as somebody sees it who has heard of its meta and of nothing else."""
    first = Entry(1, state.ts_ms, state.source, 1, MetaSet(state.meta))
    return begin(first, state.epoch)


def shadow_of(base: GameState, entries: Sequence[Entry]) -> Shadow:
    """
    A shadow out of its side log.

    Args:
        base: the game as it stood at the `base_seq` of the first entry.

    Raises:
        LocalError: the log does not begin as a side log does.
    """
    if not entries or not isinstance(entries[0].event, ShadowBegun):
        raise LocalError(f"{base.meta.game_id}: a side log does not begin with its base")
    state = base
    for entry in entries[1:]:
        state = apply(state, attrs.evolve(entry, seq=state.seq + 1))
    return Shadow(state, len(entries))


def base_seq(entries: Sequence[Entry]) -> int:
    """Where in the game's log the shadow of that side log begins; 1: with the meta alone."""
    first = entries[0].event if entries else None
    return first.base_seq if isinstance(first, ShadowBegun) else 1


# Note [Shadows]
# ~~~~~~~~~~~~~~
# A shadow is a game of its own: what one source has said, by the same rules and the same
# fold. Arbitration compares shadows with the game; nothing of a shadow is published.
#
# The source that had the game for itself has said what is in the log, so its shadow begins
# as the game stands when the second one speaks; that one's begins with the meta alone. From
# then on each message is recorded twice if it is believed: in the shadow and in the game.
#
# Side logs are written before the game's log in the same turn. A crash between the two
# leaves a shadow that knows a message which the game has not; its sender was not answered,
# sends it again, and is judged on both: a repeat for the shadow, news for the game. The other
# order would leave points in the game that its own source does not seem to know.
#
#
# Note [Decrees]
# ~~~~~~~~~~~~~~
# Arbitration compares totals: what a source tells is taken in as far as its total is above
# ours. When an official gives a side two points that a source does not know, that source is two
# points behind for ever, and its next basket would be taken for the one that is there. So an
# official's word moves every shadow by as much as the game.
#
# If he has recorded a play, the source may tell that play itself later. It is recognised then
# and gets the source's name; and the shift is taken back, since the points are in its own total
# now. What he voids needs no shift: the play has the source's name, and its points are taken
# off the source's total by that.
