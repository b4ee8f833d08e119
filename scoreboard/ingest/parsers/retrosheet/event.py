"""
The text of one Retrosheet event: what kind of play it is and where each runner goes.

Rule: only the text is read here, never the bases; who stands on them is the
diamond's business. A part that cannot be read is named, not guessed. Pure.

Source: Retrosheet, "The Event File" (retrosheet.org/eventfile.htm). Where that page is
silent, the reading is the one that the public tools agree on: an out is negated by
an error in its brackets unless a second bracket credits a putout ("BXH(832)(E8)").
"""

from __future__ import annotations

import re

import attrs

BATTER = 0  #: the base that the batter comes from
HOME = 4  #: the base where a run is scored

#: Letters for bases in advances.
_BASES = {"B": BATTER, "1": 1, "2": 2, "3": 3, "H": HOME}


@attrs.frozen
class Move:
    """
    What becomes of one runner.

    Attributes:
        to: the base that he reaches or is put out on the way to: 1-3, 4 is home.
        out: whether he is put out.
        firm: a putout that the play itself names; a later "safe" does not undo it.
    """

    to: int
    out: bool = False
    firm: bool = False


@attrs.frozen
class EventText:
    """
    One event as its text has it.

    Attributes:
        play_type: of the sport's play types; "unknown" if the text cannot be read.
        moves: base that a runner (0: the batter) starts from -> what becomes of him.
        forces: everybody ahead of the batter must move up, whether or not it is said.
        qualifiers: what the modifiers and the second half of the event add, sorted.
        unread: parts that are in no known form.
    """

    play_type: str
    moves: dict[int, Move]
    subtype: str | None = None
    forces: bool = False
    qualifiers: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@attrs.frozen
class _Token:
    """One basic event: "K", "SB2", "64(1)3"."""

    play_type: str
    moves: dict[int, Move] = attrs.Factory(dict)
    subtype: str | None = None


#: Events that are a word: play type, where the batter goes (None: he stays at bat), subtype.
_WORDS: dict[str, tuple[str, int | None, str | None]] = {
    "W": ("walk", 1, None),
    "IW": ("intentional_walk", 1, None),
    "I": ("intentional_walk", 1, None),
    "HP": ("hit_by_pitch", 1, None),
    "HBP": ("hit_by_pitch", 1, None),
    "C": ("interference", 1, None),
    "BK": ("balk", None, None),
    "WP": ("wild_pitch", None, None),
    "PB": ("passed_ball", None, None),
    "DI": ("defensive_indifference", None, None),
    "OA": ("advance", None, None),
    "OBA": ("advance", None, None),
}

#: Events that are a word and the fielders who had the ball.
_FIELDED: dict[str, tuple[str, int | None, str | None]] = {
    "S": ("single", 1, None),
    "D": ("double", 2, None),
    "DGR": ("double", 2, "ground_rule"),
    "T": ("triple", 3, None),
    "HR": ("home_run", HOME, None),
    "H": ("home_run", HOME, None),
    "E": ("error", 1, None),
    "FC": ("fielders_choice", 1, None),
    "FLE": ("foul_error", None, None),
}

#: After these everybody whom the batter pushes has moved, even if no advance says so.
_FORCING = frozenset({"walk", "intentional_walk", "hit_by_pitch", "interference", "home_run"})

#: What modifiers mean; trajectories with a place ("F89", "BG15") are read apart.
_MODIFIERS = {
    "DP": ("double_play",),
    "NDP": (),
    "GDP": ("double_play", "ground"),
    "LDP": ("double_play", "line"),
    "FDP": ("double_play", "fly"),
    "BGDP": ("bunt", "double_play", "ground"),
    "BPDP": ("bunt", "double_play", "pop"),
    "TP": ("triple_play",),
    "GTP": ("ground", "triple_play"),
    "LTP": ("line", "triple_play"),
    "SF": ("sacrifice_fly",),
    "SH": ("sacrifice_hit",),
    "SAC": ("sacrifice_hit",),
    "FO": ("force_out",),
    "IF": ("infield_fly",),
    "FL": ("foul",),
    "TH": ("throwing_error",),
    "IPHR": ("inside_the_park",),
    "AP": ("appeal",),
    "BOOT": ("batted_out_of_turn",),
    "PASS": ("passed_runner",),
    "BINT": ("interference",),
    "FINT": ("interference",),
    "INT": ("interference",),
    "RINT": ("interference",),
    "UINT": ("interference",),
    "OBS": ("obstruction",),
    "MREV": ("reviewed",),
    "UREV": ("reviewed",),
}
_TRAJECTORY = re.compile(r"(B?)([GFLP]?)(?:[0-9].*)?\Z")
_TRAJECTORIES = {"G": "ground", "F": "fly", "L": "line", "P": "pop"}

_WORD = re.compile(r"([A-Z]+)([0-9?]*)\Z")
_STRIKEOUT = re.compile(r"K([0-9?E]*)\Z")
_STEAL = re.compile(r"(PO)?SB([23H])((?:\([^()]*\))*)\Z")
_CAUGHT = re.compile(r"(PO)?CS([23H])((?:\([^()]*\))*)\Z")
_PICKOFF = re.compile(r"PO([123])((?:\([^()]*\))*)\Z")
_OUT = re.compile(r"[0-9?](?:[0-9?]|E[0-9?]|\([B123]\))*\Z")
_OUT_GROUP = re.compile(r"([0-9?E]+)(?:\(([B123])\))?")
_ADVANCE = re.compile(r"([B123])([-X])([123H])((?:\([^()]*\))*)[+-]?\Z")
_BRACKET = re.compile(r"\(([^()]*)\)")
_ERROR = re.compile(r"E[0-9?]")
_PUTOUT = re.compile(r"[0-9?]+")


def read_event(text: str) -> EventText:
    """
    The event that `text` (the last field of a play record) describes.

    Args:
        text: as in the file, with its marks for doubt and admiration ("#", "!").
    """
    bare = re.sub(r"[#!\s]", "", text).upper()
    basic, _, advances = bare.partition(".")
    head, *modifiers = _split(basic, "/")
    # A "+" or "-" at the end says how hard the ball was hit.
    parts = [part for piece in _split(head.rstrip("+-"), "+") for part in _split(piece, ";")]
    first, *others = parts
    primary = _token(first)
    tokens = [(part, _token(part)) for part in others]
    unread = [first] if primary is None else []
    unread += [part for part, token in tokens if token is None]
    play = primary or _Token("unknown")
    moves = dict(play.moves)
    words = {word for name in modifiers for word in _modifier(name)}
    for _, token in tokens:
        if token is not None:
            # "K+E2": the error of a second event does not put the batter on first.
            moves.update({base: move for base, move in token.moves.items() if base != BATTER})
            words.add(token.play_type)
    unread += _advance(moves, advances)
    return EventText(
        play_type=play.play_type,
        moves=moves,
        subtype=play.subtype,
        forces=play.play_type in _FORCING,
        qualifiers=tuple(sorted(words - {play.play_type})),
        unread=tuple(unread),
    )


def _split(text: str, separator: str) -> list[str]:
    """`text` cut at each `separator` that is not in brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == separator and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _modifier(name: str) -> tuple[str, ...]:
    """What modifier `name` says; () if it is one of the many that say nothing here."""
    bare = name.rstrip("+-")
    if bare in _MODIFIERS:
        return _MODIFIERS[bare]
    if bare.startswith("TH"):
        return _MODIFIERS["TH"]
    found = _TRAJECTORY.match(bare)
    if not bare or not found:
        return ()
    bunt = ("bunt",) if found[1] else ()
    return bunt + ((_TRAJECTORIES[found[2]],) if found[2] else ())


def _token(text: str) -> _Token | None:
    """The basic event `text`; None if it is in no known form."""
    if found := _STRIKEOUT.match(text):
        safe = "E" in found[1]
        return _Token("strikeout", {BATTER: Move(1, out=not safe, firm=bool(found[1]))})
    if found := _STEAL.match(text):
        base = _BASES[found[2]]
        return _Token("steal", {base - 1: Move(base)}, "pickoff" if found[1] else None)
    if found := _CAUGHT.match(text):
        base = _BASES[found[2]]
        out = _is_out(found[3])
        move = Move(base, out=out, firm=out)
        return _Token("caught_stealing", {base - 1: move}, "pickoff" if found[1] else None)
    if found := _PICKOFF.match(text):
        base = int(found[1])
        out = _is_out(found[2])
        return _Token("pickoff", {base: Move(base, out=True, firm=True)} if out else {})
    if text in _WORDS:
        return _worded(*_WORDS[text])
    if (found := _WORD.match(text)) and found[1] in _FIELDED:
        return _worded(*_FIELDED[found[1]])
    return _Token("out", _outs(text)) if _OUT.match(text) else None


def _worded(play_type: str, batter_to: int | None, subtype: str | None) -> _Token:
    return _Token(play_type, {} if batter_to is None else {BATTER: Move(batter_to)}, subtype)


def _outs(text: str) -> dict[int, Move]:
    """
    The moves of "63", "64(1)3", "54(1)", "8(B)84(2)", "6E3".

    A group of fielders with a base in brackets puts out the runner from there, one
    without puts out the batter. If no group does, the batter is on first.
    """
    moves = {BATTER: Move(1)}
    for group in _OUT_GROUP.finditer(text):
        base = _BASES[group[2] or "B"]
        safe = "E" in group[1]
        moves[base] = Move(base + 1, out=not safe, firm=not safe)
    return moves


def _is_out(brackets: str) -> bool:
    """Whether a runner with these `brackets` behind his base is out."""
    parts = [part.partition("/")[0] for part in _BRACKET.findall(brackets)]
    errors = [part for part in parts if _ERROR.search(part)]
    putouts = [part for part in parts if _PUTOUT.match(part) and part not in errors]
    return bool(putouts) or not errors


def _advance(moves: dict[int, Move], advances: str) -> list[str]:
    """Enter the explicit `advances` into `moves`; the parts that cannot be read."""
    unread = []
    for part in filter(None, _split(advances, ";")):
        found = _ADVANCE.match(part)
        if found is None:
            unread.append(part)
            continue
        base, to = _BASES[found[1]], _BASES[found[3]]
        out = found[2] == "X" and _is_out(found[4])
        if not out and base in moves and moves[base].firm and moves[base].out:
            continue
        moves[base] = Move(to, out=out)
    return unread
