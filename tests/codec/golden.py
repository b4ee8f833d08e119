"""One entry of each class, with the bytes that it has had since the first version."""

from __future__ import annotations

import attrs

from scoreboard.model.boxscore import StatLine
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.event import (
    BoxClaimed,
    ClockSet,
    DoubtSet,
    Entry,
    Event,
    FeedModeSet,
    FeedSwitched,
    HoldClosed,
    HoldConfirmed,
    HoldSet,
    HomeMoved,
    LockReleased,
    LockSet,
    MessageHeld,
    MetaSet,
    PeriodSet,
    PlayAdded,
    PlayAmended,
    PlayReviewed,
    PlaysLinked,
    PlayVoided,
    ScoreSet,
    ShadowBegun,
    SituationSet,
    StatusSet,
)
from scoreboard.model.feed import Absorbed, Aspect, FeedMode, Lock, PlayLink
from scoreboard.model.game import Coverage, GameMeta, Team
from scoreboard.model.ids import GameId, League, PersonId, PlayId, SourceId, TeamId
from scoreboard.model.play import (
    Participant,
    Place,
    Play,
    PlayFacts,
    PlayRef,
    PlayState,
    RawPlace,
    ShotFacts,
)
from scoreboard.model.quarantine import Held, HoldEnd
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import (
    BaseballSituation,
    FootballSituation,
    HockeySituation,
    Possession,
)
from scoreboard.model.status import Status, StatusLine

_NOW = 1_790_000_000_000
_META = GameMeta(
    game_id=GameId("gabcdefghij"),
    league=League("nba_"),
    sport="basketball",
    ruleset="nba",
    home=Team(TeamId("tabcdefghij"), "Boston Celtics", "BOS", "10-2", 1, "007a33"),
    away=Team(TeamId("tjihgfedcba"), "Münster", "MÜN", provider_refs=(("espn", "7"),)),
    season="2026",
    season_type="regular",
    stage="week 3",
    game_number=2,
    official_date="2026-11-22",
    scheduled_start_ms=_NOW,
    start_status="confirmed",
    neutral_site=True,
    venue="Garden",
    coverage=Coverage.BOX,
    provider_refs=(("espn", "401"), ("nba", "0022")),
)
_FACTS = PlayFacts(
    play_type="3pt",
    period_index=2,
    subtype="jump",
    qualifiers=("fastbreak", "2ndchance"),
    half="top",
    clock_ms=61_000,
    wallclock_ms=_NOW,
    order=2048,
    side=Side.HOME,
    points=3,
    points_to=Side.AWAY,
    result="made",
    shootout=True,
    participants=(
        Participant("shooter", PersonId("xabcdefghij"), "J. Brown", "00", Side.HOME, "1627759"),
        Participant("assist"),
    ),
    place=Place(88.5, 12.0, RawPlace(-3.25, 210.0, "nba_legacy")),
    shot=ShotFacts(3, made=True, distance_ft=24.5, zone="left corner"),
    situation=FootballSituation(Side.AWAY, 3, 7, 44, "KC 44"),
    text="Brown 24' 3PT",
)
_PLAY = Play(
    play_id=PlayId("p7"),
    rev=2,
    order=2048,
    facts=_FACTS,
    state=PlayState.UNDER_REVIEW,
    refs=(PlayRef(SourceId("nba"), "17"), PlayRef(SourceId("arena"), "a-9")),
    digest=2**53 - 1,
    source_rev=1,
    flags=("S4",),
)
_SMALL = Play(PlayId("p1"), 0, 1024, PlayFacts("timeout", 1))

_LINKS = (
    PlayLink(PlayRef(SourceId("espn"), "9"), PlayId("p7"), 77, 1, is_part=True),
    PlayLink(PlayRef(SourceId("espn"), "10"), PlayId("p1")),
)
_ABSORBED = (
    Absorbed(PlayRef(SourceId("espn"), "11"), 78, 2),
    Absorbed(PlayRef(SourceId("espn"), "12")),
)
_RAW = {
    "type": "score",
    "home": 2,
    "away": 0,
    "correction": False,
    "reason": None,
    "ext": [1.5, "x"],
}

_EVENTS: dict[str, Event] = {
    "meta": MetaSet(_META),
    "play": PlayAdded(_PLAY, Score(10, 3)),
    "play at its defaults": PlayAdded(_SMALL),
    "amend": PlayAmended(_SMALL, "wrong player"),
    "void": PlayVoided(PlayId("p7"), 3, PlayState.OVERTURNED, "offside"),
    "status": StatusSet(StatusLine(Status.DELAYED, "OT", "lightning", _NOW), 4),
    "clock": ClockSet(Clock(2, 61_000, running=True, as_of_ms=_NOW), ClockCause.START),
    "score": ScoreSet(Score(3, 0), Score(0, -3), 2, correction=True, reason="scorer"),
    "possession": SituationSet(Possession(Side.HOME)),
    "football": SituationSet(FootballSituation(Side.AWAY, 1, 10, 65, "GB 35")),
    "baseball": SituationSet(BaseballSituation("top", 3, 2, 1, (True, False, True))),
    "hockey": SituationSet(HockeySituation(5, 4)),
    "review": PlayReviewed(PlayId("p7"), 4, PlayState.UPHELD, "video"),
    "period": PeriodSet(2, "the third had not begun"),
    "switch": FeedSwitched(
        Aspect.PLAYS,
        SourceId("espn"),
        SourceId("nba"),
        FeedMode.BACKUP,
        "silent for 15 s",
        _LINKS,
        _ABSORBED,
        automatic=False,
    ),
    "switch at its defaults": FeedSwitched(
        Aspect.CLOCK, SourceId("arena"), None, FeedMode.PRIMARY, ""
    ),
    "mode": FeedModeSet(FeedMode.LATCHED, "4 switches in 10 min"),
    "link": PlaysLinked(_LINKS, _ABSORBED),
    "doubt": DoubtSet("conflict", is_open=True, reason="73-70, 71-70"),
    "hold": HoldSet(held=True, reason="review"),
    "lock": LockSet(Lock((Aspect.STATUS, Aspect.PLAYS), SourceId("ann"), _NOW, "mine")),
    "unlock": LockReleased(SourceId("ann"), "done"),
    "provisional score": ScoreSet(
        Score(3, 0), Score(3, 0), 1, correction=False, reason="shown", provisional=True
    ),
    "withheld": PlayAdded(attrs.evolve(_SMALL, withheld=2)),
    "held": MessageHeld(
        Held("qabcdefghij", SourceId("nba"), _RAW, "S2", "score_regress", "2-0 is below", _NOW, 9)
    ),
    "held of an official": MessageHeld(
        Held(
            "qabcdefghij",
            SourceId("ann"),
            [],
            "R4",
            "result_change",
            "",
            1,
            9,
            official=True,
            term=2,
        )
    ),
    "confirm": HoldConfirmed("qabcdefghij", SourceId("ann")),
    "closed": HoldClosed("qabcdefghij", HoldEnd.APPROVED, SourceId("bob"), "seen on video"),
    "closed by the rules": HoldClosed("qabcdefghij", HoldEnd.EXPIRED),
    "shadow": ShadowBegun(41),
    "box": BoxClaimed(
        (
            StatLine(Side.HOME, None, {"pts": 72, "tkl_ast": 1.5}),
            StatLine(Side.AWAY, Participant("player", name="J. Brown", jersey="7"), {}),
        ),
        complete=True,
        at_seq=211,
    ),
    "home": HomeMoved("n2", "n1"),
    "home of the first": HomeMoved("n1"),
}

#: name -> an entry of that kind.
ENTRIES: dict[str, Entry] = {
    name: Entry(seq, _NOW + seq, SourceId("nba"), 3, event, seq % 2 * 99, ("R1",) * (seq % 3))
    for seq, (name, event) in enumerate(_EVENTS.items(), start=1)
}
ENTRIES["of an official"] = attrs.evolve(ENTRIES["hockey"], official=True)

#: The same entries in bytes. A mismatch means that logs already written would be read
#: wrongly or not at all: undo the change, do not edit the bytes.
BYTES: dict[str, str] = {
    "meta": (
        "a8617601616e0161741b000001a0c4506c016173636e6261616b03616582646d657461a1616db161"
        "696b676162636465666768696a616c646e62615f61736a6261736b657462616c6c6172636e626161"
        "68a661696b746162636465666768696a616e6e426f73746f6e2043656c74696373616163424f5361"
        "726431302d32616b016163663030376133336161a461696b746a696867666564636261616e684dc3"
        "bc6e737465726161644dc39c4e61708182646573706e613761796432303236617467726567756c61"
        "726167667765656b2033616e0261646a323032362d31312d323261621b000001a0c4506c00617569"
        "636f6e6669726d6564617af561766647617264656e616363626f7861708282646573706e63343031"
        "82636e6261643030323261641863616681625231"
    ),
    "play": (
        "a7617601616e0261741b000001a0c4506c026173636e6261616b0361658264706c6179a26170a961"
        "69627037617602616f1908006166b26174633370746170026175646a756d70617182696661737462"
        "7265616b69326e646368616e6365616863746f70616319ee4861771b000001a0c4506c00616f1908"
        "00617364686f6d65616e03616764617761796172646d616465616bf5617882a661726773686f6f74"
        "657261696b786162636465666768696a616e684a2e2042726f776e616a623030617364686f6d6561"
        "666731363237373539a1617266617373697374616ca36178fb40562000000000006179fb40280000"
        "000000006172a36178fbc00a0000000000006179fb406a40000000000061666a6e62615f6c656761"
        "63796162a4617603616df56164fb4038800000000000617a6b6c65667420636f726e6572617a8262"
        "6662a561706461776179616403616e076167182c616c654b4320343461656d42726f776e20323427"
        "2033505461736c756e6465725f726576696577617282a26173636e62616172623137a26173656172"
        "656e61617263612d3961641b001fffffffffffff6175016167816253346163a261680a6161036166"
        "82625231625231"
    ),
    "play at its defaults": (
        "a7617601616e0361741b000001a0c4506c036173636e6261616b0361658264706c6179a16170a361"
        "69627031616f1904006166a261746774696d656f757461700161641863"
    ),
    "amend": (
        "a7617601616e0461741b000001a0c4506c046173636e6261616b0361658265616d656e64a26170a3"
        "6169627031616f1904006166a261746774696d656f757461700161726c77726f6e6720706c617965"
        "72616681625231"
    ),
    "void": (
        "a8617601616e0561741b000001a0c4506c056173636e6261616b0361658264766f6964a461696270"
        "3761760361736a6f7665727475726e65646172676f66667369646561641863616682625231625231"
    ),
    "status": (
        "a6617601616e0661741b000001a0c4506c066173636e6261616b0361658266737461747573a2616c"
        "a461736764656c617965646164624f546172696c696768746e696e6761781b000001a0c4506c0061"
        "7004"
    ),
    "clock": (
        "a8617601616e0761741b000001a0c4506c076173636e6261616b0361658265636c6f636ba26163a4"
        "617002617619ee486172f561741b000001a0c4506c00617765737461727461641863616681625231"
    ),
    "score": (
        "a7617601616e0861741b000001a0c4506c086173636e6261616b036165826573636f7265a56173a1"
        "6168036164a16161226170026163f561726673636f726572616682625231625231"
    ),
    "possession": (
        "a7617601616e0961741b000001a0c4506c096173636e6261616b0361658263736974a1617a826470"
        "6f7373a1617064686f6d6561641863"
    ),
    "football": (
        "a7617601616e0a61741b000001a0c4506c0a6173636e6261616b0361658263736974a1617a826266"
        "62a561706461776179616401616e0a61671841616c654742203335616681625231"
    ),
    "baseball": (
        "a8617601616e0b61741b000001a0c4506c0b6173636e6261616b0361658263736974a1617a826262"
        "62a5616863746f70616203617302616f01617283f5f4f561641863616682625231625231"
    ),
    "hockey": (
        "a6617601616e0c61741b000001a0c4506c0c6173636e6261616b0361658263736974a1617a826268"
        "6ba2616805616104"
    ),
    "review": (
        "a8617601616e0d61741b000001a0c4506c0d6173636e6261616b0361658266726576696577a46169"
        "627037617604617366757068656c64617265766964656f61641863616681625231"
    ),
    "period": (
        "a7617601616e0e61741b000001a0c4506c0e6173636e6261616b0361658266706572696f64a26170"
        "0261727774686520746869726420686164206e6f7420626567756e616682625231625231"
    ),
    "switch": (
        "a7617601616e0f61741b000001a0c4506c0f6173636e6261616b0361658266737769746368a86161"
        "65706c6179736174646573706e6166636e6261616d666261636b757061726f73696c656e7420666f"
        "722031352073616c82a56166a26173646573706e6172613961696270376164184d6175016170f5a2"
        "6166a26173646573706e61726231306169627031616282a36166a26173646573706e617262313161"
        "64184e617502a16166a26173646573706e6172623132616ff461641863"
    ),
    "switch at its defaults": (
        "a7617601616e1061741b000001a0c4506c106173636e6261616b0361658266737769746368a46161"
        "65636c6f636b6174656172656e61616d677072696d617279617260616681625231"
    ),
    "mode": (
        "a8617601616e1161741b000001a0c4506c116173636e6261616b03616582646d6f6465a2616d676c"
        "6174636865646172743420737769746368657320696e203130206d696e6164186361668262523162"
        "5231"
    ),
    "link": (
        "a6617601616e1261741b000001a0c4506c126173636e6261616b03616582646c696e6ba2616c82a5"
        "6166a26173646573706e6172613961696270376164184d6175016170f5a26166a26173646573706e"
        "61726231306169627031616282a36166a26173646573706e61726231316164184e617502a16166a2"
        "6173646573706e6172623132"
    ),
    "doubt": (
        "a8617601616e1361741b000001a0c4506c136173636e6261616b0361658265646f756274a3616468"
        "636f6e666c696374616ff561726c37332d37302c2037312d373061641863616681625231"
    ),
    "hold": (
        "a7617601616e1461741b000001a0c4506c146173636e6261616b0361658264686f6c64a26168f561"
        "7266726576696577616682625231625231"
    ),
    "lock": (
        "a7617601616e1561741b000001a0c4506c156173636e6261616b03616582646c6f636ba1616ca461"
        "61826673746174757365706c617973616263616e6e61741b000001a0c4506c006172646d696e6561"
        "641863"
    ),
    "unlock": (
        "a7617601616e1661741b000001a0c4506c166173636e6261616b0361658266756e6c6f636ba26162"
        "63616e6e617264646f6e65616681625231"
    ),
    "provisional score": (
        "a8617601616e1761741b000001a0c4506c176173636e6261616b036165826573636f7265a66173a1"
        "6168036164a16168036170016163f461726573686f776e6176f561641863616682625231625231"
    ),
    "withheld": (
        "a6617601616e181861741b000001a0c4506c186173636e6261616b0361658264706c6179a16170a4"
        "6169627031616f1904006166a261746774696d656f7574617001617702"
    ),
    "held": (
        "a8617601616e181961741b000001a0c4506c196173636e6261616b036165826468656c64a16168a8"
        "61696b716162636465666768696a6173636e6261616da66461776179006a636f7272656374696f6e"
        "f46365787482fb3ff8000000000000617864686f6d650266726561736f6ef664747970656573636f"
        "7265617262533261636d73636f72655f7265677265737361706c322d302069732062656c6f776174"
        "1b000001a0c4506c0061750961641863616681625231"
    ),
    "held of an official": (
        "a7617601616e181a61741b000001a0c4506c1a6173636e6261616b036165826468656c64a16168aa"
        "61696b716162636465666768696a617363616e6e616d80617262523461636d726573756c745f6368"
        "616e6765617060617401617509616ff5616b02616682625231625231"
    ),
    "confirm": (
        "a7617601616e181b61741b000001a0c4506c1b6173636e6261616b0361658267636f6e6669726da2"
        "61696b716162636465666768696a616263616e6e61641863"
    ),
    "closed": (
        "a7617601616e181c61741b000001a0c4506c1c6173636e6261616b0361658266636c6f736564a461"
        "696b716162636465666768696a616868617070726f766564616263626f6261726d7365656e206f6e"
        "20766964656f616681625231"
    ),
    "closed by the rules": (
        "a8617601616e181d61741b000001a0c4506c1d6173636e6261616b0361658266636c6f736564a261"
        "696b716162636465666768696a6168676578706972656461641863616682625231625231"
    ),
    "of an official": (
        "a7617601616e0c61741b000001a0c4506c0c6173636e6261616b0361658263736974a1617a826268"
        "6ba2616805616104616ff5"
    ),
    "shadow": (
        "a6617601616e181e61741b000001a0c4506c1e6173636e6261616b0361658266736861646f77a161621829"
    ),
    "box": (
        "a8617601616e181f61741b000001a0c4506c1f6173636e6261616b0361658263626f78a3616c82a2"
        "617364686f6d656163a263707473184867746b6c5f617374fb3ff8000000000000a3617364617761"
        "796170a3617266706c61796572616e684a2e2042726f776e616a61376163a06163f5616118d36164"
        "1863616681625231"
    ),
    "home": (
        "a7617601616e182061741b000001a0c4506c206173636e6261616b0361658264686f6d65a2616e62"
        "6e326170626e31616682625231625231"
    ),
    "home of the first": (
        "a7617601616e182161741b000001a0c4506c216173636e6261616b0361658264686f6d65a1616e62"
        "6e3161641863"
    ),
}
