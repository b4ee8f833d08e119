"""`scoreboard load` against a real server, and its arguments."""

import argparse
import json

import pytest

from scoreboard.tools import load
from scoreboard.tools.load_line import MOST_OPEN, Line
from scoreboard.tools.load_marks import SLOTS, Marks
from scoreboard.tools.main import main
from scoreboard.tools.usage import UsageError
from tests.support.server import running


def arguments(*words):
    parser = argparse.ArgumentParser(exit_on_error=False)
    load.add_arguments(parser)
    return parser.parse_args(words)


def plan(*words):
    return load.plan_of(arguments(*words), descriptors=1064, cores=4, tag="test")


def test_the_plan_is_what_was_asked_for():
    made = plan("--to", "http://h:81", "--sessions", "5000", "--games", "9", "--follow", "3")
    assert (made.host, made.port, made.sessions, made.workers) == ("h", 81, 5000, 5)
    assert made.path == "/ws"
    assert (len(made.games), made.groups[0].follows, made.groups[0].kinds) == (9, 3, ("score",))


@pytest.mark.parametrize(
    "words", [["--to", "https://h"], ["--to", "h:80"], ["--games", "2", "--follow", "3"]]
)
def test_what_cannot_be_done_is_refused(words):
    with pytest.raises(UsageError):
        plan(*words)


@pytest.mark.parametrize("words", [["--sessions", "0"], ["--stop", "2"], ["--match", "all"]])
def test_a_wrong_value_is_refused(words):
    with pytest.raises(argparse.ArgumentError):
        arguments(*words)


def test_more_sessions_than_descriptors_are_refused_before_the_first(capsys):
    words = ["load", "--sessions", "99000000", "--processes", "1", "--token", "secret"]
    assert main(words) == 2
    assert "ulimit -Hn" in capsys.readouterr().err


def test_a_time_stands_where_every_process_reads_it(tmp_path):
    ours, theirs = Marks(tmp_path / "marks", 3), Marks(tmp_path / "marks", 3)
    ours.put(2, SLOTS + 5, 12345)
    assert (theirs.at(2, 5), theirs.at(1, 5)) == (12345, 0)
    ours.close()
    theirs.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("load")) as started:
        yield started


def measured(server, capsys, *words):
    to = ["--to", server.url, "--source", "arena", "--token", "secret"]
    code = main(["load", *to, "--sessions", "50", "--processes", "2", *words])
    return code, json.loads(capsys.readouterr().out)


def test_every_session_gets_every_event_in_order(server, capsys):
    words = ["--seconds", "3", "--rate", "30", "--games", "4", "--follow", "2"]
    code, found = measured(server, capsys, *words, "--subprotocol", "cbor.batched")
    assert code == 0
    assert (found["sessions"]["joined"], found["lost"], found["gaps"]) == (50, 0, 0)
    assert found["feed"]["sent"] > 60
    assert found["latency_ms"]["n"] == found["events"] == found["expected"]
    assert 0 < found["latency_ms"]["p99"] < 3000


def test_events_go_in_over_wamp_without_waiting_for_each_other(server, capsys):
    words = ["--feed", "wamp", "--rate", "400", "--games", "5", "--follow", "3", "--seconds", "2"]
    clocks = ["--kinds", "score,clock", "--clocks", "2"]
    code, found = measured(server, capsys, *words, *clocks)
    assert (code, found["lost"], found["gaps"], found["ticks"] > 0) == (0, 0, 0, True)
    feed = found["feed"]
    assert (feed["refused"], feed["astray"], feed["ticks"] > 0) == (0, 0, True)
    assert found["latency_ms"]["n"] == found["events"]


def test_a_feed_that_is_refused_over_wamp_says_why(server):
    with pytest.raises(OSError, match="authentication_failed"):
        Line("127.0.0.1", server.port, "arena", "wrong", 5.0)


def test_a_line_without_room_is_not_given_calls(server):
    line = Line("127.0.0.1", server.port, "arena", "secret", 5.0)
    numbers = [line.submit("gnone000000", [{"type": "heartbeat"}]) for _ in range(MOST_OPEN)]
    full = line.has_room
    line.flush()
    refused = []
    while line.open:
        refused += line.answers()
    line.close()
    assert (full, line.has_room) == (False, True)
    assert sorted(refused) == [(number, []) for number in numbers]


def test_sessions_that_are_cut_come_back_without_a_gap(server, capsys):
    words = ["--seconds", "2", "--rate", "40", "--kinds", "score,status", "--cut"]
    code, found = measured(server, capsys, *words)
    assert (code, found["gaps"], found["repeats"]) == (0, 0, 0)
    assert (found["back"]["sessions"], found["back"]["bytes"] > 0) == (50, True)


def test_sessions_that_stop_reading_get_everything_later(server, capsys):
    words = ["--seconds", "2", "--rate", "20", "--stop", "0.2", "--stop-seconds", "1"]
    code, found = measured(server, capsys, *words)
    assert (code, found["lost"]) == (0, 0)
    assert set(found["groups"]) == {"all", "all/stopped"}


def test_sessions_can_just_be_held(server, capsys):
    code, found = measured(server, capsys, "--seconds", "0.5", "--rate", "0")
    assert (code, found["sessions"]["at_the_end"], found["events"]) == (0, 50, 0)


def test_a_feed_that_is_refused_is_told_in_one_line(server, capsys):
    words = ["load", "--to", server.url, "--source", "arena", "--token", "wrong"]
    assert main([*words, "--sessions", "1"]) == 1
    assert "401" in capsys.readouterr().err
