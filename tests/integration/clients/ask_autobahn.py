"""
Makes calls and subscriptions over WAMP, with Autobahn for Python.

python ask_autobahn.py URL AUTHID TICKET CALLS_AS_JSON

An empty AUTHID joins without a name. CALLS_AS_JSON is a list of [procedure, keyword arguments];
the procedure "subscribe" subscribes to `topic`. Prints a line for each: what it was answered.
"""

import json
import sys

from autobahn.twisted.component import Component, run
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import SubscribeOptions

URL, AUTHID, TICKET, CALLS = sys.argv[1:]

component = Component(
    transports=[{"type": "websocket", "url": URL, "serializers": ["json"], "max_retries": 0}],
    realm="scoreboard",
    authentication={"ticket": {"authid": AUTHID, "ticket": TICKET}}
    if AUTHID
    else {"anonymous": {}},
)


def say(what):
    """Past Autobahn's logging, which takes the standard streams over."""
    sys.__stdout__.write(json.dumps(what) + "\n")
    sys.__stdout__.flush()


async def ask(session, procedure, given):
    if procedure != "subscribe":
        return (await session.call(procedure, **given)).kwresults
    options = SubscribeOptions(match=given.get("match", "exact"))
    return {"subscription": (await session.subscribe(lambda: None, given["topic"], options)).id}


@component.on_join
async def joined(session, details):
    for procedure, given in json.loads(CALLS):
        try:
            say(await ask(session, procedure, given))
        except ApplicationError as error:
            say({"error": error.error, **error.kwargs})
    await session.leave()


run([component], log_level="critical")
