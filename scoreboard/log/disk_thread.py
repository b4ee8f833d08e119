"""
A thread that owns what blocks: it opens it, does one job after another with it, closes it.

Rule: only this thread touches what it opened, and only the reactor's thread touches a
Deferred. Shell.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure

from scoreboard.log.interface import LogUnavailable

Resource = TypeVar("Resource")
Answer = TypeVar("Answer")


class DiskThread(Generic[Resource]):
    """
    Jobs in the order in which they are put, each with the resource.

    The thread is a daemon: a process that ends without `stop` does not hang, and loses
    only what nobody was told to be safe.

    Args:
        name: of the thread, for errors and for whoever looks at the process.
        acquire: makes the resource, in the thread.
        release: the opposite, after the last job. Must not raise.
    """

    def __init__(
        self,
        reactor: IReactorFromThreads,
        name: str,
        acquire: Callable[[], Resource],
        release: Callable[[Resource], None],
    ) -> None:
        self._reactor = reactor
        self._acquire = acquire
        self._release = release
        self._opened: Deferred[None] = Deferred()
        self._stopped: Deferred[None] = Deferred()
        self._stopping = False
        self._jobs: SimpleQueue[Callable[[Resource], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> Deferred[None]:
        """Begin, once; fires when the resource is there, fails as `acquire` does."""
        self._thread.start()
        return self._opened

    def put(self, job: Callable[[Resource], None]) -> None:
        """Do `job` after those before it; it must not raise. After `stop` it is not done."""
        self._jobs.put(job)

    def ask(self, question: Callable[[Resource], Answer]) -> Deferred[Answer]:
        """
        What `question` returns, in its turn among the jobs.

        Fails with LogUnavailable for an error of SQLite or after `stop`, otherwise as
        `question` does.
        """
        if self._stopping:
            return fail(LogUnavailable(f"{self._thread.name}: stopped"))
        answer: Deferred[Answer] = Deferred()
        self._jobs.put(lambda resource: self._answer(answer, question, resource))
        return answer

    def stop(self) -> Deferred[None]:
        """End after the jobs that were put; fires when the thread is gone. May be called twice."""
        if self._thread.ident is None:
            return succeed(None)
        if not self._stopping:
            self._stopping = True
            self._jobs.put(None)
        gone: Deferred[None] = Deferred()
        self._stopped.chainDeferred(gone)
        return gone.addCallback(lambda _: self._thread.join())

    def _run(self) -> None:
        tell = self._reactor.callFromThread
        try:
            resource = self._acquire()
        except Exception:
            tell(self._opened.errback, Failure())
        else:
            tell(self._opened.callback, None)
            for job in iter(self._jobs.get, None):
                job(resource)
            self._release(resource)
        tell(self._stopped.callback, None)

    def _answer(
        self,
        answer: Deferred[Answer],
        question: Callable[[Resource], Answer],
        resource: Resource,
    ) -> None:
        tell = self._reactor.callFromThread
        try:
            result = question(resource)
        except sqlite3.Error as error:
            tell(answer.errback, LogUnavailable(f"{self._thread.name}: {error}"))
        except Exception:
            tell(answer.errback, Failure())
        else:
            tell(answer.callback, result)
