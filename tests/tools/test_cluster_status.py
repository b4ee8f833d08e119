"""How a cluster is, in a table."""

from __future__ import annotations

from scoreboard.tools.cluster_plan import Wanted, laid_out
from scoreboard.tools.cluster_status import Found, lines, number

METRICS = """\
# HELP scoreboard_home_games Of those, the ones that are written from here.
# TYPE scoreboard_home_games gauge
scoreboard_home_games 12.0
# TYPE scoreboard_clients gauge
scoreboard_clients{protocol="wamp"} 300.0
scoreboard_clients{protocol="sse"} 4.0
"""


def shown(**found):
    """The lines behind the head, by name."""
    wanted = Wanted(1, replicas=1, edges=1, sentinel=True)
    cluster = laid_out(wanted, 8000, range(9001, 9001 + wanted.ports), "")
    rows = [
        Found(member, 17, **found.get(member.name, {"life": "no"})) for member in cluster.members
    ]
    said = lines(rows)
    assert said[0].split()[:5] == ["role", "name", "pid", "port", "alive"]
    return {line.split()[1]: line for line in said[1:]}


def test_a_metric_is_the_sum_over_its_labels():
    assert (number(METRICS, "home_games"), number(METRICS, "clients")) == (12, 304)
    assert number(METRICS, "streams") is None


def test_a_node_is_shown_with_its_games_and_sessions():
    said = shown(n1={"life": "yes", "metrics": METRICS, "ready": {"status": "ready"}})
    assert said["n1"].split() == ["home", "n1", "17", "9006", "yes", "12", "304", "ready"]


def test_a_node_that_can_record_nothing_says_so():
    ready = {"status": "ready", "record": "away"}
    assert shown(n1={"life": "yes", "ready": ready})["n1"].endswith("nothing can be recorded")


def test_a_node_that_does_not_answer_is_shown_as_that():
    said = shown(n1={"life": "yes"}, e1={"life": "stopped"})
    assert said["n1"].split()[4:] == ["yes", "?", "?", "does", "not", "answer"]
    assert said["e1"].split()[4:] == ["stopped", "?", "?"]


def test_an_edge_is_shown_with_its_replica():
    log = {"supply": "following", "at": "127.0.0.1:9002", "why": ""}
    found = {"life": "yes", "metrics": METRICS, "ready": {"status": "ready", "log": log}}
    assert shown(e1=found)["e1"].endswith("ready, following 127.0.0.1:9002")
    found["ready"]["log"] = {"supply": "away", "at": "", "why": "redis x: gone"}
    assert shown(e1=found)["e1"].endswith("ready, away: redis x: gone")


def test_a_replica_is_shown_with_how_far_it_is_behind():
    primary = {"life": "yes", "role": [b"master", 1_000, [[b"127.0.0.1", b"9002", b"990"]]]}
    replica = {"life": "yes", "role": [b"slave", b"127.0.0.1", 9001, b"connected", 990]}
    said = shown(redis1=primary, redis2=replica)
    assert said["redis1"].endswith("primary at 1000, 1 replicas")
    assert said["redis2"].endswith("replica of 9001, connected, 10 bytes behind")
    said = shown(redis2=replica)
    assert said["redis1"].split()[4:] == ["no"]
    assert said["redis2"].endswith("replica of 9001, connected, no primary")
    assert shown(redis1={"life": "yes"})["redis1"].endswith("does not answer")


def test_others_are_shown_as_they_live():
    said = shown(haproxy={"life": "yes"}, sentinel1={"life": "yes"})
    assert said["haproxy"].split() == ["haproxy", "haproxy", "17", "8000", "yes"]
    assert said["sentinel1"].split() == ["sentinel", "sentinel1", "17", "9003", "yes"]
