"""
The box score of American football.

Rule: plays tell who did what and no yards, so yards are absent. A play that was called
back ("no_play") gives nothing but its penalty and first down. Who carried a touchdown in is
said only if one person can have; otherwise it is the team's. A sack is a rush where the
ruleset says so. Pure.

Source: NFL Guide for Statisticians; NCAA football statisticians' manual, section 7 (sacks).
"""

from __future__ import annotations

from scoreboard.sports.shares import (
    TEAM,
    Box,
    Condition,
    Outline,
    Share,
    act,
    against,
    part,
    scored,
    worth,
)

#: The least that a touchdown is worth; with its try merged it is more.
TOUCHDOWN = 6

#: Who may have carried it in, the roles of one act in turn.
_OFFENCE = ("receiver", "rusher")
_DEFENCE = ("returner", "interceptor", "recoverer")

_DOWNS = ("rush", "pass", "sack", "kneel", "spike", "fumble", "interception")


def _stood(play: Outline) -> bool:
    return "no_play" not in play.qualifiers


def _and(*conditions: Condition) -> Condition:
    return lambda play: all(condition(play) for condition in conditions)


def _named(role: str) -> Condition:
    return lambda play: any(name == role for name, _ in play.people)


def _word(word: str) -> Condition:
    return lambda play: word in play.qualifiers


def _intercepted(play: Outline) -> bool:
    return play.result == "intercepted" or "intercepted" in play.qualifiers


def _touchdown(play: Outline) -> bool:
    return play.points >= TOUCHDOWN


def _by_offence(play: Outline) -> bool:
    """A touchdown of the side with the ball, by who had it first."""
    return _touchdown(play) and scored(play) and not _recovered(play)


def _recovered(play: Outline) -> bool:
    return ("recoverer", play.points_to) in play.people


def _third(play: Outline) -> bool:
    return _stood(play) and play.down == 3


def _converted(play: Outline) -> bool:
    return _third(play) and ("first_down" in play.qualifiers or _by_offence(play))


def _carriers(play: Outline) -> list[str]:
    """The roles of everybody who may have carried the ball in for the side that scored."""
    roles = _OFFENCE if _by_offence(play) else _DEFENCE
    of = play.points_to
    return [role for role, side in play.people if role in roles and (side or play.side) is of]


def _alone(role: str) -> Condition:
    """Whether the touchdown is of the one person who has that role, and of no other."""
    return lambda play: _touchdown(play) and _carriers(play) == [role]


def _carried(*roles: str) -> tuple[Share, ...]:
    """The touchdown, for each of the roles that can have carried it in."""
    return tuple(
        Share(role, {"td": 1, "pts": TOUCHDOWN}, when=_alone(role), team=False) for role in roles
    )


#: Of every play that can be returned or recovered.
_LIVE = (
    Share(TEAM, {"td": 1}, when=_and(_touchdown, scored), unnamed=True),
    Share(TEAM, {"td": 1}, when=_and(_touchdown, against), ours=False, unnamed=True),
    *_carried(*_OFFENCE, *_DEFENCE),
    part("tackler", "tkl", when=_stood, ours=False),
    part("tackle_assist", "tkl_ast", when=_stood, ours=False),
    part("interceptor", "int", when=_stood, ours=False),
    part("pass_defender", "pd", when=_stood, ours=False),
    part("forced_fumble", "ff", when=_stood, ours=False),
    part("fumbler", "fum", when=_stood),
    part("fumbler", "fum_lost", when=_and(_stood, _word("fumble_lost"))),
    Share("penalized", {"pen": 1}, team=False),
    act(TEAM, "first_downs", when=_word("first_down")),
)

_DOWN = (act(TEAM, "third_att", when=_third), act(TEAM, "third_made", when=_converted))

_PASS = (
    act("passer", "pass_att", when=_stood),
    act("passer", "pass_cmp", when=_and(_stood, _named("receiver"))),
    act("passer", "pass_td", when=_and(_by_offence, _named("receiver"))),
    act("passer", "pass_int", when=_and(_stood, _intercepted)),
    part("receiver", "tgt", "rec", when=_stood),
    part("receiver", "rec_td", when=_alone("receiver")),
    part("target", "tgt", when=_stood),
)
_RUSH = (
    act("rusher", "rush_att", when=_stood),
    part("rusher", "rush_td", when=_alone("rusher")),
)
_SACK = (
    act("sacked", "sacked", when=_stood),
    Share("sacker", {"sacks": 1}, when=_stood, ours=False, unnamed=True, is_split=True),
)


def _returned(stat: str) -> Share:
    return part("returner", stat, when=_stood, ours=False)


def _kick(role: str, tried: str, made: str, points: int) -> tuple[Share, ...]:
    return (
        act(role, tried, when=_stood),
        act(role, made, when=scored),
        worth(role, "pts", points, when=scored),
    )


_TWO = tuple(
    Share(role, {"two_pt": 1}, when=scored, team=False) for role in ("passer", "receiver", "rusher")
) + tuple(worth(role, "pts", 2, when=scored) for role in ("receiver", "rusher"))


def _box(sack: tuple[Share, ...]) -> Box:
    shares = {
        "pass": (*_PASS, *_LIVE),
        "interception": (*_PASS, *_LIVE),
        "spike": (*_PASS, *_LIVE),
        "rush": (*_RUSH, *_LIVE),
        "kneel": (*_RUSH, *_LIVE),
        "fumble": _LIVE,
        "sack": (*sack, *_LIVE),
        "punt": (act("punter", "punts", when=_stood), _returned("pr"), *_LIVE),
        "kickoff": (_returned("kr"), *_LIVE),
        "field_goal": (*_kick("kicker", "fga", "fgm", 3), *_LIVE),
        "extra_point": _kick("kicker", "xpa", "xpm", 1),
        "two_point": (act(TEAM, "two_att"), act(TEAM, "two_made", when=scored), *_TWO),
        "penalty": _LIVE,
        "touchdown": _LIVE,
        "safety": _LIVE,
        "unknown": _LIVE,
    }
    for kind in _DOWNS:
        shares[kind] = (*shares[kind], *_DOWN)
    return Box(
        shares=shares,
        points="pts",
        shown={
            "pass_att": ("pass_cmp", "pass_td", "pass_int"),
            "rush_att": ("rush_td",),
            "tgt": ("rec",),
            "rec": ("rec_td",),
            "fga": ("fgm",),
            "xpa": ("xpm",),
            "third_att": ("third_made",),
        },
    )


#: A sack is the passing team's loss (NFL).
BOX = _box(_SACK)
#: A sack is a rush of who was sacked (NCAA).
BOX_SACK_IS_RUSH = _box((*_SACK, act("sacked", "rush_att", when=_stood)))
