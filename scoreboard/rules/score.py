"""
Rules S: points and scores.

Rule: a score falls only by a correction that says it is one; what a sender claims
as the running score is compared and never counted. Pure.

S5 (both sides score in one play) is a matter of form: a play names one receiver.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.message import PlayReport, ScoreReport, StatusReport
from scoreboard.model.play import Play, PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status
from scoreboard.rules.case import Case
from scoreboard.rules.law import Found, law
from scoreboard.sports.playtype import Credit

_TOTALS = (ScoreReport,)
_SCORES = (PlayReport, ScoreReport)

#: Two of the same within this are one that was entered twice. Milliseconds; domain.md, S8.
_DOUBLE_MS = 2_000
#: How many plays back the first of the two is looked for.
_DOUBLE_PLAYS = 4
_TOUCHDOWN = 6


def _scores(case: Case) -> list[tuple[str, Score]]:
    match case.message.report:
        case ScoreReport(score=score):
            return [("score", score)]
        case PlayReport(score_after=Score() as claimed):
            return [("score_after", claimed)]
        case _:
            return []


@law(
    "S1",
    "bad_score",
    Outcome.REJECTED,
    hint="scores are whole numbers from 0; send what the board shows",
    on=_SCORES,
)
def s1_bad_score(case: Case) -> Found | None:
    """A score or points that no game has."""
    ceiling = case.sport.ceiling
    for name, score in _scores(case):
        for side, points in (("home", score.home), ("away", score.away)):
            if not 0 <= points <= ceiling:
                return _bad_score(f"{name}.{side}", points, ceiling)
    if case.facts is not None and not 0 <= case.facts.points <= ceiling:
        return _bad_score("points", case.facts.points, ceiling)
    return None


def _bad_score(name: str, value: int, ceiling: int) -> Found:
    return Found(f"{name} {value} is not in 0-{ceiling}", stands=value < 0)


@law(
    "S2",
    "score_regress",
    Outcome.QUARANTINED,
    hint="void or amend the play that was wrong, or send the score with "
    '"correction": true and a reason',
    on=_TOTALS,
)
def s2_score_regress(case: Case) -> str | None:
    """A score lower than ours that is not called a correction."""
    report, ours = case.message.report, case.state.score
    if not isinstance(report, ScoreReport) or report.correction:
        return None
    if report.score.home >= ours.home and report.score.away >= ours.away:
        return None
    said = report.score
    return f"{said.home}-{said.away} is below {ours.home}-{ours.away} (home-away)"


@law("S2", "duplicate", Outcome.DUPLICATE, hint="nothing to do", on=_TOTALS, stands=True)
def s2_same_score(case: Case) -> Found | None:
    """The score that we have already."""
    report = case.message.report
    if not isinstance(report, ScoreReport) or report.score != case.state.score:
        return None
    return Found("the score is this already", seq=case.state.last.get("score"))


@law(
    "S3",
    "illegal_points",
    Outcome.QUARANTINED,
    hint="send the points that a play of that type is worth, or the type that it was",
)
def s3_illegal_points(case: Case) -> Found | None:
    """Points that a play of this type cannot be worth."""
    facts, play_type = case.facts, case.play_type
    if facts is None or play_type is None or facts.points in play_type.points:
        return None
    legal = ", ".join(str(points) for points in sorted(play_type.points))
    return Found(
        f"{facts.points} points for a {facts.play_type}",
        hint=f"a {facts.play_type} is worth one of: {legal}",
    )


@law(
    "S3",
    "unknown_type",
    Outcome.FLAGGED,
    Outcome.QUARANTINED,
    hint="send a play type of the sport, or 'unknown' with a text",
)
def s3_unknown_type(case: Case) -> Found | None:
    """A type of play that the sport does not list: held if it moves the score."""
    facts = case.facts
    if facts is None or case.play_type is not None:
        return None
    return Found(
        f"{facts.play_type!r} is no play type of {case.sport.name}",
        hint=f"one of: {', '.join(sorted(case.sport.play_types))}",
        outcome=Outcome.QUARANTINED if facts.points else None,
    )


@law(
    "S4",
    "score_jump",
    Outcome.QUARANTINED,
    hint="send the plays that are missing; it is taken when they explain it. If there are none, "
    'send the score with "correction": true and a reason',
    on=_TOTALS,
)
def s4_score_jump(case: Case) -> str | None:
    """A score that rises by more than one play can give."""
    report = case.message.report
    if not isinstance(report, ScoreReport) or report.correction:
        return None
    change = report.score - case.state.score
    if max(change.home, change.away) <= case.sport.max_per_play:
        return None
    return f"the score rises by {change.home} and {change.away} at once (home, away)"


@law(
    "S6",
    "score_mismatch",
    Outcome.FLAGGED,
    hint="send the play or the correction that is missing",
)
def s6_score_mismatch(case: Case) -> str | None:
    """The sender's running score is not what we count at that place in the game."""
    report, facts = case.message.report, case.facts
    if not isinstance(report, PlayReport) or facts is None or report.score_after is None:
        return None
    if not case.is_new_play:
        return None
    ours = case.score_before
    if case.points_to is not None and not facts.shootout:
        ours = ours.plus(case.points_to, facts.points)
    claimed = report.score_after
    if claimed == ours:
        return None
    return f"you show {claimed.home}-{claimed.away}, we count {ours.home}-{ours.away} (home-away)"


@law(
    "S7",
    "wrong_scorer",
    Outcome.QUARANTINED,
    hint="points_to names the side that gets the points",
)
def s7_wrong_scorer(case: Case) -> str | None:
    """Points for a side that cannot have scored them."""
    facts, play_type = case.facts, case.play_type
    if facts is None or not facts.points:
        return None
    to = case.points_to
    if to is None:
        return "points for nobody"
    if play_type and facts.side and play_type.credit is Credit.ACTOR and to is not facts.side:
        return f"a {facts.play_type} of the {facts.side.value} side counts for the other"
    if play_type and play_type.credit is Credit.OPPONENT and to is facts.side:
        return f"a {facts.play_type} counts for the side that made it"
    if case.sport.half_innings and to is not _at_bat(facts.half):
        return f"the {to.value} side does not bat in the {facts.half} of the inning"
    return None


def _at_bat(half: str | None) -> Side | None:
    """Visitors bat in the top half."""
    return {"top": Side.AWAY, "bottom": Side.HOME}.get(half or "")


@law(
    "S7",
    "wrong_scorer",
    Outcome.QUARANTINED,
    hint="send the touchdown; the try is taken then. The defence's points on a try are 2",
    sports=("football",),
)
def s7_try_of_the_other_side(case: Case) -> str | None:
    """A try that is good for the side that did not score the touchdown."""
    facts = case.facts
    if facts is None or facts.play_type not in ("extra_point", "two_point") or not facts.points:
        return None
    if case.known is not None:
        return None
    last = next((play for play in case.earlier() if play.facts.points), None)
    if last is None or last.facts.points != _TOUCHDOWN or last.facts.points_to is case.points_to:
        return None
    if facts.points > 1 and facts.side is not case.points_to:
        return None
    return f"the {facts.play_type} of the side that did not score the touchdown"


@law(
    "S8",
    "maybe_double",
    Outcome.FLAGGED,
    hint="if it was one, void the second",
)
def s8_maybe_double(case: Case) -> str | None:
    """The same scoring play by the same player twice within two seconds of the clock."""
    facts = case.facts
    if facts is None or not facts.points or facts.clock_ms is None or not case.is_new_play:
        return None
    if facts.play_type == "freethrow" and facts.subtype in (None, "free throw", "technical"):
        return None
    for play in case.earlier(_DOUBLE_PLAYS):
        if _is_same(facts, play):
            return f"like {play.play_id}, {abs(facts.clock_ms - (play.facts.clock_ms or 0))} ms off"
    return None


def _is_same(facts: PlayFacts, play: Play) -> bool:
    was = play.facts
    if (was.play_type, was.side, was.points, was.period_index, was.subtype) != (
        facts.play_type,
        facts.side,
        facts.points,
        facts.period_index,
        facts.subtype,
    ):
        return False
    if was.clock_ms is None or abs(was.clock_ms - (facts.clock_ms or 0)) >= _DOUBLE_MS:
        return False
    return bool(facts.participants) and was.participants[:1] == facts.participants[:1]


@law(
    "S9",
    "sum_mismatch",
    Outcome.FLAGGED,
    Outcome.QUARANTINED,
    hint="send the plays that are missing, or let an official force the end",
    on=(PlayReport, StatusReport),
)
def s9_sum_mismatch(case: Case) -> Found | None:
    """The plays do not add up to the score: flagged at a period's end, and no official result."""
    report = case.message.report
    if isinstance(report, StatusReport):
        if report.line.status is not Status.OFFICIAL:
            return None
    elif case.facts is None or case.facts.play_type != "period_end":
        return None
    if not case.state.adjustments:
        return None
    off = sum((one.change for one in case.state.adjustments), Score())
    if off == Score():
        return None
    return Found(
        f"{off.home} and {off.away} points (home, away) of the score are of no play",
        outcome=Outcome.QUARANTINED if isinstance(report, StatusReport) else None,
    )
