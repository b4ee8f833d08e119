"""
The scorer's calls over HTTP, for a page on a tablet or for curl.

Rule: the same calls and answers as over WAMP, by a bearer token. Shell.
"""

from __future__ import annotations

from twisted.web.server import Request

from scoreboard.codec.answer import write_answer
from scoreboard.codec.commands import CALLS
from scoreboard.codec.json_text import read_json, write_json
from scoreboard.gateway.problem import Problem, status_of
from scoreboard.gateway.queries import Games
from scoreboard.gateway.realm import Principal
from scoreboard.gateway.request import Leaf, Refused, answer, bearer, unauthorized
from scoreboard.gateway.scorer import NotAllowed, Officials, ask

#: Largest body, bytes (rule E1).
MAX_BODY = 64 * 1024


class ScorerCall(Leaf):
    """`/v1/games/{gid}/scorer/{call}`: what a person at the table says."""

    def __init__(self, game_id: str, call: str, games: Games, officials: Officials) -> None:
        self._game_id = game_id
        self._call = call
        self._games = games
        self._officials = officials
        self.methods = {b"POST": self._post}

    async def _post(self, request: Request) -> None:
        who = self._who(request)
        if self._call not in CALLS:
            known = ", ".join(CALLS)
            raise Refused(Problem("not_found", "there is no such call", f"one of: {known}"))
        body = b"" if request.content is None else request.content.read()
        if len(body) > MAX_BODY:
            problem = f"the body is over {MAX_BODY} bytes"
            raise Refused(Problem("too_large", problem, "say less at once"))
        data = read_json(body) if body.strip() else {}
        try:
            said = await ask(self._officials, self._games, who, self._call, self._game_id, data)
        except NotAllowed as why:
            hint = "ask who has the role" if why.is_role else "use the name that may (rule E3)"
            raise Refused(Problem("forbidden", str(why), hint)) from why
        headers = [(b"retry-after", b"1")] if said.retry_ms else []
        answer(request, status_of(said), write_json(write_answer(said)), headers=headers)

    def _who(self, request: Request) -> Principal:
        who = self._officials.whose(bearer(request))
        if who is None:
            raise unauthorized(request, "a scorer's token")
        return who
