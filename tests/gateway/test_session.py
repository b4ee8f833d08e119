"""What a session answers, in every state, to every message."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.gateway.messages import Code
from scoreboard.gateway.realm import CallError, Reply, SessionLimits
from scoreboard.gateway.session import ROLES, TRANSITIONS, Input, Session, State
from scoreboard.hub.standings import LAGGING
from scoreboard.model.errors import LocalError
from tests.gateway.fakes import PEOPLE, SESSION_ID, Talk, make_realm
from tests.hub.fakes import GAME, OTHER_GAME, published, score

SCORE = f"scoreboard.v1.game.{GAME}.score"

#: One well-formed message of each kind.
MESSAGES = {
    Code.HELLO: [1, "scoreboard", {}],
    Code.WELCOME: [2, 1, {}],
    Code.ABORT: [3, {}, "wamp.close.normal"],
    Code.CHALLENGE: [4, "ticket", {}],
    Code.AUTHENTICATE: [5, "right", {}],
    Code.GOODBYE: [6, {}, "wamp.close.normal"],
    Code.ERROR: [8, 68, 1, {}, "a.b"],
    Code.PUBLISH: [16, 1, {}, SCORE],
    Code.PUBLISHED: [17, 1, 1],
    Code.SUBSCRIBE: [32, 1, {}, SCORE],
    Code.SUBSCRIBED: [33, 1, 1],
    Code.UNSUBSCRIBE: [34, 1, 1],
    Code.UNSUBSCRIBED: [35, 1],
    Code.EVENT: [36, 1, 1, {}],
    Code.CALL: [48, 1, {}, "scoreboard.v1.sync"],
    Code.CANCEL: [49, 1, {}],
    Code.RESULT: [50, 1, {}],
    Code.REGISTER: [64, 1, {}, "a.b"],
    Code.REGISTERED: [65, 1, 1],
    Code.UNREGISTER: [66, 1, 1],
    Code.UNREGISTERED: [67, 1],
    Code.INVOCATION: [68, 1, 1, {}],
    Code.INTERRUPT: [69, 1, {}],
    Code.YIELD: [70, 1, {}],
}

#: What each state answers to what it understands: codes, and whether the session ends.
ANSWERS = {
    (State.NEW, Code.HELLO): ([Code.WELCOME], False),
    (State.NEW, Code.ABORT): ([], True),
    (State.CHALLENGED, Code.AUTHENTICATE): ([Code.WELCOME], False),
    (State.CHALLENGED, Code.ABORT): ([], True),
    (State.JOINED, Code.SUBSCRIBE): ([Code.SUBSCRIBED], False),
    (State.JOINED, Code.UNSUBSCRIBE): ([Code.ERROR], False),
    (State.JOINED, Code.CALL): ([], False),
    (State.JOINED, Code.CANCEL): ([], False),
    (State.JOINED, Code.PUBLISH): ([], False),
    (State.JOINED, Code.REGISTER): ([Code.ERROR], False),
    (State.JOINED, Code.UNREGISTER): ([Code.ERROR], False),
    (State.JOINED, Code.GOODBYE): ([Code.GOODBYE], True),
    (State.JOINED, Code.ABORT): ([], True),
}


def in_state(state: State) -> Talk:
    talk = Talk(make_realm())
    if state is State.CHALLENGED:
        talk.say(1, "scoreboard", {"authmethods": ["ticket"], "authid": "console"})
    elif state is not State.NEW:
        talk.say(1, "scoreboard", {})
    if state is State.CLOSED:
        talk.session.gone()
    assert talk.session.state is state
    return talk


@pytest.fixture
def realm():
    return make_realm()


def test_every_message_is_in_the_table():
    assert set(Code) == set(MESSAGES)
    assert set(ANSWERS) == set(Session.ACTS)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("code", Code)
def test_each_state_answers_each_message_as_the_table_says(state, code):
    talk = in_state(state)
    said = talk.say(*MESSAGES[code])
    if state is State.CLOSED:
        assert said == []
        assert talk.port.closed is None
    elif (state, code) in ANSWERS:
        codes, ends = ANSWERS[state, code]
        assert codes == [message[0] for message in said]
        assert ends is (talk.port.closed is not None)
    else:
        why = f"{code.name} may not come in state {state.name}"
        assert [[3, {"message": why}, "wamp.error.protocol_violation"]] == said
        assert (1002, why) == talk.port.closed
        assert talk.session.state is State.CLOSED


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Input)
def test_a_step_that_is_not_in_the_table_is_our_fault(state, step):
    talk = in_state(state)
    if (state, step) in TRANSITIONS:
        talk.session._move(step)
        assert TRANSITIONS[state, step] is talk.session.state
    else:
        with pytest.raises(LocalError):
            talk.session._move(step)


@settings(deadline=None)
@given(
    st.sampled_from([State.NEW, State.CHALLENGED, State.JOINED]),
    st.sampled_from(list(Code)),
    st.lists(
        st.one_of(st.none(), st.integers(), st.text(max_size=5), st.just({}), st.just([])),
        max_size=5,
    ),
)
def test_whatever_is_said_is_answered_or_ends_the_session(state, code, rest):
    talk = in_state(state)
    said = talk.say(int(code), *rest)
    ended = talk.session.state is State.CLOSED
    assert ended is (talk.port.closed is not None)
    assert all(message[0] in set(Code) for message in said)


@pytest.mark.parametrize("message", [None, 5, "x", {}, [], ["1"], [99], [None]])
def test_what_is_no_message_ends_the_session(realm, message):
    talk = Talk.joined(realm)
    talk.session.receive(message)
    assert talk.port.heard()[0][2] == "wamp.error.protocol_violation"
    assert talk.port.closed[0] == 1002


@pytest.mark.parametrize(
    "message",
    [
        [1],
        [1, 5, {}],
        [1, "scoreboard", []],
        [1, "scoreboard", {"authmethods": "ticket"}],
    ],
)
def test_a_hello_that_is_none_ends_the_session(realm, message):
    assert Talk(realm).say(*message)[0][2] == "wamp.error.protocol_violation"


def test_a_viewer_is_welcomed_and_told_what_there_is(realm):
    (welcome,) = Talk(realm).say(1, "scoreboard", {"roles": {"subscriber": {}}})
    assert welcome[:2] == [2, SESSION_ID]
    assert welcome[2].pop("roles") == ROLES
    assert welcome[2] == {
        "realm": "scoreboard",
        "authid": "anonymous",
        "authrole": "viewer",
        "authmethod": "anonymous",
        "authprovider": "scoreboard",
    }
    assert {SESSION_ID} == realm.sessions


@pytest.mark.parametrize(
    "details",
    [
        None,
        {"authmethods": None, "authid": None},
        {"authmethods": []},
        {"authmethods": ["anonymous"], "authid": "whoever"},
        {"authmethods": ["ticket", "anonymous"]},
        {"authmethods": ["wampcra", "anonymous"]},
    ],
)
def test_who_does_not_claim_to_be_somebody_is_anonymous(realm, details):
    (welcome,) = Talk(realm).say(1, "scoreboard", details)
    assert welcome[2]["authid"] == "anonymous"


@pytest.mark.parametrize(
    ("hello", "uri"),
    [
        ([1, "elsewhere", {}], "wamp.error.no_such_realm"),
        ([1, "scoreboard", {"authmethods": ["wampcra"]}], "wamp.error.no_matching_auth_method"),
        ([1, "scoreboard", {"authmethods": ["ticket"]}], "wamp.error.no_matching_auth_method"),
        (
            [1, "scoreboard", {"authmethods": ["ticket"], "authid": ""}],
            "wamp.error.no_matching_auth_method",
        ),
    ],
)
def test_who_cannot_be_let_in_is_told_why(realm, hello, uri):
    talk = Talk(realm)
    assert uri == talk.say(*hello)[0][2]
    assert talk.port.closed[0] == 1008
    assert {uri: 1} == realm.refused
    assert set() == realm.sessions


def test_a_feed_proves_who_it_is_with_its_ticket(realm):
    talk = Talk(realm)
    hello = {"authmethods": ["anonymous", "ticket"], "authid": "console"}
    assert talk.say(1, "scoreboard", hello) == [[4, "ticket", {}]]
    (welcome,) = talk.say(5, "right", {})
    assert tuple(welcome[2][key] for key in ("authid", "authrole", "authmethod")) == (
        "console",
        "feed",
        "ticket",
    )


def test_those_who_look_after_the_server_see_who_it_is(realm):
    talk = Talk(realm)
    session = talk.session
    assert (session.id, session.principal.authid) == (SESSION_ID, "anonymous")
    talk.say(1, "scoreboard", {"authmethods": ["ticket"], "authid": "console"})
    talk.say(5, "right", {})
    assert (session.principal.authid, session.principal.role) == ("console", "feed")


def test_a_wrong_ticket_ends_the_session(realm):
    talk = Talk(realm)
    talk.say(1, "scoreboard", {"authmethods": ["ticket"], "authid": "console"})
    assert talk.say(5, "wrong", {})[0][2] == "wamp.error.authentication_failed"
    assert talk.port.closed[0] == 1008


def test_goodbye_is_answered(realm):
    talk = Talk.joined(realm)
    said = talk.say(6, {}, "wamp.close.close_realm")
    assert said == [[6, {}, "wamp.close.goodbye_and_out"]]
    assert talk.port.closed == (1000, "")
    assert set() == realm.sessions


def test_a_session_has_the_role_that_it_joined_with(realm):
    assert Talk(realm).session.role == "viewer"
    assert Talk.joined(realm).session.role == "viewer"
    assert Talk.joined(realm, "console").session.role == "feed"


def test_the_server_says_goodbye_to_those_who_have_joined(realm):
    talk = Talk.joined(realm)
    talk.session.goodbye("wamp.close.system_shutdown", "the server stops", 1001)
    assert (talk.port.heard()) == [
        [6, {"message": "the server stops"}, "wamp.close.system_shutdown"]
    ]
    assert talk.port.closed == (1001, "the server stops")
    talk.session.goodbye("wamp.close.system_shutdown", "again", 1001)
    assert talk.port.heard() == []


def test_the_server_aborts_those_who_have_not_joined(realm):
    talk = Talk(realm)
    talk.session.goodbye("wamp.close.system_shutdown", "the server stops", 1001)
    assert (talk.port.heard()) == [
        [3, {"message": "the server stops"}, "wamp.close.system_shutdown"]
    ]


# Following


def test_a_subscriber_gets_events_after_its_subscription_was_confirmed(realm):
    talk = Talk.joined(realm)
    assert talk.say(32, 9, {}, SCORE) == [[33, 9, 1]]
    realm.hub.publish([score(1)])
    realm.hub.flush()
    ((code, subscription, publication, details, args, kwargs),) = talk.port.heard()
    assert (code, subscription, details, args) == (36, 1, {}, [])
    assert 1 <= publication <= 2**53
    assert (kwargs["seq"], kwargs["type"], kwargs["game_id"]) == (1, "score", GAME)


@pytest.mark.parametrize(
    ("match", "uri"), [("prefix", f"scoreboard.v1.game.{GAME}"), ("wildcard", "scoreboard.v1...")]
)
def test_an_event_of_a_pattern_says_its_topic(realm, match, uri):
    talk = Talk.joined(realm)
    talk.say(32, 9, {"match": match}, uri)
    realm.hub.publish([score(1)])
    realm.hub.flush()
    assert talk.port.heard()[0][3] == {"topic": SCORE}


def test_null_options_are_absent_and_unknown_ones_ignored(realm):
    talk = Talk.joined(realm)
    options = {"match": None, "get_retained": None, "x_other": 1}
    assert talk.say(32, 9, options, SCORE) == [[33, 9, 1]]
    assert talk.say(32, 10, None, SCORE) == [[33, 10, 1]], "the same subscription"


@pytest.mark.parametrize(
    ("options", "uri", "error"),
    [
        ({}, "Scoreboard.V1", "wamp.error.invalid_uri"),
        ({}, "a..b", "wamp.error.invalid_uri"),
        ({}, "a" * 129, "wamp.error.invalid_uri"),
        ({"match": "regex"}, SCORE, "wamp.error.invalid_argument"),
        ({"match": ["exact"]}, SCORE, "wamp.error.invalid_argument"),
        ({}, "scoreboard.v1.ops.quarantine", "wamp.error.not_authorized"),
        ({"match": "prefix"}, "scoreboard.v1.ops", "wamp.error.not_authorized"),
        ({"match": "wildcard"}, "scoreboard.v1.ops..x", "wamp.error.not_authorized"),
        ({}, "wamp.session.on_join", "wamp.error.not_authorized"),
        ({"match": "prefix"}, "wamp.", "wamp.error.not_authorized"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_a_reason(realm, options, uri, error):
    talk = Talk.joined(realm)
    ((code, of, request, details, refused, args),) = talk.say(32, 9, options, uri)
    assert (8, 32, 9, {}, error) == (code, of, request, details, refused)
    assert isinstance(args[0], str)
    assert len(realm.hub.tree) == 0
    assert talk.port.closed is None


def test_operators_may_follow_what_is_theirs(realm):
    talk = Talk.joined(realm, "boss")
    assert talk.say(32, 9, {"match": "prefix"}, "scoreboard.v1.ops") == [[33, 9, 1]]
    feed = Talk.joined(realm, "console")
    assert feed.say(32, 9, {"match": "prefix"}, "scoreboard.v1.ops")[0][0] == 8


def test_a_session_has_only_so_many_subscriptions():
    talk = Talk.joined(make_realm(SessionLimits(max_subscriptions=2)))
    talk.say(32, 1, {}, "a.b")
    talk.say(32, 2, {}, "a.c")
    assert talk.say(32, 3, {}, "a.d")[0][4] == "scoreboard.error.too_many_subscriptions"
    assert talk.say(32, 4, {}, "a.b") == [[33, 4, 1]], "it has that already"
    talk.say(34, 5, 1)
    assert talk.say(32, 6, {}, "a.d") == [[33, 6, 3]]


def test_a_subscription_ends_when_it_is_given_up(realm):
    talk = Talk.joined(realm)
    talk.say(32, 9, {}, SCORE)
    realm.hub.publish([score(1)])
    said = talk.say(34, 10, 1)
    assert [message[0] for message in said] == [36, 35], "what it was owed comes before"
    realm.hub.publish([score(2)])
    realm.hub.flush()
    assert talk.port.heard() == []
    assert talk.say(34, 11, 1)[0][4] == "wamp.error.no_such_subscription"


def test_a_subscription_of_another_session_cannot_be_given_up(realm):
    other = Talk.joined(realm)
    other.say(32, 9, {}, SCORE)
    assert Talk.joined(realm).say(34, 1, 1)[0][4] == "wamp.error.no_such_subscription"


def test_the_newest_state_comes_at_once_if_it_is_asked_for(realm):
    topics = [f"game.{GAME}.score", f"game.{GAME}.clock", f"game.{OTHER_GAME}.score"]
    for seq, topic in enumerate([*topics, topics[0]], start=1):
        realm.hub.publish([published(topic, seq, retained=True)])
    talk = Talk.joined(realm)
    said = talk.say(32, 1, {"match": "prefix", "get_retained": True}, "scoreboard.v1.game.g")
    assert said[0] == [33, 1, 1]
    assert [message[5]["seq"] for message in said[1:]] == [2, 3, 4]
    assert [topics[1], topics[2], topics[0]] == [
        message[3]["topic"].removeprefix("scoreboard.v1.") for message in said[1:]
    ]
    assert all(message[3]["retained"] is True for message in said[1:])
    said = talk.say(32, 2, {"get_retained": True}, SCORE)
    assert [said[0], [message[5]["seq"] for message in said[1:]]] == [[33, 2, 2], [4]]
    assert said[1][3] == {"retained": True}
    realm.hub.flush()
    assert talk.port.heard() == [], "nothing comes twice"


def test_more_retained_than_may_be_is_refused_and_not_cut():
    realm = make_realm(SessionLimits(max_retained=2))
    topics = [f"game.{GAME}.{kind}" for kind in ("score", "clock", "status")]
    realm.hub.publish([published(topic, 1, retained=True) for topic in topics])
    talk = Talk.joined(realm)
    options = {"match": "prefix", "get_retained": True}
    assert talk.say(32, 1, options, "scoreboard")[0][4] == "scoreboard.error.too_many_retained"
    assert len(realm.hub.tree) == 0
    assert talk.say(32, 2, {"match": "prefix"}, "scoreboard")[0][0] == 33


def test_nothing_is_followed_after_the_session_has_ended(realm):
    talk = Talk.joined(realm)
    talk.say(32, 1, {}, SCORE)
    talk.session.gone()
    realm.hub.publish([score(1)])
    realm.hub.flush()
    assert talk.port.heard() == []
    assert len(realm.hub) == 0


@pytest.mark.parametrize("request_", [[32, 5, {}, "a.b"], [34, 5, 1]])
def test_a_session_that_the_hub_gives_up_is_not_answered(realm, request_):
    talk = Talk.joined(realm)
    talk.say(32, 1, {}, SCORE)
    talk.port.writable = False
    realm.hub.publish([score(1)])
    realm.hub.flush()
    for seq in range(2, 5_000):
        realm.hub.publish([published(f"game.{GAME}.play", seq)])
    assert talk.say(*request_) == []
    assert talk.port.closed[0] == LAGGING


# Publishing


def test_nobody_publishes(realm):
    for who in ["", *[name for name, _ in PEOPLE]]:
        talk = Talk.joined(realm, who)
        said = talk.say(16, 5, {"acknowledge": True}, SCORE, [], {"home": 99})
        assert said == [[8, 16, 5, {}, "wamp.error.not_authorized", ["nobody publishes here"]]]
        assert talk.say(16, 6, {}, SCORE) == []
    assert realm.refused["wamp.error.not_authorized"] == 6


def test_nobody_registers(realm):
    talk = Talk.joined(realm, "boss")
    assert talk.say(64, 5, {}, "a.b")[0][4] == "wamp.error.not_authorized"
    assert talk.say(66, 6, 1)[0][4] == "wamp.error.no_such_registration"


# Calling


def test_a_call_is_handed_on_with_its_caller(realm):
    talk = Talk.joined(realm, "console")
    talk.say(48, 5, {}, "scoreboard.v1.sync", [1], {"a": 2})
    ((request, procedure, caller, args, kwargs),) = talk.port.calls
    assert (request, args, kwargs) == (5, [1], {"a": 2})
    assert (caller.authid, caller.role, caller.session) == ("console", "feed", SESSION_ID)
    assert realm.procedures["scoreboard.v1.sync"] is procedure


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": 1}, [50, 5, {}, [], {"a": 1}]),
        ({}, [50, 5, {}, []]),
        ([1, 2], [50, 5, {}, [[1, 2]]]),
        (None, [50, 5, {}, [None]]),
        (Reply([{"a": 1}]), [50, 5, {}, [{"a": 1}]]),
        (Reply([1], {"b": 2}), [50, 5, {}, [1], {"b": 2}]),
    ],
)
def test_results_are_keywords_or_one_value(realm, value, said):
    talk = Talk.joined(realm)
    talk.say(48, 5, {}, "scoreboard.v1.sync")
    talk.session.returned(5, value)
    assert [said] == talk.port.heard()


def test_a_result_comes_after_everything_that_was_published_before(realm):
    talk = Talk.joined(realm)
    talk.say(32, 1, {}, SCORE)
    talk.say(48, 5, None, "scoreboard.v1.sync", None, None)
    realm.hub.publish([score(1)])
    talk.session.returned(5, {})
    assert [message[0] for message in talk.port.heard()] == [36, 50]


def test_a_procedure_may_refuse(realm):
    talk = Talk.joined(realm)
    talk.say(48, 5, {}, "scoreboard.v1.sync")
    talk.session.failed(5, CallError("scoreboard.error.unknown_game", "no such game", game="g"))
    assert talk.port.heard() == [
        [8, 48, 5, {}, "scoreboard.error.unknown_game", ["no such game"], {"game": "g"}]
    ]


@pytest.mark.parametrize(
    ("uri", "error"),
    [("no.such", "wamp.error.no_such_procedure"), ("No Such", "wamp.error.invalid_uri")],
)
def test_what_cannot_be_called_is_refused(realm, uri, error):
    talk = Talk.joined(realm)
    assert error == talk.say(48, 5, {}, uri)[0][4]
    assert talk.port.calls == []


def test_a_canceled_call_is_answered_at_once_and_once(realm):
    talk = Talk.joined(realm)
    talk.say(48, 5, {}, "scoreboard.v1.sync")
    assert talk.say(49, 5, {"mode": "kill"})[0][4] == "wamp.error.canceled"
    talk.session.returned(5, {})
    talk.session.failed(5, CallError("a.b"))
    assert talk.say(49, 5, {}) == []


def test_a_request_that_is_under_way_cannot_be_made_again(realm):
    talk = Talk.joined(realm)
    talk.say(48, 5, {}, "scoreboard.v1.sync")
    assert talk.say(48, 5, {}, "scoreboard.v1.sync")[0][2] == "wamp.error.protocol_violation"


def test_a_session_has_only_so_many_calls_under_way_even_if_it_cancels_them():
    talk = Talk.joined(make_realm(SessionLimits(max_calls=1)))
    talk.say(48, 5, {}, "scoreboard.v1.sync")
    talk.say(49, 5, {})
    assert talk.say(48, 6, {}, "scoreboard.v1.sync")[0][4] == "scoreboard.error.too_many_calls"
    talk.session.returned(5, {})
    assert talk.say(48, 7, {}, "scoreboard.v1.sync") == []
    talk.session.failed(7, CallError("a.b"))
    assert talk.port.heard()[0][0] == 8
    assert talk.say(48, 8, {}, "scoreboard.v1.sync") == []


def test_nobody_is_answered_after_the_session_has_ended(realm):
    talk = Talk.joined(realm)
    talk.say(48, 5, {}, "scoreboard.v1.sync")
    talk.session.gone()
    talk.session.returned(5, {})
    talk.session.failed(5, CallError("a.b"))
    assert talk.port.heard() == []


# Meta procedures


def ask(talk: Talk, uri: str, *args) -> object:
    """The single value that a meta procedure gives, or the error URI."""
    talk.say(48, 77, {}, uri, list(args))
    request, procedure, caller, given_args, kwargs = talk.port.calls.pop()
    try:
        talk.session.returned(request, procedure(caller, given_args, kwargs))
    except CallError as fault:
        talk.session.failed(request, fault)
    (said,) = talk.port.heard()
    return said[3][0] if said[0] == 50 else said[4]


def test_subscriptions_can_be_looked_up(realm):
    talk = Talk.joined(realm)
    talk.say(32, 1, {}, SCORE)
    talk.say(32, 2, {"match": "prefix"}, "scoreboard.v1")
    assert ask(talk, "wamp.subscription.lookup", SCORE) == 1
    assert ask(talk, "wamp.subscription.lookup", "scoreboard.v1", {"match": "prefix"}) == 2
    assert ask(talk, "wamp.subscription.lookup", "a.b", {}) is None
    assert ask(talk, "wamp.subscription.match", SCORE) == [1, 2]
    assert ask(talk, "wamp.subscription.match", "a.b") is None
    assert ask(talk, "wamp.subscription.match", "Not A Topic") is None
    assert ask(talk, "wamp.subscription.get", 2) == {
        "id": 2,
        "match": "prefix",
        "uri": "scoreboard.v1",
    }
    assert ask(talk, "wamp.subscription.count_subscribers", 1) == 1
    assert ask(talk, "wamp.session.count") == 1


@pytest.mark.parametrize(
    ("uri", "args", "error"),
    [
        ("wamp.subscription.get", [7], "wamp.error.no_such_subscription"),
        ("wamp.subscription.get", [], "wamp.error.no_such_subscription"),
        ("wamp.subscription.count_subscribers", ["x"], "wamp.error.no_such_subscription"),
        ("wamp.subscription.lookup", [], "wamp.error.invalid_argument"),
        ("wamp.subscription.lookup", ["a", {"match": "x"}], "wamp.error.invalid_argument"),
        ("wamp.subscription.lookup", ["a", {"match": ["x"]}], "wamp.error.invalid_argument"),
        ("wamp.subscription.match", [5], "wamp.error.invalid_argument"),
    ],
)
def test_wrong_questions_about_subscriptions_are_refused(realm, uri, args, error):
    assert error == ask(Talk.joined(realm), uri, *args)


def test_a_call_knows_the_bytes_that_it_came_in():
    talk = Talk(make_realm())
    talk.session.receive([1, "scoreboard", {}], 27)
    talk.session.receive([48, 1, {}, "scoreboard.v1.sync"], 40)
    talk.session.receive([48, 2, {}, "scoreboard.v1.sync"])
    assert [call[2].octets for call in talk.port.calls] == [40, 0]
