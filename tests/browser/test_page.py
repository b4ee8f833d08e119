"""The page: what a fan sees, while games are played, corrected, looked back at, and lost."""

from __future__ import annotations

import gzip
import json
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.browser.chromium import Chromium, needs_browser
from tests.support.recorded import needs_recorded, recorded
from tests.support.server import Server, running

pytestmark = needs_browser

COMMAND = [sys.executable, "-m", "scoreboard.tools.main"]
FEED = ["--source", "arena", "--token", "secret"]
MESSAGES = "/v1/feeds/arena/games/{}/messages"
GAME = "g0000000001"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {
        "home": {"abbrev": "HOM", "name": "Home Harriers", "color": "#1b4d7a"},
        "away": {"abbrev": "AWY", "name": "Away Wanderers", "color": "#a03c1e"},
    },
}
LIVE = {"type": "status", "status": "in_progress", "period_index": 1}
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}

#: Seconds from a feed's message to the score on the page.
SOON = 1.0

#: What the page and a snapshot must agree on.
WHOLE = ("meta", "score", "status", "clock", "situation", "plays", "shots", "seq")


def texts(selector):
    """What stands in the elements of a selector."""
    return f"[...document.querySelectorAll('{selector}')].map((one) => one.textContent)"


def card(game_id):
    """The points of a game on the board, as they stand there."""
    return texts(f"[data-game={game_id}] .points")


#: The points in the head of a game's page, as they stand there.
HEAD = texts(".hero .score .points")


def held(which):
    """A game as the page has it: `live`, or the `past` that is shown."""
    keys = ", ".join(WHOLE)
    return f"(({{{keys}}}) => ({{{keys}}}))(document.querySelector('sb-game').{which})"


def basket(ref, points=2, **facts):
    base = {
        "play_type": f"{points}pt",
        "period_index": 1,
        "clock_ms": 700_000 - int(ref) * 1000,
        "team_id": "home",
        "points": points,
        "text": f"Basket {ref}",
    }
    return {"type": "play", "provider_play_id": ref, "play": base | facts}


def feed(*arguments):
    return subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ended(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err


def shown(whole):
    """What the page and a snapshot must agree on."""
    # A score and a clock that were told also say why and when; a snapshot has that of its own.
    lasting = ("home", "away", "shootout", "confidence", "leader", "rev")
    return {key: whole[key] for key in WHOLE} | {
        "score": {key: whole["score"][key] for key in lasting},
        "clock": whole["clock"] and {**whole["clock"], "cause": None},
    }


def heads(whole):
    """The points of a snapshot, as they stand in the head of the page."""
    return [str(whole["score"][side]["points"]) for side in ("away", "home")]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    chromium = Chromium(tmp_path_factory.mktemp("profile"))
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """A server with a whole invented day behind it: every sport, with corrections."""
    with running(tmp_path_factory.mktemp("day")) as server:
        sports = ("football", "soccer", "basketball", "hockey")
        numbers = [word for sport in sports for word in (f"--{sport}", "1")]
        ended(feed("simulate", "--to", server.url, *FEED, *numbers, "--speed", "max"))
        yield server


@pytest.fixture
def game(tmp_path):
    """A server with one game that is live."""
    with running(tmp_path) as server:
        assert server.request("PUT", f"/v1/games/{GAME}", META).status == 200
        server.request("POST", MESSAGES.format(GAME), LIVE)
        yield server


def games_of(server):
    return {line["league"]: line for line in server.request("GET", "/v1/games").json["games"]}


def test_the_pure_parts_of_the_page_are_right():
    command = ["npm", "test", "--silent", "--prefix", "../../scoreboard/web"]
    run = subprocess.run(
        command, cwd=__file__.rpartition("/")[0], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_files_are_sent_small_with_their_age_and_a_strict_policy(game):
    document = game.request("GET", "/", token=None)
    assert document.headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in document.headers["content-security-policy"]
    assert document.headers["x-content-type-options"] == "nosniff"
    names = re.findall(r'(?:src|href)="(/static/[^"]+)"', document.body.decode())
    assert len(names) == 3
    sent = len(document.body)
    for name in names:
        plain = game.request("GET", name, token=None)
        reply = game.request("GET", name, token=None, Accept_Encoding="gzip")
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
        decoded = gzip.decompress(reply.body) if "content-encoding" in reply.headers else reply.body
        assert decoded == plain.body
        tag = {"Accept_Encoding": "gzip", "If_None_Match": reply.headers["etag"]}
        assert game.request("GET", name, token=None, **tag).status == 304
        sent += len(reply.body)
    assert sent < 90_000  # with gzip
    assert game.request("GET", f"/game/{GAME}").body == document.body
    for path in ("", "../http.py", "%2e%2e/http.py", "..%2fhttp.py"):
        assert game.request("GET", f"/static/{path}").status == 404


def test_the_board_shows_a_score_within_a_second_of_its_ingest(browser, game):
    browser.open(game.url)
    browser.wait(f"{card(GAME)}.length === 2")
    took = []
    for number in range(1, 16):
        begun = time.monotonic()
        game.request("POST", MESSAGES.format(GAME), basket(str(number)))
        browser.wait(f"{card(GAME)}[1] === '{number * 2}'")
        took.append(time.monotonic() - begun)
    assert max(took) < SOON, took
    assert browser.eval("document.querySelector('.link').textContent").strip().startswith("Live")
    assert browser.complaints == []


def test_games_that_begin_while_the_board_is_open_appear_in_their_league(browser, game):
    browser.open(game.url)
    browser.wait(f"{card(GAME)}.length === 2")
    other = {**META, "league": "nfl_", "ruleset_id": "nfl"}
    game.request("PUT", "/v1/games/g0000000002", other)
    browser.wait("document.querySelector('[data-game=g0000000002] .name')")
    assert browser.eval(texts("h2"))[1].strip().startswith("NFL")


def test_only_favourites_are_read_aloud_and_they_come_first(browser, game):
    game.request("PUT", "/v1/games/g0000000002", {**META, "league": "nfl_", "ruleset_id": "nfl"})
    browser.open(game.url)
    browser.wait(f"{card(GAME)}.length === 2")
    news = "document.querySelector('[data-news]').textContent"
    game.request("POST", MESSAGES.format(GAME), basket("1"))
    browser.wait(f"{card(GAME)}[1] === '2'")
    assert browser.eval(news) == ""
    browser.click(f"[data-game={GAME}] .star")
    browser.wait("document.querySelector('h2').textContent.includes('Favourites')")
    game.request("POST", MESSAGES.format(GAME), basket("2"))
    browser.wait(f"{news}.includes('HOM 4')")
    browser.goto(game.url)
    browser.wait(f"document.querySelector('section [data-game={GAME}] .star.on')")
    assert browser.eval("document.querySelector('h2').textContent.trim()").startswith("Favourites")


def test_hidden_scores_are_shown_when_asked_for(browser, game):
    game.request("POST", MESSAGES.format(GAME), basket("1"))
    browser.open(game.url)
    browser.wait(f"{card(GAME)}[1] === '2'")
    browser.click("[aria-label='Hide scores on the board']")
    browser.wait(f"{card(GAME)}.join() === '–,–'")
    browser.click(".reveal")
    browser.wait(f"{card(GAME)}.join() === '0,2'")


def test_a_correction_is_struck_through_with_its_reason_live_and_after_a_reload(browser, game):
    address = MESSAGES.format(GAME)
    for number in range(1, 4):
        game.request("POST", address, basket(str(number)))
    browser.open(f"{game.url}/game/{GAME}")
    browser.wait(f"{HEAD}.join() === '0,6'")
    void = {"type": "void", "provider_play_id": "2", "overturned": True, "reason": "clock ran out"}
    assert game.request("POST", address, void).status == 200
    struck = "document.querySelector('.play.gone')?.textContent.replace(/\\s+/g, ' ')"
    for _ in range(2):
        browser.wait(f"{HEAD}.join() === '0,4'")
        text = browser.wait(f"({struck} ?? '').includes('clock ran out') && {struck}")
        assert "Basket 2" in text
        assert "Overturned: clock ran out" in text
        assert browser.eval("document.querySelector('.play.gone s').textContent") == "Basket 2"
        after = browser.eval(texts(".after"))
        assert after == ["0–4", "0–2"]
        browser.goto(f"{game.url}/game/{GAME}")
    assert browser.complaints == []


def test_the_clock_ticks_between_two_messages(browser, game):
    clock = {"type": "clock", "period_index": 1, "value_ms": 600_000, "running": True}
    game.request("POST", MESSAGES.format(GAME), clock)
    browser.open(f"{game.url}/game/{GAME}")
    shows = "document.querySelector('.state sb-clock')?.textContent"
    first = browser.wait(shows)
    browser.wait(f"{shows} !== {json.dumps(first)}")
    stop = {"type": "clock", "period_index": 1, "value_ms": 432_000, "running": False}
    game.request("POST", MESSAGES.format(GAME), stop)
    browser.wait(f"{shows} === '7:12'")


def test_the_page_comes_back_from_a_killed_server_with_no_play_lost(browser, tmp_path):
    server = Server(tmp_path)
    port, sent = server.port, None
    try:
        sent = feed("simulate", "--to", server.url, *FEED, "--basketball", "1", "--speed", "500")
        browser.open(server.url)
        game_id = browser.wait("document.querySelector('[data-game]')?.dataset.game")
        browser.click(f"[data-game={game_id}] .whole")
        browser.wait("document.querySelector('sb-game')?.live?.plays.length > 40")
        for _ in range(2):
            server.stop(signal.SIGKILL)
            browser.wait("document.querySelector('.banner.lost')")
            server = Server(tmp_path, port)
            told = browser.wait("document.querySelector('.banner.back')?.textContent", 60)
            assert "Live again" in told
        ended(sent)
        truth = server.request("GET", f"/v1/games/{game_id}").json
        browser.wait(f"document.querySelector('sb-game').live.seq === {truth['seq']}")
        assert shown(browser.eval(held("live"))) == shown(truth)
        assert browser.eval(HEAD) == heads(truth)
    finally:
        server.stop()
        if sent is not None:
            sent.kill()
            sent.wait()


@pytest.mark.parametrize("league", ["dbl_", "dhl_"])
def test_the_timeline_shows_the_game_as_it_stood(browser, day, league):
    game_id = games_of(day)[league]["game_id"]
    browser.open(f"{day.url}/game/{game_id}")
    browser.wait("document.querySelector('sb-scrubber input')")
    last = int(browser.eval("document.querySelector('sb-scrubber input').max"))
    seqs = browser.eval(
        "document.querySelector('sb-game').live.plays.map((one) => +one.play_id.slice(1))"
        ".sort((a, b) => a - b)"
    )
    assert last + 1 == len(seqs)
    for share in (0, 0.23, 0.5, 0.77, 0.97):
        index = int(last * share)
        browser.eval(
            "(() => { const range = document.querySelector('sb-scrubber input');"
            f"range.value = {index}; range.dispatchEvent(new Event('input')); }})()"
        )
        browser.wait(f"document.querySelector('.game').dataset.seq === '{seqs[index]}'")
        truth = day.request("GET", f"/v1/games/{game_id}?asof={seqs[index]}").json
        assert shown(browser.eval(held("past"))) == shown(truth)
        score = [truth["score"][side] for side in ("away", "home")]
        assert browser.eval(HEAD) == heads(truth)
        rows = browser.eval(
            "[...document.querySelectorAll('.hero .linescore tbody tr')].map((row) => "
            "[...row.querySelectorAll('td')].map((cell) => cell.textContent))"
        )
        for row, side in zip(rows, score, strict=True):
            assert row[-1] == str(side["points"])
            assert row[: len(side["periods"])] == [str(points) for points in side["periods"]]
    browser.click(".banner .primary")
    browser.wait("!document.querySelector('.game.is-past')")
    truth = day.request("GET", f"/v1/games/{game_id}").json
    assert browser.eval(HEAD) == heads(truth)
    assert browser.complaints == []


def test_a_position_can_be_shared_as_an_address(browser, day):
    game_id = games_of(day)["dbl_"]["game_id"]
    browser.open(f"{day.url}/game/{game_id}?at=100")
    browser.wait("document.querySelector('sb-game')?.past?.seq === 100")
    truth = day.request("GET", f"/v1/games/{game_id}?asof=100").json
    assert browser.eval(HEAD) == heads(truth)


@needs_recorded
def test_every_located_shot_of_a_recorded_game_is_drawn(browser, tmp_path):
    with running(tmp_path) as server:
        folder = str(recorded("nba-2015-12-23"))
        arguments = ["--game", "0021500423", "--speed", "max"]
        ended(feed("replay", folder, "--to", server.url, *FEED, *arguments))
        (line,) = server.request("GET", "/v1/games").json["games"]
        browser.open(f"{server.url}/game/{line['game_id']}")
        browser.wait("document.querySelector('[data-shot]')")
        drawn = browser.eval(
            "[...document.querySelectorAll('[data-shot]')].map((one) => one.dataset.shot)"
        )
        told = server.request("GET", f"/v1/games/{line['game_id']}/shots").json["shots"]
        # The recorded game has 166 (its README).
        assert len(drawn) == 166
        assert sorted(drawn) == sorted(shot["play_id"] for shot in told if not shot["voided"])
        outside = browser.eval(
            "(() => { const on = document.querySelector('.mark-edge').getBoundingClientRect();"
            "return [...document.querySelectorAll('[data-shot] .face')].filter((one) => {"
            "const at = one.getBoundingClientRect();"
            "const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];"
            "return x < on.left - 1 || x > on.right + 1 || y < on.top - 1 || y > on.bottom + 1;"
            "}).length; })()"
        )
        assert outside == 0


def test_a_shot_that_is_tapped_says_what_it_was_and_a_play_leads_to_its_moment(browser, day):
    game_id = games_of(day)["dbl_"]["game_id"]
    shots = day.request("GET", f"/v1/games/{game_id}/shots").json["shots"]
    plays = day.request("GET", f"/v1/games/{game_id}/plays").json["plays"]
    texts_of = {play["play_id"]: play["text"] for play in plays}
    chosen = next(shot["play_id"] for shot in shots if not shot["voided"])
    browser.open(f"{day.url}/game/{game_id}")
    browser.wait("document.querySelector('[data-shot]')")
    browser.eval(
        f"document.querySelector('[data-shot={chosen}] .reach')"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    browser.wait(f"document.querySelector('.told').textContent.includes('{texts_of[chosen]}')")
    assert not browser.eval("document.querySelector('.game.is-past')")
    row = browser.eval("document.querySelectorAll('.play')[5].dataset.play")
    browser.click(f"[data-play={row}] button")
    browser.wait(f"document.querySelector('sb-game').past?.seq === {row[1:]}")
    assert browser.eval("location.search") == f"?at={row[1:]}"


def test_several_games_stand_side_by_side_and_are_live(browser, game):
    other = "g0000000002"
    game.request("PUT", f"/v1/games/{other}", {**META, "league": "nfl_", "ruleset_id": "nfl"})
    game.request("POST", MESSAGES.format(other), LIVE)
    browser.open(game.url)
    for one in (GAME, other):
        browser.wait(f"document.querySelector('[data-game={one}]')")
        browser.click(f"[data-game={one}] .side")
    browser.wait("document.querySelector('.tray .primary')?.textContent.includes('2 side by side')")
    browser.click(".tray .primary")
    browser.wait("document.querySelectorAll('.one').length === 2")
    game.request("POST", MESSAGES.format(GAME), basket("1", 3))
    browser.wait(f"{card(GAME)}[1] === '3'")
    browser.wait("document.querySelector('.brief').textContent.includes('Basket 1')")


@pytest.mark.parametrize(
    ("size", "theme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"]
)
def test_nobody_is_shut_out_and_nothing_runs_over_the_edge(browser, day, tmp_path, size, theme):
    lines = games_of(day)
    pages = {"/": ".card", "/compare": ".compare"}
    pages |= {f"/game/{lines[league]['game_id']}": ".hero" for league in ("dbl_", "dsl_", "dfl_")}
    for path, sign in pages.items():
        browser.open(day.url + path, theme=theme, **size)
        browser.wait(f"document.querySelector('{sign}')")
        browser.wait("document.querySelector('.link.live')")
        assert browser.serious() == [], path
        assert browser.eval("document.scrollingElement.scrollWidth <= innerWidth"), path
        small = browser.eval(
            "[...document.querySelectorAll('.icon, .primary, select, .play > button, .golive')]"
            ".filter((one) => one.getClientRects().length)"
            ".map((one) => [one.className, one.getBoundingClientRect()])"
            ".filter(([, at]) => at.height < 43.5 || at.width < 43.5).map(([name]) => name)"
        )
        assert small == [], path
        picture = tmp_path / "page.png"
        browser.shot(picture)
        assert picture.stat().st_size > 10_000
        assert browser.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chart_of_the_lead_is_drawn_in_the_colours_of_the_theme(browser, day, theme):
    browser.open(f"{day.url}/game/{games_of(day)['dbl_']['game_id']}", theme=theme)
    browser.wait("document.querySelector('sb-lead canvas')")
    line = browser.eval("getComputedStyle(document.querySelector('.plot')).outlineColor")
    drawn = """(() => {
      const canvas = document.querySelector('sb-lead canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let most = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [r, g, b, alpha] = data.slice(at, at + 4);
        if (alpha === 255 && `rgb(${r}, ${g}, ${b})` === '%s') most += 1;
      }
      return most;
    })()"""
    browser.wait(f"{drawn % line} > 500")
    assert line == {"light": "rgb(225, 229, 234)", "dark": "rgb(38, 45, 55)"}[theme]


def test_the_page_can_be_used_from_the_keyboard(browser, game):
    browser.open(game.url)
    browser.wait(f"{card(GAME)}.length === 2")
    reached = []
    for _ in range(16):
        browser.press("Tab")
        reached.append(browser.eval("document.activeElement.className"))
    assert reached[0] == "skip"
    assert {"whole", "icon star "} <= set(reached)
    browser.eval("document.querySelector('.card .whole').focus()")
    browser.press("Enter")
    browser.wait("document.querySelector('.hero')")


def test_a_chosen_theme_stays(browser, game):
    browser.open(game.url, theme="light")
    browser.wait(f"{card(GAME)}.length === 2")
    browser.click("[aria-label^='Theme']")
    assert browser.eval("document.documentElement.dataset.theme") == "dark"
    dark = browser.eval("getComputedStyle(document.body).backgroundColor")
    browser.goto(game.url)
    assert browser.eval("document.documentElement.dataset.theme") == "dark"
    assert browser.eval("getComputedStyle(document.body).backgroundColor") == dark
