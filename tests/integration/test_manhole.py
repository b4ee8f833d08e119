"""The operators' shell, driven by the ssh of OpenSSH."""

from __future__ import annotations

import base64
import contextlib
import http.client
import shutil
import socket
import stat
import subprocess

import pytest

from tests.support.operator import Manhole, at_terminal, free_port, make_key, manhole
from tests.support.server import PATIENCE, TWISTED, running
from tests.support.stranger import Stranger

pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh here")

GAME = "g0000000001"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
PLAY = {
    "type": "play",
    "provider_play_id": "p1",
    "play": {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": 2},
}
PROMPT = "scoreboard> "


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    with manhole(tmp_path_factory.mktemp("manhole"), max_sessions=3) as started:
        server = started.server
        assert server.request("PUT", f"/v1/games/{GAME}", META).status == 200
        path = f"/v1/feeds/arena/games/{GAME}/messages"
        live = {"type": "status", "status": "in_progress", "period_index": 1}
        for message in (live, PLAY):
            assert server.request("POST", path, message).status == 200
        yield started


def listening(there: Manhole, line: str) -> http.client.HTTPResponse:
    """An event stream that is open."""
    follower = http.client.HTTPConnection("127.0.0.1", there.server.port, timeout=PATIENCE)
    follower.request("GET", f"/v1/events?game={GAME}")
    answer = follower.getresponse()
    assert answer.status == 200, line
    return answer


# What one can do


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "games()",
            ["game         league  away  home  score", "g0000000001  nba_    ORL   BOS     0-2"],
        ),
        ("games", ["g0000000001  nba_    ORL   BOS     0-2", "1 game"]),
        (
            f"game({GAME})",
            ["score                0-2", "believed for plays   arena", "plays,clock"],
        ),
        ("sessions()", ["no sessions"]),
        ("feeds()", ["g0000000001  arena   scoring     -  plays,clock,status  up        0-2"]),
        ("streams()", ["game.g0000000001", "league.nba_"]),
        ("loglevel()", ["(all others)        debug", "twisted.conch       warn"]),
        ("help()", ["games(league='')", "drain()", "help(verb) says more"]),
        ("help(kick)", ["kick(session)"]),
        ("quarantine()", ["nothing is held"]),
        ("help(quarantine)", ["quarantine(act='list', held='', reason='')", "against its rule"]),
        ("kick slow", ["0 closed"]),
    ],
)
def test_one_line_is_done_and_shown(there, line, shown):
    done = there.run(line)
    assert (done.returncode, done.stderr) == (0, "")
    assert [text for text in shown if text not in done.stdout] == []


@pytest.mark.parametrize(
    ("line", "status", "why"),
    [
        ("game(g9999999999)", 1, "no game g9999999999 is known\n"),
        ("kick(4)", 1, "there is no session 4\n"),
        ("gmaes()", 2, "there is no verb 'gmaes'; did you mean games?\n"),
        ("__import__('os').getpid()", 2, "is neither a number, a word, nor text in quotes\n"),
        ("1 + 1", 2, "a line is a verb and its arguments; help() lists the verbs\n"),
        ("python 1", 2, "there is no verb 'python'; help() lists the verbs\n"),
        ("quarantine(release, q1)", 2, "say why: quarantine(release, held, reason)\n"),
        ("quarantine(drop, q1, slip)", 1, "'q1' is not held; quarantine() lists what is\n"),
        ("x" * 2_000, 2, "a line has at most 1000 characters\n"),
    ],
)
def test_a_line_that_is_not_done_says_why_and_has_an_exit_status(there, line, status, why):
    done = there.run(line)
    assert (done.returncode, done.stdout) == (status, "")
    assert why in done.stderr


def test_everything_typed_is_in_the_audit_with_who_and_what_became_of_it(there):
    before = len(there.audit)
    there.run("games()", user="jo_1")
    there.run("kick(4)")
    there.run("nonsense")
    lines = there.audit[before:]
    key = subprocess.run(
        ["ssh-keygen", "-lf", f"{there.key}.pub"], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    assert {line["key"] for line in lines} == {key}
    assert {line["peer"].partition(":")[0] for line in lines} == {"127.0.0.1"}
    assert [
        (e["user"], e["event"], e.get("typed"), e["outcome"]) for e in lines if "typed" in e
    ] == [
        ("jo_1", "command", "games()", "ok"),
        ("ops", "command", "kick(4)", "begun"),
        ("ops", "command", "kick(4)", "refused"),
        ("ops", "command", "nonsense", "misspelt"),
    ]
    for peer in {line["peer"] for line in lines if "typed" in line}:
        assert next(line["event"] for line in lines if line["peer"] == peer) == "login"


def test_the_files_are_their_owners_alone(there):
    for name in ("audit.log", "ssh_host_ed25519"):
        mode = (there.folder / "var" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600, name


def test_lines_from_a_pipe_are_done_in_order_up_to_the_first_that_fails(there):
    done = there.run("-T", given="games()\n\nkick(4)\nstreams()\n")
    assert done.returncode == 1
    assert "1 game\n" in done.stdout
    assert "streams" not in done.stdout
    assert done.stderr.endswith("there is no session 4\n")


def test_a_follower_is_seen_and_sent_away(there):
    answer = listening(there, "sessions()")
    shown = there.run("sessions()").stdout.split("\n")
    assert shown[0] == "1 session: 1 sse; 0 slow"
    number, protocol, peer = (shown[2].split()[place] for place in (0, 1, 2))
    assert (protocol, peer.partition(":")[0]) == ("sse", "127.0.0.1")
    assert (
        f"{GAME}  nba_    ORL   BOS     0-2  in_progress    3          1"
        in there.run("games()").stdout
    )
    assert there.run(f"kick({number})").stdout == "closed\n"
    assert b"an operator has closed this" in answer.read()
    assert there.run("sessions()").stdout == "no sessions\n"


def test_a_wamp_session_is_seen_by_name_and_sent_away(there):
    with Stranger(there.server) as feed:
        feed.join("arena", "secret")
        shown = there.run("sessions()").stdout.split("\n")
        assert shown[0] == "1 session: 1 wamp.2.json; 0 slow"
        number, protocol, *who = shown[2].split()[:4]
        assert (protocol, who) == ("wamp.2.json", ["arena", "(feed)"])
        assert there.run(f"kick {number}").stdout == "closed\n"
        assert feed.hear()[2] == "wamp.close.killed"


def test_what_the_log_shows_is_chosen(there):
    assert "scoreboard.hub      error" in there.run("loglevel(scoreboard.hub, error)").stdout
    assert there.run("loglevel(scoreboard.hub, loud)").returncode == 2


# What is held


@pytest.fixture
def holding(tmp_path):
    """Two baskets that are worth more than a basket can be, and are held."""
    with manhole(tmp_path) as started:
        server, path = started.server, f"/v1/feeds/arena/games/{GAME}/messages"
        assert server.request("PUT", f"/v1/games/{GAME}", META).status == 200
        live = {"type": "status", "status": "in_progress", "period_index": 1}
        assert server.request("POST", path, live).status == 200
        held = []
        for ref in ("p1", "p2"):
            play = {**PLAY["play"], "points": 4}
            reply = server.request("POST", path, {**PLAY, "provider_play_id": ref, "play": play})
            assert (reply.status, reply.json["status"]) == (202, "quarantined")
            held.append(reply.json["quarantine_id"])
        yield started, held


def test_held_messages_are_listed_let_in_or_thrown_away(holding):
    there, (one, two) = holding
    head, *rows = there.run("quarantine()").stdout.splitlines()
    assert head.split() == ["held", "game", "source", "rule", "age", "problem"]
    assert [row.split()[:5] for row in rows] == [
        [held, GAME, "arena", "S3", "illegal_points"] for held in (one, two)
    ]
    let_in = there.run(f'quarantine(release, {one}, "four-point night")', user="jo_1")
    assert (let_in.returncode, let_in.stdout) == (0, "accepted at seq 3\n")
    assert there.run(f"quarantine drop {two} slip").stdout == "accepted\n"
    assert there.run("quarantine()").stdout == "nothing is held\n"
    again = there.run(f"quarantine(drop, {two}, slip)")
    assert (again.returncode, again.stderr.strip()) == (
        1,
        f"'{two}' is not held; quarantine() lists what is",
    )
    game = there.server.request("GET", f"/v1/games/{GAME}").json
    assert (game["seq"], game["score"]["home"]["points"]) == (3, 4)
    typed = [
        (line["user"], line["typed"], line["outcome"]) for line in there.audit if "typed" in line
    ]
    release = f'quarantine(release, {one}, "four-point night")'
    assert [line for line in typed if "release" in line[1]] == [
        ("jo_1", release, "begun"),
        ("jo_1", release, "ok"),
    ]


def test_what_is_held_is_completed_and_operators_are_told_who_ruled_and_why(holding):
    there, (_, two) = holding
    with Stranger(there.server) as desk:
        desk.join("desk", "operate")
        desk.subscribe("scoreboard.v1.ops.quarantine")
        with at_terminal(there) as jo:
            jo.sees(PROMPT)
            jo.types("quar\t")
            jo.sees("quarantine(")
            jo.types("dr\t")
            jo.sees("drop")
            jo.types(f", {two[:-2]}\t")
            jo.sees(two)
            jo.types(', "a slip")\r')
            jo.sees("accepted")
            jo.types("exit\r")
            assert jo.ends() == 0
        told = desk.event()
    assert [told[key] for key in ("change", "by", "reason", "waiting")] == [
        *("dropped", "ops", "a slip"),
        1,
    ]
    assert told["held"]["quarantine_id"] == two


# At a terminal


def test_a_terminal_completes_edits_and_remembers(there):
    with at_terminal(there) as jo:
        jo.sees("the tab key completes")
        jo.sees(PROMPT)
        jo.types("st\t")
        jo.sees("streams(")
        jo.types(")\r")
        jo.sees("league.nba_")
        jo.sees(PROMPT)
        jo.types("game\t")
        jo.sees("game  games")
        jo.sees(PROMPT)
        jo.types("(\t")
        jo.sees(f"({GAME})")
        jo.types("\r")
        jo.sees("believed for plays")
        jo.sees(PROMPT)
        jo.types("\x1b[A")
        jo.sees(f"game({GAME})")
        jo.types("\x15gamse\x7f\x7f\x1b[D")
        jo.types("\x05es\r")
        jo.sees("1 game")
        jo.sees(PROMPT)
        jo.types("nonsense\x03")
        jo.sees("^C")
        jo.sees(PROMPT)
        jo.types("kick(7)\r")
        jo.sees("there is no session 7")
        jo.types("exit\r")
        assert jo.ends() == 0
    typed = [line["typed"] for line in there.audit if "typed" in line]
    kick = ["kick(7)", "kick(7)"]
    assert typed[-6:] == ["streams()", f"game({GAME})", "games", *kick, "exit"]


def test_a_terminal_is_left_with_control_d_and_the_last_status(there):
    with at_terminal(there) as jo:
        jo.sees(PROMPT)
        jo.types("nonsense\r")
        jo.sees("there is no verb")
        jo.sees(PROMPT)
        jo.types("\x04")
        assert jo.ends() == 2


# Who may come in


@pytest.mark.parametrize(
    ("kind", "more"),
    [("ecdsa", ("-b", "256")), ("ecdsa", ("-b", "521")), ("rsa", ("-b", "2048"))],
)
def test_keys_of_other_modern_kinds_are_good(there, tmp_path, kind, more):
    key = make_key(tmp_path / "ann", kind, *more)
    keys = there.folder / "authorized_keys"
    before = keys.read_text()
    keys.write_text(before + key.with_suffix(".pub").read_text())
    try:
        assert there.run("help()", keys=(key,)).returncode == 0
        assert there.audit[-2]["comment"] == "ann@desk"
    finally:
        keys.write_text(before)
    assert there.run("help()", keys=(key,)).returncode == 255


def refused(there: Manhole, *options: str, **how) -> str:
    """What ssh says that is not let in."""
    done = there.run(*options, "games()", **how)
    assert (done.returncode, done.stdout) == (255, "")
    return done.stderr


def test_an_unknown_key_is_refused_and_in_the_audit(there, tmp_path):
    key = make_key(tmp_path / "eve")
    assert "Permission denied (publickey)" in refused(there, keys=(key,))
    last = there.audit[-1]
    assert (last["event"], last["user"]) == ("login_failed", "ops")
    assert last["detail"] == "publickey: the key is not authorized"
    assert last["key"].startswith("SHA256:")


def test_passwords_are_not_a_way_in(there):
    said = refused(there, "-oPreferredAuthentications=password,keyboard-interactive")
    assert "Permission denied (publickey)" in said


def test_a_name_that_cannot_stand_in_the_log_is_refused(there):
    assert "Permission denied" in refused(there, user="Jo.Doe")


def test_the_third_failure_is_the_last(there, tmp_path):
    keys = tuple(make_key(tmp_path / f"k{number}") for number in range(5))
    before = len(there.audit)
    assert "too many bad auths" in refused(there, keys=keys)
    assert [line["event"] for line in there.audit[before:]] == ["login_failed"] * 3


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("-oCiphers=aes128-cbc,3des-cbc", "no matching cipher found"),
        ("-oMACs=hmac-md5,hmac-sha1", "no matching MAC found"),
        ("-oKexAlgorithms=diffie-hellman-group14-sha1", "no matching key exchange method"),
        ("-oHostKeyAlgorithms=ssh-rsa,rsa-sha2-256", "no matching host key type found"),
    ],
)
def test_what_is_no_longer_safe_is_not_spoken(there, option, why):
    assert why in refused(there, option)


def test_there_are_only_sessions(there):
    forwarded = there.run("-W", f"127.0.0.1:{there.server.port}")
    assert "there are only sessions" in forwarded.stderr or forwarded.returncode != 0
    assert there.run("-s", "sftp").returncode != 0


def test_no_more_operators_than_may_be(there):
    with at_terminal(there) as one, at_terminal(there) as two, at_terminal(there) as three:
        for sitting in (one, two, three):
            sitting.sees(PROMPT)
        assert "3 operators are here already" in refused(there)
        one.types("exit\r")
        assert one.ends() == 0
        assert there.run("help()").returncode == 0


# Time


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hasty")
    with manhole(folder, login_timeout_s=1.0, idle_s=2.0, unsafe=True) as started:
        yield started


def test_hanging_logins_are_gone_in_time(hasty):
    lines = [socket.create_connection(("127.0.0.1", hasty.port), PATIENCE) for _ in range(20)]
    for number, line in enumerate(lines):
        if number % 2:
            line.sendall(b"SSH-2.0-hanging\r\n")
    for line in lines:
        # What comes beyond those who may wait at a time is cut off at once.
        with line, contextlib.suppress(ConnectionResetError):
            while line.recv(65_536):
                pass
    assert hasty.run("help()").returncode == 0
    details = [line.get("detail", "") for line in hasty.audit]
    assert any(detail.startswith("no login within 1 s") for detail in details)


def test_a_peer_that_speaks_no_ssh_is_cut_off(hasty):
    with socket.create_connection(("127.0.0.1", hasty.port), PATIENCE) as line:
        line.sendall(b"GET / HTTP/1.1\r\n\r\n" * 400)
        with contextlib.suppress(ConnectionResetError):
            while line.recv(65_536):
                pass
    assert hasty.run("help()").returncode == 0


def test_who_does_nothing_is_sent_away(hasty):
    with at_terminal(hasty) as jo:
        jo.sees(PROMPT)
        jo.sees("idle for 2 s")
        assert jo.ends() == 255
    assert hasty.audit[-1]["outcome"] == "idle for 2 s"


def test_raw_python_is_there_for_those_who_ask_for_it(hasty):
    assert hasty.run("python len(keeper.states)").stdout == "0\n"
    assert hasty.run("python x = 20 + 1").stdout == ""
    assert hasty.run("python x * 2").stdout == "42\n"
    assert "ZeroDivisionError" in hasty.run("python 1 / 0").stdout
    assert [line["outcome"] for line in hasty.audit if line.get("typed") == "python x * 2"] == [
        "begun",
        "ok",
    ]


# Beginning and end


def test_drain_ends_the_service_in_order_after_its_answer(tmp_path):
    with manhole(tmp_path) as there, at_terminal(there) as other:
        other.sees(PROMPT)
        done = there.run("drain()")
        assert (done.returncode, done.stdout.partition(":")[0]) == (0, "the server stops")
        assert other.ends() == 255
        assert there.server.process.wait(PATIENCE) == 0
        ends = [line["outcome"] for line in there.audit if line["event"] == "logout"]
        assert "the server stops" in ends


def test_drain_is_the_one_of_sigterm_and_may_be_said_twice(tmp_path):
    with manhole(tmp_path, drain="accept_s = 2.0") as there:
        server = there.server
        assert server.request("PUT", f"/v1/games/{GAME}", META).status == 200
        follower = listening(there, "before")
        assert there.run("drain()").returncode == 0
        assert server.request("GET", "/readyz").status == 503
        assert there.run("drain()").returncode == 0
        said = follower.read().decode()
        assert "event: goodbye" in said
        assert "the server stops" in said
        assert server.process.wait(PATIENCE) == 0


def test_a_person_at_the_shell_has_another_source_believed(tmp_path):
    with manhole(tmp_path) as there:
        server = there.server
        assert server.request("PUT", f"/v1/games/{GAME}", META).status == 200
        live = {"type": "status", "status": "in_progress", "period_index": 1}
        for source, token in (("arena", "secret"), ("other", "another")):
            path = f"/v1/feeds/{source}/games/{GAME}/messages"
            assert server.request("POST", path, live, token=token).status in (200, 202)
        done = there.run(f"switch({GAME}, other, 'arena is wrong')", user="jo_1")
        assert (done.returncode, done.stdout.split()[0]) == (0, "accepted"), done.stderr
        rows = {line.split()[1]: line for line in there.run("feeds()").stdout.splitlines()}
        assert "plays" in rows["other"]
        assert "plays" not in rows["arena"]
        done = there.run(f"switch({GAME}, nobody, 'a try')")
        assert (done.returncode, done.stderr.partition(":")[0]) == (1, "unknown_source")


def test_without_a_port_there_is_no_manhole(tmp_path):
    with running(tmp_path) as server:
        assert not [line for line in server.output if "manhole" in line]
    assert not (tmp_path / "var").exists()


def starts(folder, **settings) -> subprocess.CompletedProcess[str]:
    """A server that does not start."""
    lines = [f"{name} = {value}" for name, value in settings.items()]
    config = folder / "c.toml"
    text = ["[listen]", "port = 0", "[log]", 'provider = "memory"', "[manhole]", *lines, ""]
    config.write_text("\n".join(text))
    return subprocess.run(
        [*TWISTED, "--config", str(config)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"interface": '"0.0.0.0"'}, "manhole.interface must be an address of loopback"),
        ({"authorized_keys": '"nowhere"'}, "manhole.authorized_keys: nowhere: No such file"),
        ({"authorized_keys": '"loose"'}, "others may use it (mode 666); chmod 644"),
        ({"authorized_keys": '"options"'}, "options: line 1: begins with 'restrict'"),
        ({"authorized_keys": '"damaged"'}, "the key 'x' is damaged"),
        ({"host_key": '"loose"'}, "manhole.host_key: loose: others may use it"),
        ({"host_key": '"good"'}, "manhole.host_key: good: it is not a private"),
        ({"audit": '"good/audit.log"'}, "manhole.audit: good/audit.log: "),
    ],
)
def test_a_manhole_that_cannot_be_safe_is_not_opened(tmp_path, settings, why):
    public = make_key(tmp_path / "jo").with_suffix(".pub").read_text()
    (tmp_path / "good").write_text(public)
    (tmp_path / "loose").write_text(public)
    (tmp_path / "options").write_text(f"restrict {public}")
    # A point that is not on the curve.
    fields = (b"ecdsa-sha2-nistp256", b"nistp256", b"\x04" + bytes(63) + b"\x01")
    blob = b"".join(len(field).to_bytes(4) + field for field in fields)
    (tmp_path / "damaged").write_text(f"{fields[0].decode()} {base64.b64encode(blob).decode()} x\n")
    for name in ("good", "options", "damaged"):
        (tmp_path / name).chmod(0o600)
    (tmp_path / "loose").chmod(0o666)
    given = {"port": free_port(), "authorized_keys": '"good"', **settings}
    ended = starts(tmp_path, **given)
    assert ended.returncode == 1
    assert why in ended.stderr + ended.stdout


def test_a_port_that_is_taken_is_told(tmp_path):
    public = make_key(tmp_path / "jo").with_suffix(".pub")
    public.chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = starts(tmp_path, port=port, authorized_keys='"jo.pub"')
    assert ended.returncode == 1
    assert f"manhole: cannot listen on 127.0.0.1:{port}" in ended.stdout
