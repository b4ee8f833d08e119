"""
Rules S: points and scores.

Rule: a score falls only by a correction that says it is one; what a sender claims
as the running score is compared and never counted. Pure.

S5 (both sides score in one play) needs no function: a play names one receiver.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.message import PlayReport, ScoreReport
from scoreboard.model.side import Score, Side
from scoreboard.rules.case import Case, Finding
from scoreboard.sports.playtype import Credit


def _scores(case: Case) -> list[tuple[str, Score]]:
    match case.message.report:
        case ScoreReport(score=score):
            return [("score", score)]
        case PlayReport(score_after=Score() as claimed):
            return [("score_after", claimed)]
        case _:
            return []


def s1_bad_score(case: Case) -> Finding | None:
    """S1: a score or points that no game has."""
    ceiling = case.sport.ceiling
    for name, score in _scores(case):
        for side, points in (("home", score.home), ("away", score.away)):
            if not 0 <= points <= ceiling:
                return _bad_score(f"{name}.{side}", points, ceiling)
    if case.facts is not None and not 0 <= case.facts.points <= ceiling:
        return _bad_score("points", case.facts.points, ceiling)
    return None


def _bad_score(name: str, value: int, ceiling: int) -> Finding:
    return Finding(
        rule="S1",
        outcome=Outcome.REJECTED,
        code="bad_score",
        problem=f"{name} {value} is not in 0-{ceiling}",
        hint="scores are whole numbers from 0; send what the board shows",
    )


def s2_score_regress(case: Case) -> Finding | None:
    """S2: a score lower than ours that is not called a correction."""
    report, ours = case.message.report, case.state.score
    if not isinstance(report, ScoreReport) or report.correction:
        return None
    if report.score.home >= ours.home and report.score.away >= ours.away:
        return None
    return Finding(
        rule="S2",
        outcome=Outcome.QUARANTINED,
        code="score_regress",
        problem=f"{report.score.home}-{report.score.away} is below {ours.home}-{ours.away} "
        "(home-away)",
        hint="void or amend the play that was wrong, or send the score with "
        '"correction": true and a reason',
    )


def s2_same_score(case: Case) -> Finding | None:
    """S2: the score that we have already."""
    report = case.message.report
    if not isinstance(report, ScoreReport) or report.score != case.state.score:
        return None
    return Finding(
        rule="S2",
        outcome=Outcome.DUPLICATE,
        code="duplicate",
        problem="the score is this already",
        hint="nothing to do",
        seq=case.state.last.get("score"),
    )


def s3_illegal_points(case: Case) -> Finding | None:
    """S3: points that a play of this type cannot be worth."""
    facts, play_type = case.facts, case.play_type
    if facts is None or play_type is None or facts.points in play_type.points:
        return None
    legal = ", ".join(str(points) for points in sorted(play_type.points))
    return Finding(
        rule="S3",
        outcome=Outcome.QUARANTINED,
        code="illegal_points",
        problem=f"{facts.points} points for a {facts.play_type}",
        hint=f"a {facts.play_type} is worth one of: {legal}",
    )


def s3_unknown_type(case: Case) -> Finding | None:
    """S3: a type of play that the sport does not list: held if it moves the score."""
    facts = case.facts
    if facts is None or case.play_type is not None:
        return None
    return Finding(
        rule="S3",
        outcome=Outcome.QUARANTINED if facts.points else Outcome.FLAGGED,
        code="unknown_type",
        problem=f"{facts.play_type!r} is no play type of {case.sport.name}",
        hint=f"one of: {', '.join(sorted(case.sport.play_types))}",
    )


def s4_score_jump(case: Case) -> Finding | None:
    """S4: a score that rises by more than one play can give."""
    report = case.message.report
    if not isinstance(report, ScoreReport) or report.correction:
        return None
    change = report.score - case.state.score
    if max(change.home, change.away) <= case.sport.max_per_play:
        return None
    return Finding(
        rule="S4",
        outcome=Outcome.FLAGGED,
        code="score_jump",
        problem=f"the score rises by {change.home} and {change.away} at once",
        hint="send the plays that are missing",
    )


def s6_score_mismatch(case: Case) -> Finding | None:
    """S6: the sender's running score is not what we count."""
    report, facts = case.message.report, case.facts
    if not isinstance(report, PlayReport) or facts is None or report.score_after is None:
        return None
    if not case.is_last:
        return None
    ours = case.state.score
    if case.points_to is not None and not facts.shootout:
        ours = ours.plus(case.points_to, facts.points)
    if report.score_after == ours:
        return None
    claimed = report.score_after
    return Finding(
        rule="S6",
        outcome=Outcome.FLAGGED,
        code="score_mismatch",
        problem=f"you show {claimed.home}-{claimed.away}, we count {ours.home}-{ours.away} "
        "(home-away)",
        hint="send the play or the correction that is missing",
    )


def s7_wrong_scorer(case: Case) -> Finding | None:
    """S7: points for a side that cannot have scored them."""
    facts, play_type = case.facts, case.play_type
    if facts is None or not facts.points:
        return None
    to = case.points_to
    if to is None:
        problem = "points for nobody"
    elif play_type and facts.side and play_type.credit is Credit.ACTOR and to is not facts.side:
        problem = f"a {facts.play_type} of the {facts.side.value} side counts for the other"
    elif play_type and play_type.credit is Credit.OPPONENT and to is facts.side:
        problem = f"a {facts.play_type} counts for the side that made it"
    elif case.sport.half_innings and to is not _at_bat(facts.half):
        problem = f"the {to.value} side does not bat in the {facts.half} of the inning"
    else:
        return None
    return Finding(
        rule="S7",
        outcome=Outcome.QUARANTINED,
        code="wrong_scorer",
        problem=problem,
        hint="points_to names the side that gets the points",
    )


def _at_bat(half: str | None) -> Side | None:
    """Visitors bat in the top half."""
    return {"top": Side.AWAY, "bottom": Side.HOME}.get(half or "")


def l1_bad_location(case: Case) -> Finding | None:
    """L1: a place outside the surface; the play counts, the place does not."""
    place = None if case.facts is None else case.facts.place
    if place is None or (-5 <= place.x <= 105 and -5 <= place.y <= 105):
        return None
    return Finding(
        rule="L1",
        outcome=Outcome.FLAGGED,
        code="bad_location",
        problem=f"({place.x:.1f}, {place.y:.1f}) is outside 0-100",
        hint="x from the own end to the attacked end, y from the attacker's left, both 0-100",
    )
