import pytest

from scoreboard.client.view_reading import (
    read_clock,
    read_correction,
    read_meta,
    read_play,
    read_score,
    read_situation,
    read_status,
)
from scoreboard.codec.fields import Malformed
from scoreboard.model.side import Score
from tests.client.origin import Origin


def data(kind):
    return next(event["data"] for event in Origin().events() if event["type"] == kind)


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        (read_meta, data("meta") | {"teams": {}}),
        (read_meta, data("meta") | {"league": None}),
        (read_score, data("score") | {"home": None}),
        (read_score, data("score") | {"home": {"team_id": "t", "points": "2", "periods": []}}),
        (read_score, data("score") | {"home": {"team_id": "t", "points": 2, "periods": ["a"]}}),
        (read_status, data("status") | {"state": "after"}),
        (read_status, data("status") | {"period_index": None}),
        (read_clock, {"period_index": 1}),
        (read_clock, {"period_index": 1, "value_ms": 5, "as_of": "noon"}),
        (read_play, {"play_id": "p1", "rev": 0, "order": 1, "period_index": 1}),
        (read_situation, {"bases": [1, 0, 1, 1]}),
        (lambda shape: read_correction(shape, 3), {"kind": None}),
    ],
)
def test_a_payload_with_a_wrong_field_is_refused(read, wrong):
    with pytest.raises(Malformed):
        read(wrong)


def test_a_side_without_an_entry_for_a_period_has_not_scored_in_it():
    shape = data("score") | {
        "home": {"team_id": "t1", "points": 5, "periods": [2, 3]},
        "away": {"team_id": "t2", "points": 1, "periods": [1]},
    }
    assert read_score(shape).periods == (Score(2, 1), Score(3, 0))


def test_a_status_that_is_not_known_is_kept():
    assert read_status(data("status") | {"status": "rain_check"}).status == "rain_check"


def test_a_correction_may_lack_its_scores():
    assert read_correction({"kind": "amend"}, 3).before is None
    assert read_correction({"kind": "amend", "before": {}}, 3).before is None


def test_only_named_people_are_shown():
    play = {"play_id": "p1", "rev": 0, "order": 1, "period_index": 1, "play_type": "2pt"}
    people = [{"role": "shooter", "name": "A. Player"}, {"role": "assist", "name": None}]
    assert read_play(play | {"participants": people}).people == ("A. Player",)
