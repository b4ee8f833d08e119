"""
Makes scorer's calls over WAMP, with Autobahn for Python, while it follows the game.

python score_autobahn.py URL AUTHID TICKET GAME_ID CALLS_AS_JSON

CALLS_AS_JSON is a list of [call, arguments]. Prints a line for each event and answer, in the
order in which they came.
"""

import json
import sys

from autobahn.twisted.component import Component, run
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import SubscribeOptions

URL, AUTHID, TICKET, GAME, CALLS = sys.argv[1:]

component = Component(
    transports=[{"type": "websocket", "url": URL, "serializers": ["json"], "max_retries": 0}],
    realm="scoreboard",
    authentication={"ticket": {"authid": AUTHID, "ticket": TICKET}},
)


def say(what):
    """Past Autobahn's logging, which takes the standard streams over."""
    sys.__stdout__.write(json.dumps(what) + "\n")
    sys.__stdout__.flush()


@component.on_join
async def joined(session, details):
    topic, options = f"scoreboard.v1.game.{GAME}", SubscribeOptions(match="prefix")
    await session.subscribe(lambda **event: say({"event": event}), topic, options)
    for call, data in json.loads(CALLS):
        try:
            answer = await session.call(f"scoreboard.v1.scorer.{call}", game_id=GAME, **data)
            say({"answer": answer.kwresults})
        except ApplicationError as error:
            say({"answer": {**error.kwargs, "error": error.error}})
    await session.leave()


run([component], log_level="critical")
