"""docs/settings.md is what the code and conf/scoreboard.toml say."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoreboard.model.errors import LocalError
from scoreboard.tools.settings_doc import CONF, document, tables

DOCS = Path(__file__).parents[2] / "docs"


def test_the_document_is_fresh():
    again = "python -m scoreboard.tools.settings_doc > docs/settings.md"
    assert (DOCS / "settings.md").read_text() == document(CONF.read_text()), f"stale: {again}"


def test_every_setting_is_explained_in_words():
    silent = [
        f"{name}.{setting}"
        for name, table in tables(CONF.read_text()).items()
        for setting, words in table.says.items()
        if not words
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("# backlog = 4096", "# backlogs = 4096", "does not explain listen.backlog"),
        ("# backlog =", "# more = 1  # it\n# backlog =", "what is no setting: listen.more"),
        ("[ring]", "[rings]", "has no table ring"),
    ],
)
def test_a_file_that_lacks_a_setting_or_has_another_makes_no_document(old, new, why):
    with pytest.raises(LocalError, match=why):
        document(CONF.read_text().replace(old, new))
