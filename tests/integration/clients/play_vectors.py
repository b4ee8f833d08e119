"""
Plays all arbitration vectors at once against a server, each as a game of its own.

python -m tests.integration.clients.play_vectors URL SPEED

Every source pushes over HTTP and stands for itself in a WAMP session of its own, which it
leaves when its connection closes; a viewer and an operator follow. Prints a line for each
vector: {"vector", "problems", "late": seconds of the game that its expectations were awaited}.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from autobahn.twisted.component import Component
from autobahn.wamp.exception import ApplicationError, TransportLost
from autobahn.wamp.types import SubscribeOptions
from treq.client import HTTPClient
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import LoopingCall, deferLater, react
from twisted.web.client import Agent, HTTPConnectionPool

from tests.simulation.feeds import BEAT_S
from tests.support.vectors import AS_GOOD, Board, Step, Vector, unmet, vectors

#: For an expectation that does not hold yet, seconds of ours.
PATIENCE_S = 4.0
#: Tokens and tickets, by name.
TICKETS = {
    "primary": "secret-p",
    "backup": "secret-b",
    "console": "secret-c",
    "ann": "whistle",
    "desk": "operate",
}


class Origin:
    """The server: its HTTP and its WAMP."""

    def __init__(self, reactor: Any, url: str) -> None:
        self.reactor = reactor
        self._url = url
        self._http = HTTPClient(Agent(reactor, pool=HTTPConnectionPool(reactor)))

    async def request(self, method: str, path: str, who: str, body: Any = None) -> Any:
        """What is answered, decoded."""
        headers = {"Authorization": f"Bearer {TICKETS[who]}"}
        sent = {} if body is None else {"json": body}
        reply = await self._http.request(method, self._url + path, headers=headers, **sent)
        return await reply.json()

    async def join(self, who: str | None) -> Any:
        """A session of `who`; None: of somebody without a name."""
        transport = {
            "type": "websocket",
            "url": self._url.replace("http", "ws", 1) + "/ws",
            "serializers": ["cbor"],
            "max_retries": 0,
        }
        known = (
            {"anonymous": {}}
            if who is None
            else {"ticket": {"authid": who, "ticket": TICKETS[who]}}
        )
        component = Component(transports=[transport], realm="scoreboard", authentication=known)
        joined: Deferred[Any] = Deferred()
        component.on("join", lambda session, _details: joined.callback(session))
        component.start(self.reactor).addErrback(lambda _failure: None)
        return await joined


class Source:
    """One source of one game: its session, and its heartbeats while it is not silent."""

    def __init__(self, origin: Origin, name: str, game_id: str) -> None:
        self._origin = origin
        self._name = name
        self._game_id = game_id
        self._session: Any = None
        self.quiet = True

    async def back(self) -> None:
        if self._session is None:
            self._session = await self._origin.join(self._name)
            held = await self._session.call("scoreboard.v1.feed.lease", game_id=self._game_id)
            assert set(held.kwresults) == {"term", "authority", "mode", "believed"}
        self.quiet = False
        await self._beat(self._session)

    async def close(self) -> None:
        session, self._session, self.quiet = self._session, None, True
        await session.leave()

    def silent(self) -> None:
        self.quiet = True

    def beat(self) -> Any:
        """What the loop calls."""
        if self.quiet or self._session is None:
            return None
        return Deferred.fromCoroutine(self._beat(self._session))

    async def _beat(self, session: Any) -> None:
        try:
            told = await session.call("scoreboard.v1.feed.heartbeat", games=[self._game_id])
        except TransportLost:
            return
        held = told.kwresults["games"][self._game_id]
        assert held["believed"]["plays"] is (held["authority"] == self._name), held


class Play:
    """One vector being played."""

    def __init__(self, origin: Origin, vector: Vector, speed: float, people: Any) -> None:
        self._origin = origin
        self._vector = vector
        self._speed = speed
        self._people = people
        self.board = Board()
        self.problems: list[str] = []
        self.late_s = 0.0
        self._gid = vector.meta.game_id
        self._sources = {n: Source(origin, n, self._gid) for n in vector.sources}
        self._woken: Deferred[None] | None = None

    async def run(self) -> None:
        clock = self._origin.reactor
        about = self._vector.meta
        teams = {
            side: {"abbrev": team.abbrev, "name": team.name}
            for side, team in (("home", about.home), ("away", about.away))
        }
        meta = {"league": about.league, "ruleset_id": about.ruleset, "teams": teams}
        first = next(iter(self._vector.sources))
        await self._origin.request("PUT", f"/v1/games/{self._gid}", first, meta)
        await self._follow()
        for source in self._sources.values():
            await source.back()
        beats = [LoopingCall(source.beat) for source in self._sources.values()]
        for loop in beats:
            loop.start(BEAT_S / 2 / self._speed).addErrback(self._failed)
        began = clock.seconds()
        for step in self._vector.steps:
            due = began + (step.at_s + self.late_s) / self._speed
            await deferLater(clock, max(0.0, due - clock.seconds()))
            await getattr(self, f"_{step.does}")(step)
        for loop in beats:
            loop.stop()
        await self._compare()

    def _failed(self, failure: Any) -> None:
        self.problems.append(f"heartbeats ended: {failure.value}")

    async def _follow(self) -> None:
        topic = f"scoreboard.v1.ops.feed.{self._gid}"
        await self._people["desk"].subscribe(self._told, topic)

    def hear(self, topic: str, event: dict[str, Any]) -> None:
        """What somebody hears who follows everything; the rest is for operators."""
        if ".ops." in topic:
            self.problems.append(f"a viewer hears {topic}")
        elif topic.startswith(f"scoreboard.v1.game.{self._gid}."):
            self.board.hear(topic, event)
            self._wake()

    def _told(self, **event: Any) -> None:
        self.board.hear(".ops.", event)
        self._wake()

    async def _say(self, step: Step) -> None:
        path = f"/v1/feeds/{step.who}/games/{self._gid}/messages"
        self._check(step, await self._origin.request("POST", path, step.who, step.what))

    def _check(self, step: Step, answer: Any) -> None:
        for name, wanted, seen in (
            ("answered", step.answer, answer.get("status")),
            ("code", step.code, answer.get("code")),
        ):
            if wanted is not None and wanted != AS_GOOD.get(seen, seen):
                self.problems.append(f"at {step.at_s} {step.what}: {name} {seen}, not {wanted}")

    async def _silent(self, step: Step) -> None:
        self._sources[step.who].silent()

    async def _back(self, step: Step) -> None:
        await self._sources[step.who].back()

    async def _closes(self, step: Step) -> None:
        await self._sources[step.who].close()

    async def _call(self, step: Step) -> None:
        data = dict(step.what)
        await self._ask(step, f"scoreboard.v1.scorer.{data.pop('call')}", data)

    async def _switch(self, step: Step) -> None:
        data = {"to": step.what["switch"], "reason": step.what["reason"]}
        await self._ask(step, "scoreboard.v1.ops.feed.switch", data)

    async def _ask(self, step: Step, uri: str, data: dict[str, Any]) -> None:
        try:
            said = await self._people[step.who].call(uri, game_id=self._gid, **data)
            self._check(step, said.kwresults)
        except ApplicationError as error:
            self._check(step, error.kwargs)

    async def _expect(self, step: Step) -> None:
        if step.exact:
            return
        clock = self._origin.reactor
        began = clock.seconds()
        while found := unmet(self.board, step.what):
            left = began + PATIENCE_S - clock.seconds()
            if left <= 0 or self.board.faults:
                self.problems += [f"at {step.at_s} {problem}" for problem in found]
                break
            woken = self._woken = Deferred()
            timer = clock.callLater(left, self._wake)
            await woken
            if timer.active():
                timer.cancel()
        self.late_s += (clock.seconds() - began) * self._speed

    def _wake(self) -> None:
        woken, self._woken = self._woken, None
        if woken is not None:
            woken.callback(None)

    async def _compare(self) -> None:
        """Who comes now must see what the follower has come to."""
        late = await self._origin.request("GET", f"/v1/games/{self._gid}", "primary")
        view, feed = self.board.view, late["feed"]
        seen = {
            "score": [late["score"][side]["points"] for side in ("home", "away")],
            "status": late["status"]["status"],
            "authority": feed["authority"],
            "mode": feed["mode"],
            "term": feed["term"],
            "doubts": sorted(feed["doubts"]),
        }
        for name, value in seen.items():
            if view[name] != value:
                self.problems.append(f"at the end {name} is {view[name]}, a snapshot has {value}")


async def main(reactor: Any, url: str, speed: str) -> None:
    origin = Origin(reactor, url)
    people = {who: await origin.join(who) for who in (None, "ann", "desk")}
    plays = [(vector, Play(origin, vector, float(speed), people)) for vector in vectors()]
    by_game = {vector.meta.game_id: play for vector, play in plays}

    def hear(details: Any, **event: Any) -> None:
        play = by_game.get(event["game_id"])
        if play is not None:
            play.hear(details.topic, event)

    everything = SubscribeOptions(match="prefix", details_arg="details")
    await people[None].subscribe(hear, "scoreboard.v1", everything)
    await gatherResults([Deferred.fromCoroutine(play.run()) for _, play in plays])
    for vector, play in plays:
        said = {"vector": vector.name, "problems": play.problems, "late": round(play.late_s, 1)}
        sys.__stdout__.write(json.dumps(said) + "\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    react(lambda reactor, *given: Deferred.fromCoroutine(main(reactor, *given)), sys.argv[1:])
