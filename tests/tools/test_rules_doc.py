"""docs/rules.md is what the code says."""

from __future__ import annotations

from pathlib import Path

from scoreboard.rules.catalogue import CATALOGUE, REPEATS
from scoreboard.tools.rules_doc import document

DOCS = Path(__file__).parents[2] / "docs"


def test_the_document_is_fresh():
    again = "python -m scoreboard.tools.rules_doc > docs/rules.md"
    assert (DOCS / "rules.md").read_text() == document(), f"stale: {again}"


def test_every_code_is_in_the_protocol():
    protocol = (DOCS / "protocol.md").read_text()
    codes = {code for rule in (*REPEATS, *CATALOGUE) for code in rule.codes}
    assert sorted(code for code in codes if f"`{code}`" not in protocol) == []


def test_every_rule_says_what_it_looks_for_in_one_sentence_and_what_to_do():
    for rule in (*REPEATS, *CATALOGUE):
        assert rule.summary.endswith("."), rule.name
        assert len(rule.hint) > 5, rule.name
        assert rule.name.startswith(rule.id.lower() + "_"), rule.name
