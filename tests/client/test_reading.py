import pytest

from scoreboard.client.reading import Mode, read_envelope, read_snapshot, read_synced
from scoreboard.codec.fields import Malformed
from scoreboard.model.message import StatusReport
from scoreboard.model.status import Status, StatusLine
from tests.client.origin import GAME, Origin
from tests.support.games import basket


def started():
    origin = Origin()
    origin.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    origin.hear(basket("1"))
    return origin


def test_an_envelope_is_read_as_it_was_written():
    told = started().events()[-1]
    event = read_envelope(told)
    assert (told["game_id"], told["seq"], told["prev"], told["type"]) == (
        event.game_id,
        event.seq,
        event.prev,
        event.kind,
    )
    assert told == event.raw


@pytest.mark.parametrize("field", ["game_id", "epoch", "seq", "prev", "ts", "type", "data"])
def test_an_envelope_without_a_field_is_refused_by_the_name_of_the_field(field):
    told = {key: value for key, value in started().events()[-1].items() if key != field}
    with pytest.raises(Malformed, match=f"event.{field}"):
        read_envelope(told)


@pytest.mark.parametrize("wrong", [{"seq": -1}, {"seq": "3"}, {"data": []}, {"ts": "noon"}])
def test_an_envelope_with_a_wrong_field_is_refused(wrong):
    with pytest.raises(Malformed):
        read_envelope(started().events()[-1] | wrong)


def test_fields_that_are_not_known_are_ignored():
    assert read_envelope(started().events()[0] | {"later": 1}).seq == 1


def test_each_mode_of_sync_is_read():
    origin = started()
    answers = {
        "g0000000001": origin.sync([origin.epoch, origin.seq]),
        "g0000000002": origin.sync([origin.epoch, 1]),
        "g0000000003": origin.sync(None),
        "g0000000004": {"mode": "unknown", "epoch": 0, "seq": 0},
    }
    found = read_synced({"games": answers})
    assert [one.mode for one in found.values()] == list(Mode)
    assert {event.seq for event in found["g0000000002"].events} == {2, 3}
    assert origin.seq == found["g0000000003"].state.seq


def test_a_sync_with_a_mode_that_is_not_known_is_refused():
    with pytest.raises(Malformed, match="mode"):
        read_synced({"games": {GAME: {"mode": "half", "epoch": 1, "seq": 1}}})


def test_a_snapshot_that_is_no_object_is_refused():
    with pytest.raises(Malformed):
        read_snapshot([1])
