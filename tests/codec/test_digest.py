from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.codec.digest import digest, digest_message
from scoreboard.model.clock import Clock
from scoreboard.model.errors import LocalError
from scoreboard.model.message import (
    ClockReport,
    Heartbeat,
    Message,
    PlayReport,
    Report,
    ScoreReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from tests.support.strategies import any_of, values

PLAY = Message(PlayReport("17", PlayFacts("2pt", 1, points=2), 0, Score(2, 0)), 5, 1000)
SCORE = Message(ScoreReport(Score(3, 2)), 5, 1000)


def test_a_digest_is_the_same_in_every_process():
    expected = [8044937785282358, 7384598109041200, 5542098057226830]
    assert expected == [digest(b""), digest_message(PLAY), digest_message(SCORE)]


@given(st.binary())
def test_a_digest_is_never_none_and_fits_into_json(data):
    assert 1 <= digest(data) < 2**53


@given(values(Message))
def test_every_message_has_a_digest_that_the_hour_of_sending_leaves_alone(message):
    assert digest_message(message) == digest_message(attrs.evolve(message, sent_at_ms=None))


@given(any_of(Report), any_of(Report))
def test_reports_that_differ_have_digests_that_differ(one, other):
    same = attrs.evolve(one, score_after=None, reason=None) if isinstance(one, PlayReport) else one
    if isinstance(other, PlayReport):
        other = attrs.evolve(other, score_after=None, reason=None)
    assert (same == other) == (digest_message(Message(one)) == digest_message(Message(other)))


def test_a_play_sent_again_is_a_repeat_whatever_stands_beside_it():
    again = attrs.evolve(
        PLAY,
        source_seq=6,
        report=attrs.evolve(PLAY.report, score_after=Score(9, 9), reason="again"),
    )
    assert digest_message(PLAY) == digest_message(again)


@pytest.mark.parametrize(
    "change",
    [{"ref": "18"}, {"rev": 1}, {"facts": PlayFacts("2pt", 1)}],
    ids=["ref", "rev", "facts"],
)
def test_a_play_that_says_something_else_is_a_change(change):
    changed = attrs.evolve(PLAY, report=attrs.evolve(PLAY.report, **change))
    assert digest_message(PLAY) != digest_message(changed)


@pytest.mark.parametrize(
    "report",
    [
        VoidReport("17"),
        StatusReport(StatusLine(Status.HALFTIME)),
        ClockReport(Clock(1, 2)),
        ScoreReport(Score(3, 2)),
        Heartbeat(),
    ],
    ids=lambda report: type(report).__name__,
)
def test_a_report_without_an_id_of_its_own_is_one_with_its_number(report):
    said = digest_message(Message(report, 5))
    assert said == digest_message(Message(report, 5))
    assert said != digest_message(Message(report, 6))


def test_a_message_outside_the_model_has_no_digest():
    with pytest.raises(LocalError, match=r"score\.home: 'three' is not a whole number"):
        digest_message(Message(ScoreReport(Score("three", 2))))
    with pytest.raises(LocalError, match="cannot be digested"):
        digest_message(Message(VoidReport("\ud800")))
