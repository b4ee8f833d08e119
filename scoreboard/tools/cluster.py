"""
`scoreboard cluster`: many nodes, Redis and HAProxy on this machine, for a look and for trials.

Rule: everything is on loopback and in one folder, and is ended by its pid. Shell.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from scoreboard.tools import cluster_processes as processes
from scoreboard.tools.cluster_plan import Kind, Member, Wanted
from scoreboard.tools.cluster_run import Running, up
from scoreboard.tools.cluster_status import lines
from scoreboard.tools.feed_options import TOKEN_VARIABLE, speed
from scoreboard.tools.usage import UsageError

#: Where a cluster is, and its one address, unless the user says otherwise.
_FOLDER, _PORT = Path(__file__).parents[2] / ".cluster", 8000

#: A Sunday for a first look: games of each sport.
_SUNDAY = {"football": 8, "soccer": 4, "basketball": 4, "hockey": 2}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = """\
for instance:
  cluster up 3 --replicas 2 --sentinel --edges 2
  cluster sunday --speed 600      invented games, checked against their true finals
  cluster sunday DIR --align      recorded games
  cluster status
  cluster kill n2                 its games go on elsewhere; `start n2` brings it back
  cluster kill redis1             the primary: a replica takes over (--sentinel)
  cluster kill n1 --signal STOP   it hangs; --signal CONT wakes it
  cluster down

`ACTION --help` says more of each. docs/cluster.md explains what there is in the folder."""
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    for name, about in _ABOUT.items():
        one = actions.add_parser(name, help=about.split(".", 1)[0], description=about)
        one.add_argument(
            "--folder",
            type=Path,
            default=_FOLDER,
            metavar="DIR",
            help="where the cluster is (default: %(default)s)",
        )
        _ARGUMENTS[name](one)


_ABOUT = {
    "up": "start a cluster. Redis, home nodes, edges and HAProxy start in this order, each when "
    "those before are ready. Exit code: 0 when all are; 1 if one does not start (then all that "
    "was started is ended); 2 if it cannot be as it is wanted.",
    "status": "show how it is. One line a process: role, name, pid, port, whether it lives; of a "
    "node the games that it writes and its sessions; of a Redis whether it is the primary and how "
    "far behind. Exit code: 0 if all live, else 1.",
    "kill": "end or signal a process. By default as the kernel would end it, at once (KILL).",
    "start": "start a process that was killed again, with its port, settings and data.",
    "sunday": "play a day of games into it. Without DIR they are invented, and the finals are "
    "compared with the true ones; with DIR they are recorded ones, as `scoreboard replay` sends "
    "them. Everything goes in by HAProxy. Exit code: 0 if every message was recorded and every "
    "final is the true one, else 1.",
    "down": "end everything. Logs and data stay in the folder until the next `up`.",
}


def _up_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("nodes", type=int, metavar="N", help="home nodes, which write games")
    add("--replicas", type=int, default=0, metavar="R", help="replicas of Redis (default: 0)")
    add("--edges", type=int, default=0, metavar="E", help="edge nodes, which read from replicas")
    add("--sentinel", action="store_true", help="three Sentinels that make a replica the primary")
    add(
        "--port",
        type=_port,
        default=_PORT,
        metavar="P",
        help="of the one address, HAProxy's; 0: any free one (default: %(default)s)",
    )


def _kill_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="as `status` shows it")
    parser.add_argument(
        "--signal",
        type=_signal,
        default=signal.SIGKILL,
        metavar="NAME",
        help="KILL (default), TERM, STOP, CONT, HUP, USR2 ...",
    )


def _start_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="as `status` shows it")


def _sunday_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", metavar="DIR", nargs="*", help="folder with recorded games, or a file")
    add(
        "--speed",
        type=speed,
        default=60.0,
        metavar="N|max",
        help="seconds of the games in a second (default: 60, a minute a second)",
    )
    add("--align", action="store_true", help="recorded games: all begin at once")
    add("--seed", type=int, default=1, metavar="N", help="invented games: which (default: 1)")
    for sport, number in _SUNDAY.items():
        add(f"--{sport}", type=int, metavar="N", help=f"invented games of it (default: {number})")


def _no_arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing but the folder."""


_ARGUMENTS = {
    "up": _up_arguments,
    "status": _no_arguments,
    "kill": _kill_arguments,
    "start": _start_arguments,
    "sunday": _sunday_arguments,
    "down": _no_arguments,
}


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) >= 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not 0-65535")
    return int(text)


def _signal(text: str) -> signal.Signals:
    name = text.upper().removeprefix("SIG")
    try:
        return signal.Signals[f"SIG{name}"]
    except KeyError:
        raise argparse.ArgumentTypeError(f"{text!r} is no signal") from None


def run(args: argparse.Namespace) -> int:
    """Do it; the exit code."""
    actions = {
        "up": _up,
        "status": _status,
        "kill": _kill,
        "start": _start,
        "sunday": _sunday,
        "down": _down,
    }
    return actions[args.action](args)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _up(args: argparse.Namespace) -> int:
    wanted = Wanted(args.nodes, args.replicas, args.edges, args.sentinel)
    running = up(args.folder, wanted, args.port, _say)
    cluster = running.cluster
    print(f"scores       {cluster.url}/   ws{cluster.url.removeprefix('http')}/ws")
    for member in cluster.of(Kind.HOME, Kind.EDGE):
        ops = f"http://127.0.0.1:{member.ops}/metrics"
        print(f"{member.kind.value:5} {member.name:6} http://{member.address}/   {ops}")
    for member in cluster.of(Kind.REDIS, Kind.SENTINEL):
        print(f"{member.name:12} {member.address}")
    print(f"feeds        simulate and replay, with their tokens in {args.folder}/cluster.json")
    return 0


def _status(args: argparse.Namespace) -> int:
    running = Running.found(args.folder)
    found = running.look()
    print("\n".join(lines(found)))
    print(f"\n{running.cluster.url}/ in {args.folder}")
    return 0 if all(one.life == "yes" for one in found) else 1


def _member(args: argparse.Namespace, running: Running) -> Member:
    return running.cluster.named(args.name)


def _kill(args: argparse.Namespace) -> int:
    running = Running.found(args.folder)
    member = _member(args, running)
    if running.life(member) == "no":
        raise UsageError(f"{member.name} does not live; `start {member.name}` brings it back")
    process = running.processes[member.name]
    processes.send(process, args.signal)
    print(f"{member.name}: {args.signal.name} sent to pid {process.pid}")
    if args.signal is signal.SIGKILL:
        processes.ended([process], 5.0)
    return 0


def _start(args: argparse.Namespace) -> int:
    running = Running.found(args.folder)
    member = _member(args, running)
    life = running.life(member)
    if life == "stopped":
        raise UsageError(f"{member.name} was stopped: `kill {member.name} --signal CONT` wakes it")
    if life == "yes":
        raise UsageError(f"{member.name} lives already")
    running.start([member], _say)
    return 0


def _sunday(args: argparse.Namespace) -> int:
    running = Running.found(args.folder)
    to = ["--to", running.cluster.url, "--speed", f"{args.speed or 'max'}"]
    command = "replay" if args.paths else "simulate"
    os.environ[TOKEN_VARIABLE] = running.cluster.token_of(command)
    chosen = {sport: getattr(args, sport) for sport in _SUNDAY}
    # Whoever calls us is imported already.
    from scoreboard.tools.main import main

    if args.paths:
        if any(number is not None for number in chosen.values()):
            raise UsageError("recorded games are not counted: give DIR, or numbers of games")
        return main([command, *args.paths, *to, *(["--align"] if args.align else [])])
    if args.align:
        raise UsageError("--align is for recorded games: give DIR")
    if all(number is None for number in chosen.values()):
        chosen = dict(_SUNDAY)
    games = [word for sport, n in chosen.items() for word in (f"--{sport}", str(n or 0))]
    return main([command, *to, "--seed", str(args.seed), *games])


def _down(args: argparse.Namespace) -> int:
    running = Running.found(args.folder)
    killed = running.end(_say)
    where = f"logs and data are in {args.folder}"
    print(f"the cluster has ended; {where}")
    return 1 if killed else 0
