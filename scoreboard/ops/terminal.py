"""
Conversations with an operator: at a terminal, by lines, or one line alone.

Rule: one line at a time, in order; what is typed meanwhile waits. Shell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.conch.insults.insults import ServerProtocol
from twisted.conch.recvline import HistoricRecvLine
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure

from scoreboard.ops.completion import Completion
from scoreboard.ops.console import MISSPELT, OK, Said
from scoreboard.ops.line import MAX_LINE

#: Lines that the up arrow brings back.
_HISTORY = 200
#: Keys, or bytes, that may wait for a line to be done.
_MAX_WAITING = 64 * 1024

Obey = Callable[[str], Deferred[Said]]


class Prompt(HistoricRecvLine):
    """
    A terminal with a line to be edited.

    Args:
        greeting: shown first.
        obey: does a line.
        completed: how a line goes on.
        ended: called with the exit status when the operator is done.
    """

    ps = (b"scoreboard> ", b"... ")

    def __init__(
        self,
        greeting: str,
        obey: Obey,
        completed: Callable[[str], Completion],
        ended: Callable[[int], None],
    ) -> None:
        self._greeting = greeting
        self._obey = obey
        self._completed = completed
        self._ended = ended
        self._is_busy = self._is_catching_up = False
        self._waiting: deque[tuple[bytes, Any]] = deque()
        self._status = 0

    # Called by the terminal

    def connectionMade(self) -> None:
        """The terminal is there."""
        super().connectionMade()
        self.keyHandlers.update(
            {
                b"\x01": self.handle_HOME,
                b"\x03": self._cancel,
                b"\x04": self._leave,
                b"\x05": self.handle_END,
                b"\x08": self.handle_BACKSPACE,
                b"\x0b": self._erase_right,
                b"\x0c": self._clear,
                b"\x15": self._erase_left,
            }
        )

    def initializeScreen(self) -> None:
        """Greet below what is on the screen already."""
        self.setInsertMode()
        self.terminal.write(self._greeting.encode() + b"\n")
        self.drawInputLine()

    def terminalSize(self, width: int, height: int) -> None:
        """The window has another size; what is on it stays."""
        self.width, self.height = width, height

    def keystrokeReceived(self, keyID: bytes, modifier: Any) -> None:
        """A key; what means nothing here is ignored."""
        if self._is_busy:
            if len(self._waiting) < _MAX_WAITING:
                self._waiting.append((keyID, modifier))
        elif keyID in self.keyHandlers or (len(keyID) == 1 and 0x20 <= keyID[0] < 0x7F):
            super().keystrokeReceived(keyID, modifier)

    def characterReceived(self, ch: bytes, moreCharactersComing: bool) -> None:
        """A letter of the line."""
        if len(self.lineBuffer) < MAX_LINE:
            super().characterReceived(ch, moreCharactersComing)

    def lineReceived(self, line: bytes) -> None:
        """A whole line: do it, then ask for the next one."""
        del self.historyLines[:-_HISTORY]
        self.historyPosition = len(self.historyLines)
        self._is_busy = True
        self._obey(line.decode("ascii")).addCallback(self._said)

    def handle_TAB(self) -> None:
        """Complete what stands before the cursor."""
        before, _ = self.currentLineBuffer()
        found = self._completed(before.decode("ascii"))
        for letter in found.added.encode("ascii", "ignore"):
            self.characterReceived(bytes([letter]), False)
        if found.choices and not found.added:
            self.terminal.nextLine()
            self.terminal.write("  ".join(found.choices).encode("ascii", "replace") + b"\n")
            self._redraw()

    # Keys

    def _cancel(self) -> None:
        self.terminal.write(b"^C")
        self.lineBuffer, self.lineBufferIndex = [], 0
        self.historyPosition = len(self.historyLines)
        self.terminal.nextLine()
        self.drawInputLine()

    def _leave(self) -> None:
        if not self.lineBuffer:
            self.terminal.nextLine()
            self._end()

    def _clear(self) -> None:
        self.terminal.eraseDisplay()
        self.terminal.cursorHome()
        self._redraw()

    def _erase_left(self) -> None:
        _, right = self.currentLineBuffer()
        self.handle_HOME()
        self.terminal.eraseToLineEnd()
        self.lineBuffer = [bytes([letter]) for letter in right]
        self.terminal.write(right)
        self.lineBufferIndex = len(self.lineBuffer)
        self.handle_HOME()

    def _erase_right(self) -> None:
        del self.lineBuffer[self.lineBufferIndex :]
        self.terminal.eraseToLineEnd()

    def _redraw(self) -> None:
        self.drawInputLine()
        behind = len(self.lineBuffer) - self.lineBufferIndex
        if behind:
            self.terminal.cursorBackward(behind)

    # Called when a line is done

    def _said(self, said: Said) -> None:
        self._is_busy = False
        self._status = said.status
        if self.terminal is None:
            return
        if said.text:
            self.terminal.write(said.text.encode() + b"\n")
        if said.ends:
            self._end()
            return
        self.drawInputLine()
        if self._is_catching_up:
            return
        self._is_catching_up = True
        while self._waiting and not self._is_busy:
            self.keystrokeReceived(*self._waiting.popleft())
        self._is_catching_up = False

    def _end(self) -> None:
        """Leave the terminal as it was."""
        self._is_busy = True
        self.setTypeoverMode()
        self._ended(self._status)

    def connectionLost(self, _reason: Any) -> None:
        """The operator is gone."""
        self._is_busy = True
        self._waiting.clear()
        self.terminal = None


class Terminal(ServerProtocol):
    """The bytes of a terminal; keys that mean nothing are left to the prompt."""

    def connectionLost(self, reason: Failure | None = None) -> None:
        """The operator is gone."""
        prompt, self.terminalProtocol = self.terminalProtocol, None
        if prompt is not None:
            prompt.connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        """Keys, until the operator is gone."""
        if self.terminalProtocol is not None:
            super().dataReceived(data)


class Lines(Protocol):
    """
    Lines from something that is no terminal: each is done, and the end of them is the end.

    Args:
        tell: writes what became of a line.
        ended: called with the exit status of the last line, or of the first that failed.
    """

    def __init__(
        self, obey: Obey, tell: Callable[[Said], None], ended: Callable[[int], None]
    ) -> None:
        self._obey = obey
        self._tell = tell
        self._ended = ended
        self._buffer = b""
        self._is_busy = self._is_last = self._is_over = self._is_going = False

    def dataReceived(self, data: bytes) -> None:
        """Some of the lines."""
        if not self._is_last and not self._is_over:
            self._buffer += data
            self._go_on()

    def eof(self) -> None:
        """There are no more."""
        self._is_last = True
        self._go_on()

    def _go_on(self) -> None:
        """Do the lines that are there; called again when one is done that took its time."""
        if self._is_going:
            return
        self._is_going = True
        while not self._is_busy and not self._is_over and self._next():
            pass
        self._is_going = False

    def _next(self) -> bool:
        """Begin with the next line, if there is one."""
        first, end, rest = self._buffer.partition(b"\n")
        if not end and not (self._is_last and first):
            if len(first) > _MAX_WAITING:
                self._end(MISSPELT)
            elif self._is_last:
                self._end(OK)
            return False
        self._buffer = rest
        self._is_busy = True
        self._obey(first.decode("utf-8", "replace")).addCallback(self._said)
        return True

    def _said(self, said: Said) -> None:
        self._is_busy = False
        if self._is_over:
            return
        self._tell(said)
        if said.ends or said.status:
            self._end(said.status)
        else:
            self._go_on()

    def _end(self, status: int) -> None:
        self._is_over = True
        self._ended(status)

    def connectionLost(self, _reason: Failure | None = None) -> None:
        """The operator is gone."""
        self._is_over = True
