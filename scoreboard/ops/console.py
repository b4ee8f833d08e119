"""
The console: does what an operator types, and has it in the audit.

Rule: a line that the audit cannot take is not obeyed, and what changes something is in the
audit before it is begun. A fault of a verb ends that verb only. Shell.
"""

from __future__ import annotations

import contextlib
import io
import traceback
from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any

import attrs
from twisted.logger import Logger

from scoreboard.ops.audit import Audit, Unaudited
from scoreboard.ops.audit_line import Happened, Operator, Record
from scoreboard.ops.completion import Completion, complete
from scoreboard.ops.line import parse
from scoreboard.ops.refused import Misspelt, Refused
from scoreboard.ops.verb import Verb, verb_of
from scoreboard.ops.verbs import EXIT

#: Exit statuses of a line: done; understood, but not done; not understood.
OK, REFUSED, MISSPELT = 0, 1, 2

#: Where raw Python is allowed, a line that begins so is Python.
PYTHON = "python "


@attrs.frozen
class Said:
    """
    What became of a line.

    Attributes:
        ends: whether the conversation is over.
    """

    text: str = ""
    status: int = OK
    ends: bool = False


class Console:
    """
    Verbs, and who may see what was typed.

    Args:
        table: name -> verb.
        python: names that raw Python sees; None: there is no raw Python.
    """

    _log = Logger()

    def __init__(
        self, table: Mapping[str, Verb], audit: Audit, python: Mapping[str, Any] | None = None
    ) -> None:
        self._table = table
        self._audit = audit
        self._python = None if python is None else dict(python)

    def complete(self, begun: str) -> Completion:
        """How a line may go on."""
        return complete(begun, self._table)

    async def obey(self, operator: Operator, typed: str) -> Said:
        """Do what `typed` says."""
        if not typed.strip():
            return Said()
        try:
            return await self._obey(operator, typed)
        except Unaudited as why:
            self._log.failure("the audit cannot be written")
            return Said(f"not done, or done and not recorded: {why}", REFUSED)

    async def _obey(self, operator: Operator, typed: str) -> Said:
        def record(outcome: str, detail: str = "") -> None:
            self._audit.write(Record(Happened.COMMAND, operator, outcome, typed, detail))

        try:
            said = await self._done(operator, typed, record)
            record("ok")
        except Misspelt as why:
            record("misspelt", str(why))
            return Said(str(why), MISSPELT)
        except Refused as why:
            record("refused", str(why))
            return Said(str(why), REFUSED)
        except Unaudited:
            raise
        except Exception as why:
            self._log.failure("a verb failed: {typed}", typed=typed)
            record("failed", repr(why))
            return Said(f"failed, see the server's log: {why!r}", REFUSED)
        return said

    async def _done(self, operator: Operator, typed: str, record: Callable[[str], None]) -> Said:
        if self._python is not None and typed.startswith(PYTHON):
            record("begun")
            return Said(_evaluated(typed.removeprefix(PYTHON), self._python))
        verb, given = self._read(typed)
        if verb.acts:
            record("begun")
        shown = verb.run(operator.user, given)
        text = await shown if isawaitable(shown) else shown
        return Said(text, ends=verb.name == EXIT)

    def _read(self, typed: str) -> tuple[Verb, Mapping[str, Any]]:
        said = parse(typed)
        assert said is not None, "empty lines are not read"
        verb = verb_of(self._table, said.verb)
        return verb, verb.bind(said)


def _evaluated(source: str, names: dict[str, Any]) -> str:
    """What one line of Python prints. It can do everything that the server can."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(source, "<manhole>", "single"), names)  # noqa: S102 - asked for by name
        except Exception:
            out.write(traceback.format_exc(limit=-1))
    return out.getvalue().rstrip("\n")
