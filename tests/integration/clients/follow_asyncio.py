"""
A follower on asyncio: follows leagues of a server until all their games are over.

Usage: follow_asyncio.py WS_URL FORMAT GAMES LEAGUE...; says `live` on stderr each time that it
is, and at the end what it has as one line of JSON on stdout.
"""

import asyncio
import json
import sys

from scoreboard.client.aio import follow
from scoreboard.client.link import Link, LinkState
from scoreboard.client.reading import Envelope, Snapshot


async def main(url: str, wire_format: str, games: int, leagues: list[str]) -> dict:
    plays: dict[str, dict[str, int]] = {}
    last: dict[tuple[str, str], int] = {}
    faults, over = [], set()
    async with follow(url, leagues=leagues, wire_format=wire_format) as follower:
        async for news in follower:
            match news:
                case Link(state=LinkState.LIVE):
                    sys.stderr.write("live\n")
                    sys.stderr.flush()
                case Snapshot(game_id=game, seq=seq, raw=raw):
                    plays[game] = {play["play_id"]: play["rev"] for play in raw["plays"]}
                    last = {key: at for key, at in last.items() if key[0] != game}
                    last[game, "snapshot"] = seq
                    if raw["status"]["state"] == "post":
                        over.add(game)
                case Envelope(game_id=game, seq=seq, kind=kind, data=data):
                    if seq <= last.get((game, kind), 0):
                        faults.append(f"{game} {kind} {seq} came again")
                    last[game, kind] = seq
                    if kind == "play":
                        plays.setdefault(game, {})[data["play_id"]] = data["rev"]
                    if kind == "status" and data["state"] == "post":
                        over.add(game)
            if len(over) >= games:
                break
        counts = follower._following.resume.counts()
        return {
            "faults": faults,
            "plays": plays,
            "score": {
                v.game_id: [v.points.home, v.points.away] for v in follower.board.games.values()
            },
            "holes": sum(count.holes for count in counts.values()),
            "repeats": sum(count.repeats for count in counts.values()),
        }


if __name__ == "__main__":
    asked = sys.argv
    told = asyncio.run(main(asked[1], asked[2], int(asked[3]), asked[4:]))
    sys.stdout.write(json.dumps(told))
