"""Settings: defaults that are right, and mistakes that are named."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

import attrs
import pytest

from scoreboard.model.errors import RemoteError
from scoreboard.model.source import SourceSpec
from scoreboard.settings.checks import BadSettings
from scoreboard.settings.principals import Feeds, FeedSettings, OperatorSettings, ScorerSettings
from scoreboard.settings.reading import parse, read_source
from scoreboard.settings.tables import Settings

CONF = Path(__file__).parent.parent / "conf" / "scoreboard.toml"


def test_nothing_said_is_the_defaults():
    assert parse("", "x.toml") == Settings()


def test_the_file_in_conf_is_the_defaults():
    assert parse(CONF.read_text(), "conf") == Settings()


def test_the_file_in_conf_shows_every_setting_with_its_default():
    text = "\n".join(
        line.removeprefix("# ") if " = " in line or line.startswith("# [") else line
        for line in CONF.read_text().splitlines()
    )
    shown = tomllib.loads(text)
    feeds = shown.pop("feeds")
    assert set(feeds["arena"]) == {field.name for field in attrs.fields(FeedSettings)}
    scorers = shown.pop("scorers")
    assert set(scorers["jo"]) == {field.name for field in attrs.fields(ScorerSettings)}
    operators = shown.pop("operators")
    assert set(operators["desk"]) == {field.name for field in attrs.fields(OperatorSettings)}
    source = shown.pop("sources")["league_site"]
    defaults = attrs.asdict(SourceSpec("poll", url=source["url"]))
    assert source == defaults
    # TOML has lists where the settings have tuples.
    known = json.loads(json.dumps(attrs.asdict(Settings(), recurse=True)))
    for table in ("feeds", "scorers", "operators", "sources"):
        del known[table]
    assert shown == known


#: An edge, as far as it may be one.
EDGE = '[shard]\nnode = "e1"\nrole = "edge"\n[log]\nprovider = "redis"\n'


def test_an_edge_has_operators_and_says_where_messages_go():
    text = EDGE.replace("[log]", 'ingest = "https://feeds.example"\n[log]')
    settings = parse(text + '[operators.desk]\ntoken = "x"', "x.toml")
    assert (settings.shard.is_edge, settings.shard.ingest) == (True, "https://feeds.example")
    assert not parse("", "x.toml").shard.is_edge


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[limits]\nmax_connections = -1", "limits.max_connections"),
        ("[limits]\nrequests_per_s = -0.5", "limits.requests_per_s"),
        ('[limits]\ntrusted = ["10.0.0.0/33"]', "limits.trusted: '10.0.0.0/33'"),
        ('[limits]\ntrusted = ["balancer"]', "limits.trusted: 'balancer'"),
        ("[websocket]\nmax_viewer_bytes = 100000", "websocket.max_viewer_bytes"),
        ("[websocket]\ncontrols_burst = -1", "websocket.controls_burst"),
        ("[logs]\nlines_per_s = -1.0", "logs.lines_per_s"),
        ("x = ", "x.toml"),
        ("[listn]\nport = 1", "listn"),
        ("[listen]\nprt = 1", "prt"),
        ('[listen]\nport = "8080"', "listen.port"),
        ("[listen]\nport = true", "listen.port"),
        ("[listen]\nport = 70000", "listen.port"),
        ('[log]\nprovider = "oracle"', "log.provider"),
        ("[log.redis]\naddresses = []", "log.redis.addresses must have at least one"),
        ('[log.redis]\naddresses = ["a b"]', "log.redis.addresses: 'a b' is not host:port"),
        ('[log.redis]\nsentnel = "x"', "sentnel"),
        ("[log.redis]\nreplicas = -1", "log.redis.replicas must not be below 0"),
        ("[log.redis]\nwait_s = 2.0", "log.redis.wait_s must be below log.redis.reply_s"),
        ("[log.redis]\nconnect_s = 0", "log.redis.connect_s must be above 0"),
        ('[log.redis]\nprefix = ""', "log.redis.prefix must not be empty"),
        ('[log.redis]\nusername = "u"', "log.redis.username needs a password"),
        ('[log.redis]\nkey = "k.pem"', "log.redis.key needs log.redis.certificate"),
        ('[log.redis]\nauthorities = "ca.pem"', "log.redis.tls is false, but 'ca.pem'"),
        ('[shard]\nrole = "core"', "shard.role must be home or edge"),
        ('[shard]\nrole = "edge"', "shard.role edge needs shard.node"),
        ('[shard]\ningest = "http://x"', "shard.ingest is said by edges"),
        (f'{EDGE}[feeds.arena]\ntoken = "x"', "feeds.arena has no place on an edge"),
        (f'{EDGE}[scorers.jo]\ntoken = "x"', "scorers.jo has no place on an edge"),
        (f'{EDGE}[sources.a]\nkind = "poll"\nurl = "http://x/"', "sources.a has no place"),
        (f'{EDGE}[log.redis]\nsentinel = "s"', "an edge reads from the replicas"),
        (f"{EDGE}[log.redis]\nreplicas = 2", "log.redis.replicas must be 0 or 1 on an edge"),
        ("[ops]\nport = -2", "ops.port must be -1-65535"),
        ('[logs]\nformat = "xml"', "logs.format must be text or json"),
        ("[fanout]\nspread_s = 1.5", "fanout.spread_s must be 0 to 1"),
        ("[fanout]\nspread_s = -0.1", "fanout.spread_s must be 0 to 1"),
        ("[drain]\naccept_s = -1", "drain.accept_s and drain.spread_s must not be below 0"),
        ("[drain]\ndeadline_s = 22", "drain.deadline_s must be above accept_s and spread_s"),
        ("[feeds.arena]\nleagues = []", "feeds.arena"),
        ('[feeds."?"]\ntoken = "x"', "source '?'"),
        ('[feeds.a]\ntoken = "x"\nmessages_per_s = -1', "feeds.a.messages_per_s must be 0"),
        ('[feeds.a]\ntoken = "x"\nmessages_per_s = inf', "feeds.a.messages_per_s must be 0"),
        ('[feeds.a]\ntoken = "x"\nmessages_per_s = nan', "feeds.a.messages_per_s must be 0"),
        ('[feeds.a]\ntoken = "x"\nbytes_per_min = -1', "feeds.a.bytes_per_min must be 0"),
        ('[feeds.a]\ntoken = "x"\nburst = 0', "feeds.a.burst must be at least 1"),
        ("[scorers.jo]\nleagues = []", "scorers.jo needs token"),
        ('[scorers.jo]\ntoken = "x"\nrole = "ops"', "scorers.jo.role must be scorer or official"),
        ('[scorers."Jo"]\ntoken = "x"', "scorers: source 'Jo'"),
        ("[manhole]\nport = 5022", "manhole.port needs manhole.authorized_keys"),
        ("[manhole]\nport = 65536", "manhole.port must be 0-65535"),
        ('[manhole]\ninterface = "0.0.0.0"', "loopback (127.0.0.1, ::1), not '0.0.0.0'"),
        ('[manhole]\ninterface = "localhost"', "manhole.interface must be an address"),
        ("[manhole]\nattempts = 0", "manhole.attempts must be above 0"),
        ("[manhole]\nidle_s = -1", "manhole.idle_s must be above 0"),
        (
            '[feeds.jo]\ntoken = "x"\n[scorers.jo]\ntoken = "y"',
            "feeds.jo and scorers.jo are one name",
        ),
        ('[operators."?"]\ntoken = "x"', "operators: source '?'"),
        ("[operators.desk]", "operators.desk needs token"),
        (
            '[feeds.a]\ntoken = "x"\n[operators.desk]\ntoken = "x"',
            "feeds.a and operators.desk have the same token",
        ),
        ('[feeds.a]\ntoken = "x"\n[operators.a]\ntoken = "y"', "feeds.a and operators.a"),
        ('[sources.a]\nkind = "pull"', "sources.a: kind must be"),
        ("[sources.a]\nport = 1", "kind"),
    ],
)
def test_a_wrong_setting_is_named(text, named):
    with pytest.raises(BadSettings) as caught:
        parse(text, "x.toml")
    assert named in str(caught.value)


def test_people_have_roles():
    text = '[scorers.jo]\ntoken = "x"\n[scorers.ann]\ntoken = "y"\nrole = "official"'
    roles = {name: who.role for name, who in parse(text, "x.toml").scorers.items()}
    assert roles == {"jo": "scorer", "ann": "official"}


def test_a_whole_number_will_do_for_a_fraction():
    assert parse("[demo]\nspeed = 20", "x.toml").demo.speed == 20.0


FEEDS = Feeds(
    {
        "arena": FeedSettings(token="secret"),
        "hashed": FeedSettings(token_sha256=hashlib.sha256(b"other").hexdigest().upper()),
        "narrow": FeedSettings(token="third", leagues=("nfl_",)),
    }
)


def test_a_feed_is_admitted_with_its_own_token_only():
    assert FEEDS.admits("arena", "secret") == "arena"
    assert FEEDS.admits("hashed", "other") == "hashed"
    assert [FEEDS.admits(*pair) for pair in (("arena", "other"), ("nobody", ""))] == [None, None]


def test_a_token_tells_whose_it_is():
    assert [FEEDS.whose(token) for token in ("secret", "other", "none", "")] == [
        "arena",
        "hashed",
        None,
        None,
    ]


def test_a_feed_writes_its_leagues():
    assert [
        FEEDS.may_write(source, league)
        for source, league in (
            ("arena", "nba_"),
            ("narrow", "nba_"),
            ("narrow", "nfl_"),
            ("nobody", "nfl_"),
        )
    ] == [True, False, True, False]


def test_a_source_of_a_call_is_read_as_one_of_the_settings():
    data = {"kind": "poll", "url": "http://h/x", "interval_s": 1}
    assert read_source("site", data) == SourceSpec("poll", url="http://h/x", interval_s=1.0)


@pytest.mark.parametrize(
    ("name", "data", "named"),
    [
        ("?", {}, "source '?'"),
        ("site", {}, "sources.site: required field missing in kind"),
        ("site", {"kind": "poll", "url": "x", "prt": 1}, "prt"),
        ("site", {"kind": "poll", "url": "ftp://x"}, "sources.site: url"),
    ],
)
def test_what_is_wrong_with_a_source_of_a_call_is_named(name, data, named):
    with pytest.raises(RemoteError, match=re.escape(named)):
        read_source(name, data)
