"""The tab key adds what can be typed."""

from __future__ import annotations

import pytest

from scoreboard.model.ids import GameId
from scoreboard.ops.completion import MAX_SHOWN, Completion, complete
from scoreboard.ops.verb import Param, Verb
from scoreboard.ops.verbs import verbs
from scoreboard.ops.views import Controls
from tests.ops.desk import Desk


@pytest.mark.parametrize(
    ("line", "completion"),
    [
        ("se", Completion("ssions(")),
        ("dr", Completion("ain()")),
        ("game", Completion("", ("game", "games"))),
        ("ga", Completion("me", ("game", "games"))),
        ("s", Completion("", ("sessions", "streams", "switch"))),
        ("x", Completion()),
        ("x(", Completion()),
        ("2 ", Completion()),
        ("game(", Completion("g000000000", ("g0000000001", "g0000000002"))),
        ("game(g0000000001", Completion(")")),
        ("game g0000000001", Completion("")),
        ("game('g0000000001", Completion("')")),
        ("game(id=g0000000002", Completion(")")),
        ("game(g0000000001, ", Completion()),
        ("game(what=", Completion()),
        ("game(nothing", Completion()),
        ("games(nf", Completion("l_)")),
        ("switch(g0000000001", Completion(", ")),
        ("switch g0000000001", Completion(" ")),
        ("switch(g0000000001, ra", Completion("dio")),
        ("switch  g0000000001  ra", Completion("dio")),
        ("switch(g0000000001, 'radio', ", Completion()),
        ("quarantine(dr", Completion("op")),
        ("quarantine(drop, ", Completion("q1")),
        ("kick(", Completion("", ("71", "72", "slow"))),
        ("loglevel(", Completion()),
        ("loglevel(a, d", Completion("ebug)")),
        ("help(drai", Completion("n)")),
    ],
)
def test_a_line_goes_on(line, completion):
    assert complete(line, verbs(Desk().controls())) == completion


def test_what_is_not_offered_is_not_known():
    desk = Desk()
    full = desk.controls()
    bare = Controls(game=full.game, switch=full.switch, kick=full.kick, quarantine=full.quarantine)
    table = verbs(bare)
    assert complete("game(", table) == Completion()
    assert complete("switch(g1, ", table) == Completion()
    assert complete("kick(", table) == Completion("slow)")


def test_of_very_many_choices_some_are_shown():
    names = [GameId(f"g{number:010}") for number in range(MAX_SHOWN + 2)]
    table = {"game": Verb("game", (Param("id", words=lambda: names),), "", lambda *_: "")}
    found = complete("game(", table)
    assert found.choices == (*names[:MAX_SHOWN], "... 2 more")
    assert found.added == "g00000000"
