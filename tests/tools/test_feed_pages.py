"""Documents as they stood during their games."""

from __future__ import annotations

import pytest

from scoreboard.ingest.parsers.formats import FORMATS
from scoreboard.ingest.parsers.telling.timeline import timeline
from scoreboard.model.status import State
from scoreboard.tools.datasets import find, load, read
from scoreboard.tools.feed_game import FeedDesk, feed_game
from scoreboard.tools.feed_pages import CannotCut, pages
from tests.support.recorded import needs_recorded, recorded

#: One game of every format.
GAMES = {
    "nfl": ("nfl-edge-games", "2022_15_IND_MIN"),
    "nba_live": ("feed-samples", "nba-live-playbyplay"),
    "nba_stats": ("nba-2015-12-23", "0021500426"),
    "stats": ("ncaam-2018-03-15-two-providers", "2032259"),
    "espn_csv": ("ncaam-2018-03-15-two-providers", "401025815"),
    "espn": ("feed-samples", "kansas-duke"),
    "wyscout": ("soccer-edge-extra-time", "2058005"),
    "hockeytech": ("hockey-pwhl-2026-01-28", "269"),
    "retrosheet": ("mlb-2019-09-29", "SFN201909290"),
}

pytestmark = needs_recorded


def taken(provider):
    folder, name = GAMES[provider]
    game = next(
        g for g in find([recorded(folder)]).games if g.provider == provider and name in g.name
    )
    companions = {role: read(path) for role, path in game.companions}
    return load(game), pages(provider, read(game.path), companions), companions


def parsed(provider, body, companions):
    form = next(form for form in FORMATS if form.provider == provider)
    return form.parse(body, companions)


def desk(provider, rates=None, seed=1):
    document, cut, _ = taken(provider)
    arrivals = timeline(document)
    offsets = [a.at_ms - arrivals[0].at_ms for a in arrivals]
    game = feed_game("x", document, arrivals, offsets, cut, rates or {}, seed)
    return document, FeedDesk(game, seed, rates or {})


def test_every_format_can_be_cut():
    assert set(GAMES) == {form.provider for form in FORMATS}


@pytest.mark.parametrize("provider", GAMES)
def test_with_all_rows_it_is_the_recorded_document(provider):
    document, cut, companions = taken(provider)
    assert parsed(provider, cut.final.document(cut.rows), companions) == document


@pytest.mark.parametrize("provider", GAMES)
def test_in_the_middle_it_is_the_same_game_and_not_over(provider):
    document, cut, _ = taken(provider)
    live = {role: both[0] for role, both in cut.companions.items()}
    half = parsed(provider, cut.live.document(cut.rows[: len(cut.rows) // 2]), live)
    assert half.meta.game_id == document.meta.game_id
    assert 0 < len(half.rows) < len(document.rows)
    over = half.status is not None and half.status.status.state is State.POST
    # Event files are of games that have been played: they cannot say otherwise.
    assert over is (provider == "retrosheet")


@pytest.mark.parametrize("provider", GAMES)
def test_a_lie_is_another_document(provider):
    _, cut, companions = taken(provider)
    lies = [(place, row) for place, row in enumerate(map(cut.lie, cut.rows)) if row is not None]
    place, false = lies[len(lies) // 2]
    rows = [*cut.rows[:place], false, *cut.rows[place + 1 :]]
    truth = parsed(provider, cut.final.document(cut.rows), companions)
    assert parsed(provider, cut.final.document(rows), companions).rows != truth.rows


@pytest.mark.parametrize("provider", GAMES)
def test_it_grows_to_the_whole_document(provider):
    document, served = desk(provider)
    end = served.game.end_ms
    counts = [served.answer(end * share).rows for share in (0.0, 0.3, 0.6, 1.0)]
    assert counts == sorted(counts)
    assert counts[1] < counts[2]
    companions = {role: served.companion(role, end) for role in served.game.pages.companions}
    assert parsed(provider, served.answer(end).body, companions) == document
    assert served.companion("no such", end) is None


def test_faults_end_when_the_game_has_been_over_for_a_while():
    _, served = desk("nfl", {"drop": 1.0})
    end = served.game.end_ms
    faults = [served.answer(end).fault for _ in range(5)]
    assert [one is not None for one in faults] == [True, True, False, False, False]
    assert served.made == {"drop": 2}


@pytest.mark.parametrize("kind", ["drop", "reorder", "stale", "lie", "duplicate", "stall"])
def test_every_fault_is_in_the_document_or_counted(kind):
    document, served = desk("nfl", {kind: 1.0})
    middle = served.game.end_ms // 2
    _, honest = desk("nfl")
    first, second = served.answer(middle), served.answer(middle)
    assert second.fault.kind == kind
    assert served.made[kind] == (1 if kind == "duplicate" else 2)
    same = second.body == honest.answer(middle).body
    assert same is (kind in ("duplicate", "stall"))
    assert parsed("nfl", second.body, {}).meta.game_id == document.meta.game_id
    assert first.over is second.over is False


def test_a_document_without_rows_cannot_be_served():
    with pytest.raises(CannotCut, match="without rows"):
        pages("espn_csv", b"a,b\n", {})
