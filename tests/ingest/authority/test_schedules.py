"""Whatever feeds, officials and holes do: what must hold at every instant."""

from __future__ import annotations

from collections.abc import Callable

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.ingest.authority.health import Live, by_score
from scoreboard.ingest.authority.moves import Move, SetMode, Switch
from scoreboard.ingest.authority.policy import Policy
from scoreboard.ingest.authority.scene import Scene
from scoreboard.ingest.authority.watch import Watch, gap, heard
from scoreboard.model.feed import FeedMode
from scoreboard.model.side import Side
from tests.ingest.authority.arbiter_world import B, C, K, P, World, other

FEEDS = (P, B, C)
ALL = (P, B, C, K)
#: Modes in which rules, not people, decide and somebody is believed.
STANDING = {FeedMode.PRIMARY, FeedMode.BACKUP, FeedMode.PROBATION}


@attrs.define
class Story:
    """A world, who is alive in it, and what was wished of it."""

    world: World = attrs.field(factory=lambda: World().starts(P, B, C))
    alive: set = attrs.field(factory=lambda: set(ALL))

    def kill(self, who: int) -> None:
        self.alive.discard(ALL[who])

    def close(self, who: int) -> None:
        self.alive.discard(ALL[who])
        self.world.closes(ALL[who])

    def wake(self, who: int) -> None:
        self.alive.add(ALL[who])
        self.world.beats(ALL[who])

    def score(self, who: int) -> None:
        """All who are alive tell of a basket, or all but one."""
        telling = [one for one in FEEDS if one in self.alive and ALL.index(one) != who]
        self.world.scores(*telling, side=Side.HOME if who % 2 else Side.AWAY)

    def stop(self, who: int) -> None:
        for one in FEEDS:
            if one in self.alive:
                self.world.plays(one, other("timeout"))

    def hole(self, who: int) -> None:
        world = self.world
        world.watch = gap(world.watch, ALL[who], world.now, is_open=True)

    def heal(self, who: int) -> None:
        world = self.world
        world.watch = gap(world.watch, ALL[who], world.now, is_open=False)

    def lock(self, who: int) -> None:
        self.world.locks(until=self.world.at + 30)

    def show(self, who: int) -> None:
        if K in self.alive:
            score = self.world.canonical.score
            self.world.shows(score.home + who % 2, score.away)

    def look(self) -> tuple[Move, ...]:
        before = self.world.canonical
        at = len(self.world.done)
        self.world.look()
        moves = tuple(move for _, move in self.world.done[at:])
        switches = [move for move in moves if isinstance(move, Switch)]
        assert before.term + len(switches) == self.world.canonical.term
        return moves


DEEDS: list[Callable[[Story, int], None]] = [
    Story.kill,
    Story.close,
    Story.wake,
    Story.wake,
    Story.score,
    Story.score,
    Story.stop,
    Story.hole,
    Story.heal,
    Story.lock,
    Story.show,
]

deeds = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 3), st.integers(0, 40)), max_size=25
)


def scene(world: World) -> Scene:
    """The world as the arbiter sees it."""
    return Scene(
        world.watch,
        world.canonical,
        world.shadows,
        world.settings,
        world.policy,
        world.now,
        False,
        by_score,
    )


def lived(story: Story) -> None:
    """One instant: what was done to the game since the last one, and what must hold."""
    world = story.world
    before, was = len(world.done), scene(world)
    story.look()
    moves = [move for _, move in world.done[before:]]
    switches = [move for move in moves if isinstance(move, Switch)]
    assert len(switches) <= 1
    for move in switches:
        assert was.eligible(move.to)
        healthy = was.up(was.believed) and was.holed_for(was.believed) < 0
        if was.canonical.mode in STANDING and healthy and move.to != was.best:
            assert "stalled" in move.reason or "contradict" in move.reason
            assert was.ahead(move.to)


@settings(max_examples=150, deadline=None)
@given(deeds)
def test_whatever_happens_authority_moves_by_the_rules(done: list) -> None:
    story = Story()
    world = story.world
    silent_s = 0
    for deed, who, seconds in done:
        deed(story, who)
        for _ in range(seconds):
            world.at += 1.0
            for one in story.alive:
                world.watch = heard(world.watch, one, world.now, heartbeat=True)
            lived(story)
            now = scene(world)
            lost = now.live(now.believed) is Live.DOWN and world.canonical.mode in STANDING
            could = any(now.eligible(one) for one in FEEDS if one != now.believed)
            silent_s = silent_s + 1 if lost and could else 0
            assert silent_s <= 1
    switches = [at for at, _ in world.made(Switch)]
    assert len(set(switches)) == len(switches)
    counted = [at for at, move in world.made(Switch) if move.automatic]
    limit = Policy()
    for at in counted:
        recent = [one for one in counted if at - limit.auto_window_s < one <= at]
        assert len(recent) <= limit.max_auto


@settings(max_examples=60, deadline=None)
@given(deeds)
def test_a_log_that_has_the_moves_is_wished_no_more_of_than_a_step_further(done: list) -> None:
    story = Story()
    for deed, who, seconds in done:
        deed(story, who)
        story.world.runs(min(seconds, 20), [one for one in ALL if one in story.alive])
        for _ in range(4):
            story.look()
        assert () == story.look()


@settings(max_examples=60, deadline=None)
@given(deeds)
def test_a_restart_at_any_moment_switches_nothing_within_three_beats(done: list) -> None:
    story = Story()
    for deed, who, seconds in done:
        deed(story, who)
        story.world.runs(min(seconds, 20), [one for one in ALL if one in story.alive])
    world = story.world
    if world.canonical.mode not in STANDING:
        return
    world.watch = Watch()
    at = len(world.done)
    world.look()
    world.runs(14)
    kinds = [type(move) for _, move in world.done[at:]]
    assert Switch not in kinds
    dark = [m for _, m in world.done[at:] if isinstance(m, SetMode) and m.mode is FeedMode.DARK]
    assert [] == dark
