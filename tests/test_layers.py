"""Imports point down the table of `docs/architecture.md` only, and pure modules stay pure."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "scoreboard"

#: package -> packages of ours that it may import.
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "metrics": set(),
    "settings": {"model"},
    "sports": {"model"},
    "projection": {"model", "sports"},
    "rules": {"model", "sports", "projection"},
    "codec": {"model", "sports"},
    "log": {"model", "codec", "metrics"},
    "ingest": {"model", "sports", "projection", "rules", "codec", "log.interface", "metrics"},
    "past": {"model", "sports", "projection", "codec", "log.interface"},
    "hub": {"model", "log.interface", "metrics"},
    "shard": {"model", "log", "metrics"},
    "simulator": {"model", "sports"},
    "gateway": {"model", "projection", "codec", "hub", "past", "log.interface", "metrics"},
    "client": {"model", "codec"},
    "ops": {"model", "metrics"},
    "tools": {
        "model",
        "sports",
        "projection",
        "rules",
        "codec",
        "log",
        "settings",
        "client",
        "simulator",
        "ingest.parsers",
        "ingest.intake",
    },
    "demo": {"model", "codec", "projection", "simulator"},
    "oversight": {"model", "projection", "hub", "gateway", "ops"},
    "__main__": {"tools"},
    "readings": {
        "model",
        "log.interface",
        "ingest",
        "hub",
        "gateway",
        "metrics",
        "ops",
        "past",
        "shard",
    },
    "wiring_record": {"gateway.edge", "log", "settings", "shard"},
    "wiring": {
        "demo",
        "oversight",
        "model",
        "sports",
        "projection",
        "rules",
        "codec",
        "ingest",
        "hub",
        "gateway",
        "simulator",
        "metrics",
        "ops",
        "settings",
    },
    "server": {
        "demo",
        "model",
        "ingest",
        "hub",
        "gateway",
        "log.interface",
        "ops",
        "settings",
        "shard",
    },
    "assembly": {
        "server",
        "wiring",
        "wiring_record",
        "readings",
        "demo",
        "oversight",
        "model",
        "sports",
        "projection",
        "rules",
        "codec",
        "log",
        "ingest",
        "hub",
        "gateway",
        "simulator",
        "metrics",
        "ops",
        "past",
        "settings",
        "shard",
    },
    "service": {"assembly", "server", "model", "ops", "settings"},
}

#: Modules that may touch the network, the disk, the clock or the reactor.
SHELLS = {
    "__main__",
    "client.aio",
    "client.attempt",
    "client.following",
    "client.interface",
    "client.session",
    "ingest.game_record",
    "ingest.kept_games",
    "ingest.kept_game",
    "ingest.numbered",
    "ingest.watching",
    "ingest.download",
    "ingest.poll",
    "ingest.scorekeeper",
    "ingest.source_file",
    "ingest.sources",
    "ingest.stream",
    "hub.catchup",
    "hub.pump",
    "past.version",
    "shard.memory",
    "shard.redis",
    "shard.tails",
    "shard.interface",
    "ops.drain",
    "ops.json_log",
    "ops.notify",
    "ops.pages",
    "ops.sigterm",
    "ops.audit",
    "ops.console",
    "ops.key_files",
    "ops.log_between",
    "ops.log_levels",
    "ops.manhole",
    "ops.ssh",
    "ops.stall",
    "ops.terminal",
    "gateway.beats",
    "gateway.connected",
    "gateway.door",
    "gateway.sockets",
    "gateway.sse",
    "gateway.wamp",
    "gateway.websocket",
    "gateway.http",
    "gateway.http_channel",
    "gateway.last",
    "gateway.listening",
    "gateway.sorry",
    "gateway.edge_http",
    "gateway.nearby_http",
    "gateway.once",
    "gateway.reads",
    "gateway.request",
    "gateway.scorer_http",
    "assembly",
    "server",
    "service",
    "wiring",
    "wiring_record",
    "demo",
}
SHELL_PACKAGES = {"tools", "log"}

#: Where seeded randomness is made for others: the same seed gives the same numbers.
SEEDED = {"simulator.chance"}

FORBIDDEN_IN_PURE = {
    "twisted",
    "autobahn",
    "txredisapi",
    "treq",
    "time",
    "random",
    "secrets",
    "socket",
    "threading",
    "subprocess",
    "sqlite3",
}


def modules() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(p for p in parts if p != "__init__")
        if name:
            found.append((name, path))
    return found


def imported(path: Path) -> list[tuple[str, int]]:
    """Every module that `path` imports at any level, with its line; type-checking imports count."""
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} relative import"
            names += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return names


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_a_module_imports_only_from_below(name: str, path: Path) -> None:
    package = name.split(".", maxsplit=1)[0]
    allowed = MAY_IMPORT[package] | {package}
    wrong = []
    for target, line in imported(path):
        if not target.startswith("scoreboard."):
            continue
        inner = target.removeprefix("scoreboard.")
        if not any(inner == a or inner.startswith(a + ".") for a in allowed):
            wrong.append(f"{path.name}:{line} imports {target}")
    assert wrong == []


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_a_pure_module_has_no_clock_no_chance_and_no_network(name: str, path: Path) -> None:
    if name in SHELLS or name.split(".", maxsplit=1)[0] in SHELL_PACKAGES:
        return
    wrong = [
        f"{path.name}:{line} imports {target}"
        for target, line in imported(path)
        if target.split(".", maxsplit=1)[0] in FORBIDDEN_IN_PURE
        and not (name in SEEDED and target.startswith("random."))
    ]
    assert wrong == []


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_a_module_says_whether_it_is_pure_or_a_shell(name: str, path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text())) or ""
    shell = name in SHELLS or name.split(".", maxsplit=1)[0] in SHELL_PACKAGES
    if path.name == "__init__.py" or (shell and "Pure" in said):
        return
    assert ("Shell" in said if shell else "Pure" in said) is True, said[-80:]


def test_the_layout_has_no_vague_names() -> None:
    vague = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "handler"}
    assert [name for name, _ in modules() if vague & set(name.split("."))] == []
