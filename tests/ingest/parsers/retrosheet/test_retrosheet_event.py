"""What is read out of Retrosheet event texts, form by form."""

from __future__ import annotations

import pytest

from scoreboard.ingest.parsers.retrosheet.bases import Diamond, Played, play
from scoreboard.ingest.parsers.retrosheet.event import read_event
from scoreboard.sports.baseball import BASEBALL

FULL = Diamond(0, ("r1", "r2", "r3"))


def _bases(text: str) -> Diamond:
    """A diamond with nobody out and a runner on each base that `text` ("1-3") names."""
    first, second, third = (f"r{base}" if str(base) in text else None for base in (1, 2, 3))
    return Diamond(0, (first, second, third))


def _after(bases: str, event: str) -> Played:
    return play(_bases(bases), read_event(event), "bat")


#: event, bases before -> play type, who is on the bases after, who scored, outs.
FORMS = [
    ("S7/L.1-2", "1", "single", ("bat", "r1", None), (), 0),
    ("S9/L.2-H;1XH(92)", "12", "single", ("bat", None, None), ("r2",), 1),
    ("S8.1-3;BX2(84)", "1", "single", (None, None, "r1"), (), 1),
    ("S64/L.B-2(E4/TH)", "", "single", (None, "bat", None), (), 0),
    ("S9/G+.2-H(E9)(UR)(NR);1-3", "12", "single", ("bat", None, "r1"), ("r2",), 0),
    ("S?", "", "single", ("bat", None, None), (), 0),
    ("D9", "", "double", (None, "bat", None), (), 0),
    ("D/G/FINT", "", "double", (None, "bat", None), (), 0),
    ("D7/L.1-H;BX3(75)", "1", "double", (None, None, None), ("r1",), 1),
    ("DGR", "", "double", (None, "bat", None), (), 0),
    ("DGR/L+.3-H;2-H", "23", "double", (None, "bat", None), ("r3", "r2"), 0),
    ("T9/F.1-H", "1", "triple", (None, None, "bat"), ("r1",), 0),
    ("HR/F", "", "home_run", (None, None, None), ("bat",), 0),
    ("HR/78/F.2-H;1-H", "12", "home_run", (None, None, None), ("r2", "r1", "bat"), 0),
    ("HR", "123", "home_run", (None, None, None), ("r3", "r2", "r1", "bat"), 0),
    ("H9", "", "home_run", (None, None, None), ("bat",), 0),
    ("H/L7", "", "home_run", (None, None, None), ("bat",), 0),
    ("W", "", "walk", ("bat", None, None), (), 0),
    ("W.1-2", "1", "walk", ("bat", "r1", None), (), 0),
    ("W", "12", "walk", ("bat", "r1", "r2"), (), 0),
    ("W", "13", "walk", ("bat", "r1", "r3"), (), 0),
    ("W.3-H;2-3;1-2", "123", "walk", ("bat", "r1", "r2"), ("r3",), 0),
    ("W+WP.2-3", "2", "walk", ("bat", None, "r2"), (), 0),
    ("W+SB3", "2", "walk", ("bat", None, "r2"), (), 0),
    ("W.BX1(2E3)", "", "walk", ("bat", None, None), (), 0),
    ("IW", "", "intentional_walk", ("bat", None, None), (), 0),
    ("I", "3", "intentional_walk", ("bat", None, "r3"), (), 0),
    ("HP.1-2", "1", "hit_by_pitch", ("bat", "r1", None), (), 0),
    ("HP", "", "hit_by_pitch", ("bat", None, None), (), 0),
    ("C/E2", "", "interference", ("bat", None, None), (), 0),
    ("C/E1.1-2", "1", "interference", ("bat", "r1", None), (), 0),
    ("K", "", "strikeout", (None, None, None), (), 1),
    ("K23", "", "strikeout", (None, None, None), (), 1),
    ("K/C", "1", "strikeout", ("r1", None, None), (), 1),
    ("K2E3", "", "strikeout", ("bat", None, None), (), 0),
    ("KE2.B-1", "", "strikeout", ("bat", None, None), (), 0),
    ("K.B-1(E2)", "", "strikeout", ("bat", None, None), (), 0),
    ("K.BX1(2E3)", "", "strikeout", ("bat", None, None), (), 0),
    ("K23.B-1", "", "strikeout", (None, None, None), (), 1),
    ("K+SB2", "1", "strikeout", (None, "r1", None), (), 1),
    ("K+SB3;SB2", "12", "strikeout", (None, "r1", "r2"), (), 1),
    ("K+CS2(26)/DP", "1", "strikeout", (None, None, None), (), 2),
    ("K+PO1(23)", "1", "strikeout", (None, None, None), (), 2),
    ("K+WP.B-1", "", "strikeout", ("bat", None, None), (), 0),
    ("K+WP.3-H;B-1", "3", "strikeout", ("bat", None, None), ("r3",), 0),
    ("K+PB.2-3;1-2", "12", "strikeout", (None, "r1", "r2"), (), 1),
    ("K+E2.1-2", "1", "strikeout", (None, "r1", None), (), 1),
    ("K+OA.1X2(26)", "1", "strikeout", (None, None, None), (), 2),
    ("8", "3", "out", (None, None, "r3"), (), 1),
    ("99", "", "out", (None, None, None), (), 1),
    ("?", "", "out", (None, None, None), (), 1),
    ("13/G-", "", "out", (None, None, None), (), 1),
    ("S7+", "", "single", ("bat", None, None), (), 0),
    ("63/G.2-3", "2", "out", (None, None, "r2"), (), 1),
    ("8/F/SF.3-H", "3", "out", (None, None, None), ("r3",), 1),
    ("34/BG/SH.1-2", "1", "out", (None, "r1", None), (), 1),
    ("64(1)3/GDP", "1", "out", (None, None, None), (), 2),
    ("64(1)3/GDP.3-H(NR)", "13", "out", (None, None, None), ("r3",), 2),
    ("54(1)/FO/G5.3-H;B-1", "13", "out", ("bat", None, None), ("r3",), 1),
    ("54(1)/FO/G", "1", "out", ("bat", None, None), (), 1),
    ("54(1)/FO.B-2(E4/TH)", "1", "out", (None, "bat", None), (), 1),
    ("54(B)/BG/SH.1-2", "1", "out", (None, "r1", None), (), 1),
    ("8(B)84(2)/LDP", "2", "out", (None, None, None), (), 2),
    ("1(B)16(2)63(1)/LTP", "12", "out", (None, None, None), (), 3),
    ("3/L/DP.1X1(3)", "1", "out", (None, None, None), (), 2),
    ("6E3", "", "out", ("bat", None, None), (), 0),
    ("64(1)E3", "1", "out", ("bat", None, None), (), 1),
    ("4E6(1)", "1", "out", ("bat", "r1", None), (), 0),
    ("6/L.1-2(E6/TH)", "1", "out", (None, "r1", None), (), 1),
    ("63.B-1", "", "out", (None, None, None), (), 1),
    ("FC6.3XH;1-2;B-1", "13", "fielders_choice", ("bat", "r1", None), (), 1),
    ("FC6/G.3-H;2X3(65)", "23", "fielders_choice", ("bat", None, None), ("r3",), 1),
    ("FC3", "", "fielders_choice", ("bat", None, None), (), 0),
    ("E6/TH.1-3", "1", "error", ("bat", None, "r1"), (), 0),
    ("E5/TH/G.2-H(UR)(NR);1-3;B-2", "12", "error", (None, "bat", "r1"), ("r2",), 0),
    ("FLE5", "1", "foul_error", ("r1", None, None), (), 0),
    ("SB2", "1", "steal", (None, "r1", None), (), 0),
    ("SB3;SB2", "12", "steal", (None, "r1", "r2"), (), 0),
    ("SBH;SB2", "13", "steal", (None, "r1", None), ("r3",), 0),
    ("SBH(UR)", "3", "steal", (None, None, None), ("r3",), 0),
    ("SB2;SB3.2-H(E2/TH)(UR)", "12", "steal", (None, "r1", None), ("r2",), 0),
    ("SB2.1-3(E2)", "1", "steal", (None, None, "r1"), (), 0),
    ("POSB2", "1", "steal", (None, "r1", None), (), 0),
    ("CS2(26)", "1", "caught_stealing", (None, None, None), (), 1),
    ("CSH(12)", "3", "caught_stealing", (None, None, None), (), 1),
    ("CS2(2E4).1-3", "1", "caught_stealing", (None, None, "r1"), (), 0),
    ("CS2(E2/TH)", "1", "caught_stealing", (None, "r1", None), (), 0),
    ("CSH(1E2)(UR)", "3", "caught_stealing", (None, None, None), ("r3",), 0),
    ("POCS2(1361)", "1", "caught_stealing", (None, None, None), (), 1),
    ("POCS2(134).3-H", "13", "caught_stealing", (None, None, None), ("r3",), 1),
    ("PO1(23)", "1", "pickoff", (None, None, None), (), 1),
    ("PO1(E3).1-3", "1", "pickoff", (None, None, "r1"), (), 0),
    ("PO1(E3)", "1", "pickoff", ("r1", None, None), (), 0),
    ("WP.2-3", "2", "wild_pitch", (None, None, "r2"), (), 0),
    ("WP.3-H(NR);1-2", "13", "wild_pitch", (None, "r1", None), ("r3",), 0),
    ("PB.1-2", "1", "passed_ball", (None, "r1", None), (), 0),
    ("BK", "1", "balk", ("r1", None, None), (), 0),
    ("BK.3-H;1-2", "13", "balk", (None, "r1", None), ("r3",), 0),
    ("DI.1-2", "1", "defensive_indifference", (None, "r1", None), (), 0),
    ("OA.3XH(21);2-3", "23", "advance", (None, None, "r2"), (), 1),
    ("OA", "1", "advance", ("r1", None, None), (), 0),
    ("S7.1XH(E7)", "1", "single", ("bat", None, None), ("r1",), 0),
    ("S7.1XH(7E2)", "1", "single", ("bat", None, None), ("r1",), 0),
    ("S7.BXH(832)(E8)", "", "single", (None, None, None), (), 1),
    ("S7.BX2(E7)(64)", "", "single", (None, None, None), (), 1),
    ("S7.BX2(TH)", "", "single", (None, None, None), (), 1),
    ("S7.2xH(72)", "2", "single", ("bat", None, None), (), 1),
    ("S9#.1-2!", "1", "single", ("bat", "r1", None), (), 0),
]


@pytest.mark.parametrize(("event", "before", "kind", "runners", "scored", "outs"), FORMS)
def test_an_event_text_moves_the_runners(event, before, kind, runners, scored, outs):
    played = _after(before, event)
    assert (kind, runners, scored, outs) == (
        read_event(event).play_type,
        played.diamond.runners,
        played.scored,
        played.outs,
    )
    assert outs == played.diamond.outs
    assert () == read_event(event).unread


def test_every_form_is_worth_what_its_kind_may_be_worth():
    for event, before, kind, _, scored, _ in FORMS:
        assert len(scored) in BASEBALL.play_types[kind].points, (event, before)


@pytest.mark.parametrize(
    ("event", "qualifiers"),
    [
        ("64(1)3/GDP", ("double_play", "ground")),
        ("8/F89/SF.3-H", ("fly", "sacrifice_fly")),
        ("34/BG15/SH", ("bunt", "ground", "sacrifice_hit")),
        ("S7/L7LD+", ("line",)),
        ("S/B", ("bunt",)),
        ("E6/TH1/G6", ("ground", "throwing_error")),
        ("K+WP.B-1", ("wild_pitch",)),
        ("K+CS2(26)/DP", ("caught_stealing", "double_play")),
        ("S9/MREV/R9", ("reviewed",)),
        ("8/", ()),
        ("SB3;SB2", ()),
    ],
)
def test_modifiers_become_qualifiers(event, qualifiers):
    assert qualifiers == read_event(event).qualifiers


def test_a_pickoff_that_is_a_steal_says_so():
    assert ("pickoff", "pickoff", None) == tuple(
        read_event(text).subtype for text in ("POCS2(14)", "POSB2", "CS2(26)")
    )


@pytest.mark.parametrize(
    ("event", "unread"),
    [
        ("XYZ", ("XYZ",)),
        ("", ("",)),
        ("K+XX", ("XX",)),
        ("S7.1-2;foo", ("FOO",)),
        ("1" * 400 + "x", ("1" * 400 + "X",)),
    ],
)
def test_what_cannot_be_read_is_named(event, unread):
    assert unread == read_event(event).unread


def test_an_event_of_no_known_form_still_moves_the_runners_that_it_names():
    played = _after("3", "XYZ.3-H")
    assert ("r3",) == played.scored
    assert "unknown" == read_event("XYZ.3-H").play_type


def test_a_run_from_an_empty_base_counts_and_is_doubted():
    played = _after("", "S8.2-H")
    assert (("",), ("runner from an empty base",)) == (played.scored, played.doubts)


def test_two_runners_on_one_base_are_doubted():
    assert ("two runners on one base",) == _after("1", "S8").doubts


def test_nobody_asks_where_the_others_went_after_the_third_out():
    played = play(Diamond(2, ("r1", "r2", None)), read_event("5(2)/FO/G"), "bat")
    assert (3, ()) == (played.diamond.outs, played.doubts)


def test_a_fourth_out_is_doubted_and_not_counted():
    played = play(Diamond(2, ("r1", None, None)), read_event("64(1)3/GDP"), "bat")
    assert (3, ("more than three outs",)) == (played.diamond.outs, played.doubts)


def test_a_forced_advance_that_the_text_leaves_out_is_doubted():
    played = play(FULL, read_event("HP"), "bat")
    assert (("r3",), ("advance left out",)) == (played.scored, played.doubts)


def test_a_batter_put_out_on_an_awarded_base_forces_nobody():
    assert () == play(FULL, read_event("W.BX1(23)"), "bat").doubts
