"""What a game costs a node on which nobody follows it: nothing, by every count there is."""

from __future__ import annotations

import signal
from contextlib import ExitStack

from tests.durability.talk import GAME, begin, play, post, shown
from tests.integration.test_nodes import Events
from tests.integration.test_ops import OPS, ops_port, scraped
from tests.integration.test_redis_log import table
from tests.support.redis import needs_redis, redis, until
from tests.support.server import Server

pytestmark = needs_redis

_MOVED, _LOOKS = "scoreboard_relay_notices_total moved", "scoreboard_relay_looks_total"
_ENTRIES, _GAMES = "scoreboard_relay_entries_total", "scoreboard_relay_followed_games"


def relayed(server: Server) -> dict[str, float]:
    """What the relay has cost a node so far, as it counts itself."""
    counts = scraped(ops_port(server))
    return {name: counts[name] for name in (_MOVED, _LOOKS, _ENTRIES, _GAMES)}


def test_a_node_without_a_follower_of_a_game_does_no_work_for_it(tmp_path):
    with redis(tmp_path / "redis") as store, ExitStack() as stack:
        servers = []
        for name in ("home", "follows", "idle"):
            (tmp_path / name).mkdir()
            log = table(store) + f'[shard]\nnode = "{name}"\n'
            servers.append(Server(tmp_path / name, log=log, more=OPS))
            stack.callback(servers[-1].stop, signal.SIGKILL)
        home, follows, idle = servers
        begin(home)
        other = "g0000000002"
        begin(home, other)
        stream, bystander = (
            Events(server, f"/v1/events?game={game}")
            for server, game in ((follows, GAME), (idle, other))
        )
        until(lambda: relayed(follows)[_GAMES] == relayed(idle)[_GAMES] == 1)
        before = relayed(idle)
        channel = f"scoreboard:news:{GAME}"
        for number in range(30):
            assert post(home, play(f"p{number}")).status == 200
            # The node at home is not told either: it writes the game, and nobody asked it.
            assert store.ask("PUBSUB", "NUMSUB", channel) == [channel.encode(), 1]
        tip = shown(home)["seq"]
        until(lambda: any(f'"seq":{tip},' in text for text in stream.envelopes))
        spent = relayed(follows)
        assert spent[_MOVED] >= 30
        assert spent[_ENTRIES] == tip
        after = relayed(idle)
        assert (after[_MOVED], after[_ENTRIES]) == (before[_MOVED], before[_ENTRIES])
        assert not any(GAME in text for text in bystander.data)
        for one in (stream, bystander):
            one.close()
        assert [server.complaints for server in servers] == [[], [], []]


def test_a_node_that_nobody_follows_anything_on_looks_at_nothing(tmp_path):
    with redis(tmp_path / "redis") as store, ExitStack() as stack:
        servers = []
        for name in ("home", "idle"):
            (tmp_path / name).mkdir()
            log = table(store) + f'[shard]\nnode = "{name}"\n'
            servers.append(Server(tmp_path / name, log=log, more=OPS))
            stack.callback(servers[-1].stop, signal.SIGKILL)
        home, idle = servers
        begin(home)
        for number in range(30):
            assert post(home, play(f"p{number}")).status == 200
        # Who is asked about a game follows it for a while.
        shown(home)
        # Longer than from one look at all games that are followed to the next.
        looks = relayed(home)[_LOOKS]
        until(lambda: relayed(home)[_LOOKS] > looks)
        looks = relayed(home)[_LOOKS]
        until(lambda: relayed(home)[_LOOKS] > looks)
        assert relayed(idle) == {_MOVED: 0, _LOOKS: 0, _ENTRIES: 0, _GAMES: 0}
        assert scraped(ops_port(idle))["scoreboard_relay_notices_total made"] == 1
