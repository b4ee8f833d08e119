import pytest

from scoreboard.client.link import TRANSITIONS, Link, LinkInput, LinkState
from scoreboard.model.errors import LocalError

PAIRS = [(state, cause) for state in LinkState for cause in LinkInput]


@pytest.mark.parametrize(("state", "cause"), PAIRS)
def test_a_link_does_what_the_table_says_and_nothing_else(state, cause):
    link = Link(state)
    if (state, cause) in TRANSITIONS:
        assert TRANSITIONS[state, cause] is link.after(cause, 1.0).state
    else:
        with pytest.raises(LocalError):
            link.after(cause, 1.0)


def test_the_reason_stays_until_the_link_is_live_again():
    waiting = Link().after(LinkInput.LOST, 1.0, why="refused", until_s=2.0)
    assert (waiting.why, waiting.until_s) == ("refused", 2.0)
    joined = waiting.after(LinkInput.RETRY, 2.0).after(LinkInput.JOINED, 2.5)
    assert (joined.why, joined.until_s) == ("refused", None)
    assert joined.after(LinkInput.CAUGHT_UP, 3.0) == Link(LinkState.LIVE, 3.0)


def test_a_lost_link_remembers_since_when():
    live = Link(LinkState.LIVE, 5.0)
    waiting = live.after(LinkInput.LOST, 7.0)
    connecting = waiting.after(LinkInput.RETRY, 9.0)
    again = connecting.after(LinkInput.LOST, 10.0)
    assert [link.lost_s for link in (live, waiting, connecting, again)] == [None, 7.0, 7.0, 7.0]
    assert connecting.after(LinkInput.JOINED, 11.0).lost_s is None
