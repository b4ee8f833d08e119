from __future__ import annotations

from contextlib import suppress

import attrs
import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.codec.cbor import VERSION, decode_entry, encode_entry
from scoreboard.codec.entry_record import TEXT, WHOLE, Field, either, many, record, row
from scoreboard.model import event as events
from scoreboard.model.boxscore import StatLine
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.errors import LocalError
from scoreboard.model.event import BoxClaimed, ClockSet, Entry, Event, MessageHeld, PlayAdded
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.play import Participant, Place, Play, PlayFacts
from scoreboard.model.quarantine import Held
from scoreboard.model.side import Score, Side
from tests.codec.golden import BYTES, ENTRIES
from tests.support.strategies import any_of, values

NBA = SourceId("nba")


def entry(**facts) -> Entry:
    return Entry(
        1, 1000, NBA, 0, PlayAdded(Play(PlayId("p1"), 0, 1024, PlayFacts("shot", 1, **facts)))
    )


def plain(one: Entry) -> dict:
    return cbor2.loads(encode_entry(one))


class TestRoundTrip:
    @given(values(Entry))
    @settings(max_examples=300)
    def test_an_entry_is_read_as_it_was_written(self, one):
        assert one == decode_entry(encode_entry(one))

    @given(any_of(Event))
    def test_equal_entries_have_equal_bytes(self, event):
        one = Entry(1, 2, NBA, 3, event)
        again = decode_entry(encode_entry(one))
        assert encode_entry(one) == encode_entry(again)

    @given(st.sampled_from(Event.__args__).flatmap(values))
    @settings(max_examples=200)
    def test_every_class_of_event_is_written(self, event):
        one = Entry(1, 2, NBA, 3, event)
        assert one == decode_entry(encode_entry(one))

    def test_equal_numbers_of_other_types_have_equal_bytes(self):
        whole, real = entry(place=Place(50, 0)), entry(place=Place(50.0, -0.0))
        assert whole == real
        assert encode_entry(whole) == encode_entry(real)


class TestFormat:
    @pytest.mark.parametrize("name", ENTRIES)
    def test_the_bytes_are_those_of_the_first_version(self, name):
        assert BYTES[name] == encode_entry(ENTRIES[name]).hex()

    @pytest.mark.parametrize("name", ENTRIES)
    def test_the_bytes_of_the_first_version_are_read(self, name):
        assert ENTRIES[name] == decode_entry(bytes.fromhex(BYTES[name]))

    def test_the_golden_entries_have_every_class_of_event(self):
        assert set(Event.__args__) == {type(one.event) for one in ENTRIES.values()}

    def test_what_is_at_its_default_takes_no_room(self):
        written = plain(Entry(1, 1000, NBA, 0, ClockSet(Clock(1, 500), ClockCause.STOP)))
        assert written == {
            "v": 1,
            "n": 1,
            "t": 1000,
            "s": "nba",
            "e": ["clock", {"c": {"p": 1, "v": 500}, "w": "stop"}],
        }

    def test_keys_of_a_later_version_are_ignored(self):
        written = plain(entry())
        written["zz"] = {"later": [1, None]}
        written["e"][1]["p"]["f"]["zz"] = "later"
        assert entry() == decode_entry(cbor2.dumps(written))

    def test_a_format_of_a_later_version_is_refused(self):
        written = plain(entry()) | {"v": VERSION + 1}
        with pytest.raises(LocalError, match=r"format 2; this version reads up to 1"):
            decode_entry(cbor2.dumps(written))

    @pytest.mark.parametrize("version", [None, 0, "1", True, 1.0])
    def test_a_version_that_is_none_is_refused(self, version):
        with pytest.raises(LocalError, match="no version of an entry"):
            decode_entry(cbor2.dumps(plain(entry()) | {"v": version}))


#: bytes that are not an entry -> what the error says.
BAD_BYTES = {
    "": "not plain CBOR",
    "a1": "not plain CBOR",
    "80": "an entry is a map",
    "a000": "1 bytes follow",
    "bf6176 01ff": "indefinite",
    "a2617601617601": "[Dd]uplicate",
    "a16176c11a514b67b0": "tag 1 is not allowed",
    "a16176c249010000000000000000": "tag 2 is not allowed",
    "a16176d81c8101": "tag 28 is not allowed",
    "a16176d81c81d81d00": "tag 2[89] is not allowed",
    "a16176d82360": "tag 35 is not allowed",
    "a16176d903e701": "tag 999 is not allowed",
    "81" * 25 + "01": "not plain CBOR",
}


class TestRefusal:
    @pytest.mark.parametrize("data", BAD_BYTES)
    def test_bytes_beyond_the_plain_model_are_refused(self, data):
        with pytest.raises(LocalError, match=BAD_BYTES[data]):
            decode_entry(bytes.fromhex(data))

    @pytest.mark.parametrize(
        ("facts", "says"),
        [
            ({"p": None}, r"event\.play\.facts\.period_index: None is not a whole number"),
            ({"p": 1.0}, r"event\.play\.facts\.period_index: 1\.0 is not a whole number"),
            ({"p": True}, "True is not a whole number"),
            ({"p": 2**60}, "within 2\\*\\*53"),
            ({"e": b"bytes"}, r"facts\.text: b'bytes' is not text"),
            ({"k": 1}, r"facts\.shootout: 1 is not true or false"),
            ({"s": "north"}, r"facts\.side: 'north' is no Side that this version knows"),
            ({"s": ["home"]}, r"facts\.side: \['home'\] is no Side"),
            ({"q": "ab"}, r"facts\.qualifiers: 'ab' is not a list"),
            ({"x": [[]]}, r"facts\.participants: \[\] is not a map"),
            ({"x": [{}]}, r"facts\.participants: role: missing"),
            ({"l": {"x": float("nan"), "y": 1}}, r"facts\.place\.x: nan is not a finite number"),
            ({"l": {"x": "1", "y": 1}}, r"facts\.place\.x: '1' is not a finite number"),
            ({"z": ["poss"]}, r"facts\.situation: \['poss'\] is not a tag and a value"),
            ({"z": ["chess", {}]}, r"'chess' is no tag that this version knows"),
            ({"z": ["bb", {"r": [True]}]}, r"situation\.bases: \[True\] is not a list of 3"),
        ],
    )
    def test_a_field_of_another_type_is_refused_and_named(self, facts, says):
        written = plain(entry())
        written["e"][1]["p"]["f"] |= facts
        with pytest.raises(LocalError, match=says):
            decode_entry(cbor2.dumps(written))

    def test_a_missing_field_is_refused_and_named(self):
        written = plain(entry())
        del written["e"][1]["p"]["f"]["t"]
        with pytest.raises(LocalError, match=r"event\.play\.facts: play_type: missing"):
            decode_entry(cbor2.dumps(written))

    @given(st.binary(max_size=60))
    def test_noise_is_refused_with_a_fault_of_ours(self, data):
        with pytest.raises(LocalError):
            decode_entry(data)

    @given(values(Entry), st.data())
    def test_a_damaged_entry_is_refused_or_is_another_entry(self, one, data):
        damaged = bytearray(encode_entry(one))
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] ^= data.draw(st.integers(1, 255))
        with suppress(LocalError):
            assert isinstance(decode_entry(bytes(damaged)), Entry)


class TestWriting:
    @pytest.mark.parametrize(
        ("facts", "says"),
        [
            ({"points": "3"}, r"event\.play\.facts\.points: '3' is not a whole number"),
            ({"points": 2**53 + 1}, "is not a whole number within"),
            ({"clock_ms": 61.5}, r"facts\.clock_ms: 61\.5 is not a whole number"),
            ({"text": 7}, r"facts\.text: 7 is not text"),
            ({"side": "home"}, r"facts\.side: 'home' is not a Side"),
            ({"qualifiers": ["a"]}, r"facts\.qualifiers: \['a'\] is not a tuple"),
            ({"place": Place(float("inf"), 0)}, r"facts\.place\.x: inf is not a finite number"),
            ({"shot": Score(1, 2)}, r"facts\.shot: .* is not a ShotFacts"),
            ({"situation": Side.HOME}, r"facts\.situation: .* is of no class"),
            ({"participants": (Participant("a", name=3),)}, r"participants\.name: 3 is not text"),
            ({"text": "\ud800"}, "surrogates not allowed"),
        ],
    )
    def test_what_could_not_be_read_again_is_not_written(self, facts, says):
        with pytest.raises(LocalError, match=says):
            encode_entry(entry(**facts))


def held(message):
    return Held("qaaaaaaaaaa", NBA, message, "S2", "score_regress", "", 1, 2)


@attrs.frozen
class Pair:
    left: int
    right: tuple[str, str] = ("", "")


class TestPlainData:
    @pytest.mark.parametrize("message", [{1: "x"}, {"x": (1,)}, {"x": {2.5}}, [float("nan")]])
    def test_only_what_json_can_say_is_held(self, message):
        with pytest.raises(LocalError, match=r"held\.message: .* is not "):
            encode_entry(Entry(1, 2, NBA, 3, MessageHeld(held(message))))

    def test_equal_messages_have_equal_bytes(self):
        one, other = held({"a": 1, "b": 2}), held({"b": 2, "a": 1})
        assert one == other
        assert encode_entry(Entry(1, 2, NBA, 3, MessageHeld(one))) == encode_entry(
            Entry(1, 2, NBA, 3, MessageHeld(other))
        )


class TestTable:
    @pytest.mark.parametrize(
        "fields",
        [
            (Field("left", "l", WHOLE),),
            (Field("left", "l", WHOLE), Field("right", "r", TEXT), Field("up", "u", TEXT)),
        ],
    )
    def test_a_class_and_its_table_have_the_same_fields(self, fields):
        with pytest.raises(LocalError, match=r"Pair: the table of keys and the class differ"):
            record(Pair, *fields)

    def test_two_fields_never_share_a_key(self):
        with pytest.raises(LocalError, match="a key stands for two fields"):
            record(Pair, Field("left", "l", WHOLE), Field("right", "l", TEXT))

    def test_a_row_has_its_own_length(self):
        pair = record(
            Pair, Field("left", "l", WHOLE), Field("right", "r", row(TEXT, TEXT), ("", ""))
        )
        expected = {"l": 1, "r": ["a", "b"]}
        assert expected == pair.pack(Pair(1, ("a", "b")))
        with pytest.raises(LocalError, match=r"right: .* is not a tuple of 2"):
            pair.pack(Pair(1, ("a",)))

    def test_a_tag_stands_for_one_class(self):
        one = either(
            {
                "p": (
                    Pair,
                    record(Pair, Field("left", "l", WHOLE), Field("right", "r", many(TEXT), ())),
                )
            }
        )
        assert Pair(1, ("a", "b")) == one.unpack(one.pack(Pair(1, ("a", "b"))))

    def test_every_event_of_the_model_is_in_the_union(self):
        declared = {
            one
            for one in vars(events).values()
            if isinstance(one, type) and attrs.has(one) and one.__module__ == events.__name__
        }
        assert declared - {Entry} == set(Event.__args__)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([1], "is not names and numbers"),
        ({1: 2}, "is not names and numbers"),
        ({"pts": "8"}, "'8' is not a finite number"),
        ({"pts": True}, "True is not a finite number"),
    ],
)
def test_counts_are_names_and_numbers(counts, says):
    claimed = BoxClaimed((StatLine(Side.HOME, None, counts),), complete=False, at_seq=1)
    with pytest.raises(LocalError, match=says):
        encode_entry(Entry(1, 1_000, NBA, 1, claimed))


def test_a_number_that_is_whole_is_written_as_one():
    whole, real = (
        Entry(1, 1_000, NBA, 1, BoxClaimed((StatLine(Side.HOME, None, {"a": n}),), False, 1))
        for n in (8, 8.0)
    )
    assert encode_entry(whole) == encode_entry(real)
