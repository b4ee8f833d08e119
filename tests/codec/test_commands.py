"""The scorer's calls are read strictly, and a slip is named."""

from __future__ import annotations

import pytest

from scoreboard.codec.commands import read_command
from scoreboard.codec.fields import Malformed
from scoreboard.model.command import (
    Amend,
    Command,
    ConfirmPeriod,
    Hold,
    Lock,
    Override,
    Record,
    Reorder,
    ScoreQuery,
    Undo,
    Whose,
)
from scoreboard.model.errors import RemoteError
from scoreboard.model.feed import Aspect
from scoreboard.model.side import Score, Side
from tests.support.games import HOME, meta

PLAY = {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": 2}


def read(call, **data):
    return read_command(call, data, meta())


def test_the_envelope_is_the_same_for_all():
    assert read("hold", reason="r", force=True, command_id="c") == Command(Hold(), "r", True, "c")
    assert read("hold", reason="") == Command(Hold())


def test_an_amendment_has_only_what_changes():
    act = read("amend", play_id="p7", play={"team_id": HOME, "points": None, "text": "x"}).act
    assert act == Amend("p7", (("points", 0), ("side", Side.HOME), ("text", "x")))


def test_acts_are_read():
    assert isinstance(read("record", play=PLAY).act, Record)
    assert read("record", play=PLAY, ref="").act.ref is None
    assert read("undo").act == Undo()
    undo = read("undo", count=2, whose="game", replace={"play": PLAY, "ref": "a"}).act
    assert (undo.count, undo.whose, undo.replace.ref) == (2, Whose.GAME, "a")
    assert read("reorder", play_id="p7", after="p8").act == Reorder("p7", None, "p8")
    assert read("reorder", play_id="p7", order=8, after=None).act == Reorder("p7", 8)
    lock = read("lock", aspects=["clock", "plays", "clock"], ttl_ms=5).act
    assert lock == Lock((Aspect.PLAYS, Aspect.CLOCK), 5)
    assert read("score_query", open=None).act == ScoreQuery()
    assert read("score_query", open=False).act == ScoreQuery(is_open=False)
    assert read("override", score={"home": 1, "away": 2}).act == Override(Score(1, 2))
    assert read("confirm_period").act == ConfirmPeriod()
    assert read("confirm_period", score={"home": 1, "away": 2}).act == ConfirmPeriod(Score(1, 2))
    assert read("unlock").act.by is None
    assert read("unlock", by="jo").act.by == "jo"


@pytest.mark.parametrize("call", ["hold", "release", "unlock", "finalize", "reopen", "score_query"])
def test_a_field_that_a_call_does_not_have_is_named(call):
    with pytest.raises(Malformed, match="play_id: is no field of this call"):
        read(call, play_id="p7")


@pytest.mark.parametrize(
    ("call", "data", "named"),
    [
        ("record", {}, "play: is missing"),
        ("record", {"play": []}, "play: must be an object"),
        ("record", {"play": PLAY | {"points": "2"}}, "play.points: must be a whole number"),
        ("record", {"play": PLAY | {"pionts": 2}}, "play.pionts: is no field of a play"),
        ("record", {"play": PLAY | {"team_id": "us"}}, "play: 'us' does not play in g0000000001"),
        ("record", {"play": PLAY, "command_id": ""}, "command_id: must have 1 to 128"),
        ("amend", {"play_id": "p7", "play": {}}, "play: must be an object with the fields"),
        ("amend", {"play_id": "p7", "play": 5}, "play: must be an object with the fields"),
        ("amend", {"play_id": "p7", "play": {"play_type": None}}, "play.play_type: is missing"),
        ("amend", {"play": PLAY}, "play_id: is missing"),
        ("void", {"play_id": "184"}, "play_id: '184' is no id of a play"),
        ("void", {"play_id": "p" + "1" * 20}, "play_id:"),
        ("undo", {"count": 0}, "count: must be from 1 to 50"),
        ("undo", {"replace": {"play": PLAY, "more": 1}}, "replace.more: is no field"),
        ("reorder", {"play_id": "p7"}, "order: give either order or after"),
        ("reorder", {"play_id": "p7", "order": 1, "after": "p8"}, "order: give either"),
        ("set_clock", {}, "value_ms: is missing"),
        ("set_status", {"status": "dancing"}, "status: 'dancing' is none of"),
        ("override", {"score": {"home": 1}}, "score.away: is missing"),
        ("override", {"score": {"home": 1, "away": 1, "draw": 0}}, "score.draw: is no field"),
        ("lock", {}, "aspects: is missing"),
        ("lock", {"aspects": ["score"]}, "'score' is none of: plays, clock, status"),
        ("lock", {"aspects": ["plays"], "ttl_ms": 0}, "ttl_ms: must be from 1"),
        ("review", {"play_id": "p7", "state": "overturned"}, "an overturned play is voided"),
        ("hold", {"force": 1}, "force: must be true or false"),
        ("hold", {"reason": 5}, "reason: must be a text"),
    ],
)
def test_a_slip_is_named(call, data, named):
    with pytest.raises(Malformed) as caught:
        read_command(call, data, meta())
    assert named in str(caught.value)


def test_a_name_that_is_none_is_named():
    with pytest.raises(RemoteError, match=r"source '\?'"):
        read("unlock", by="?")
