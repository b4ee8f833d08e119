"""
Rules P1: the course of the game: what can follow what, by sport.

Rule: flags, never more: these rest on what everybody knows of the game, sources leave
plays out, and live sport is improbable. They look at the last few plays. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scoreboard.model.answer import Outcome
from scoreboard.model.play import Play, PlayFacts
from scoreboard.model.situation import BaseballSituation, FootballSituation
from scoreboard.rules.case import Case
from scoreboard.rules.law import Check, Rule, law

#: "2 of 3", "2of3".
_TURN = re.compile(r"(\d) ?of ?(\d)$")
#: The longest penalty, in hockey. Milliseconds.
_PENALTY_MS = 300_000
#: How many plays back the penalty of a power play is looked for.
_PENALTY_PLAYS = 64
#: Who is sent off leaves the side short; a side has so many on the pitch.
_ELEVEN = 11

_SHOTS = frozenset({"2pt", "3pt"})
#: After these the ball may be anybody's.
_LOOSE = frozenset(
    {"rebound", "turnover", "steal", "jumpball", "foul", "foulon", "freethrow", "violation"}
)


def _p1(code: str, sport: str, hint: str) -> Callable[[Check], Rule]:
    return law(
        "P1", f"inconsistent_{code}", Outcome.FLAGGED, hint=hint, sports=(sport,), is_unchecked=True
    )


def _new(case: Case) -> PlayFacts | None:
    """The facts of a play that is not a correction."""
    return case.facts if case.is_new_play else None


def _of_period(case: Case, facts: PlayFacts) -> Iterator[Play]:
    """The last plays of the play's own period, newest first."""
    for play in case.earlier():
        if play.facts.period_index != facts.period_index:
            return
        yield play


@_p1("possession", "basketball", "a rebound, steal or turnover is missing, or the team is wrong")
def p1_possession(case: Case) -> str | None:
    """A shot or turnover by the side that has just scored, with nothing in between."""
    facts = _new(case)
    if facts is None or facts.side is None or facts.play_type not in (*_SHOTS, "turnover"):
        return None
    for play in _of_period(case, facts):
        if play.facts.play_type in _LOOSE:
            return None
        if play.facts.play_type in _SHOTS:
            again = play.facts.points and play.facts.side is facts.side
            return f"{facts.side.value} has just scored ({play.play_id})" if again else None
    return None


@_p1("free_throws", "basketball", "a foul or an earlier free throw is missing")
def p1_free_throws(case: Case) -> str | None:
    """A free throw without a foul, out of its turn, or beyond the third."""
    facts = _new(case)
    if facts is None or facts.play_type != "freethrow":
        return None
    turn = _turn(facts)
    if turn is not None and (turn[0] > turn[1] or turn[1] > 3):
        return f"free throw {turn[0]} of {turn[1]}"
    before = list(case.earlier())
    fouls = ("foul", "foulon", "violation", "ejection")
    if turn is not None and turn[0] > 1:
        last = next((p.facts for p in before if p.facts.play_type == "freethrow"), None)
        if last is None or _turn(last) not in (None, (turn[0] - 1, turn[1])):
            return f"free throw {turn[0]} of {turn[1]} without the one before"
    elif before and not any(play.facts.play_type in fouls for play in before):
        return "a free throw without a foul"
    return None


def _turn(facts: PlayFacts) -> tuple[int, int] | None:
    """Which free throw of how many, if the play says it."""
    for text in (facts.subtype, *facts.qualifiers):
        found = _TURN.match(text) if text else None
        if found is not None:
            return int(found[1]), int(found[2])
    return None


@_p1("assist", "basketball", "the shot was made, or there was no assist")
def p1_assist(case: Case) -> str | None:
    """An assist on a shot that missed."""
    facts = _new(case)
    if facts is None:
        return None
    if facts.play_type == "assist":
        shots = (p.facts for p in _of_period(case, facts) if p.facts.play_type in _SHOTS)
        shot = next(shots, None)
        return None if shot is None or shot.points else "the shot before it missed"
    if facts.play_type not in _SHOTS or facts.points:
        return None
    assisted = any(person.role == "assist" for person in facts.participants)
    return "an assist on a shot that missed" if assisted else None


@_p1("rebound", "basketball", "the shot that missed is missing")
def p1_rebound(case: Case) -> str | None:
    """A rebound of a shot that was made."""
    facts = _new(case)
    if facts is None or facts.play_type != "rebound":
        return None
    for play in _of_period(case, facts):
        if play.facts.play_type in (*_SHOTS, "freethrow", "heave"):
            return f"the shot before it was made ({play.play_id})" if play.facts.points else None
    return None


@_p1("down", "football", "a play is missing, or down and distance are wrong")
def p1_down(case: Case) -> str | None:
    """A down that cannot follow the last one, or that no series has."""
    facts = _new(case)
    now = None if facts is None else facts.situation
    if facts is None or not isinstance(now, FootballSituation) or now.down is None:
        return None
    if not 1 <= now.down <= 4:
        return f"down {now.down}"
    if now.distance and now.yards_to_goal and now.distance > now.yards_to_goal:
        return f"{now.distance} yards to gain, {now.yards_to_goal} to the goal"
    for play in _of_period(case, facts):
        was = play.facts.situation
        if not isinstance(was, FootballSituation) or was.down is None:
            continue
        if was.possession is not now.possession or now.down in (1, was.down, was.down + 1):
            return None
        return f"down {now.down} after down {was.down}"
    return None


@_p1("try", "football", "the touchdown is missing")
def p1_try(case: Case) -> str | None:
    """A try after no touchdown."""
    facts = _new(case)
    if facts is None or facts.play_type not in ("extra_point", "two_point"):
        return None
    last = next((play for play in case.earlier() if play.facts.points), None)
    if last is not None and last.facts.points == 6:
        return None
    return "no touchdown came before it" if last is None else f"after {last.facts.points} points"


@_p1("outs", "baseball", "an inning has ended, or an out was entered twice")
def p1_outs(case: Case) -> str | None:
    """A play with three out already."""
    now = _diamond(case)
    return None if now is None or now.outs is None or now.outs < 3 else f"{now.outs} out before it"


@_p1("count", "baseball", "the at bat is over, or a pitch was entered twice")
def p1_count(case: Case) -> str | None:
    """A count beyond three balls and two strikes."""
    now = _diamond(case)
    if now is None or ((now.balls or 0) <= 3 and (now.strikes or 0) <= 2):
        return None
    return f"the count is {now.balls or 0}-{now.strikes or 0}"


@_p1("bases", "baseball", "a runner is missing, or a run too many was entered")
def p1_bases(case: Case) -> str | None:
    """A runner from an empty base, or more runs than were on base and at bat."""
    now, facts = _diamond(case), _new(case)
    if now is None or now.bases is None or facts is None or case.play_type is None:
        return None
    runners = sum(now.bases)
    if facts.play_type in ("steal", "caught_stealing", "pickoff", "advance") and not runners:
        return f"a {facts.play_type} with nobody on base"
    most = runners + (4 in case.play_type.points)
    return f"{facts.points} runs with {runners} on base" if facts.points > most else None


def _diamond(case: Case) -> BaseballSituation | None:
    facts = _new(case)
    found = None if facts is None else facts.situation
    return found if isinstance(found, BaseballSituation) else None


@_p1("power_play", "hockey", "the penalty is missing, or it was at even strength")
def p1_power_play(case: Case) -> str | None:
    """A power-play goal without a penalty of the others that can still run."""
    facts = _new(case)
    if facts is None or facts.play_type != "goal" or facts.side is None:
        return None
    words = {word.replace(" ", "_") for word in (facts.subtype, *facts.qualifiers) if word}
    if not words & {"power_play", "powerplay", "pp"}:
        return None
    for play in case.earlier(_PENALTY_PLAYS):
        was = play.facts
        if was.play_type == "penalty" and was.side is not facts.side:
            return None if _may_run(was, facts) else "the last penalty is over"
    return "no penalty of the other side came before it"


def _may_run(penalty: PlayFacts, goal: PlayFacts) -> bool:
    """Whether a penalty can have lasted until the goal."""
    if penalty.clock_ms is None or goal.clock_ms is None:
        return True
    if penalty.period_index != goal.period_index:
        return True
    return abs(penalty.clock_ms - goal.clock_ms) <= _PENALTY_MS


@_p1("sent_off", "soccer", "a card was entered for the wrong side, or twice")
def p1_sent_off(case: Case) -> str | None:
    """A twelfth player of a side who is sent off."""
    facts = _new(case)
    if facts is None or facts.play_type != "card" or "red" not in (facts.subtype or ""):
        return None
    off = sum(side is facts.side for side, _ in case.state.sheet.out)
    return f"{off} of the side are off already" if off >= _ELEVEN else None


#: All of them.
COURSE: tuple[Rule, ...] = (
    p1_possession,
    p1_free_throws,
    p1_assist,
    p1_rebound,
    p1_down,
    p1_try,
    p1_outs,
    p1_count,
    p1_bases,
    p1_power_play,
    p1_sent_off,
)
