"""The bytes of frames are those that were agreed on, and encoded once."""

from __future__ import annotations

import pytest

from scoreboard.codec import shape
from scoreboard.gateway.frames import Wires, frame, publication_id
from scoreboard.gateway.serializers import CBOR, JSON, MSGPACK, Undecodable
from scoreboard.hub.topic import TopicTree
from scoreboard.model.payload import StatusPayload
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from tests.gateway.fakes import unframed
from tests.hub.fakes import EXACT, GAME, PREFIX, posted, score

TOPIC = f"scoreboard.v1.game.{GAME}.score"
ENVELOPE = {"v": 1, "seq": 7}

SERIALIZERS = {"json": JSON, "msgpack": MSGPACK, "cbor": CBOR}


@pytest.fixture
def wires():
    return Wires(lambda publication: {"v": 1, "seq": publication.seq})


@pytest.fixture
def tree():
    return TopicTree()


def post(seq: int = 7):
    return posted(score(seq), 1)


def id_of(publication):
    return publication_id(publication, publication.topic)


ID = id_of(score(7))


def test_the_id_of_a_publication_is_for_ever():
    assert ID == 6_011_699_097_920_787
    assert id_of(score(8)) != ID
    assert id_of(score(7, ts_ms=0, source="another")) == ID


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, "8100"),
        (125, "817d"),
        (126, "817e007e"),
        (65_535, "817effff"),
        (65_536, "817f0000000000010000"),
    ],
)
def test_a_frame_says_its_length_in_the_fewest_bytes(length, head):
    assert bytes.fromhex(head) + b"x" * length == frame(b"x" * length, is_binary=False)


def test_a_binary_frame_says_so():
    assert frame(b"x", is_binary=True) == b"\x82\x01x"


@pytest.mark.parametrize(
    ("subprotocol", "expected"),
    [
        ("wamp.2.json", b'\x81-[36,1,%d,{},[],{"v":1,"seq":7}]' % ID),
        (
            "wamp.2.msgpack",
            bytes.fromhex("8217 96 24 01 cf 00155b9bc53a6513 80 90 82 a176 01 a3736571 07"),
        ),
        (
            "wamp.2.cbor",
            bytes.fromhex("8218 86 1824 01 1b 00155b9bc53a6513 a0 80 a2 6176 01 63736571 07"),
        ),
        ("wamp.2.json.batched", b'\x81.[36,1,%d,{},[],{"v":1,"seq":7}]\x1e' % ID),
        (
            "wamp.2.msgpack.batched",
            bytes.fromhex(
                "821b 00000017 96 24 01 cf 00155b9bc53a6513 80 90 82 a176 01 a3736571 07"
            ),
        ),
        (
            "wamp.2.cbor.batched",
            bytes.fromhex(
                "821c 00000018 86 1824 01 1b 00155b9bc53a6513 a0 80 a2 6176 01 63736571 07"
            ),
        ),
    ],
)
def test_an_event_has_the_agreed_bytes(wires, tree, subprotocol, expected):
    wire = wires.wire(subprotocol, b"")
    subscription = tree.add(TOPIC, EXACT)
    assert expected == wire.pack([wire.event(post(), [subscription])])


@pytest.mark.parametrize("name", SERIALIZERS)
@pytest.mark.parametrize("suffix", ["", ".batched"])
def test_an_event_is_a_message_like_any_other(wires, tree, name, suffix):
    wire = wires.wire(f"wamp.2.{name}{suffix}", b"")
    exact, wide = tree.add(TOPIC, EXACT), tree.add("scoreboard", PREFIX)
    data = wire.pack([wire.event(post(), [exact, wide]), wire.retained(post(), exact)])
    payloads = unframed(data)
    assert (1 if suffix else 3) == len(payloads)
    assert wire.is_binary is (data[0] == 0x82)
    assert [
        [36, exact.id, ID, {}, [], ENVELOPE],
        [36, wide.id, ID, {"topic": TOPIC}, [], ENVELOPE],
        [36, exact.id, ID, {"retained": True}, [], ENVELOPE],
    ] == [message for payload in payloads for message in wire.read(payload)]


@pytest.mark.parametrize("name", SERIALIZERS)
@pytest.mark.parametrize("merged", [1, 23, 70_000])
def test_an_event_that_stands_for_others_has_the_bytes_of_such_an_envelope(tree, name, merged):
    status = StatusPayload(StatusLine(Status.FINAL), 4, "REG", "Q4", Score(1, 2))
    told = posted(score(7, body=status), 1)
    wire = Wires(shape.envelope).wire(f"wamp.2.{name}", b"")
    data = wire.pack([wire.event(told, [tree.add(TOPIC, EXACT)], merged)])
    whole = SERIALIZERS[name].dumps(shape.envelope(told.publication, merged))
    assert data.endswith(whole if name != "json" else whole + b"]")
    ((message,),) = [list(wire.read(payload)) for payload in unframed(data)]
    assert message[5]["merged"] == merged


def test_a_retained_event_of_a_pattern_says_its_topic(wires, tree):
    wire = wires.wire("wamp.2.json", b"")
    (payload,) = unframed(wire.retained(post(), tree.add("scoreboard", PREFIX)))
    assert JSON.loads(payload)[3] == {"topic": TOPIC, "retained": True}


def test_a_publication_is_encoded_once_a_serializer(tree):
    asked = []
    wires = Wires(lambda publication: asked.append(publication) or {})
    posted = post()
    subscriptions = [tree.add(TOPIC, EXACT), tree.add("scoreboard", PREFIX)]
    for name in wires.subprotocols:
        wires.wire(name, b"").event(posted, subscriptions)
        wires.wire(name, b"").retained(posted, subscriptions[0])
    assert len(asked) == 3


@pytest.mark.parametrize("name", SERIALIZERS)
@pytest.mark.parametrize("suffix", ["", ".batched"])
def test_a_message_is_read_as_it_was_written(wires, name, suffix):
    wire = wires.wire(f"wamp.2.{name}{suffix}", b"")
    (payload,) = unframed(wire.message([33, 1, 2]))
    assert list(wire.read(payload)) == [[33, 1, 2]]


@pytest.mark.parametrize("name", SERIALIZERS)
def test_a_batch_holds_several_messages(wires, name):
    wire = wires.wire(f"wamp.2.{name}.batched", b"")
    payload = b"".join(unframed(wire.message([33, i, 2]))[0] for i in (1, 2))
    assert list(wire.read(payload)) == [[33, 1, 2], [33, 2, 2]]


def test_a_batch_of_json_may_be_separated_in_either_way(wires):
    wire = wires.wire("wamp.2.json.batched", b"")
    assert list(wire.read(b"[1]\x18[2]\x1e[3]")) == [[1], [2], [3]]


def test_who_separates_as_autobahn_does_is_answered_so(wires):
    wire = wires.wire("wamp.2.json.batched", b"[1]\x18")
    assert wire.message([2]) == b"\x81\x04[2]\x18"
    assert wire is not wires.wire("wamp.2.json.batched", b"[1]\x1e")
    assert wires.wire("wamp.2.json", b"[1]\x18") is wires.wire("wamp.2.json", b"")


@pytest.mark.parametrize("payload", [b"\0\0\0", b"\0\0\0\x05abc", b"\0\0\0\x01\xc0\0"])
def test_a_batch_that_ends_within_a_message_is_refused(wires, payload):
    with pytest.raises(Undecodable):
        list(wires.wire("wamp.2.msgpack.batched", b"").read(payload))
