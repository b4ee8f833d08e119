"""
A feed that takes nothing for said until it was answered: over HTTP or over WAMP.

Rule: of each game one request is on its way at a time; what was not answered is sent again,
from its first message on. Every answer is kept.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs

from scoreboard.tools.load_line import Line
from tests.durability.story import Shelf, Story

#: Seconds that a server may take to answer.
PATIENCE_S = 20.0
#: Games that a feed tells at a time.
OPEN = 4
#: Messages of one request at most.
_TOGETHER = 8
#: What a server that is killed does to those who speak with it.
LOST = (OSError, http.client.HTTPException)


@attrs.frozen
class Ack:
    """
    A message of which the server has said that the log has it.

    Attributes:
        kind: the message's type, "meta" for a game's meta.
        ref: the feed's name for the play that it speaks of.
        outcome: "accepted", "flagged" or "duplicate".
        seq: where it stands.
    """

    game_id: str
    source: str
    kind: str
    ref: str | None
    outcome: str
    seq: int


@attrs.define(eq=False)
class Telling:
    """
    How far a game is told.

    Attributes:
        answered: messages that were answered, from the first on.
        on_its_way: messages behind them that were sent and not answered.
        created: whether the server has said that it knows the game.
    """

    story: Story
    answered: int = 0
    on_its_way: int = 0
    created: bool = False

    @property
    def is_over(self) -> bool:
        return self.answered == len(self.story.messages)


class Feed:
    """
    One source.

    Attributes:
        open: games that are being told.
        acks: what the server has said to be recorded, since `taken`.
        outcomes: outcome (or code of a refusal) -> how many answers.
        opens: whether another game is begun when one is over.
        heard: set when something was answered.
    """

    def __init__(self, source: str, token: str, shelf: Shelf, seed: int) -> None:
        self.source = source
        self.open: list[Telling] = []
        self.acks: list[Ack] = []
        self.outcomes: Counter[str] = Counter()
        self.opens = True
        self.heard = threading.Event()
        self._token = token
        self._shelf = shelf
        self._draw = random.Random(f"{source} {seed}")
        # In blocks, each in an order of its own: so both sources are first with some games.
        self._order: list[int] = []
        self._begun = 0

    @property
    def is_done(self) -> bool:
        return not self.opens and not self.open

    def taken(self) -> list[Ack]:
        """The acknowledgements since the last time."""
        acks, self.acks = self.acks, []
        return acks

    def run_http(self, port: int) -> None:
        """Tell until the server is gone, or everything is told."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        try:
            while self._fill(connection):
                for telling in tuple(self.open):
                    messages = self._next(telling)
                    body = b"\n".join(json.dumps(message).encode() for message in messages)
                    path = f"/v1/feeds/{self.source}/games/{telling.story.game_id}/messages"
                    _, text = self._ask(connection, "POST", path, body, "application/x-ndjson")
                    self._heard(telling, [json.loads(line) for line in text.splitlines()])
        except LOST:
            return
        finally:
            connection.close()

    def run_wamp(self, port: int) -> None:
        """The same over WAMP, with a call for each open game on its way."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        line = None
        try:
            line = Line("127.0.0.1", port, self.source, self._token, PATIENCE_S)
            calls: dict[int, Telling] = {}
            while self._fill(connection):
                for telling in self.open:
                    if telling not in calls.values():
                        messages = self._next(telling)
                        calls[line.submit(telling.story.game_id, messages)] = telling
                line.flush()
                for number, answers in line.answers():
                    self._heard(calls.pop(number), answers)
        except LOST:
            return
        finally:
            connection.close()
            if line is not None:
                line.close()

    def _fill(self, connection: http.client.HTTPConnection) -> bool:
        """Begin games until there are enough; whether there is anything to tell."""
        self.open = [telling for telling in self.open if not telling.is_over]
        while self.opens and len(self.open) < OPEN:
            if not self._order:
                block = range(self._begun, self._begun + OPEN)
                self._order = self._draw.sample(block, OPEN)
                self._begun += OPEN
            self.open.append(Telling(self._shelf.at(self._order.pop())))
        for telling in self.open:
            if not telling.created:
                self._create(connection, telling)
        return bool(self.open)

    def _create(self, connection: http.client.HTTPConnection, telling: Telling) -> None:
        story = telling.story
        body = json.dumps(story.meta).encode()
        path = f"/v1/games/{story.game_id}"
        status, text = self._ask(connection, "PUT", path, body, "application/json")
        if status == http.client.OK:
            telling.created = True
            self._keep(story.game_id, "meta", None, json.loads(text))

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes, kind: str
    ) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()

    def _next(self, telling: Telling) -> Sequence[dict[str, Any]]:
        first = telling.answered
        messages = telling.story.messages[first : first + self._draw.randint(1, _TOGETHER)]
        telling.on_its_way = len(messages)
        return messages

    def _heard(self, telling: Telling, answers: Sequence[dict[str, Any]]) -> None:
        assert len(answers) == telling.on_its_way, f"{telling.on_its_way} sent, heard {answers}"
        telling.on_its_way = 0
        self.heard.set()
        for answer in answers:
            if answer.get("code") in {"unavailable", "busy"}:
                self.outcomes[answer["code"]] += 1
                return
            message = telling.story.messages[telling.answered]
            telling.answered += 1
            ref = message.get("provider_play_id")
            self._keep(telling.story.game_id, message["type"], ref, answer)

    def _keep(self, game_id: str, kind: str, ref: str | None, answer: dict[str, Any]) -> None:
        outcome, seq = answer["status"], answer.get("seq")
        self.outcomes[outcome] += 1
        if outcome in {"accepted", "flagged", "duplicate"} and seq is not None:
            self.acks.append(Ack(game_id, self.source, kind, ref, outcome, seq))
