"""What is done to a cluster while feeds tell and followers follow, and how it is mended."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack

import attrs

from tests.durability.failover_campaign import cut_off
from tests.durability.nodes_feed import OldLine
from tests.support.cluster import Cluster
from tests.support.redis import Redis
from tests.support.server import PATIENCE

#: Seconds from the cut of the replicas to the kill of their primary.
CUT_S = 0.4
#: Seconds for which a node is stopped: HAProxy takes it away within a second.
STOPPED_S = (3.0, 6.0)


@attrs.define
class Harm:
    """
    One thing that is done.

    Attributes:
        victim: the node that it is done to; "": Redis, or HAProxy.
        old: feeds that speak with the victim past HAProxy.
        at: when it was done, seconds; None: not yet.
        back: wait until that has been heard or seen which shows that it is over.
    """

    cluster: Cluster
    draw: random.Random
    victim: str
    old: list[OldLine]
    at: float = 0.0
    killed: Redis | None = None
    stack: ExitStack = attrs.field(factory=ExitStack)

    def kill(self) -> None:
        """`kill -9` a node."""
        self.at = time.monotonic()
        self.cluster.nodes[self.victim].process.kill()

    def stop(self) -> None:
        """SIGSTOP a node past the time that HAProxy gives it, and wake it."""
        process = self.cluster.nodes[self.victim].process
        for line in self.old:
            line.begin()
        asleep = self.draw.uniform(*STOPPED_S)
        before = self.draw.uniform(0, asleep)
        self.at = time.monotonic()
        process.send_signal(signal.SIGSTOP)
        time.sleep(before)
        for line in self.old:
            line.start()
        time.sleep(asleep - before)
        process.send_signal(signal.SIGCONT)

    def drain(self) -> None:
        """SIGTERM; half of the time HAProxy is told before."""
        told = self.draw.random() < 0.5
        self.at = time.monotonic()
        if told:
            self.cluster.proxy.tell(f"set server nodes/{self.victim} state drain")
            time.sleep(self.draw.uniform(0.1, 0.5))
        node = self.cluster.nodes[self.victim]
        code = node.stop()
        assert code == 0, f"the drain ended with {code}"
        if told:
            self.cluster.proxy.tell(f"set server nodes/{self.victim} state ready")

    def reload(self) -> None:
        """Reload HAProxy three times."""
        self.at = time.monotonic()
        for _ in range(3):
            self.cluster.proxy.reload()
            time.sleep(self.draw.uniform(0.1, 0.5))

    def primary(self) -> None:
        """`kill -9` the primary of Redis."""
        self.killed = self.cluster.redis.primary
        self.at = time.monotonic()
        self.killed.kill()

    def partition(self) -> None:
        """Cut the replicas off from their primary; a moment later kill it."""
        self.killed = self.cluster.redis.primary
        # The cut outlasts the primary: the kernel would deliver what a dead process has sent.
        self.stack.enter_context(cut_off(self.killed))
        self.at = time.monotonic()
        time.sleep(CUT_S)
        self.killed.kill()

    def heal(self) -> None:
        """Make it good again."""
        self.stack.close()
        for line in self.old:
            if line.is_alive():
                line.join(PATIENCE)
                assert not line.is_alive(), f"{line.name} was not answered"
        if self.killed is not None:
            self.cluster.redis.rejoin(self.killed)
        elif self.victim and self.cluster.nodes[self.victim].process.poll() is not None:
            self.cluster.restart(self.victim)
        self.cluster.settle()


#: Name -> what is done.
KINDS: dict[str, Callable[[Harm], None]] = {
    "kill": Harm.kill,
    "stop": Harm.stop,
    "drain": Harm.drain,
    "reload": Harm.reload,
    "primary": Harm.primary,
    "partition": Harm.partition,
}
#: Those that are done to a node.
OF_NODES = frozenset({"kill", "stop", "drain"})
#: Those that are done to Redis.
OF_REDIS = frozenset({"primary", "partition"})
