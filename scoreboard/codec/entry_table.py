"""
Every class of a log's entries, with the key of each of its fields.

Rule: what is written here is read for ever. A key, a tag or a default is never changed,
and the key of a removed field is never given to another. A new field gets a new key
and a default that means "was not said". Pure.
"""

from __future__ import annotations

from scoreboard.codec.entry_record import (
    COUNTS,
    FLAG,
    PLAIN,
    REAL,
    TEXT,
    WHOLE,
    Field,
    Form,
    choice,
    either,
    many,
    record,
    row,
)
from scoreboard.model.boxscore import StatLine
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.event import (
    BoxClaimed,
    ClockSet,
    DoubtSet,
    Entry,
    FeedModeSet,
    FeedSwitched,
    HoldClosed,
    HoldConfirmed,
    HoldSet,
    HomeMoved,
    LockReleased,
    LockSet,
    MessageHeld,
    MetaSet,
    PeriodSet,
    PlayAdded,
    PlayAmended,
    PlayReviewed,
    PlaysLinked,
    PlayVoided,
    ScoreSet,
    ShadowBegun,
    SituationSet,
    StatusSet,
)
from scoreboard.model.feed import Absorbed, Aspect, FeedMode, Lock, PlayLink
from scoreboard.model.game import Coverage, GameMeta, Player, Team
from scoreboard.model.play import (
    Participant,
    Place,
    Play,
    PlayFacts,
    PlayRef,
    PlayState,
    RawPlace,
    ShotFacts,
)
from scoreboard.model.quarantine import Held, HoldEnd
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import (
    BaseballSituation,
    FootballSituation,
    HockeySituation,
    Possession,
)
from scoreboard.model.status import Status, StatusLine

_SIDE = choice(Side)
_TEXTS = many(TEXT)
_NAMES = many(row(TEXT, TEXT))

SCORE = record(Score, Field("home", "h", WHOLE, 0), Field("away", "a", WHOLE, 0))

CLOCK = record(
    Clock,
    Field("period_index", "p", WHOLE),
    Field("value_ms", "v", WHOLE),
    Field("running", "r", FLAG, False),
    Field("as_of_ms", "t", WHOLE, None),
)

STATUS_LINE = record(
    StatusLine,
    Field("status", "s", choice(Status), Status.SCHEDULED),
    Field("decided_in", "d", TEXT, None),
    Field("reason", "r", TEXT, None),
    Field("expected_resume_ms", "x", WHOLE, None),
)

SITUATION = either(
    {
        "poss": (Possession, record(Possession, Field("possession", "p", _SIDE, None))),
        "fb": (
            FootballSituation,
            record(
                FootballSituation,
                Field("possession", "p", _SIDE, None),
                Field("down", "d", WHOLE, None),
                Field("distance", "n", WHOLE, None),
                Field("yards_to_goal", "g", WHOLE, None),
                Field("yard_line", "l", TEXT, None),
            ),
        ),
        "bb": (
            BaseballSituation,
            record(
                BaseballSituation,
                Field("half", "h", TEXT, None),
                Field("balls", "b", WHOLE, None),
                Field("strikes", "s", WHOLE, None),
                Field("outs", "o", WHOLE, None),
                Field("bases", "r", row(FLAG, FLAG, FLAG), None),
            ),
        ),
        "hk": (
            HockeySituation,
            record(
                HockeySituation,
                Field("home_skaters", "h", WHOLE, None),
                Field("away_skaters", "a", WHOLE, None),
            ),
        ),
    }
)

PARTICIPANT = record(
    Participant,
    Field("role", "r", TEXT),
    Field("person_id", "i", TEXT, None),
    Field("name", "n", TEXT, None),
    Field("jersey", "j", TEXT, None),
    Field("side", "s", _SIDE, None),
    Field("ref", "f", TEXT, None),
)

PLACE = record(
    Place,
    Field("x", "x", REAL),
    Field("y", "y", REAL),
    Field(
        "raw",
        "r",
        record(
            RawPlace,
            Field("x", "x", REAL),
            Field("y", "y", REAL),
            Field("frame", "f", TEXT),
        ),
        None,
    ),
)

SHOT = record(
    ShotFacts,
    Field("value", "v", WHOLE),
    Field("made", "m", FLAG),
    Field("distance_ft", "d", REAL, None),
    Field("zone", "z", TEXT, None),
)

PLAY_FACTS = record(
    PlayFacts,
    Field("play_type", "t", TEXT),
    Field("period_index", "p", WHOLE),
    Field("subtype", "u", TEXT, None),
    Field("qualifiers", "q", _TEXTS, ()),
    Field("half", "h", TEXT, None),
    Field("clock_ms", "c", WHOLE, None),
    Field("wallclock_ms", "w", WHOLE, None),
    Field("order", "o", WHOLE, None),
    Field("side", "s", _SIDE, None),
    Field("points", "n", WHOLE, 0),
    Field("points_to", "g", _SIDE, None),
    Field("result", "r", TEXT, None),
    Field("shootout", "k", FLAG, False),
    Field("participants", "x", many(PARTICIPANT), ()),
    Field("place", "l", PLACE, None),
    Field("shot", "b", SHOT, None),
    Field("situation", "z", SITUATION, None),
    Field("text", "e", TEXT, None),
)

PLAY_REF = record(PlayRef, Field("source", "s", TEXT), Field("ref", "r", TEXT))

PLAY = record(
    Play,
    Field("play_id", "i", TEXT),
    Field("rev", "v", WHOLE, 0),
    Field("order", "o", WHOLE),
    Field("facts", "f", PLAY_FACTS),
    Field("state", "s", choice(PlayState), PlayState.PROVISIONAL),
    Field("refs", "r", many(PLAY_REF), ()),
    Field("digest", "d", WHOLE, 0),
    Field("source_rev", "u", WHOLE, 0),
    Field("flags", "g", _TEXTS, ()),
    Field("withheld", "w", WHOLE, 0),
)

_PLAYER = record(
    Player,
    Field("name", "n", TEXT, None),
    Field("jersey", "j", TEXT, None),
    Field("person_id", "i", TEXT, None),
    Field("ref", "f", TEXT, None),
)

_TEAM = record(
    Team,
    Field("team_id", "i", TEXT),
    Field("name", "n", TEXT),
    Field("abbrev", "a", TEXT),
    Field("record", "r", TEXT, None),
    Field("rank", "k", WHOLE, None),
    Field("color", "c", TEXT, None),
    Field("provider_refs", "p", _NAMES, ()),
    Field("roster", "o", many(_PLAYER), ()),
)

META = record(
    GameMeta,
    Field("game_id", "i", TEXT),
    Field("league", "l", TEXT),
    Field("sport", "s", TEXT),
    Field("ruleset", "r", TEXT),
    Field("home", "h", _TEAM),
    Field("away", "a", _TEAM),
    Field("season", "y", TEXT, None),
    Field("season_type", "t", TEXT, None),
    Field("stage", "g", TEXT, None),
    Field("game_number", "n", WHOLE, None),
    Field("official_date", "d", TEXT, None),
    Field("scheduled_start_ms", "b", WHOLE, None),
    Field("start_status", "u", TEXT, None),
    Field("neutral_site", "z", FLAG, False),
    Field("venue", "v", TEXT, None),
    Field("coverage", "c", choice(Coverage), Coverage.FULL),
    Field("provider_refs", "p", _NAMES, ()),
)

_LINKS = many(
    record(
        PlayLink,
        Field("ref", "f", PLAY_REF),
        Field("play_id", "i", TEXT),
        Field("digest", "d", WHOLE, 0),
        Field("source_rev", "u", WHOLE, 0),
        Field("is_part", "p", FLAG, False),
    )
)

ABSORBED = record(
    Absorbed,
    Field("ref", "f", PLAY_REF),
    Field("digest", "d", WHOLE, 0),
    Field("source_rev", "u", WHOLE, 0),
)

LOCK = record(
    Lock,
    Field("aspects", "a", many(choice(Aspect))),
    Field("by", "b", TEXT),
    Field("until_ms", "t", WHOLE, None),
    Field("reason", "r", TEXT),
)

STAT_LINES = many(
    record(
        StatLine,
        Field("side", "s", _SIDE),
        Field("person", "p", PARTICIPANT, None),
        Field("counts", "c", COUNTS),
    )
)

_HELD = record(
    Held,
    Field("quarantine_id", "i", TEXT),
    Field("source", "s", TEXT),
    Field("message", "m", PLAIN),
    Field("rule", "r", TEXT),
    Field("code", "c", TEXT),
    Field("problem", "p", TEXT),
    Field("since_ms", "t", WHOLE),
    Field("until_ms", "u", WHOLE),
    Field("official", "o", FLAG, False),
    Field("term", "k", WHOLE, 0),
)

_EVENT = either(
    {
        "meta": (MetaSet, record(MetaSet, Field("meta", "m", META))),
        "play": (
            PlayAdded,
            record(
                PlayAdded,
                Field("play", "p", PLAY),
                Field("claimed", "c", SCORE, None),
                Field("reason", "r", TEXT, ""),
            ),
        ),
        "amend": (
            PlayAmended,
            record(PlayAmended, Field("play", "p", PLAY), Field("reason", "r", TEXT)),
        ),
        "void": (
            PlayVoided,
            record(
                PlayVoided,
                Field("play_id", "i", TEXT),
                Field("rev", "v", WHOLE),
                Field("state", "s", choice(PlayState)),
                Field("reason", "r", TEXT),
            ),
        ),
        "status": (
            StatusSet,
            record(
                StatusSet, Field("line", "l", STATUS_LINE), Field("period_index", "p", WHOLE, None)
            ),
        ),
        "clock": (
            ClockSet,
            record(
                ClockSet,
                Field("clock", "c", CLOCK),
                Field("cause", "w", choice(ClockCause)),
                Field("reason", "r", TEXT, ""),
            ),
        ),
        "score": (
            ScoreSet,
            record(
                ScoreSet,
                Field("score", "s", SCORE),
                Field("change", "d", SCORE),
                Field("period_index", "p", WHOLE),
                Field("correction", "c", FLAG),
                Field("reason", "r", TEXT),
                Field("provisional", "v", FLAG, False),
            ),
        ),
        "sit": (SituationSet, record(SituationSet, Field("situation", "z", SITUATION))),
        "review": (
            PlayReviewed,
            record(
                PlayReviewed,
                Field("play_id", "i", TEXT),
                Field("rev", "v", WHOLE),
                Field("state", "s", choice(PlayState)),
                Field("reason", "r", TEXT),
            ),
        ),
        "period": (
            PeriodSet,
            record(PeriodSet, Field("period_index", "p", WHOLE), Field("reason", "r", TEXT)),
        ),
        "switch": (
            FeedSwitched,
            record(
                FeedSwitched,
                Field("aspect", "a", choice(Aspect)),
                Field("to", "t", TEXT),
                Field("previous", "f", TEXT, None),
                Field("mode", "m", choice(FeedMode)),
                Field("reason", "r", TEXT),
                Field("links", "l", _LINKS, ()),
                Field("absorbed", "b", many(ABSORBED), ()),
                Field("automatic", "o", FLAG, True),
                Field("chosen", "h", FLAG, False),
            ),
        ),
        "mode": (
            FeedModeSet,
            record(FeedModeSet, Field("mode", "m", choice(FeedMode)), Field("reason", "r", TEXT)),
        ),
        "link": (
            PlaysLinked,
            record(
                PlaysLinked,
                Field("links", "l", _LINKS, ()),
                Field("absorbed", "b", many(ABSORBED), ()),
            ),
        ),
        "doubt": (
            DoubtSet,
            record(
                DoubtSet,
                Field("doubt", "d", TEXT),
                Field("is_open", "o", FLAG),
                Field("reason", "r", TEXT),
            ),
        ),
        "hold": (
            HoldSet,
            record(HoldSet, Field("held", "h", FLAG), Field("reason", "r", TEXT)),
        ),
        "home": (
            HomeMoved,
            record(HomeMoved, Field("node", "n", TEXT), Field("previous", "p", TEXT, "")),
        ),
        "shadow": (ShadowBegun, record(ShadowBegun, Field("base_seq", "b", WHOLE))),
        "lock": (LockSet, record(LockSet, Field("lock", "l", LOCK))),
        "unlock": (
            LockReleased,
            record(LockReleased, Field("by", "b", TEXT), Field("reason", "r", TEXT)),
        ),
        "held": (MessageHeld, record(MessageHeld, Field("held", "h", _HELD))),
        "confirm": (
            HoldConfirmed,
            record(HoldConfirmed, Field("quarantine_id", "i", TEXT), Field("by", "b", TEXT)),
        ),
        "closed": (
            HoldClosed,
            record(
                HoldClosed,
                Field("quarantine_id", "i", TEXT),
                Field("how", "h", choice(HoldEnd)),
                Field("by", "b", TEXT, None),
                Field("reason", "r", TEXT, ""),
            ),
        ),
        "box": (
            BoxClaimed,
            record(
                BoxClaimed,
                Field("lines", "l", STAT_LINES),
                Field("complete", "c", FLAG, False),
                Field("at_seq", "a", WHOLE),
            ),
        ),
    }
)

ENTRY: Form = record(
    Entry,
    Field("seq", "n", WHOLE),
    Field("ts_ms", "t", WHOLE),
    Field("source", "s", TEXT),
    Field("term", "k", WHOLE, 0),
    Field("event", "e", _EVENT),
    Field("digest", "d", WHOLE, 0),
    Field("flags", "f", _TEXTS, ()),
    Field("official", "o", FLAG, False),
)
