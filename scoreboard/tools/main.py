"""
The command `scoreboard`: finds the command that is meant and runs it.

Rule: a mistake of the user costs one clear line, never a traceback. A command is
imported only when it is asked for, so that none waits for another's libraries. Shell.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Protocol, cast

import attrs

from scoreboard.model.errors import LocalError, RemoteError
from scoreboard.tools.usage import UsageError

#: Exit codes: it did not work out; the command line is wrong; stopped by Ctrl-C (128 + SIGINT).
FAILED, USAGE, INTERRUPTED = 1, 2, 130


@attrs.frozen
class Command:
    """A command: its module, and what it does in a sentence."""

    module: str
    summary: str
    details: str = ""


COMMANDS = {
    "verify": Command(
        "scoreboard.tools.verify",
        "fold recorded games offline and compare with the official results",
        "Reads every recorded game in the folders, sends it through the rules as its feed "
        "would have done, and compares the score with the official one. Exit code: 0 if all "
        "is well, 1 if a game differs, was refused a row or cannot be read, 2 for a wrong "
        "command line.",
    ),
    "replay": Command(
        "scoreboard.tools.replay",
        "send recorded games to a running server, as their feeds would",
        "Sends the recorded games in the folders to a server, in the time they took or faster. "
        "Survives a restart of the server. Exit code: 0 if every message of every game was "
        "recorded, else 1.",
    ),
    "follow": Command("scoreboard.tools.follow", "show games live in the terminal"),
    "simulate": Command("scoreboard.tools.simulate", "make up games and send them to a server"),
    "serve-feed": Command(
        "scoreboard.tools.serve_feed",
        "serve recorded games as their providers would, with faults",
        "Serves the recorded games in the folders as documents over HTTP that grow as the games "
        "go on, and as lines over TCP, for a server that fetches from sources. Makes faults by "
        "a seed if asked to. Ends with Ctrl-C or SIGTERM and prints what it served and what it "
        "made wrong. Exit code: 0; 1 if a file cannot be read or a port not be opened.",
    ),
    "load": Command(
        "scoreboard.tools.load",
        "follow a server with thousands of sessions, and measure it",
        "Makes games on the server, follows them with many sessions out of several processes, "
        "sends scores and measures how late each event comes to each session, and whether one "
        "is missing, repeated or out of order. Prints JSON. Exit code: 0 if nothing is, else 1.",
    ),
    "cluster": Command(
        "scoreboard.tools.cluster",
        "run many nodes with Redis and HAProxy on this machine",
        "Starts Redis with replicas and Sentinels, home nodes, edges and HAProxy on loopback, "
        "shows how they are, kills and restarts them one by one, plays a day of games into them, "
        "and ends them. State is in one folder.",
    ),
    "bench": Command(
        "scoreboard.tools.bench",
        "compare the server with a stock Autobahn broadcast server",
        "Starts a server and a stock Autobahn server in turn, gives both the same work, and "
        "prints a table of ratios. Exit code: 0 if all scenarios ran, else 1.",
    ),
    "plan": Command(
        "scoreboard.tools.plan",
        "say what an audience takes: nodes, memory, network, latency, what breaks first",
        "Computes from costs that were measured how many nodes, Redis replicas and proxies an "
        "audience takes, how late its events are by stage, how long a reconnect storm lasts, and "
        "what breaks first. Starts nothing. For instance: scoreboard plan --connections 50m "
        "--games 100 --hottest 10m --follows 3 --regions 12 --rtt-ms 150. Exit code: 0; 2 if "
        "there is no such cluster or a number cannot be.",
    ),
}


class _Module(Protocol):
    """What the module of a command offers."""

    def add_arguments(self, parser: argparse.ArgumentParser, /) -> None:
        """Say what the command takes."""

    def run(self, args: argparse.Namespace, /) -> int:
        """Do it; the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command that `argv` names.

    Args:
        argv: without the program's name; None: as the process was started.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        args, module = _parsed(words)
        code = module.run(args)
        sys.stdout.flush()
    except UsageError as why:
        return _say(str(why), USAGE)
    except (LocalError, RemoteError) as why:
        return _say(str(why), FAILED)
    except KeyboardInterrupt:
        return _say("stopped", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def _say(problem: str, code: int) -> int:
    print(f"scoreboard: {problem}", file=sys.stderr)
    return code


def _parsed(words: Sequence[str]) -> tuple[argparse.Namespace, _Module]:
    """The arguments, and the module that takes them. Exits as argparse does."""
    parser = argparse.ArgumentParser(
        prog="scoreboard",
        description="Tools around a scoreboard server. The server itself is "
        "'twistd -n scoreboard'.",
        epilog="'scoreboard COMMAND --help' says more of each.",
    )
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    module: _Module | None = None
    for name, command in COMMANDS.items():
        about = command.details or command.summary
        sub = commands.add_parser(name, help=command.summary, description=about)
        if name in words[:1]:
            module = _imported(name, command)
            module.add_arguments(sub)
    args = parser.parse_args(words)
    if module is None:
        parser.print_usage(sys.stderr)
        raise UsageError(f"name a command: {', '.join(COMMANDS)}")
    return args, module


def _imported(name: str, command: Command) -> _Module:
    try:
        return cast("_Module", importlib.import_module(command.module))
    except ModuleNotFoundError as why:
        if why.name != command.module:
            raise
        raise UsageError(f"{name} is not part of this installation") from None


if __name__ == "__main__":
    sys.exit(main())
