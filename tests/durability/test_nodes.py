"""Nodes are killed, stopped and drained, HAProxy is reloaded: one round each of the campaign."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support.haproxy import needs_haproxy
from tests.support.redis import needs_redis

pytestmark = [needs_redis, needs_haproxy]

ROOT = Path(__file__).parents[2]


def test_whatever_happens_to_a_node_nothing_that_was_acknowledged_is_lost(tmp_path):
    saved = tmp_path / "rounds.json"
    kinds = ["kill", "stop", "drain", "reload"]
    words = ["--rounds", "1", "--seed", "1", "--only", ",".join(kinds), "--save", str(saved)]
    # In a process of its own: its followers need a reactor that runs.
    command = [sys.executable, "-m", "tests.durability.nodes_campaign", *words]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    rounds = json.loads(saved.read_text())
    assert [one["kind"] for one in rounds] == kinds
    assert all(one["found"]["acked"] > 30 for one in rounds)
    assert {one["kind"] for one in rounds if one["found"]["moves"]} >= {"kill", "stop", "drain"}
