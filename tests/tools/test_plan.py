"""The plan: what an audience takes, computed from what things cost."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest

from scoreboard.hub import rounds
from scoreboard.shard import tails
from scoreboard.tools import capacity_doc, plan_cost
from scoreboard.tools.capacity_chart import chart
from scoreboard.tools.main import main
from scoreboard.tools.plan_cost import Crowd, NodeLoad, RedisLoad, node_cost, period, storm_s
from scoreboard.tools.plan_demand import Build, Demand, amount, wires_of
from scoreboard.tools.plan_edge import edge_load, last_ms, node_limits
from scoreboard.tools.plan_figures import PACKAGED, Figures, document, measured, read_figures
from scoreboard.tools.plan_tiers import planned
from scoreboard.tools.usage import UsageError

DOC = Path(__file__).parents[2] / "docs" / "capacity.md"

#: Round numbers, so that sums can be done in the head.
FIGURES = Figures(
    node_idle_us_s=10_000,
    session_idle_us_s=1,
    join_us=200,
    subscribe_us=50,
    resume_us=400,
    resume_game_us=100,
    ingest_us=1_000,
    flush_us=100,
    send_us=10,
    several_us=20,
    relay_us=500,
    look_us=100,
    redis_base_us_s=1_000,
    redis_idle_us_s=100,
    redis_append_us=200,
    redis_relay_us=50,
    redis_look_us=20,
    redis_replica_us=10,
    redis_apply_us=20,
    client_event_us=5,
    client_join_us=100,
    client_resume_us=150,
    client_resume_game_us=50,
    feed_us=300,
    proxy_event_us=5,
    proxy_join_us=100,
    proxy_kib=4,
    node_mib=60,
    session_kib=2,
    subscription_kib=0.5,
    kernel_kib=4,
    message_kib=10,
    wire_bytes={"json": 400, "cbor": 300},
    sync_bytes=1_000,
    accept_ms=(2, 10),
    home_ms=(3, 15),
    across_ms=(5, 20),
)
SMALL = Demand(connections=10_000, games=10, follows=2)


def test_an_event_costs_its_encoding_and_a_write_for_each_follower():
    load = NodeLoad((Crowd(1_000, 1, 1, 2.0),), written=2.0, followed=4)
    cost = node_cost(FIGURES, load)
    assert cost.stages == pytest.approx(
        {
            "idle": 0.01,
            "pings": 0.001,
            "ingest": 0.002,
            "relay": 0.0,
            "looks": 0.0002,
            "encoding": 0.0002,
            "writes": 0.02,
        }
    )
    assert cost.cpu == pytest.approx(0.0334)
    assert (cost.writes, cost.round_s) == (2_000, 0)
    assert cost.mib == pytest.approx(60 + 1_000 * 2.5 / 1024)


def test_the_events_of_a_message_share_a_write():
    one, two = (node_cost(FIGURES, NodeLoad((Crowd(100, 1, 1, 1.0, events=n),))) for n in (1, 2))
    assert (one.writes, one.sends) == (two.writes, two.sends)
    assert two.flushes == pytest.approx(2 * one.flushes)
    assert NodeLoad((Crowd(100, 1, 1, 1.0, events=2),)).events == 200


def test_each_wire_format_is_encoded_by_itself():
    crowd = (Crowd(100, 5, 1, 1.0),)
    one = node_cost(FIGURES, NodeLoad(crowd))
    two = node_cost(FIGURES, NodeLoad(crowd, wires={"json": 0.5, "cbor": 0.5}))
    assert two.flushes == pytest.approx(2 * one.flushes)


def test_a_few_followers_of_several_games_get_a_write_an_event():
    assert period([Crowd(100, 10, 3, 0.2)], 20e-6) == 0


@pytest.mark.parametrize("sessions", [20_000, 50_000, 200_000])
def test_many_are_written_to_in_rounds_that_leave_most_of_the_time_to_others(sessions):
    load = NodeLoad((Crowd(sessions, 100, 8, 1.0),))
    cost = node_cost(FIGURES, load)
    assert cost.writes < load.events
    work = cost.sends * cost.round_s
    rest = min(rounds.REST * work, rounds.MOST_S)
    assert cost.round_s == pytest.approx(work + rest, rel=1e-3)


def test_the_model_has_the_constants_of_the_server():
    assert (plan_cost.REST, plan_cost.LONGEST_REST_S) == (rounds.REST, rounds.MOST_S)
    assert plan_cost.LOOK_S == tails.LOOK_S


def test_a_redis_is_paid_for_what_it_does():
    load = RedisLoad(nodes=2, appended=10, relayed=20, looks=30, replicas=3)
    spent = 1_000 + 2 * 100 + 10 * 200 + 20 * 50 + 30 * 20 + 10 * 3 * 10
    assert plan_cost.redis_cost(FIGURES, load) == pytest.approx(spent / 1e6)
    assert plan_cost.redis_cost(FIGURES, RedisLoad(applied=10)) == pytest.approx(1_200 / 1e6)


def test_a_storm_is_as_long_as_its_slowest_node_or_the_cores_that_all_share():
    node = NodeLoad((Crowd(1_000, 1, 1, 0.0),))
    alone = storm_s(FIGURES, [node, node])
    assert alone == pytest.approx(0.4 / (1 - 0.011))
    shared = storm_s(FIGURES, [node, node], cores=1)
    assert shared == pytest.approx(2_000 * 550e-6 / (1 - 0.022))
    assert storm_s(FIGURES, [node], cores=64) == pytest.approx(alone)
    assert storm_s(FIGURES, []) == 0
    several = NodeLoad((Crowd(1_000, 10, 3, 0.0),))
    assert storm_s(FIGURES, [several]) == pytest.approx(0.6 / (1 - 0.011))


def test_a_node_is_filled_until_its_first_limit():
    found = node_limits(FIGURES, SMALL, Build())
    assert [one.sessions for one in found] == sorted(one.sessions for one in found)
    assert found[0].name == "limits.max_connections"
    made = planned(FIGURES, SMALL, Build(max_connections=1_000))
    assert made.sessions == 1_000
    assert {tier.name: tier.processes for tier in made.tiers}["edge nodes"] == 10


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("descriptors", {"descriptors": 1_000, "max_connections": 2_000}),
        ("memory", {"memory_gib": 1}),
        ("network", {"network_gbit": 0.001}),
        ("processor", {"load": 0.05, "max_connections": 1e6, "descriptors": 2e6}),
        ("last follower", {"last_ms": 0.5}),
    ],
)
def test_each_limit_can_be_the_first(name, changes):
    assert node_limits(FIGURES, SMALL, Build(**changes))[0].name == name


def test_what_fits_below_a_limit_does_not_fit_above_it():
    build, demand = Build(max_connections=1e6, descriptors=2e6), SMALL
    for limit in node_limits(FIGURES, demand, build):
        if limit.name != "processor":
            continue
        for sessions, fits in ((limit.sessions, True), (limit.sessions + 2, False)):
            cost = node_cost(FIGURES, edge_load(demand, sessions))
            assert (cost.cpu <= build.load) is fits


def test_an_edge_follows_the_games_that_its_sessions_follow():
    demand = Demand(connections=1e6, games=100, hottest=2e5, follows=3, hot_messages=1.0)
    few, many = edge_load(demand, 10), edge_load(demand, 10_000)
    assert few.followed < 30
    assert many.followed == pytest.approx(100)
    assert many.relayed == pytest.approx(99 * 0.2 + 1)
    assert [crowd.sessions for crowd in many.crowds] == pytest.approx([2_000, 8_000])
    assert many.sessions == pytest.approx(10_000)


def test_one_game_alone_is_planned_too():
    demand = Demand(connections=5_000, games=1, hottest=5_000)
    assert edge_load(demand, 100).crowds == (Crowd(100, 1, 1, 0.2, 1),)
    assert planned(FIGURES, demand, Build()).tiers[-1].name == "HAProxy"


def test_twice_the_audience_takes_twice_the_edges_and_no_more_homes():
    made = {
        times: {
            tier.name: tier.processes
            for tier in planned(
                FIGURES, attrs.evolve(SMALL, connections=3e6 * times), Build()
            ).tiers
        }
        for times in (1, 2)
    }
    assert made[2]["edge nodes"] == 2 * made[1]["edge nodes"]
    assert made[2]["home nodes"] == made[1]["home nodes"]
    assert made[2]["Redis primary"] == 1


def test_who_subscribes_to_more_takes_longer_to_join():
    one = planned(FIGURES, SMALL, Build()).joins
    more = planned(FIGURES, attrs.evolve(SMALL, subscriptions=4), Build()).joins
    assert one == pytest.approx(1e6 / (200 + 2 * 50))
    assert more == pytest.approx(1e6 / (200 + 8 * 50))


def test_followers_without_a_proxy_need_none():
    names = [tier.name for tier in planned(FIGURES, SMALL, Build(), proxied=False).tiers]
    assert "HAProxy" not in names


def test_stages_add_up_to_what_was_measured_across():
    demand = attrs.evolve(SMALL, rtt_ms=100.0, mile_ms=40.0)
    stages = {stage.name: stage for stage in planned(FIGURES, demand, Build()).stages}
    p50 = {name: stage.p50 for name, stage in stages.items()}
    assert p50["judged and durable, at its home"] == 2
    assert p50["to the first follower there"] == 1
    assert p50["told, read and folded by the edge"] == 2
    assert p50["to the region (half of --rtt-ms)"] == 50
    assert p50["last mile (half of --mile-ms)"] == 20


def test_a_burst_to_more_followers_takes_longer():
    late = [
        last_ms(FIGURES, NodeLoad((Crowd(sessions, 1, 1, 0.2),))) for sessions in (1_000, 2_000)
    ]
    assert late[0] == pytest.approx(10, rel=0.1)
    assert late[1] > 1.9 * late[0]
    assert last_ms(FIGURES, NodeLoad((Crowd(1e6, 1, 1, 0.2),))) == 1e6


def test_who_follows_several_games_waits_for_a_round():
    crowd = Crowd(50_000, 100, 8, 1.0)
    cost = node_cost(FIGURES, NodeLoad((crowd,)))
    assert last_ms(FIGURES, NodeLoad((crowd,))) == pytest.approx(cost.round_s * 1e3)


def test_a_storm_comes_no_faster_than_it_is_let_in():
    storms = planned(FIGURES, attrs.evolve(SMALL, connections=1e6), Build()).storms
    for storm in storms:
        assert storm.allowed_s == pytest.approx(storm.sessions / 1_000)
        assert storm.seconds >= storm.allowed_s
    free = planned(FIGURES, SMALL, Build(arrivals_per_s=0)).storms
    assert [storm.allowed_s for storm in free] == [0, 0]


def test_what_no_machine_mends_is_named_first_first():
    walls = planned(FIGURES, attrs.evolve(SMALL, hot_messages=300.0), Build()).walls
    assert walls[0].name == "the home of the busiest game, its processor"
    assert [wall.used for wall in walls] == sorted((w.used for w in walls), reverse=True)


def test_events_of_another_size_take_another_network():
    one = planned(FIGURES, SMALL, Build())
    two = planned(FIGURES, attrs.evolve(SMALL, event_bytes=800), Build())
    assert two.out_gbit > 1.7 * one.out_gbit


def test_more_replicas_are_there_than_one_can_feed():
    many = planned(FIGURES, attrs.evolve(SMALL, connections=90e6), Build())
    few = planned(FIGURES, attrs.evolve(SMALL, regions=7), Build())
    replicas = [
        next(tier.processes for tier in made.tiers if tier.name == "Redis replicas")
        for made in (many, few)
    ]
    assert replicas[0] > 1
    assert replicas[1] == 7


@pytest.mark.parametrize(
    ("demand", "build", "why"),
    [
        ({"messages": 1e6, "hot_messages": 1e6}, {}, "not one session fits on a node: processor"),
        ({"messages": 5e3}, {"max_connections": 1e6, "load": 0.95}, "."),
        ({}, {"memory_gib": 0.01}, "not one session fits on a node: memory is used up before"),
    ],
)
def test_a_cluster_that_cannot_be_is_refused(demand, build, why):
    with pytest.raises(UsageError, match=why):
        planned(FIGURES, attrs.evolve(SMALL, **demand), Build(**build))


@pytest.mark.parametrize(
    ("text", "number"), [("50m", 5e7), ("1.5k", 1_500), ("0.2", 0.2), ("300_000", 3e5), ("2M", 2e6)]
)
def test_numbers_are_written_as_people_do(text, number):
    assert amount(text) == number


@pytest.mark.parametrize("text", ["", "-1", "5g", "1e6", "m", "1__0", "nan"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"^"):
        amount(text)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--connections 0", "--connections 0: it must be above 0"),
        ("--connections 10 --hottest 20", "--hottest 20: there are only 10 connections"),
        ("--games 3 --follows 4", "--follows 4: there are only 3 games"),
        ("--wires json=0.5", "--wires: the shares add up to 0.5, not to 1"),
        ("--wires smoke", "--wires smoke: there is json, "),
        ("--wires json=lots", "--wires json=lots: write it as json=0.7,msgpack=0.3"),
        ("--event-bytes 0", "--event-bytes 0: it must be above 0"),
        ("--load 2", "--load 2: it must be above 0 and at most 0.95"),
        ("--descriptors 100", "--descriptors 100: 256 are kept for others"),
        ("--memory-gib 0", "--memory-gib 0: it must be above 0"),
        ("--figures nowhere.json", "nowhere.json: No such file or directory"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(words, why, capsys):
    assert main(["plan", *words.split()]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"scoreboard: {why}")
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_the_command_prints_a_plan_or_the_same_as_json(capsys):
    words = ["plan", "--connections", "1m", "--games", "20", "--follows", "2"]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "What a node runs out of first" in text
    assert main([*words, "--json"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert {tier["name"] for tier in shape["tiers"]} >= {"home nodes", "edge nodes", "HAProxy"}
    assert shape["storms"][0]["seconds"] > 0


def test_the_costs_can_be_seen(capsys):
    assert main(["plan", "--costs"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in attrs.fields_dict(Figures))
    assert "measured by scripts/measure-capacity" in said


def test_the_packaged_figures_are_whole_and_say_where_they_come_from():
    known = read_figures(PACKAGED)
    assert known.command.startswith("scripts/measure-capacity")
    assert "cores" in known.caption
    costs = {name: v for name, v in attrs.asdict(known.figures).items() if isinstance(v, float)}
    assert [name for name, cost in costs.items() if cost <= 0] == []


def raw(**changes):
    shape = document(FIGURES, {"cpu": "x"}, "by hand")
    shape["figures"] |= changes
    return shape


def test_figures_are_written_as_they_are_read():
    assert measured(json.loads(json.dumps(raw()))).figures == FIGURES


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ([], 'it has no object "figures"'),
        ({"figures": {}}, "it lacks accept_ms, "),
        (raw(warp_us=1), "it has warp_us, which is not known"),
        (raw(send_us=-1), "send_us: -1 is no number from 0 on"),
        (raw(send_us=True), "send_us: True is no number"),
        (raw(home_ms=3), "home_ms: it must be a list of p50 and p99"),
        (raw(home_ms=[1, "x"]), "home_ms: 'x' is no number"),
        (raw(wire_bytes=4), "wire_bytes: it must be an object"),
        (raw(wire_bytes={"json": "x"}), "wire_bytes.json: 'x' is no number"),
        (raw(wire_bytes={"cbor": 3}), "wire_bytes: it lacks json"),
    ],
)
def test_figures_that_are_not_whole_are_refused_by_name(shape, why):
    with pytest.raises(UsageError, match=why):
        measured(shape)


def test_a_file_that_is_no_json_is_named(tmp_path):
    path = tmp_path / "figures.json"
    path.write_text("{")
    with pytest.raises(UsageError, match=r"figures\.json: this is no JSON"):
        read_figures(path)


def test_shares_of_formats_are_read():
    known = {"json": 1.0, "cbor": 1.0}
    assert wires_of("json", known) == {"json": 1}
    assert wires_of("json=0.7, cbor=0.3", known) == {"json": 0.7, "cbor": 0.3}


def test_the_plans_in_the_document_are_fresh():
    again = "python -m scoreboard.tools.capacity_doc"
    text = DOC.read_text()
    assert len(list(capacity_doc.commands(text))) >= 2
    assert text == capacity_doc.document(text), f"stale: {again}"
    shown = (DOC.parent / "images" / "capacity.svg").read_text()
    assert shown == capacity_doc.picture(text), f"stale: {again}"


def test_the_picture_has_a_box_for_each_tier_and_is_well_formed():
    plan = planned(FIGURES, attrs.evolve(SMALL, connections=1e6), Build())
    root = ET.fromstring(chart(plan))  # noqa: S314 - it is ours
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    names = {"home nodes", "Redis primary", "Redis replicas", "edge nodes", "HAProxy"}
    assert names < set(texts)
    assert "1,000,000 followers" in texts
