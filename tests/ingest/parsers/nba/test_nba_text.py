"""What the descriptions of stats.nba.com say."""

from __future__ import annotations

import pytest

from scoreboard.ingest.parsers.nba import text as nba_text
from scoreboard.ingest.parsers.nba.text import FieldGoal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MISS Lee 2' Driving Layup", FieldGoal(2.0, False, "driving layup")),
        ("Sullinger  Dunk (2 PTS) (Olynyk 2 AST)", FieldGoal(None, False, "dunk")),
        ("Batum 25' 3PT Jump Shot (3 PTS)", FieldGoal(25.0, True, "jump shot")),
        ("MISS O'Neal 3PT", FieldGoal(None, True, None)),
        (None, FieldGoal()),
    ],
)
def test_a_shot_s_description_has_distance_value_and_kind(text, expected):
    assert expected == nba_text.field_goal(text)


@pytest.mark.parametrize(
    ("text", "scored", "which", "made"),
    [
        ("Walker Free Throw 2 of 2 (1 PTS)", True, "2 of 2", True),
        ("MISS Walker Free Throw 1 of 2", False, "1 of 2", False),
        ("Thomas Free Throw Technical (1 PTS)", False, "technical", True),
        ("Free Throw 2 of 2", True, "2 of 2", True),
        ("Free Throw 2 of 2", False, "2 of 2", None),
        (None, False, None, None),
    ],
)
def test_a_free_throw_is_made_missed_or_does_not_say(text, scored, which, made):
    assert which == nba_text.free_throw(text)
    assert made is nba_text.free_throw_made(text, scored=scored)


def test_a_rebound_is_of_the_kind_whose_count_has_risen():
    rows = [
        (7, "Lee REBOUND (Off:1 Def:0)"),
        (None, None),
        (8, "Love REBOUND (Off:0 Def:1)"),
        (7, "Lee REBOUND (Off:1 Def:1)"),
        (7, "Lee REBOUND (Off:1 Def:1)"),
        (9, "HORNETS Rebound"),
    ]
    expected = ["offensive", None, "defensive", "defensive", None, None]
    assert expected == nba_text.rebounds(rows)
