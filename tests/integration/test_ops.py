"""A real server is watched, stopped and kept alive as docs/operations.md says."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.durability.talk import GAME, begin, play, post
from tests.support.server import OPS, PATIENCE, ROOT, TWISTD, TWISTED, Server
from tests.support.viewer import Viewer, read_until

_DRAINS = re.compile(r"told to stop")

#: WAMP: a session is open, a subscription is there, an event.
WELCOME, SUBSCRIBED, EVENT, GOODBYE = 2, 33, 36, 6


@pytest.fixture
def start(tmp_path):
    """Starts servers in one place; each must end without complaints."""
    servers = []

    def started(**options) -> Server:
        servers.append(Server(tmp_path, **options))
        return servers[-1]

    yield started
    for server in servers:
        server.stop(signal.SIGKILL)
        assert server.complaints == []


def ops_port(server: Server) -> int:
    """Of the listener for those who watch."""
    return server.ops_port


def get(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request(method, path)
        reply = line.getresponse()
        return reply.status, reply.read().decode()
    finally:
        line.close()


def scraped(port: int) -> dict[str, float]:
    """Every sample, by its name and the values of its labels."""
    _, text = get(port, "/metrics")
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_happens_is_counted(start):
    server = start(more=OPS)
    port = ops_port(server)
    begin(server)
    viewers = [Viewer(server, GAME) for _ in range(20)]
    read_until(viewers, lambda viewer: viewer.heard(SUBSCRIBED))
    for number in range(10):
        assert post(server, play(str(number))).status == 200
    assert post(server, play("0")).status == 200
    assert server.request("GET", "/v1/games/none").status == 404
    read_until(viewers, lambda viewer: len(viewer.heard(EVENT)) == 10)
    late = Viewer(server, GAME, since=(viewers[0].heard(EVENT)[0][5]["epoch"], 7))
    read_until([late], lambda viewer: len(viewer.heard(EVENT)) == 5)
    told = scraped(port)
    expected = {
        "ready": 1,
        "games": 1,
        "clients wamp": 21,
        "clients sse": 0,
        "websocket_connections": 21,
        "subscriptions": 1,
        "subscribers": 21,
        "deliveries_total": 200,
        "merged_total": 0,
        # One side scores ten times running, which the rules doubt.
        "answers_total  accepted": 3,
        "answers_total inconsistent_possession flagged": 9,
        "answers_total duplicate duplicate": 1,
        "refusals_total http unknown_game": 1,
        "resumes_total subscribe delta": 1,
        "stage_seconds_count durable": 11,
        "commit_entries_sum": 12,
        "log_waiting_entries": 0,
    }
    assert {name: told[f"scoreboard_{name}"] for name in expected} == expected
    assert told["scoreboard_stage_seconds_count first_send"] == 10
    assert told["scoreboard_stage_seconds_count last_send"] == 10
    assert 0 < told["scoreboard_cohorts"] < 21
    assert len(told) < 2_000


def test_it_is_as_prometheus_wants_it(start):
    if shutil.which("promtool") is None:
        pytest.skip("promtool (Debian's prometheus) is not installed")
    server = start(more=OPS)
    begin(server)
    server.request("GET", "/v1/games/none")
    _, text = get(ops_port(server), "/metrics")
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_pages_are_on_their_own_listener_only(start):
    server = start(more=OPS)
    port = ops_port(server)
    assert get(server.port, "/metrics")[0] == 404
    assert get(port, "/v1/games")[0] == 404
    assert get(port, "/metrics", "POST")[0] == 405
    for at in (port, server.port):
        assert json.loads(get(at, "/healthz")[1])["status"] == "ok"
        status, body = get(at, "/readyz")
        assert (status, json.loads(body)) == (200, {"status": "ready"})
        assert get(at, "/readyz?draining=404")[0] == 200


def test_a_server_that_drains_is_not_ready_but_alive_and_takes_clients(start):
    server = start(more=OPS, drain="accept_s = 3.0")
    begin(server)
    port = ops_port(server)
    server.process.send_signal(signal.SIGTERM)
    server.until(_DRAINS)
    for at in (port, server.port):
        status, body = get(at, "/readyz")
        assert (status, json.loads(body)) == (503, {"status": "draining"})
        # As HAProxy asks.
        status, body = get(at, "/readyz?draining=404")
        assert (status, json.loads(body)) == (404, {"status": "draining"})
        assert get(at, "/healthz")[0] == 200
    assert post(server, play("late")).status == 200
    viewer = Viewer(server, GAME)
    read_until([viewer], lambda viewer: viewer.is_over)
    assert viewer.closed == 1012
    assert server.ended() == 0


def test_a_second_sigterm_ends_it_at_once(start):
    server = start(drain="accept_s = 15.0")
    begin(server)
    assert post(server, play("1")).status == 200
    server.process.send_signal(signal.SIGTERM)
    server.until(_DRAINS)
    assert server.stop() == 1
    again = start()
    assert again.games == 1
    assert again.request("GET", f"/v1/games/{GAME}").json["seq"] == 3


def test_a_server_that_is_told_to_stop_while_it_starts_stops_in_order(start, tmp_path):
    first = start()
    for number in range(300):
        begin(first, f"g{number:010}")
    assert first.stop() == 0
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        with subprocess.Popen(
            [*TWISTED, "--config", str(tmp_path / "scoreboard.toml")],
            cwd=tmp_path,
            env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as second:
            assert manager.recv(4_096).startswith(b"STATUS=reads the log")
            second.send_signal(signal.SIGTERM)
            said, _ = second.communicate(timeout=PATIENCE)
    assert "scoreboard is ready" not in said
    assert "Traceback" not in said
    assert second.returncode == 0, said


def test_the_deadline_ends_it(start):
    server = start(drain="accept_s = 0.5\nspread_s = 0.0\ndeadline_s = 0.6")
    begin(server)
    # Who takes his leave without ever going.
    viewer = Viewer(server, GAME)
    read_until([viewer], lambda viewer: viewer.heard(SUBSCRIBED))
    assert server.stop() == 1


class Feed(threading.Thread):
    """Posts plays over one connection until it is told to stay away; keeps each answer."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.accepted: list[int] = []
        self.refused: tuple[int, dict] | None = None
        self._line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self._token = {"Authorization": "Bearer secret", "Content-Type": "application/json"}

    def run(self) -> None:
        path, number = f"/v1/feeds/arena/games/{GAME}/messages", 0
        while self.refused is None:
            self._line.request("POST", path, json.dumps(play(str(number))), self._token)
            reply = self._line.getresponse()
            said = json.loads(reply.read())
            if reply.status == 200:
                self.accepted.append(said["seq"])
            else:
                self.refused = (reply.status, {**said, "after": reply.getheader("Retry-After")})
            number += 1
        self._line.close()


def test_two_hundred_are_told_to_leave_and_come_back_without_a_gap(start):
    server = start(drain="accept_s = 0.5\nspread_s = 2.0")
    begin(server)
    viewers = [Viewer(server, GAME) for _ in range(200)]
    read_until(viewers, lambda viewer: viewer.heard(SUBSCRIBED))
    feed = Feed(server)
    feed.start()
    read_until(viewers, lambda viewer: len(viewer.heard(EVENT)) >= 5)
    server.process.send_signal(signal.SIGTERM)
    server.until(_DRAINS)
    read_until(viewers, lambda viewer: viewer.is_over)
    assert server.ended() == 0
    feed.join(PATIENCE)
    # The feed: everything was answered, and then refused in words.
    assert feed.refused is not None
    status, refusal = feed.refused
    assert (status, refusal["code"], refusal["after"]) == (503, "unavailable", "1")
    assert refusal["retry_ms"] == 1_000
    # The followers: each was told, one after the other, in no order of theirs.
    assert {viewer.closed for viewer in viewers} == {1012}
    told = [at for viewer in viewers for at, message in viewer.said if message[0] == GOODBYE]
    assert len(told) == 200
    assert told != sorted(told)
    assert 1.8 < max(told) - min(told)
    back = []
    for viewer in viewers:
        at, (_, details, uri) = viewer.said[-1]
        assert uri == "wamp.close.system_shutdown"
        assert f"retry_ms={details['retry_ms']}" in details["message"]
        back.append((at, at + details["retry_ms"] / 1_000))
    assert max(told) + 0.5 < min(comes for _, comes in back)
    # What was acknowledged is there, and they have it all, with what they get on their return.
    again = start()
    have = again.request("GET", f"/v1/games/{GAME}").json
    assert feed.accepted == list(range(3, have["seq"] + 1))
    for viewer in viewers:
        epoch = viewer.heard(EVENT)[0][5]["epoch"]
        assert epoch == have["epoch"]
        came = Viewer(again, GAME, since=(epoch, viewer.seqs[-1]))
        lacks = have["seq"] - viewer.seqs[-1]
        read_until(
            [came], lambda one, lacks=lacks: len(one.seqs) >= lacks and one.heard(SUBSCRIBED)
        )
        came.socket.close()
        assert viewer.seqs + came.seqs == feed.accepted


def test_event_streams_are_told_as_well(start):
    server = start(drain='accept_s = 0.0\nelsewhere = "https://b.example"')
    begin(server)
    line = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    line.sendall(f"GET /v1/events?game={GAME} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    told = b""
    while b"event: snapshot" not in told:
        told += line.recv(4_096)
    server.process.send_signal(signal.SIGTERM)
    while data := line.recv(4_096):
        told += data
    line.close()
    *_, goodbye = told.strip().split(b"\n\n")
    assert goodbye.startswith(b"event: goodbye\nretry: 0\n")
    said = json.loads(goodbye.partition(b"data: ")[2])
    assert said == {"reason": "the server stops", "retry_ms": 0, "where": "https://b.example"}
    assert server.ended() == 0


def test_a_service_manager_hears_how_it_is(start, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
        server = start(environ=environ)
        assert manager.recv(4_096).startswith(b"STATUS=reads the log\nEXTEND_TIMEOUT_USEC=")
        status = b"STATUS=0 games, 0 sessions, 0 event streams"
        assert manager.recv(4_096) == b"READY=1\n" + status
        # It listens by then.
        assert get(server.port, "/readyz")[0] == 200
        assert manager.recv(4_096) == b"WATCHDOG=1\n" + status
        # A process that hangs says nothing, and lives again afterwards.
        server.process.send_signal(signal.SIGSTOP)
        manager.settimeout(0.0)
        with suppress(BlockingIOError):
            while manager.recv(4_096):
                pass
        manager.settimeout(1.0)
        with pytest.raises(TimeoutError):
            manager.recv(4_096)
        manager.settimeout(PATIENCE)
        server.process.send_signal(signal.SIGCONT)
        assert manager.recv(4_096) == b"WATCHDOG=1\n" + status
        server.process.send_signal(signal.SIGTERM)
        while (said := manager.recv(4_096)).startswith(b"WATCHDOG=1"):
            pass
        assert said == b"STOPPING=1\nSTATUS=sends its clients away: " + status[7:]
        assert server.ended() == 0


def test_the_unit_is_in_order(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    text = (ROOT / "conf" / "scoreboard.service").read_text()
    unit = tmp_path / "scoreboard.service"
    unit.write_text(text.replace("/opt/scoreboard/bin/twistd", str(TWISTD)))
    checked = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_every_line_of_a_json_log_is_json(start):
    server = start(more='\n[logs]\nformat = "json"\n')
    begin(server)
    post(server, play("\n\x1b[2J\x7f"))
    viewer = Viewer(server, GAME)
    read_until([viewer], lambda viewer: viewer.heard(WELCOME))
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.output]
    assert all({"ts", "level", "event", "text"} <= set(line) for line in lines)
    assert [line["games"] for line in lines if "scoreboard is ready" in line["text"]] == [0]


def test_a_json_log_does_not_go_into_a_file(tmp_path: Path):
    config = tmp_path / "s.toml"
    config.write_text('[logs]\nformat = "json"\n')
    ended = subprocess.run(
        [TWISTD, "--pidfile=", "--logfile=x.log", "-n", "scoreboard", "--config", str(config)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ended.returncode == 1
    assert "logs.format json is written to stdout: omit --logfile" in ended.stdout + ended.stderr


def test_a_start_that_fails_is_told_in_a_line_of_json(start, tmp_path):
    busy = start()
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(AssertionError, match=rf"cannot listen on 127\.0\.0\.1:{busy.port}: "):
        Server(other, port=busy.port, more='\n[logs]\nformat = "json"\n')
