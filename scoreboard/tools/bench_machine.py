"""
The facts of the machine that a measurement was made on.

Rule: what cannot be found out is said to be unknown. Shell.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

_PACKAGES = ("twisted", "autobahn", "msgpack", "cbor2")


def facts() -> dict[str, str]:
    """Date, processor, memory, kernel, versions."""
    found = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "cpu": _first("/proc/cpuinfo", r"model name\s*:\s*(.+)"),
        "cores": str(os.cpu_count() or "unknown"),
        "memory": _first("/proc/meminfo", r"MemTotal:\s*(.+)"),
        "kernel": platform.release(),
        "load_before": " ".join(f"{value:.2f}" for value in os.getloadavg()),
        "python": platform.python_version(),
    }
    for package in _PACKAGES:
        found[package] = importlib.metadata.version(package)
    return found


def caption(machine: dict[str, str]) -> str:
    """The most important of them in a line."""
    return (
        f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}, "
        f"Python {machine['python']}, Twisted {machine['twisted']}, "
        f"Autobahn {machine['autobahn']}, {machine['date']}"
    )


def _first(path: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path(path).read_text())
    except OSError:
        found = None
    return found[1].strip() if found else "unknown"
