"""
`python -m scoreboard.tools.settings_doc`: docs/settings.md, every setting in a table.

Rule: names, types and defaults are those of `settings`, what they mean is what
`conf/scoreboard.toml` says beside them; one that either lacks is an error. Shell.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

import attrs

from scoreboard.model.errors import LocalError
from scoreboard.settings.tables import Settings

#: What explains each setting to an operator.
CONF = Path(__file__).parents[2] / "conf" / "scoreboard.toml"

_HEAD = """\
# The settings

Every setting of `twistd scoreboard --config FILE` (TOML), with its default: without a file these
hold. Written by `python -m scoreboard.tools.settings_doc` from `scoreboard/settings/` and
`conf/scoreboard.toml`; do not edit. A setting that is unknown, of the wrong type or impossible is
an error at the start that names it. They are read once.
"""

_TABLE = re.compile(r"(?:# )?\[(?P<table>\w+)(?P<named>\.\w+)?\]$")
_SETTING = re.compile(r"(?:# )?(?P<name>[a-z_0-9]+) = [^#]*(?:# ?(?P<says>.*))?$")
_MORE = re.compile(r"#? {8,}# ?(?P<says>.*)$")

#: Type -> its name for an operator.
_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


@attrs.define
class Table:
    """
    What the file says of a table.

    Attributes:
        about: in general, a line each.
        says: setting -> what it means.
        example: the name of the one that is shown, where there may be several.
    """

    about: list[str] = attrs.field(factory=list)
    says: dict[str, str] = attrs.field(factory=dict)
    example: str = ""


def tables(text: str) -> dict[str, Table]:
    """What `conf/scoreboard.toml` says: name -> table."""
    found: dict[str, Table] = {}
    waiting: list[str] = []
    here, last = Table(), ""
    for line in text.splitlines():
        if (head := _TABLE.match(line)) is not None:
            here, last = found.setdefault(*_begun(head["table"], head["named"] or "")), ""
            here.about += waiting
            waiting = []
        elif last and (more := _MORE.match(line)) is not None:
            here.says[last] += f" {more['says']}"
        elif found and (setting := _SETTING.match(line)) is not None:
            last = setting["name"]
            above = waiting if line[0] != "#" else []
            here.says[last] = " ".join([*above, setting["says"] or ""]).strip()
            here.about += [] if above else waiting
            waiting = []
        elif line.startswith("# "):
            waiting.append(line.removeprefix("# "))
        elif not line:
            # What was said before an empty line is of nothing but the file.
            here.about += waiting if found and last else []
            waiting = []
    return found


def _begun(table: str, named: str) -> tuple[str, Table]:
    """The name of a table, and the table: `[feeds.NAME]` are many, `[log.redis]` is one."""
    if get_args(get_type_hints(Settings).get(table)):
        return table, Table(example=named.removeprefix("."))
    return table + named, Table()


def document(text: str) -> str:
    """
    The whole document.

    Args:
        text: of `conf/scoreboard.toml`.

    Raises:
        LocalError: a setting is not explained there, or what is explained is none.
    """
    said = tables(text)
    parts = [_HEAD]
    for name, kind in get_type_hints(Settings).items():
        parts += _section(name, kind, said)
    return "".join(parts)


def _section(name: str, kind: Any, tables: Mapping[str, Table]) -> Iterator[str]:
    if name not in tables:
        raise LocalError(f"conf/scoreboard.toml has no table {name}")
    said = tables[name]
    several = get_args(kind)
    spec = several[1] if several else kind
    title = f"{name}.NAME" if several else name
    yield f"\n## `[{title}]`\n\n"
    if said.about:
        yield " ".join(said.about) + "\n\n"
    yield "| setting | type | default | |\n|---|---|---|---|\n"
    types, every = get_type_hints(spec), attrs.fields(spec)
    fields = [field for field in every if not attrs.has(types[field.name])]
    for field in fields:
        if field.name not in said.says:
            raise LocalError(f"conf/scoreboard.toml does not explain {name}.{field.name}")
        words = said.says[field.name].replace("|", "\\|")
        yield f"| `{field.name}` | {_words(types[field.name])} | {_default(field)} | {words} |\n"
    strange = said.says.keys() - {field.name for field in fields}
    if strange:
        raise LocalError(f"conf/scoreboard.toml explains what is no setting: {name}.{min(strange)}")
    for field in every:
        if attrs.has(types[field.name]):
            yield from _section(f"{name}.{field.name}", types[field.name], tables)


def _words(kind: Any) -> str:
    """A type as an operator writes it."""
    if kind in _WORDS:
        return _WORDS[kind]
    return "list of texts" if get_args(kind)[-1] is Ellipsis else "table"


def _default(field: attrs.Attribute[Any]) -> str:
    default = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return "empty"
    if default == () or isinstance(default, Mapping):
        return "empty"
    return "must be given" if default is attrs.NOTHING else f"`{json.dumps(default)}`"


if __name__ == "__main__":  # pragma: no cover - `document` is tested
    sys.stdout.write(document(CONF.read_text()))
