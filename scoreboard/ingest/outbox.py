"""
What a poller still has to say: the difference between documents, told until it is taken.

Rule: what is known advances only over messages that were answered; a message that could
not be taken is told again, word for word, before anything newer. Pure.

# Note [Told word for word]

A poller tells each thing once, so what is lost on the way is lost for good. A batch of
which a part was answered `unavailable` must not be made anew from a newer document: a
play that was taken with revision 0 would be told as revision 0 with other content, which
is a conflict. So the messages that are left stay as they are, from the first one that was
not taken; those behind it were judged by a state that was never written. What was
recorded and is repeated is a duplicate, which is harmless.

# Note [Rows without names]

Rows of some formats are known only by their place. While such a document still changes, a
row that is put in renames all behind it, and what was told under a name that is gone
would stand for ever. So a document of that kind is told as a whole (`whole`), once it stands.

# Note [A final that stands]

Documents say "final" early: while rows are still to come, or by a slip. No new play
may follow a final (rule ST2), so a status after which nothing is played is held back until
the document has stood unchanged: at least until the next poll agrees, and for `settle_s`.
Rows of one document are told before its status (`telling.diff`).
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from scoreboard.ingest.parsers.document import Document
from scoreboard.ingest.parsers.telling.diff import Known, diff
from scoreboard.model.answer import Answer
from scoreboard.model.message import Message
from scoreboard.model.status import State

#: Codes of an answer to a message that was not looked at: it has to be told again.
PASSING = ("unavailable", "busy")


@attrs.frozen
class Outbox:
    """
    One game's.

    Attributes:
        known: what the documents have told, all of it answered.
        left: messages that are not answered yet, in order.
        then: what is known when they are.
        held: a document whose final status is not believed yet.
        changed_s: when the document last had news, seconds by the caller's clock.
    """

    known: Known = attrs.field(factory=Known)
    left: tuple[Message, ...] = ()
    then: Known | None = None
    held: Document | None = None
    changed_s: float = 0.0

    def read(
        self, document: Document, now_s: float, settle_s: float, *, whole: bool = False
    ) -> Outbox:
        """
        Take what `document` says that earlier ones did not.

        Args:
            now_s: seconds, never decreasing.
            settle_s: how long a final status must stand, seconds.
            whole: nothing at all is told before it has stood so long.

        Nothing may be left of what was said before.
        """
        if whole and not self.is_over:
            return self._whole(document, now_s, settle_s)
        over = _over(document) and not self.is_over
        messages, then = diff(self.known, _open(document) if over else document)
        if over and not messages and self._has_stood(document, now_s, settle_s):
            messages, then = diff(self.known, document)
            over = False
        news = bool(messages)
        after = attrs.evolve(
            self,
            left=messages,
            then=then,
            held=document if over else None,
            changed_s=now_s if news or self.held is None else self.changed_s,
        )
        return after.advanced()

    def _whole(self, document: Document, now_s: float, settle_s: float) -> Outbox:
        """All of `document` if it has stood; nothing otherwise."""
        same = self.held is not None and self.held == document
        if not same or now_s - self.changed_s < settle_s:
            changed_s = self.changed_s if same else now_s
            return attrs.evolve(self, held=document, changed_s=changed_s)
        messages, then = diff(self.known, document)
        return attrs.evolve(self, left=messages, then=then, held=None).advanced()

    def again(self, now_s: float, settle_s: float, *, whole: bool = False) -> Outbox:
        """The document has not changed: what was held may be believed now."""
        return self if self.held is None else self.read(self.held, now_s, settle_s, whole=whole)

    def _has_stood(self, document: Document, now_s: float, settle_s: float) -> bool:
        if self.held is None or self.held.status != document.status:
            return False
        return now_s - self.changed_s >= settle_s

    def answered(self, answers: Sequence[Answer]) -> Outbox:
        """
        Take the answers to the first messages of `left`.

        Args:
            answers: as many as were told.
        """
        taken = len(answers)
        for place, answer in enumerate(answers):
            if answer.code in PASSING:
                taken = place
                break
        return attrs.evolve(self, left=self.left[taken:]).advanced()

    def advanced(self) -> Outbox:
        """With what is known brought forward, if nothing is left to be told."""
        if self.left or self.then is None:
            return self
        return attrs.evolve(self, known=self.then, then=None)

    @property
    def is_over(self) -> bool:
        """Whether all has been told of a game that is over."""
        lifecycle = self.known.lifecycle
        return lifecycle is not None and lifecycle.line.status.state is State.POST


def _over(document: Document) -> bool:
    return document.status is not None and document.status.status.state is State.POST


def _open(document: Document) -> Document:
    """The document as if it did not say that the game is over."""
    return attrs.evolve(document, status=None)
