"""
Readings: the counters of all parts, put together for `ops.exposition`.

Rule: it reads what others count and counts nothing itself, but what the log's commits were
like, which the log only tells. Pure.
"""

from __future__ import annotations

from collections import Counter
from importlib.metadata import PackageNotFoundError, version

import attrs

from scoreboard.gateway.crowd import Crowd
from scoreboard.gateway.queries import Games
from scoreboard.gateway.realm import Realm
from scoreboard.gateway.rejected import Reason
from scoreboard.gateway.sse import EventStreams
from scoreboard.gateway.websocket import ChannelFactory
from scoreboard.hub.hub import Hub
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.interface import Commit, IEventLog
from scoreboard.metrics import Durations, Sizes
from scoreboard.ops.exposition import Reading
from scoreboard.ops.health import Health, State
from scoreboard.ops.stall import LoopStall
from scoreboard.past.milestones import Milestones
from scoreboard.shard.tails import Counts, Tails


@attrs.frozen
class Commits:
    """
    What the syncs of the disk were like.

    Attributes:
        seconds, entries, size: of each.
    """

    seconds: Durations = attrs.field(factory=Durations)
    entries: Sizes = attrs.field(factory=Sizes)
    size: Sizes = attrs.field(factory=Sizes)

    def add(self, commit: Commit) -> None:
        """One more."""
        self.seconds.add(commit.seconds * 1_000)
        self.entries.add(commit.entries)
        self.size.add(commit.size)


@attrs.frozen
class Watched:
    """
    Everything that keeps counters, for those who want to read them.

    Attributes:
        tails: None: this node is alone.
    """

    health: Health
    keeper: Scorekeeper
    hub: Hub
    realm: Realm
    sockets: ChannelFactory
    events: EventStreams
    games: Games
    stall: LoopStall
    record: IEventLog
    commits: Commits
    refused: Counter[str]
    crowd: Crowd
    tails: Tails | None
    past: Milestones

    def line(self) -> str:
        """For people, in a word or two."""
        sessions, streams = len(self.realm.sessions), len(self.events.streams)
        return f"{len(self.keeper.states)} games, {sessions} sessions, {streams} event streams"

    def read(self) -> Reading:
        """Every counter as it is; see `ops.exposition`."""
        return {**self._now(), **self._since_start(), **self._times()}

    def _now(self) -> Reading:
        hub = self.hub
        return {
            "build_info": {(_version(),): 1},
            "ready": self.health.state is State.READY,
            "games": len(self.keeper.states),
            "home_games": self.keeper.at_home,
            "clients": {("wamp",): len(self.realm.sessions), ("sse",): len(self.events.streams)},
            "connections": self.crowd.connections,
            "websocket_connections": len(self.sockets.channels),
            "unfinished_message_bytes": self.sockets.pinned,
            "unusual_subscriptions": len(self.realm.unusual),
            "subscriptions": len(hub.tree),
            "subscribers": hub.tree.total,
            "streams": hub.streams,
            "cohorts": hub.cohorts,
            "stalled_clients": hub.stalled,
            "log_waiting_entries": self.record.waiting,
            "log_up": self.record.is_up,
            "relay_followed_games": 0 if self.tails is None else len(self.tails),
        }

    def _since_start(self) -> Reading:
        tally = self.hub.tally
        return {
            "published_total": tally.publications,
            "deliveries_total": tally.events,
            "writes_total": tally.writes,
            "written_bytes_total": tally.octets,
            "merged_total": tally.merged,
            "expired_total": tally.expired,
            "parked_total": tally.parked,
            "lagging_total": tally.lagging,
            "restored_total": tally.restored,
            **self._relayed(),
            "given_up_total": {("slow",): tally.slow, ("failed",): tally.failed},
            "resumes_total": dict(self.games.resumes),
            "milestones_total": {
                ("kept",): self.past.kept,
                ("read",): self.past.used,
                ("unfit",): self.past.unfit,
            },
            "floor_turns_total": self.sockets.floor.turns,
            "answers_total": dict(self.keeper.tally.answers),
            "rejected_total": {(reason.value,): self.realm.rejected[reason] for reason in Reason},
            "refusals_total": {
                **{("http", code): count for code, count in self.refused.items()},
                **{("wamp", uri): count for uri, count in self.realm.refused.items()},
                **{("websocket", f"{n}"): count for n, count in self.sockets.refused.items()},
            },
        }

    def _relayed(self) -> Reading:
        """What other nodes' games have cost; nothing where there are no others."""
        counts = Counts() if self.tails is None else self.tails.counts
        return {
            "relay_notices_total": {("moved",): counts.told, ("made",): counts.made},
            "relay_looks_total": counts.looks,
            "relay_entries_total": counts.entries,
        }

    def _times(self) -> Reading:
        tally, commits = self.hub.tally, self.commits
        return {
            "stage_seconds": {
                ("durable",): self.keeper.tally.durable,
                ("first_send",): tally.first_sends,
                ("last_send",): tally.last_sends,
            },
            "loop_lag_seconds": self.stall.durations,
            "slice_seconds": tally.slices,
            "commit_seconds": commits.seconds,
            "commit_entries": commits.entries,
            "commit_bytes": commits.size,
        }


def _version() -> str:
    """Of the package; a tree that is not installed has none."""
    try:
        return version("scoreboard")
    except PackageNotFoundError:
        return "unknown"
