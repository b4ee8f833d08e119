"""
Every class of a state, with the key of each of its fields; as `codec.entry_table` for entries.

Rule: every attribute is written, which the tables check themselves when they are made. What is
written is read by the same code only (`past.version`), so keys may change at any time. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoreboard.codec.entry_record import (
    FLAG,
    REAL,
    TEXT,
    WHOLE,
    Field,
    Form,
    Unfit,
    choice,
    many,
    record,
    row,
)
from scoreboard.codec.entry_table import (
    ABSORBED,
    CLOCK,
    LOCK,
    META,
    PARTICIPANT,
    PLAY,
    PLAY_REF,
    SCORE,
    SITUATION,
    STATUS_LINE,
)
from scoreboard.model.alert import Alert, Moment, Told
from scoreboard.model.boxscore import StatLine
from scoreboard.model.clock import ClockCause
from scoreboard.model.feed import Aspect, FeedMode
from scoreboard.model.side import NO_POINTS, Side
from scoreboard.model.status import Confidence, StatusLine
from scoreboard.past.undoing import Milestone, Undone
from scoreboard.projection.seen import Seen
from scoreboard.projection.sheet import Sheet
from scoreboard.projection.state import Adjustment, Claim, GameState, Known
from scoreboard.projection.stats import NO_ALERTS, NOTHING, Alerts, Gain, Held, Stats
from scoreboard.sports.registry import RULESETS

_SIDE = choice(Side)
_TEXTS = many(TEXT)
_WHO = row(_SIDE, TEXT)


def pairs(key: Form, value: Form) -> Form:
    """A map whose keys need not be text, in its order."""

    def pack(given: Any) -> Any:
        if not isinstance(given, Mapping):
            raise Unfit(f"{given!r:.80} is not a map")
        return [[key.pack(name), value.pack(one)] for name, one in given.items()]

    def unpack(data: Any) -> Any:
        if type(data) is not list or not all(type(one) is list and len(one) == 2 for one in data):
            raise Unfit(f"{data!r:.80} is not a list of pairs")
        return {key.unpack(name): value.unpack(one) for name, one in data}

    return Form(pack, unpack)


def _number(value: Any) -> Any:
    """Whole or not, as it is: 1 and 1.0 are not written alike when they are shown."""
    return REAL.pack(value) if type(value) is float else WHOLE.pack(value)


_NUMBER = Form(_number, _number)

_RULESET = Form(lambda ruleset: ruleset.id, lambda name: RULESETS[TEXT.unpack(name)])

_KNOWN = record(
    Known,
    Field("play_id", "i", TEXT),
    Field("rev", "v", WHOLE),
    Field("digest", "d", WHOLE),
    Field("seq", "n", WHOLE),
    Field("place", "p", row(WHOLE, WHOLE)),
    Field("source_rev", "u", WHOLE, 0),
    Field("is_part", "a", FLAG, False),
)

_ADJUSTMENTS = many(
    record(Adjustment, Field("after_order", "o", WHOLE), Field("change", "c", SCORE))
)

_CLAIM = record(
    Claim,
    Field("play_id", "i", TEXT),
    Field("source", "s", TEXT),
    Field("score", "c", SCORE),
    Field("since_ms", "t", WHOLE),
)

_SEEN_OF = pairs(WHOLE, WHOLE)

_SEEN = record(Seen, Field("newest", "n", _SEEN_OF, {}), Field("earlier", "e", many(_SEEN_OF), ()))

_SHEET = record(
    Sheet,
    Field("fouls", "f", pairs(_WHO, WHOLE), {}),
    Field("cards", "c", pairs(_WHO, WHOLE), {}),
    Field("out", "o", pairs(_WHO, TEXT), {}),
    Field("benched", "b", pairs(_WHO, WHOLE), {}),
    Field("timeouts", "t", pairs(row(_SIDE, WHOLE), WHOLE), {}),
)

_LINE = record(
    StatLine,
    Field("side", "s", _SIDE),
    Field("person", "p", PARTICIPANT, None),
    Field("counts", "c", pairs(TEXT, _NUMBER), {}),
)

_STATS = record(
    Stats, Field("lines", "l", pairs(TEXT, _LINE), {}), Field("touched", "t", _TEXTS, ())
)

_ALERT = record(
    Alert,
    Field("notif_id", "i", TEXT),
    Field("kind", "k", TEXT),
    Field("severity", "v", WHOLE),
    Field("is_default", "d", FLAG),
    Field("expires_ms", "x", WHOLE),
    Field("play_id", "p", TEXT, None),
    Field("side", "s", _SIDE, None),
    Field("points", "n", WHOLE, 0),
    Field("retracts", "r", TEXT, None),
    Field("updates", "u", TEXT, None),
)

_MOMENT = record(
    Moment,
    Field("score", "s", SCORE),
    Field("line", "l", STATUS_LINE),
    Field("confidence", "c", choice(Confidence)),
    Field("period_index", "p", WHOLE),
    Field("period_label", "n", TEXT),
    Field("clock_ms", "t", WHOLE, None),
)

_TOLD = record(
    Told,
    Field("seq", "n", WHOLE),
    Field("ts_ms", "t", WHOLE),
    Field("alert", "a", _ALERT),
    Field("moment", "m", _MOMENT),
    Field("withdrawn", "w", WHOLE, 0),
)

_GAIN = record(
    Gain, Field("seq", "n", WHOLE), Field("side", "s", _SIDE), Field("points", "p", WHOLE)
)

_HELD = record(
    Held,
    Field("plays", "p", _TEXTS, ()),
    Field("gains", "g", many(_GAIN), ()),
    Field("corrected", "c", FLAG, False),
)

_ALERTS = record(
    Alerts,
    Field("told", "t", many(_TOLD), ()),
    Field("news", "n", many(_ALERT), ()),
    Field("leader", "l", _SIDE, None),
    Field("is_armed", "a", FLAG, True),
    Field("turn_ms", "u", WHOLE, 0),
    Field("held", "h", _HELD, None),
)

_STATE = record(
    GameState,
    Field("meta", "m", META),
    Field("ruleset", "r", _RULESET),
    Field("epoch", "e", WHOLE),
    Field("seq", "n", WHOLE),
    Field("ts_ms", "t", WHOLE),
    Field("source", "s", TEXT),
    Field("term", "k", WHOLE),
    Field("line", "l", STATUS_LINE, StatusLine()),
    Field("period_index", "p", WHOLE, 1),
    Field("clock", "c", CLOCK, None),
    Field("clock_cause", "cc", choice(ClockCause), ClockCause.SET),
    Field("situation", "z", SITUATION, None),
    Field("plays", "pl", many(PLAY), ()),
    Field("refs", "rf", pairs(PLAY_REF, _KNOWN), {}),
    Field("periods", "ps", many(SCORE), ()),
    Field("shootout", "so", SCORE, None),
    Field("adjustments", "ad", _ADJUSTMENTS, ()),
    Field("score_rev", "sr", WHOLE, 0),
    Field("authority", "au", TEXT, None),
    Field("others", "ot", pairs(choice(Aspect), TEXT), {}),
    Field("mode", "mo", choice(FeedMode), FeedMode.PRIMARY),
    Field("chosen", "ch", FLAG, False),
    Field("switched_ms", "sw", many(WHOLE), ()),
    Field("absorbed", "ab", pairs(PLAY_REF, row(ABSORBED, WHOLE)), {}),
    Field("doubts", "do", _TEXTS, ()),
    Field("claim", "cl", _CLAIM, None),
    Field("held", "he", many(SCORE), None),
    Field("held_shootout", "hs", SCORE, None),
    Field("locks", "lo", many(LOCK), ()),
    Field("holes", "ho", _ADJUSTMENTS, None),
    Field("pin", "pi", SCORE, NO_POINTS),
    Field("sheet", "sh", _SHEET, Sheet()),
    Field("seen", "se", _SEEN, Seen()),
    Field("last", "la", pairs(TEXT, WHOLE), {}),
    Field("stats", "st", _STATS, NOTHING),
    Field("alerts", "al", _ALERTS, NO_ALERTS),
    Field("home", "h", TEXT, ""),
)

MILESTONE = record(Milestone, Field("state", "s", _STATE), Field("check", "c", TEXT))

UNDONE = record(
    Undone,
    Field("plays", "p", many(PLAY), ()),
    Field("names", "n", many(row(PLAY_REF, _KNOWN)), ()),
    Field("fresh", "f", many(PLAY_REF), ()),
)
