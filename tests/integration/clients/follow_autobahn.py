"""
Follows games with Autobahn for Python until all are over, then prints the board.

python follow_autobahn.py URL exact|prefix|wildcard json|msgpack|cbor GAMES [GAME_ID...]

An independent client: it knows nothing of the server but docs/protocol.md.
"""

import json
import sys
from collections import defaultdict

from autobahn.twisted.component import Component, run
from autobahn.wamp.types import SubscribeOptions

URL, MODE, SERIALIZER, COUNT, *IDS = sys.argv[1:]
KINDS = ("score", "status", "play", "correction")
CRITICAL = ("play", "score", "status", "correction", "shot", "lineup")
ROOT = "scoreboard.v1.game"


def topics():
    if MODE == "exact":
        return [(f"{ROOT}.{game}.{kind}", "exact") for game in IDS for kind in KINDS]
    if MODE == "prefix":
        return [(f"{ROOT}.{game}", "prefix") for game in IDS]
    return [(f"{ROOT}..{kind}", "wildcard") for kind in KINDS]


def say(stream, text):
    """Past Autobahn's logging, which takes the standard streams over."""
    stream.write(text + "\n")
    stream.flush()


class Board:
    def __init__(self):
        self.last = defaultdict(int)
        self.seq = defaultdict(int)
        self.games = defaultdict(dict)
        self.faults = []
        self.events = 0

    def hear(self, event):
        game, seq, kind = event["game_id"], event["seq"], event["type"]
        last = self.last[game, kind]
        # What is not critical may have been merged, and then says how many it stands for.
        # Lines of a box score are merged with later ones of the same lines, which say so.
        says = kind == "stats" or event.get("merged", 0) > 0
        merged = kind not in CRITICAL and says and event["prev"] > last
        if event["prev"] != last and not merged:
            self.faults.append(f"{game} {kind} {seq}: prev {event['prev']}, had {last}")
        if seq <= last:
            self.faults.append(f"{game} {kind} {seq}: repeat of {last}")
        if MODE == "prefix" and seq not in (self.seq[game], self.seq[game] + 1):
            self.faults.append(f"{game} {kind} {seq}: after {self.seq[game]}")
        self.last[game, kind] = self.seq[game] = seq
        self.events += 1
        data, board = event["data"], self.games[game]
        board["seq"] = seq
        if kind == "score":
            board["home"], board["away"] = data["home"]["points"], data["away"]["points"]
        if kind == "status":
            board["status"] = data["status"]

    def over(self):
        done = [g for g in self.games.values() if g.get("status") in ("final", "cancelled")]
        return len(done) >= int(COUNT)


board = Board()
component = Component(
    transports=[{"type": "websocket", "url": URL, "serializers": [SERIALIZER], "max_retries": 0}],
    realm="scoreboard",
)


@component.on_join
async def joined(session, details):
    def heard(**event):
        if board.over():
            return  # an entry that ends the last game gives more events than its status
        board.hear(event)
        if board.over():
            report = {"events": board.events, "faults": board.faults[:20], "games": board.games}
            say(sys.__stdout__, json.dumps(report))
            session.leave()

    for uri, match in topics():
        await session.subscribe(heard, uri, options=SubscribeOptions(match=match))
    say(sys.__stderr__, "ready")


run([component], log_level="error")
