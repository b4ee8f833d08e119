"""A whole cluster on this machine, by its command: up, a Sunday, a node killed, down."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoreboard.tools import cluster_processes as processes
from scoreboard.tools.cluster_run import ENDED, UP, Running
from tests.support.haproxy import needs_haproxy
from tests.support.recorded import needs_recorded, recorded
from tests.support.redis import needs_redis, until
from tests.support.server import PATIENCE

pytestmark = [needs_redis, needs_haproxy]

ROOT = Path(__file__).parents[2]


class Commander:
    """Gives commands as a user does, all about one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, action: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scoreboard", "cluster", action, *words]
        done = subprocess.run(
            [*command, "--folder", str(self.folder)],
            capture_output=True,
            text=True,
            timeout=6 * PATIENCE,
            cwd=ROOT,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    def status(self) -> dict[str, list[str]]:
        """Name -> the other words of its line."""
        rows = [line.split() for line in self("status").stdout.splitlines()[1:] if line]
        return {row[1]: row for row in rows if len(row) > 3}


@pytest.fixture
def cluster(tmp_path) -> Iterator[Commander]:
    """Whatever a test leaves running is ended."""
    commander = Commander(tmp_path / "c")
    yield commander
    if (commander.folder / UP).exists():
        commander("down")


def living(folder: Path, file: str) -> list[str]:
    """Members that live, and what is left of their sessions."""
    data = json.loads((folder / file).read_text())
    sessions = {process["pid"] for process in data["processes"].values()}
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) in sessions and fields[0] not in "ZX":
            found.append(stat.parent.name)
    return found


def test_a_cluster_comes_up_plays_a_sunday_loses_a_node_and_ends(cluster):
    began = cluster("up", "2", "--replicas", "1", "--edges", "1", "--port", "0")
    assert began.returncode == 0, began.stderr
    assert re.search(r"scores +http://127\.0\.0\.1:\d+/", began.stdout)
    for name in ("redis1", "redis2", "n1", "n2", "e1", "haproxy"):
        assert re.search(rf"{name} +127\.0\.0\.1:\d+ +ready after", began.stderr), name

    again = cluster("up", "1", "--port", "0")
    assert again.returncode == 2
    assert "a cluster is up in" in again.stderr
    assert "6 of 6 processes live" in again.stderr

    day = ("--football", "0", "--soccer", "3", "--hockey", "1", "--basketball", "0")
    played = cluster("sunday", "--speed", "max", *day)
    assert played.returncode == 0, played.stdout + played.stderr
    assert "4 of 4 finals on the server are the true ones" in played.stdout

    now = cluster.status()
    assert [now[name][4] for name in ("redis1", "n1", "n2", "e1", "haproxy")] == ["yes"] * 5
    assert int(now["n1"][5]) + int(now["n2"][5]) == 4
    assert int(now["e1"][5]) == 0
    assert now["redis1"][5] == "primary"
    assert " ".join(now["redis2"][5:]).endswith("bytes behind")
    assert now["e1"][7:9] == ["ready,", "following"]

    killed = cluster("kill", "n1")
    assert (killed.returncode, "SIGKILL sent" in killed.stdout) == (0, True)
    assert cluster("status").returncode == 1
    assert cluster.status()["n1"][4] == "no"
    assert "`start n1` brings it back" in cluster("kill", "n1").stderr
    # What was n1's is written by n2; the day is the same, so everything is a duplicate.
    assert cluster("start", "n1").returncode == 0
    assert cluster("start", "n1").returncode == 2
    assert cluster.status()["n1"][4] == "yes"

    assert cluster("kill", "e1", "--signal", "stop").returncode == 0
    assert cluster.status()["e1"][4] == "stopped"
    assert cluster("kill", "haproxy").returncode == 0

    ended = cluster("down")
    assert ended.returncode == 0, ended.stderr
    assert "the cluster has ended" in ended.stdout
    assert living(cluster.folder, ENDED) == []
    assert not (cluster.folder / UP).exists()
    assert cluster("status").returncode == 2


@needs_recorded
def test_recorded_games_go_in_and_another_redis_takes_over_for_one_that_is_killed(cluster):
    began = cluster("up", "2", "--replicas", "2", "--sentinel", "--port", "0")
    assert began.returncode == 0, began.stderr
    day = (str(recorded("nfl-edge-games")), "--align", "--speed", "max")
    played = cluster("sunday", *day)
    assert played.returncode == 0, played.stdout + played.stderr
    assert re.search(r"^4 of 4 games, \d+ messages", played.stdout, re.MULTILINE)
    assert cluster.status()["redis1"][5] == "primary"

    assert cluster("kill", "redis1").returncode == 0
    again = cluster("sunday", *day)
    assert again.returncode == 0, again.stdout + again.stderr
    # Nothing was to be written, so the replay may be over before another one is chosen.
    until(lambda: {cluster.status()[name][5] for name in ("redis2", "redis3")} >= {"primary"})
    finals = re.compile(r" (\d+-\d+) +sent$", re.MULTILINE)
    assert len(finals.findall(played.stdout)) == 4
    assert finals.findall(again.stdout) == finals.findall(played.stdout)


def test_what_does_not_start_is_told_and_nothing_of_it_is_left(cluster, tmp_path):
    began = cluster("up", "1", "--port", "0")
    assert began.returncode == 0, began.stderr
    running = Running.found(cluster.folder)
    port = running.cluster.members[-1].port
    other = Commander(tmp_path / "d")
    taken = other("up", "1", "--port", str(port))
    assert taken.returncode == 2
    assert f"--port {port}" in taken.stderr
    assert not other.folder.exists() or list(other.folder.iterdir()) == []
    assert cluster("down").returncode == 0
    # The next one begins with nothing of the last.
    assert cluster("up", "1", "--port", "0").returncode == 0
    assert cluster.status()["n1"][5] == "0"
    home = cluster.folder / "n1" / "scoreboard.toml"
    assert cluster("kill", "n1", "--signal", "TERM").returncode == 0
    until(lambda: cluster.status()["n1"][4] == "no")
    home.write_text("nonsense = 1")
    failed = cluster("start", "n1")
    assert failed.returncode == 1
    assert "n1 ended" in failed.stderr
    assert "nonsense" in failed.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["up", "0"], "nodes: 0 is not 1 to 64"),
        (["up", "1", "--edges", "1"], "an edge reads from a replica"),
        (["up", "1", "--port", "x"], "'x' is not 0-65535"),
        (["kill", "n1"], "no cluster in"),
        (["kill", "n1", "--signal", "NOPE"], "'NOPE' is no signal"),
        (["sunday"], "no cluster in"),
        (["down"], "no cluster in"),
    ],
)
def test_a_mistake_costs_a_line(cluster, words, says):
    done = cluster(*words)
    assert done.returncode == 2
    assert says in done.stderr


def test_files_of_somebody_else_are_left_alone(cluster):
    cluster.folder.mkdir()
    (cluster.folder / "notes").write_text("mine")
    done = cluster("up", "1", "--port", "0")
    assert done.returncode == 2
    assert "has files that are no cluster's" in done.stderr
    (cluster.folder / "notes").rename(cluster.folder / UP)
    assert "cannot be read" in cluster("down").stderr
    (cluster.folder / UP).unlink()


def test_a_signal_reaches_nobody_who_got_the_pid_later(tmp_path):
    process = processes.started(["sleep", "60"], tmp_path)
    stranger = processes.Process(process.pid, process.began + 1)
    processes.send(stranger, signal.SIGKILL)
    assert (processes.life(stranger), processes.life(process)) == ("no", "yes")
    processes.send(process, signal.SIGKILL)
    assert processes.ended([process], PATIENCE) == []
    assert processes.life(process) == "no"


def test_the_script_explains_itself_before_it_installs_anything():
    done = subprocess.run(
        [ROOT / "scripts" / "cluster", "--help"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0
    assert "scripts/cluster up 3" in done.stdout
    assert "docs/cluster.md" in done.stdout
