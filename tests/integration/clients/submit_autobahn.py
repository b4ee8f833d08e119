"""
Sends messages as a feed does over WAMP, with Autobahn for Python, and prints the answers.

python submit_autobahn.py URL AUTHID TICKET GAME_ID MESSAGES_AS_JSON
"""

import json
import sys

from autobahn.twisted.component import Component, run
from autobahn.wamp.exception import ApplicationError

URL, AUTHID, TICKET, GAME, MESSAGES = sys.argv[1:]

component = Component(
    transports=[{"type": "websocket", "url": URL, "serializers": ["cbor"], "max_retries": 0}],
    realm="scoreboard",
    authentication={"ticket": {"authid": AUTHID, "ticket": TICKET}},
)


def say(what):
    """Past Autobahn's logging, which takes the standard streams over."""
    sys.__stdout__.write(json.dumps(what) + "\n")
    sys.__stdout__.flush()


@component.on_join
async def joined(session, details):
    for message in json.loads(MESSAGES):
        try:
            answer = await session.call("scoreboard.v1.feed.submit", game_id=GAME, message=message)
            say(answer.kwresults)
        except ApplicationError as error:
            say({"error": error.error, **error.kwargs})
    await session.leave()


run([component], log_level="critical")
