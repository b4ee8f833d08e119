"""
Makes calls as an operator does, with Autobahn for Python, and prints the answers.

python call_autobahn.py URL AUTHID TICKET; one call a line on standard input, as JSON: [uri, kwargs]
"""

import json
import sys

from autobahn.twisted.component import Component, run
from autobahn.wamp.exception import ApplicationError

URL, AUTHID, TICKET = sys.argv[1:]

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
    for line in sys.stdin:
        uri, kwargs = json.loads(line)
        try:
            answer = await session.call(uri, **kwargs)
            say(getattr(answer, "kwresults", answer))
        except ApplicationError as error:
            say({"error": error.error, "problem": " ".join(map(str, error.args)), **error.kwargs})
    await session.leave()


run([component], log_level="critical")
