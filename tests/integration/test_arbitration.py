"""Several feeds of one game against a real server: who is believed, who may see it and say it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support.server import ROOT, running
from tests.support.vectors import vectors

#: How much faster than in reality the vectors are played.
SPEED = 15
#: All vectors at once, with a machine that has other things to do.
PATIENCE_S = 120
SETTINGS = f"""
[arbitration]
speed = {SPEED}
[feeds.primary]
token = "secret-p"
rank = 0
[feeds.backup]
token = "secret-b"
rank = 1
[feeds.console]
token = "secret-c"
role = "console"
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server"), more=SETTINGS) as started:
        yield started


@pytest.fixture(scope="module")
def played(server):
    """vector -> what was wrong with it."""
    client = [sys.executable, "-m", "tests.integration.clients.play_vectors"]
    done = subprocess.run(
        [*client, server.url, str(SPEED)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["vector"]: line["problems"] for line in lines}


def cases():
    """Each vector; one that fails for a reason that is known must fail."""
    for vector in vectors():
        marks = pytest.mark.xfail(reason=vector.known, strict=True) if vector.known else ()
        yield pytest.param(vector.name, id=vector.name, marks=marks)


@pytest.mark.parametrize("name", cases())
def test_what_the_vector_says_is_seen(played, name):
    assert played[name] == []
