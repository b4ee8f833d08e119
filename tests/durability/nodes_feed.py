"""
Feeds of the nodes' campaign: over HTTP, one message after the other, until it is acknowledged.

Rule: what was not answered, or answered `unavailable`, is sent again as it was; every
acknowledgement is kept.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from typing import Any

import attrs

from tests.durability.feed import LOST
from tests.durability.talk import _LIVE, _META, play

#: Seconds after which a feed gives an answer up and asks again.
PATIENCE_S = 5.0
#: Seconds between two messages, and before one is sent again.
PAUSE_S, AGAIN_S = (0.02, 0.08), (0.05, 0.2)
_RECORDED = {"accepted", "flagged", "duplicate"}
_LATER = {429, 500, 502, 503, 504}


@attrs.frozen
class Ack:
    """
    A play of which a feed was told that the log has it.

    Attributes:
        ref: the feed's name for it.
        seq: where it stands.
        sent, heard: when the request that was answered was sent, and the answer came.
    """

    game: str
    ref: str
    outcome: str
    seq: int
    sent: float
    heard: float


class GivenUpError(Exception):
    """Nobody waits for an answer any more."""


class Telling(threading.Thread):
    """
    One game, told by one feed.

    Args:
        port: of HAProxy, or of a node.
        name: begins the names of plays.

    Attributes:
        acks: in the order in which they came.
        troubles: what else was heard -> how often.
        wrong: answers that no feed should get.
    """

    def __init__(self, game: str, port: int, name: str, seed: str) -> None:
        super().__init__(name=f"{name} {game}", daemon=True)
        self.game = game
        self.acks: list[Ack] = []
        self.troubles: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._label = name
        self._port = port
        self._draw = random.Random(seed)
        self._line: http.client.HTTPConnection | None = None
        self._ends = threading.Event()
        self._is_given_up = False
        self._number = 0

    def create(self) -> None:
        """Make the game, and have it begin."""
        path = f"/v1/games/{self.game}"
        self._until_ok("PUT", path, json.dumps(_META).encode())
        self._until_ok("POST", self._messages, json.dumps(_LIVE).encode())

    def run(self) -> None:
        try:
            while not self._ends.is_set():
                self.say(self._draw.choice((1, 1, 3)))
                self._ends.wait(self._draw.uniform(*PAUSE_S))
        except GivenUpError:
            pass
        self._hang_up()

    def end(self) -> None:
        """What is on its way is the last."""
        self._ends.set()

    def give_up(self) -> None:
        """Not even that."""
        self._is_given_up = True
        self._ends.set()

    def say(self, count: int) -> None:
        """Some plays, in one request."""
        refs = [f"{self._label}-{self._number + n}" for n in range(count)]
        self._number += count
        body = b"\n".join(json.dumps(play(ref, f"play {ref}")).encode() for ref in refs)
        sent, heard, answers = self._until_ok("POST", self._messages, body)
        for ref, answer in zip(refs, answers, strict=True):
            if answer.get("status") not in _RECORDED or answer.get("seq") is None:
                self.wrong.append(f"{self.game} {ref}: {answer}")
                continue
            self.acks.append(Ack(self.game, ref, answer["status"], answer["seq"], sent, heard))

    @property
    def _messages(self) -> str:
        return f"/v1/feeds/arena/games/{self.game}/messages"

    def _until_ok(self, method: str, path: str, body: bytes) -> tuple[float, float, list[Any]]:
        """When it was sent and answered in the end, and the answers. Raises: GivenUpError."""
        while True:
            if self._is_given_up:
                raise GivenUpError
            sent = time.monotonic()
            try:
                status, answers = self.ask(method, path, body)
            except LOST as why:
                self.troubles[type(why).__name__] += 1
                self._hang_up()
            else:
                codes = {answer.get("code") for answer in answers}
                if status not in _LATER and not codes & {"unavailable", "busy"}:
                    return sent, time.monotonic(), answers
                self.troubles[f"{status} {' '.join(sorted(map(str, codes)))}"] += 1
            time.sleep(self._draw.uniform(*AGAIN_S))

    def ask(self, method: str, path: str, body: bytes) -> tuple[int, list[Any]]:
        """One request. Raises: LOST."""
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        headers = {"Authorization": "Bearer secret", "Content-Type": "application/x-ndjson"}
        if method == "PUT":
            headers["Content-Type"] = "application/json"
        self._line.request(method, path, body, headers)
        reply = self._line.getresponse()
        text = reply.read()
        if reply.status in _LATER:
            return reply.status, [_plain(text)]
        return reply.status, [json.loads(line) for line in text.splitlines()]

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class OldLine(Telling):
    """
    A feed that has a connection to one node for itself, and a message on its way there.

    Args:
        port: of the node.
    """

    def begin(self) -> None:
        """Have the connection used once, so that the node has taken it."""
        self.say(1)

    def run(self) -> None:
        try:
            self.say(1)
            self.say(2)
        except GivenUpError:
            pass
        self._hang_up()


def _plain(text: bytes) -> Any:
    """What a refusal says; HAProxy's own are HTML."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
