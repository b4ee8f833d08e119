"""What a server sends, read by its markers."""

import json
import struct

import cbor2
import msgpack
import pytest

from scoreboard.tools.load_plan import SUBPROTOCOLS
from scoreboard.tools.load_scan import Event, Run, Unreadable, fault, frames, runs_of, scanner

GAME = "gload000001"


def frame(payload, opcode=1):
    head = 0x80 | opcode
    if len(payload) < 126:
        return struct.pack("!BB", head, len(payload)) + payload
    if len(payload) < 65_536:
        return struct.pack("!BBH", head, 126, len(payload)) + payload
    return struct.pack("!BBQ", head, 127, len(payload)) + payload


def event(seq, prev, kind="score", **data):
    envelope = {"v": 1, "game_id": GAME, "epoch": 1_790_000_000, "seq": seq, "prev": prev}
    return [36, 7, 2**53, {}, [], {**envelope, "ts": "…", "type": kind, "data": data}]


def written(subprotocol, *messages):
    """Messages as the server writes them: in a frame each, or in one."""
    serializer, _, batched = subprotocol.partition(".")
    dumps = {
        "json": lambda value: json.dumps(value, separators=(",", ":")).encode(),
        "msgpack": msgpack.packb,
        "cbor": cbor2.dumps,
    }[serializer]
    opcode = 1 if serializer == "json" else 2
    said = [dumps(message) for message in messages]
    if not batched:
        return b"".join(frame(one, opcode) for one in said)
    if serializer == "json":
        return frame(b"".join(one + b"\x1e" for one in said), opcode)
    return frame(b"".join(len(one).to_bytes(4) + one for one in said), opcode)


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
@pytest.mark.parametrize("seq", [1, 23, 24, 127, 128, 300, 70_000, 2**32 - 1])
def test_an_event_is_found_in_every_subprotocol(subprotocol, seq):
    data = written(subprotocol, event(seq, seq - 1, periods=[36, 24, 20]), [33, 1, 7])
    scan = scanner(subprotocol)(data)
    assert scan.events == (Event(GAME, "score", 1_790_000_000, seq, seq - 1),)
    assert (len(scan.others), scan.taken) == (1, len(data))


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
def test_what_is_no_event_is_handed_on_whole(subprotocol):
    scan = scanner(subprotocol)(written(subprotocol, [33, 1, 7], [50, 1, {}, [], {"a": 1}]))
    assert (scan.events, len(scan.others)) == ((), 2)


def test_a_json_event_may_hold_fields_that_are_new():
    message = event(5, 4)
    message[5] = {"merged": 3, **message[5], "type": "score"}
    message[5]["prev"] = message[5].pop("prev")
    message[5]["type"] = message[5].pop("type")
    scan = scanner("json")(written("json", message))
    assert scan.events == (Event(GAME, "score", 1_790_000_000, 5, 4),)


def test_a_frame_that_has_not_come_whole_is_left():
    whole = written("json", event(5, 4))
    for cut in range(len(whole)):
        scan = scanner("json")(whole + whole[:cut])
        assert (len(scan.events), scan.taken) == (1, len(whole))


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_has_any_length(size):
    data = frame(b"x" * size)
    assert [(1, len(data) - size, len(data))] == list(frames(data))


def test_control_frames_are_told_apart():
    scan = scanner("json")(frame(b"abc", 9) + written("json", event(5, 4)) + frame(b"\x0f\xa8", 8))
    assert ((9, b"abc"), (8, b"\x0f\xa8")) == scan.controls


@pytest.mark.parametrize("head", [b"\x01\x00", b"\xc1\x00"])
def test_fragments_and_compressed_frames_are_refused(head):
    with pytest.raises(Unreadable):
        list(frames(head))


@pytest.mark.parametrize("subprotocol", ["msgpack", "cbor"])
def test_a_binary_event_without_its_marks_is_refused(subprotocol):
    with pytest.raises(Unreadable, match="game_id"):
        scanner(subprotocol)(written(subprotocol, [36, 7, 8, {}, [], {"v": 1}]))


def test_a_number_of_another_type_is_refused():
    with pytest.raises(Unreadable, match="number"):
        scanner("cbor")(written("cbor", event(-1, 4)))


def test_events_of_a_game_and_kind_are_one_run():
    scan = scanner("json")(
        written("json", event(5, 3), event(5, 4, "slate"), event(6, 5), event(9, 6))
    )
    assert scan.runs == (
        Run(f"{GAME}.score", 1_790_000_000, prev=3, first=5, last=9),
        Run(f"{GAME}.slate", 1_790_000_000, prev=4, first=5, last=5),
    )


@pytest.mark.parametrize(
    ("kind", "last", "prev", "seq", "found"),
    [
        ("score", 5, 5, 6, ""),
        ("score", 5, 6, 7, "gap"),
        ("clock", 5, 6, 7, ""),
        ("score", 5, 4, 5, "repeat"),
        ("clock", 5, 3, 4, "repeat"),
    ],
)
def test_a_critical_event_may_not_be_missing_and_none_may_come_again(kind, last, prev, seq, found):
    assert found == fault(f"{GAME}.{kind}", last, prev, seq)


def test_faults_within_a_run_are_counted():
    seen = [Event(GAME, "score", 1, *pair) for pair in ((2, 1), (5, 4), (5, 2), (6, 5))]
    (run,) = runs_of(tuple(seen))
    assert (run.gaps, run.repeats, run.last) == (1, 1, 6)
