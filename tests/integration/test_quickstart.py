"""The quick starts are what they say: every block of them is done as a reader would."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.support.quickstart import Reader, blocks, fits
from tests.support.recorded import ROOT as RECORDED
from tests.support.server import ROOT

DOCS = ROOT / "docs"
MODULES = Path(__file__).parent / "clients" / "node_modules"

#: Document -> the ports that it names.
PORTS = {
    "quickstart-apps.md": (8080,),
    "quickstart-feeds.md": (8080, 8090, 8091, 8092),
    "quickstart-operators.md": (8080, 8081, 5022),
}


def missing(section: str) -> bool:
    """Whether this machine cannot do what a section wants."""
    if os.environ.get("SCOREBOARD_REQUIRE_CLIENTS"):
        return section == "Poll" and not (RECORDED / "README.md").exists()
    return {
        "Follow: JavaScript": not (shutil.which("node") and MODULES.is_dir()),
        "Poll": not (RECORDED / "README.md").exists(),
    }.get(section, False)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
@pytest.mark.parametrize("name", PORTS)
def test_every_block_of_a_quick_start_does_what_it_says(tmp_path, name):
    if name == "quickstart-operators.md" and shutil.which("ssh") is None:
        pytest.skip("there is no ssh here")
    if MODULES.is_dir():
        (tmp_path / "node_modules").symlink_to(MODULES)
    environ = {"RECORDED": str(RECORDED), "ROOT": str(ROOT)}
    doing = [one for one in blocks((DOCS / name).read_text()) if not missing(one.section)]
    with Reader(tmp_path, PORTS[name], environ) as reader:
        reader.does(doing)
    assert len(doing) > 8


def test_every_quick_start_is_tested_and_linked_from_the_readme():
    there = {path.name for path in DOCS.glob("quickstart-*.md")}
    linked = set(re.findall(r"\(docs/(quickstart-[a-z]+\.md)\)", (ROOT / "README.md").read_text()))
    assert there == linked == set(PORTS)


@pytest.mark.parametrize(
    ("wanted", "said", "expected"),
    [("a...c", "a\nb\nc\n", True), ("a...c", "abcd", False), ("a", "b", False), ("", "", True)],
)
def test_what_comes_out_is_compared(wanted, said, expected):
    assert fits(wanted, said) is expected
