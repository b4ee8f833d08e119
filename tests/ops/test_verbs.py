"""The verbs show what there is and do what they say."""

from __future__ import annotations

import inspect

import pytest

from scoreboard.model.answer import Answer, Outcome
from scoreboard.ops.line import parse
from scoreboard.ops.refused import Misspelt, Refused
from scoreboard.ops.verb import verb_of
from scoreboard.ops.verbs import verbs
from scoreboard.ops.views import Controls
from tests.ops.desk import Desk
from tests.support.deferreds import result, started


def said(desk, line, controls=None):
    """What `line` brings, typed by jo."""
    table = verbs(controls or desk.controls())
    typed = parse(line)
    verb = verb_of(table, typed.verb)
    shown = verb.run("jo", verb.bind(typed))
    return result(started(shown)) if inspect.isawaitable(shown) else shown


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (
            "games",
            [
                "game         league  away  home  score  status       seq  followers",
                "g0000000001  nba_    ORL   BOS   20-31  in_progress  120          7",
                "g0000000002  nfl_    NYG   DAL     0-0  scheduled      1          0",
                "2 games",
            ],
        ),
        (
            "games nfl_",
            [
                "game         league  away  home  score  status     seq  followers",
                "g0000000002  nfl_    NYG   DAL     0-0  scheduled    1          0",
                "1 game",
            ],
        ),
        ("games(xyz_)", ["no games"]),
        (
            "game(g0000000001)",
            [
                "game       g0000000001  nba_  ORL at BOS",
                "score      20-31",
                "status     in_progress",
                "seq        120",
                "followers  7",
                "epoch      3",
                "doubts     review:p1",
                "",
                "game         source  role     rank  believed     health  score  heard   lag",
                "g0000000001  arena   scoring     0  plays,clock  fit     20-31   1.2s  0.5s",
                "g0000000001  radio   -           -  -            -           -      -     -",
            ],
        ),
        (
            "game g0000000002",
            [
                "game       g0000000002  nfl_  NYG at DAL",
                "score      0-0",
                "status     scheduled",
                "seq        1",
                "followers  0",
                "doubts     none",
                "",
                "no sources",
            ],
        ),
        (
            "sessions()",
            [
                "2 sessions: 1 sse, 1 wamp.2.json; 1 slow",
                "session  protocol     who          peer        subscriptions  backlog  slow",
                "     71  wamp.2.json  jo (scorer)  10.0.0.1:5              3    65536  slow",
                "     72  sse                       10.0.0.2:6              1        0",
            ],
        ),
        ("sessions(top=0)", ["2 sessions: 1 sse, 1 wamp.2.json; 1 slow"]),
        (
            "feeds(g0000000001)",
            [
                "game         source  role     rank  believed     health  score  heard   lag",
                "g0000000001  arena   scoring     0  plays,clock  fit     20-31   1.2s  0.5s",
                "g0000000001  radio   -           -  -            -           -      -     -",
            ],
        ),
        ("feeds(g0000000002)", ["no sources"]),
        (
            "streams(1)",
            [
                "2 streams: 100 publications, 9000 bytes in encoded form",
                "stream            kept  bytes  followers  lagging",
                "game.g0000000001    40   9000          7        1",
            ],
        ),
        ("kick(71)", ["closed"]),
        ("kick slow", ["4 closed"]),
        ("drain()", ["the server stops"]),
        ("switch(g0000000001, radio)", ["accepted at seq 9"]),
        ("quarantine(release, q1, 'it was so')", ["accepted at seq 9"]),
        ("loglevel()", ["namespace     level", "(all others)  debug"]),
        (
            "loglevel(scoreboard.hub, info)",
            ["namespace       level", "(all others)    debug", "scoreboard.hub  info"],
        ),
        ("exit", [""]),
    ],
)
def test_a_verb_shows(line, lines):
    assert said(Desk(), line).split("\n") == lines


def test_what_a_feed_says_does_not_drive_the_terminal():
    shown = said(Desk(), "quarantine()")
    assert "\x1b" not in shown
    assert "a score of 99?[2J" in shown
    assert shown.endswith("…")


def test_an_empty_server_says_so():
    bare = Controls(
        games=list, sessions=list, feeds=list, streams=list, quarantine=None, game=lambda _: None
    )
    lines = ("games", "sessions", "feeds", "streams")
    nothing = ["no games", "no sessions", "no sources", "no streams"]
    assert [said(Desk(), line, bare) for line in lines] == nothing


def test_an_empty_quarantine_says_so():
    desk = Desk()
    room = desk.controls().quarantine
    empty = Controls(quarantine=type(room)(list, room.release, room.drop))
    assert said(desk, "quarantine()", empty) == "nothing is held"


def test_what_is_done_is_done_in_the_name_of_the_operator():
    desk = Desk()
    said(desk, 'switch(g0000000001, "radio", reason="the arena is dark")')
    said(desk, 'quarantine("drop", q1, "a slip")')
    assert desk.done == [
        ("switch", "jo", "g0000000001", "radio", "the arena is dark"),
        ("drop", "jo", "g0000000001", "q1", "a slip"),
    ]


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (Answer(Outcome.DUPLICATE), "duplicate"),
        (Answer(Outcome.FLAGGED, seq=3, problem="it was so"), "flagged at seq 3: it was so"),
    ],
)
def test_an_answer_is_a_line(answer, shown):
    desk = Desk()
    desk.answer = answer
    assert said(desk, "switch(g0000000001, radio)") == shown


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(Outcome.REJECTED, code="no_such", problem="p", hint="h"), "no_such: p; h"),
        (Answer(Outcome.REJECTED, code="unavailable"), "unavailable"),
    ],
)
def test_a_refusal_says_why(answer, why):
    desk = Desk()
    desk.answer = answer
    with pytest.raises(Refused) as caught:
        said(desk, "switch(g0000000001, radio)")
    assert why == str(caught.value)


@pytest.mark.parametrize(
    ("line", "fault", "why"),
    [
        ("game(g9)", Refused, "no game g9 is known"),
        ("kick(72)", Refused, "there is no session 72"),
        ("kick(everybody)", Misspelt, 'or "slow"'),
        ("kick(-1)", Misspelt, "session is a number"),
        ("switch(g0000000001, 'Not One')", Misspelt, "to: source 'Not One'"),
        ("quarantine(release, q1)", Misspelt, "say why: quarantine(release, held, reason)"),
        ("quarantine(release, reason=x)", Refused, "'' is not held"),
        ("quarantine(eat, q1)", Misspelt, "act is list, release or drop, not 'eat'"),
        ("loglevel(scoreboard, loud)", Misspelt, "level is one of debug, info"),
        ("gmae(g1)", Misspelt, "did you mean game?"),
        ("xyzzy", Misspelt, "there is no verb 'xyzzy'; help() lists the verbs"),
        ("game()", Misspelt, "id is missing: game(id)"),
        ("game(a, b)", Misspelt, "too many arguments: game(id)"),
        ("game(a, id=b)", Misspelt, "id is given twice: game(id)"),
        ("game(it=b)", Misspelt, "there is no argument 'it': game(id)"),
        ("sessions(many)", Misspelt, "top must be a whole number: sessions(top=10)"),
        ("sessions(True)", Misspelt, "top must be a whole number"),
        ("help(xyzzy)", Misspelt, "there is no verb 'xyzzy'"),
    ],
)
def test_what_cannot_be_done_says_why(line, fault, why):
    with pytest.raises(fault) as caught:
        said(Desk(), line)
    assert why in str(caught.value)


def test_help_shows_every_verb_and_how_it_is_typed():
    shown = said(Desk(), "help()").split("\n")
    assert shown[0].split("  ")[0] == "games(league='')"
    names = [line.partition("(")[0] for line in shown[:-2]]
    assert names == [
        *("games", "game", "sessions", "feeds", "streams"),
        *("switch", "quarantine", "kick", "drain", "loglevel", "help", "exit"),
    ]


def test_help_of_a_verb_says_more():
    assert said(Desk(), "help kick").split("\n") == [
        "kick(session)",
        '    close a session, or all "slow" ones',
        "    They are told to come back, and get what they miss when they do.",
    ]
    assert said(Desk(), "help(games)").split("\n")[1:] == ["    the games and who follows them"]


def test_a_verb_whose_callable_is_not_there_is_not_in_the_table():
    assert list(verbs(Controls())) == ["help", "exit"]


def test_kick_does_what_its_callables_allow():
    only_slow, only_one = Controls(kick_slow=lambda: 0), Controls(kick=lambda _: True)
    assert said(Desk(), "kick slow", only_slow) == "0 closed"
    assert said(Desk(), "kick 5", only_one) == "closed"
    with pytest.raises(Misspelt):
        said(Desk(), "kick 5", only_slow)
    with pytest.raises(Misspelt):
        said(Desk(), "kick slow", only_one)


def test_those_that_act_are_marked():
    table = verbs(Desk().controls())
    acting = [verb.name for verb in table.values() if verb.acts]
    assert acting == ["switch", "quarantine", "kick", "drain", "loglevel"]
