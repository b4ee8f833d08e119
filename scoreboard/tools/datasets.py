"""
Recorded games in folders: which files are games, and what belongs to them.

Rule: a file that is no game is named with the reason, never an error; a file is opened
only if its name could be that of a game. Shell.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from scoreboard.ingest.parsers.document import Document
from scoreboard.ingest.parsers.formats import FORMATS, HEAD, Format, recognise
from scoreboard.model.errors import RemoteError
from scoreboard.tools.usage import UsageError

#: Names that a game may have, before ".gz".
_SUFFIXES = (".json", ".csv", ".txt", ".eva", ".evn", ".evr")

#: Why a file is skipped: by its content, by its name, by what it belongs to.
UNKNOWN = "in no format that is known"
_NO_GAME = "no game by its name"
_RESULTS = "official results"
_BELONGS = "belongs to a game beside it"

#: Reasons that surprise nobody.
EXPECTED = (_NO_GAME, _RESULTS, _BELONGS)

#: Name of the file with the official results of a folder's games.
FINALS = "finals.json"


class NoSuchPath(UsageError):
    """A folder or file that the user named does not exist."""


class BadFile(RemoteError):
    """A file cannot be read, or not be understood; the text names the file and the row."""


@attrs.frozen
class GameFile:
    """
    The file of a recorded game.

    Attributes:
        name: without folder, ".gz" and suffix.
        dataset: name of the folder that it is counted to.
        provider: of its format.
        companions: role -> file.
    """

    path: Path
    name: str
    dataset: str
    provider: str
    companions: tuple[tuple[str, Path], ...] = ()


@attrs.frozen
class Skipped:
    """A file that is no game, and why."""

    path: Path
    reason: str


@attrs.frozen
class Found:
    """What some folders hold, in the order of the paths."""

    games: tuple[GameFile, ...]
    skipped: tuple[Skipped, ...]


def find(paths: Iterable[Path]) -> Found:
    """
    The recorded games in `paths`, folders searched to any depth, or single files.

    Raises:
        NoSuchPath: one of them does not exist.
    """
    games: list[GameFile] = []
    skipped: list[Skipped] = []
    for path in _files(paths):
        kind = _why_not(path) or _recognised(path)
        if isinstance(kind, Format):
            games.append(_game(path, kind))
        else:
            skipped.append(Skipped(path, kind))
    used = {path for game in games for _, path in game.companions}
    return Found(
        tuple(games),
        tuple(attrs.evolve(s, reason=_BELONGS) if s.path in used else s for s in skipped),
    )


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file once, hidden ones left out."""
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise NoSuchPath(f"{path}: no such file or folder")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.is_file() and not hidden and file not in seen:
                seen.add(file)
                yield file


def _plain_name(path: Path) -> str:
    return path.name.removesuffix(".gz")


def _why_not(path: Path) -> str | None:
    """Why `path` cannot be a game, by its name alone."""
    if _plain_name(path) == FINALS:
        return _RESULTS
    if not _plain_name(path).lower().endswith(_SUFFIXES):
        return _NO_GAME
    return None


def _recognised(path: Path) -> Format | str:
    """The format of a file, or why it has none; a file that breaks off is told by its head."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        if path.suffix == ".gz":
            # 16: a gzip header is expected (zlib's manual, inflateInit2).
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, HEAD)
    except (OSError, zlib.error) as why:
        return f"cannot be read: {why}"
    return recognise(_plain_name(path), head) or UNKNOWN


def _game(path: Path, form: Format) -> GameFile:
    companions: dict[str, Path] = {}
    for role, pattern in form.companions(_plain_name(path)).items():
        for file in _matching(path.parent, pattern):
            if role.endswith("."):
                name = _plain_name(file)
                digits = (place for place, letter in enumerate(name) if letter.isdigit())
                companions[role + name[: next(digits, len(name))]] = file
            else:
                companions[role] = file
    return GameFile(
        path=path,
        name=_plain_name(path).rpartition(".")[0],
        dataset=_dataset(path),
        provider=form.provider,
        companions=tuple(sorted(companions.items())),
    )


def _matching(folder: Path, pattern: str) -> list[Path]:
    """Files of that name, packed or not; the plain one last, since it wins."""
    inner, _, name = pattern.rpartition("/")
    where = Path(os.path.normpath(folder / inner))
    if not where.is_dir():
        return []
    return sorted(where.glob(f"{name}.gz")) + sorted(where.glob(name))


def _dataset(path: Path) -> str:
    """The folder that holds the results of the game, else the game's own."""
    folder = path.resolve().parent
    for candidate in (folder, folder.parent):
        if (candidate / FINALS).exists():
            return candidate.name
    return folder.name


def read(path: Path) -> bytes:
    """
    The bytes of a file, unpacked.

    Raises:
        BadFile: it cannot be read or is not what its name says.
    """
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as why:
        raise BadFile(f"{path}: {why}") from why


def load(game: GameFile) -> Document:
    """
    The game in a file.

    Raises:
        BadFile: it or a companion cannot be read or understood.
    """
    parse = next(form.parse for form in FORMATS if form.provider == game.provider)
    companions = {role: read(path) for role, path in game.companions}
    try:
        return parse(read(game.path), companions)
    except BadFile:
        raise
    except RemoteError as why:
        raise BadFile(f"{game.path}: {why}") from why
