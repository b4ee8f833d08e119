"""What a poller says is said until it is taken, and a final is believed when it stands."""

from __future__ import annotations

from scoreboard.ingest.outbox import Outbox
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.status import Status, StatusLine
from tests.ingest.parsers.rows import FINAL, document, play, words

LIVE = StatusLine(Status.IN_PROGRESS)
TAKEN, DOUBLE = Answer(Outcome.ACCEPTED), Answer(Outcome.DUPLICATE)
HELD = Answer(Outcome.QUARANTINED, code="after_final")
LATER = Answer(Outcome.REJECTED, code="unavailable", retry_ms=1000)

A, B, C = play("a", order=10, points=2), play("b", order=20), play("c", order=30)


def live(*rows):
    return document(*rows, status=LIVE)


def final(*rows):
    return document(*rows, status=FINAL)


def taken(outbox):
    return outbox.answered([TAKEN] * len(outbox.left))


def told(*documents, settle_s=0.0):
    """What each poll says, one second apart, everything being taken."""
    outbox, said = Outbox(), []
    for now_s, polled in enumerate(documents):
        outbox = outbox.read(polled, float(now_s), settle_s)
        said.append(words(outbox.left))
        outbox = taken(outbox)
    return said, outbox


def test_what_was_answered_is_known_and_not_told_again():
    said, outbox = told(live(A), live(A))
    assert said == [["pregame 1", "in_progress 1", "play a"], []]
    assert set(outbox.known.rows) == {"a"}


def test_what_was_not_taken_is_told_again_word_for_word():
    outbox = Outbox().read(live(A, B), 0.0, 0.0)
    first = outbox.left
    outbox = outbox.answered([TAKEN, TAKEN, LATER, DOUBLE])
    assert outbox.left == first[2:]
    assert outbox.known.rows == {}
    outbox = outbox.answered([DOUBLE, TAKEN])
    assert outbox.left == ()
    assert set(outbox.known.rows) == {"a", "b"}


def test_what_is_quarantined_or_refused_has_been_heard():
    outbox = Outbox().read(live(A), 0.0, 0.0)
    outbox = outbox.answered([TAKEN, TAKEN, HELD])
    assert outbox.left == ()
    assert set(outbox.known.rows) == {"a"}


def test_a_batch_may_be_answered_in_parts():
    outbox = Outbox().read(live(A), 0.0, 0.0).answered([TAKEN])
    assert words(outbox.left) == ["in_progress 1", "play a"]
    assert taken(outbox).known.next_seq == 4


def test_a_final_is_told_when_the_next_poll_agrees():
    said, outbox = told(live(A), final(A, B), final(A, B))
    assert said[1:] == [["play b"], ["final 1"]]
    assert outbox.is_over


def test_a_final_is_told_when_the_document_has_not_changed_since():
    _, outbox = told(live(A), final(A))
    assert not outbox.is_over
    outbox = outbox.again(5.0, 0.0)
    assert words(outbox.left) == ["final 1"]
    assert taken(outbox).again(6.0, 0.0).left == ()


def test_a_row_that_comes_with_or_after_the_word_final_is_told_before_it():
    said, _ = told(live(A), final(A), final(A, B), final(A, B, C), final(A, B, C))
    assert said[1:] == [[], ["play b"], ["play c"], ["final 1"]]


def test_a_final_that_is_taken_back_was_never_told():
    said, outbox = told(live(A), final(A), live(A), live(A, B))
    assert said[1:] == [[], [], ["play b"]]
    assert outbox.held is None


def test_a_final_has_to_stand_as_long_as_it_is_told_to():
    said, _ = told(final(A), final(A), final(A), final(A, B), final(A, B), settle_s=2.0)
    assert [line[-1:] for line in said] == [["play a"], [], ["final 1"], ["play b"], []]


def test_after_the_final_a_correction_is_told_at_once():
    changed = play("a", order=10, points=3)
    said, _ = told(final(A), final(A), final(changed))
    assert said[2] == ["play a.1"]


def test_a_document_without_a_status_is_never_over():
    said, outbox = told(document(A, status=None), document(A, status=None))
    assert said[1] == []
    assert not outbox.is_over


def test_before_anything_is_read_nothing_is_over():
    assert not Outbox().is_over


def test_a_document_whose_rows_have_no_names_is_told_when_it_stands():
    outbox = Outbox()
    for now_s, polled in enumerate((final(A), final(B, C), final(B, C))):
        outbox = outbox.read(polled, float(now_s), 2.0, whole=True)
        assert (outbox.left, outbox.known.rows) == ((), {})
    outbox = outbox.again(2.9, 2.0, whole=True)
    assert outbox.left == ()
    outbox = outbox.again(3.0, 2.0, whole=True)
    assert words(outbox.left) == ["pregame 1", "in_progress 1", "play b", "play c", "final 1"]
    outbox = taken(outbox)
    assert outbox.again(4.0, 2.0, whole=True).left == ()
    changed = play("c", order=30, points=3)
    assert words(outbox.read(final(B, changed), 5.0, 2.0, whole=True).left) == ["play c.1"]
