"""What became of a replay."""

from __future__ import annotations

from scoreboard.tools.replay_tally import MAX_REFUSALS, GameTally, Tally

ACCEPTED = {"status": "accepted", "seq": 2, "score": {"home": 2, "away": 1}}
REJECTED = {
    "status": "rejected",
    "rule": "S1",
    "code": "bad_score",
    "problem": "points 999 is not in 0-250",
    "hint": "send what the board shows",
}


def one(total=2):
    game = GameTally("game", "AWY-HOM", total)
    return game, Tally([game])


def test_a_game_is_done_when_every_message_was_answered():
    game, tally = one()
    tally.answered(game, "play 1", ACCEPTED)
    assert (game.done, game.fails) == (False, True)
    tally.answered(game, "play 2", ACCEPTED | {"status": "duplicate"})
    assert (game.done, game.fails, tally.failing) == (True, False, 0)


def test_the_score_is_the_one_that_the_server_answered_last():
    game, tally = one()
    tally.answered(game, "play 1", ACCEPTED)
    tally.answered(game, "play 2", {"status": "duplicate"})
    assert game.score == (1, 2)


def test_a_refused_message_fails_the_game_and_is_told_with_rule_and_hint():
    game, tally = one(1)
    assert tally.answered(game, "play 7", REJECTED)
    assert (game.done, game.fails) == (True, True)
    assert tally.refused[0].text() == (
        "game: play 7: rejected by S1: points 999 is not in 0-250 (send what the board shows)"
    )


def test_a_refusal_without_rule_and_hint_is_told_without():
    game, tally = one(1)
    tally.answered(game, "status", {"status": "quarantined", "problem": "no"})
    assert tally.refused[0].text() == "game: status: quarantined: no"


def test_a_shadow_is_no_failure():
    game, tally = one(1)
    tally.answered(game, "play 1", {"status": "shadow", "code": "not_authoritative"})
    assert not game.fails


def test_all_refusals_are_counted_and_the_first_are_shown():
    game, tally = one(MAX_REFUSALS + 10)
    shown = [tally.answered(game, f"play {n}", REJECTED) for n in range(MAX_REFUSALS + 10)]
    assert (sum(shown), len(tally.refused)) == (MAX_REFUSALS, MAX_REFUSALS)
    assert game.answers["rejected"] == MAX_REFUSALS + 10


def test_progress_is_one_line():
    game, tally = one()
    tally.answered(game, "play 1", ACCEPTED)
    assert tally.progress(0.5, "12:00") == "0/1 games  1/2 messages  2/s  12:00"
    tally.answered(game, "play 2", REJECTED)
    tally.retries, tally.waiting = 3, "refused"
    assert tally.progress(0, "12:00") == (
        "1/1 games  2/2 messages  0/s  12:00  1 refused  3 resent  waiting: refused"
    )


def test_the_table_has_a_line_a_game_and_only_the_answers_that_there_were():
    game, tally = one(1)
    other = GameTally("other", "A-B", 5, trouble="HTTP 401 unauthorized")
    tally.games.append(other)
    tally.answered(game, "play 1", ACCEPTED)
    tally.retries = 2
    assert tally.lines(2.0) == [
        "game   teams    messages  accepted  score  result",
        "game   AWY-HOM         1         1    1-2  sent",
        "other  A-B           0/5         0         HTTP 401 unauthorized",
        "",
        "1 of 2 games, 1 messages in 2.0 s (0/s), 2 requests resent",
    ]


def test_a_game_that_was_not_sent_to_its_end_has_failed():
    _, tally = one()
    assert tally.lines(1.0)[1].endswith("FAILED")


def test_everything_is_in_the_document():
    game, tally = one(1)
    tally.answered(game, "play 1", REJECTED)
    found = tally.document(1.0, ["x.csv: row 5"])
    assert (found["ok"], found["messages"], found["unreadable"]) == (False, 1, ["x.csv: row 5"])
    assert found["games"][0]["answers"] == {"rejected": 1}
    assert found["refused"][0]["rule"] == "S1"
    sent = Tally([GameTally("g", "a-b", 0, score=(1, 2))]).document(1.0, [])
    assert (sent["ok"], sent["games"][0]["score"]) == (True, {"away": 1, "home": 2})
