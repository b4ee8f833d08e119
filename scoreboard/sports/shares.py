"""
What a play gives to the box score: to whom, and how much of what.

Rule: a statistic is given only by what a play carries (type, result, roles, points);
what it does not carry is given to nobody, and never as 0. Pure.

# Note [Told twice]

Some feeds tell a steal as a play of its own, some as a role in the turnover, some as both
("steal" and then "turnover" with the same stealer). What a role alone tells is counted
apart, under the name with a `~`, and the larger of the two counts is shown: right in
each of the three, and the same in whatever order they come.

# Note [Outlines]

A game has hundreds of plays and few sorts of them: what a play gives is worked out once for
all that have the same outline. Conditions see the outline alone, so that nothing else
of a play can matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache

import attrs

from scoreboard.model.boxscore import Values
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Side
from scoreboard.model.situation import FootballSituation

#: Role of whoever is named first in a play, whatever the role.
FIRST = "*"
#: Role of nobody: the team alone gets the share.
TEAM = ""

#: Ends the name of a count of what only a role in another play tells. See Note [Told twice].
BY_ROLE = "~"

#: Outlines that are remembered; a season of a sport has fewer.
_OUTLINES = 4096


@attrs.frozen
class Outline:
    """
    What of a play can matter to a box score. See Note [Outlines].

    Attributes:
        people: role of each participant, and the side if it is said.
        is_shot: whether it was an attempt to score.
        down: football.
    """

    play_type: str
    side: Side | None
    points: int = 0
    points_to: Side | None = None
    result: str | None = None
    subtype: str | None = None
    qualifiers: tuple[str, ...] = ()
    people: tuple[tuple[str, Side | None], ...] = ()
    is_shot: bool = False
    down: int | None = None


def outline_of(facts: PlayFacts) -> Outline:
    """The outline of a play."""
    situation = facts.situation
    return Outline(
        facts.play_type,
        facts.side,
        facts.points,
        facts.points_to,
        facts.result,
        facts.subtype,
        facts.qualifiers,
        tuple([(person.role, person.side) for person in facts.participants]),
        facts.shot is not None,
        situation.down if isinstance(situation, FootballSituation) else None,
    )


Condition = Callable[[Outline], bool]

#: Whose, and how much: the side, the place of the person among the participants (None: the
#: side's team) and the amounts.
Credit = tuple[Side, int | None, Values]


@attrs.frozen
class Share:
    """
    What a play of some kind gives to everybody with a role in it, and to their team.

    Attributes:
        gives: statistic -> how many to each.
        ours: whether such a person is of the side that acts, where it is not said.
        when: which plays give it; None: all.
        unnamed: whether the team of the role gets it if nobody is named.
        team: whether the team gets it too.
        is_split: two share one between them (a sack).
    """

    role: str
    gives: Values
    ours: bool = True
    when: Condition | None = None
    unnamed: bool = False
    team: bool = True
    is_split: bool = False


@attrs.frozen(eq=False)
class Box:
    """
    The box score of a sport.

    Attributes:
        shares: kind of play -> what it gives.
        points: what the team's points are called; every play that scores gives them.
        shown: a statistic -> others that are 0 where they are absent beside it.
        told: statistics that may be told by a role. See Note [Told twice].
    """

    shares: Mapping[str, tuple[Share, ...]]
    points: str
    shown: Mapping[str, tuple[str, ...]]
    told: tuple[str, ...] = ()

    def gives(self) -> frozenset[str]:
        """Every statistic that a play can tell."""
        given = {
            stat for shares in self.shares.values() for share in shares for stat in share.gives
        }
        plain = {stat.removesuffix(BY_ROLE) for stat in given}
        return frozenset({self.points, *self.told, *plain})

    def may_give(self, facts: PlayFacts) -> bool:
        """Whether plays of such a kind, or with points, give anything; most in soccer do not."""
        return (facts.play_type in self.shares or facts.points > 0) and not facts.shootout

    def credits(self, facts: PlayFacts) -> tuple[Credit, ...]:
        """What a play gives that counts; each side or person in it once."""
        return _credits(self, outline_of(facts)) if self.may_give(facts) else ()

    def shows(self, counts: Values) -> Values:
        """A line as it is shown, out of what was counted."""
        shown = {name: count for name, count in counts.items() if not name.endswith(BY_ROLE)}
        for name in self.told:
            count = max(counts.get(name, 0), counts.get(name + BY_ROLE, 0))
            if count:
                shown[name] = count
        for name in list(shown):
            for other in self.shown.get(name, ()):
                shown.setdefault(other, 0)
        return shown


@cache
def statistics(box: Box) -> frozenset[str]:
    """Every statistic that is derived in that sport; there are as many boxes as rulesets."""
    return box.gives()


@lru_cache(maxsize=_OUTLINES)
def _credits(box: Box, play: Outline) -> tuple[Credit, ...]:
    found: dict[tuple[Side, int | None], dict[str, int | float]] = {}
    for side, person, gives in _given(box, play):
        amounts = found.setdefault((side, person), {})
        for stat, amount in gives.items():
            amounts[stat] = amounts.get(stat, 0) + amount
    return tuple((side, person, amounts) for (side, person), amounts in found.items())


def _given(box: Box, play: Outline) -> Iterator[Credit]:
    if play.points and play.points_to is not None:
        yield play.points_to, None, {box.points: play.points}
    for share in box.shares.get(play.play_type, ()):
        if share.when is None or share.when(play):
            yield from _shared(share, play)


def _shared(share: Share, play: Outline) -> Iterator[Credit]:
    side = play.side
    if side is not None and not share.ours:
        side = side.other
    people = _with_role(share.role, play)
    if not people and share.unnamed and side is not None:
        yield side, None, share.gives
    gives = share.gives
    if share.is_split and len(people) > 1:
        # Halves are exact in binary, so that what is taken back leaves nothing; thirds are not.
        people, gives = people[:2], {name: count / 2 for name, count in gives.items()}
    for person in people:
        of = play.people[person][1] or side
        if of is not None:
            yield of, person, gives
            if share.team:
                yield of, None, gives


def _with_role(role: str, play: Outline) -> list[int]:
    if role == FIRST:
        return [0] if play.people else []
    return [place for place, (name, _) in enumerate(play.people) if name == role]


def act(role: str, *stats: str, when: Condition | None = None) -> Share:
    """One of each of `stats` for who did it; the team's if nobody is named."""
    return Share(role, dict.fromkeys(stats, 1), when=when, unnamed=True)


def part(role: str, *stats: str, when: Condition | None = None, ours: bool = True) -> Share:
    """One of each of `stats` for who had a part in it; nothing if nobody is named."""
    return Share(role, dict.fromkeys(stats, 1), ours=ours, when=when)


def worth(role: str, stat: str, points: int, *, when: Condition | None = None) -> Share:
    """`points` of the person's own; the team's are those of the play (`Box.points`)."""
    return Share(role, {stat: points}, when=when, team=False)


def by_role(role: str, stat: str, *, ours: bool = True, when: Condition | None = None) -> Share:
    """One `stat` that a play of its own may tell as well. See Note [Told twice]."""
    return Share(role, {stat + BY_ROLE: 1}, ours=ours, when=when)


def scored(play: Outline) -> bool:
    """Whether the side that acted got the points."""
    return play.points > 0 and play.points_to is play.side


def against(play: Outline) -> bool:
    """Whether the other side got the points (own goal, safety, return)."""
    return play.points > 0 and play.points_to is not play.side


def resulted(*results: str | None) -> Condition:
    """Plays that came out in one of these ways; None: it is not said how."""
    return lambda play: play.result in results
