"""Filters of the past do what the WAMP specification says, all of them together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.codec.text import iso
from scoreboard.gateway.event_filter import BadFilter, EventFilter, Selection, read_filter
from tests.hub.fakes import GAME, published

TOPICS = (f"game.{GAME}.score", f"game.{GAME}.play")

#: (id, publication): ids are in no order, as those of publications are.
PAST = [
    (1_000 - 7 * n % 41, published(TOPICS[n % 2], n, ts_ms=1_000 * (n // 3))) for n in range(30)
]
IDS = [number for number, _ in PAST]


def chosen(**kwargs):
    """Ids of what a filter lets through of PAST, and the selection."""
    wanted = read_filter(kwargs)
    selection = Selection(wanted)
    for number, publication in reversed(PAST) if wanted.reverse else PAST:
        if selection.done:
            break
        selection.offer(number, publication, matches=True)
    return [number for number, _ in selection.found], selection


def by_the_book(limit=100, reverse=False, topic=None, **bounds):
    """The specification, word by word."""
    found = list(enumerate(PAST))
    place = {number: n for n, number in enumerate(IDS)}
    for name, value in bounds.items():
        kind, what = name.split("_")
        compare = {
            "from": lambda a, b: a >= b,
            "after": lambda a, b: a > b,
            "before": lambda a, b: a < b,
            "until": lambda a, b: a <= b,
        }[kind]
        if what == "time":
            found = [(n, p) for n, p in found if compare(iso(p[1].ts_ms), value)]
        else:
            found = [(n, p) for n, p in found if compare(n, place[value])]
    found = [(n, p) for n, p in found if topic in (None, p[1].topic)]
    ids = [p[0] for _, p in (reversed(found) if reverse else found)]
    return ids[:limit]


_bounds = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.integers(1, 40),
        "reverse": st.booleans(),
        "topic": st.sampled_from([f"scoreboard.v1.{topic}" for topic in TOPICS]),
        **{
            f"{kind}_time": st.integers(-1, 11).map(lambda s: iso(1_000 * s))
            for kind in ("from", "after", "before", "until")
        },
        **{
            f"{kind}_publication": st.sampled_from(IDS)
            for kind in ("from", "after", "before", "until")
        },
    },
)


@settings(deadline=None, max_examples=500)
@given(_bounds)
def test_what_is_given_is_what_the_specification_says(kwargs):
    assert by_the_book(**kwargs) == chosen(**kwargs)[0]


@pytest.mark.parametrize("reverse", [False, True])
def test_pages_put_together_are_the_whole(reverse):
    step = "before" if reverse else "after"
    found, at = [], {}
    while True:
        page, selection = chosen(limit=7, reverse=reverse, **at)
        found += page
        if not selection.more:
            break
        at = {f"{step}_publication": page[-1]}
    assert found == (IDS[::-1] if reverse else IDS)


def test_there_is_more_only_if_there_is():
    assert (chosen(limit=29)[1].more, chosen(limit=30)[1].more) == (True, False)


def test_a_publication_that_is_not_there_is_named():
    assert list(chosen(after_publication=5)[1].unopened) == [5]


def test_other_topics_count_as_places_and_are_not_given():
    selection = Selection(EventFilter(opens={IDS[0]: True}))
    selection.offer(*PAST[0], matches=False)
    selection.offer(*PAST[1], matches=True)
    assert [IDS[1]] == [number for number, _ in selection.found]


def test_a_filter_is_lenient_about_null_and_bounds_the_limit():
    assert EventFilter() == read_filter({"limit": None, "topic": None, "from_time": None, "x": 1})
    assert read_filter({"limit": 10**9}).limit == 1_000
    assert (EventFilter().names_publications, read_filter({"from_publication": 1}).opens) == (
        False,
        {1: True},
    )


@pytest.mark.parametrize(
    "kwargs",
    [
        {"limit": 0},
        {"limit": "5"},
        {"limit": True},
        {"reverse": 1},
        {"topic": 5},
        {"from_time": 5},
        {"from_time": "yesterday"},
        {"after_publication": -1},
        {"until_publication": 1.5},
    ],
)
def test_a_filter_that_is_none_is_refused(kwargs):
    with pytest.raises(BadFilter, match=next(iter(kwargs))):
        read_filter(kwargs)
