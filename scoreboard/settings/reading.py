"""
Settings out of their file.

Rule: a setting that is unknown, or of another type, is an error that names it, never ignored.
Pure: the text is read by the caller.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import cattrs

from scoreboard.model.ids import parse_source_id
from scoreboard.model.source import BadSource, SourceSpec, check
from scoreboard.settings.checks import BadSettings, check_settings
from scoreboard.settings.tables import Settings


def parse(text: str, origin: str) -> Settings:
    """
    Settings out of TOML.

    Args:
        origin: name of the file, for errors.

    Raises:
        BadSettings: naming `origin`, the table and the setting.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise BadSettings(f"{origin}: {why}") from why
    try:
        settings = _CONVERTER.structure(data, Settings)
    except cattrs.BaseValidationError as why:
        problems = "; ".join(cattrs.transform_error(why, path=""))
        raise BadSettings(f"{origin}: {problems.replace(' @ .', ' in ')}") from why
    check_settings(settings, origin)
    return settings


def read_source(name: str, data: Mapping[str, Any]) -> SourceSpec:
    """
    A source out of plain data, as an operator's call or a file has it.

    Raises:
        BadId, BadSource: naming the source and the setting.
    """
    parse_source_id(name)
    try:
        spec = _CONVERTER.structure(data, SourceSpec)
    except cattrs.BaseValidationError as why:
        problems = "; ".join(cattrs.transform_error(why, path=""))
        raise BadSource(f"sources.{name}: {problems.replace(' @ .', ' in ')}") from why
    check(name, spec)
    return spec


def _strict(kind: type) -> Any:
    """Refuses a value of another type, where cattrs would convert it ("8080" to 8080)."""

    def read(value: Any, _: type) -> Any:
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, bool) is not (kind is bool) or not isinstance(value, kind):
            raise TypeError(f"must be {kind.__name__}, not {value!r}")
        return value

    return read


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    for kind in (int, float, str, bool):
        converter.register_structure_hook(kind, _strict(kind))
    return converter


_CONVERTER = _converter()
