"""
The last resource of an address: it answers for all that is below it.

Rule: the tree of addresses is fixed; nothing is found or put below a last one. Shell.
"""

from __future__ import annotations

from twisted.web.resource import IResource
from twisted.web.server import Request
from zope.interface import implementer


@implementer(IResource)
class Last:
    """A leaf; subclasses render it."""

    isLeaf = True

    def getChildWithDefault(self, name: bytes, request: Request) -> IResource:
        """Not asked: a leaf answers for all that is below it."""
        del name, request
        return self

    def putChild(self, path: bytes, child: IResource) -> None:
        """Not possible: the tree is fixed."""
        raise NotImplementedError

    def render(self, request: Request) -> int:
        """Answer a request."""
        raise NotImplementedError
