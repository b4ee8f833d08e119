"""The files of the page: by their exact names, with the right age, and nothing else."""

from __future__ import annotations

import gzip
import hashlib

import pytest

from scoreboard.gateway.page import Page, asset

SCRIPT = b"export const answer = 42;\n" * 40
PAGE = Page.of(
    {"index.html": b"<!doctype html>", "app-0A1B2C3D.js": SCRIPT, "robots.txt": b"x" * 300}
)


def fields(one, accept=b""):
    return dict(one.form(accept)[1])


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ([""], "index.html"),
        (["compare"], "index.html"),
        (["game", "g0000000001"], "index.html"),
        (["static", "app-0A1B2C3D.js"], "app-0A1B2C3D.js"),
    ],
)
def test_addresses_of_the_page_bring_its_files(parts, name):
    assert PAGE.find(parts) is PAGE.assets[name]


@pytest.mark.parametrize(
    "parts",
    [
        ["static"],
        ["static", ""],
        ["static", ".."],
        ["static", "../index.html"],
        ["static", "..", "index.html"],
        ["static", "/etc/passwd"],
        ["static", "app-0A1B2C3D.js", ""],
        ["index.html"],
        ["game"],
        ["v1"],
        ["healthz"],
    ],
)
def test_nothing_else_does(parts):
    assert PAGE.find(parts) is None


def test_a_page_that_was_not_built_has_no_addresses():
    assert Page().find([""]) is None


@pytest.mark.parametrize(
    ("accept", "is_zipped"),
    [
        (b"gzip, deflate, br", True),
        (b"br;q=1.0, GZIP;q=0.5", True),
        (b"*", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"br", False),
        (b"", False),
        (b"xgzip", False),
    ],
)
def test_a_file_is_compressed_for_those_who_can_read_it(accept, is_zipped):
    one = PAGE.assets["app-0A1B2C3D.js"]
    body, headers = one.form(accept)
    assert (body != SCRIPT) is is_zipped
    assert (gzip.decompress(body) if is_zipped else body) == SCRIPT
    assert (dict(headers).get(b"content-encoding") == b"gzip") is is_zipped
    assert dict(headers)[b"vary"] == b"accept-encoding"


def test_two_forms_of_a_file_have_two_tags_and_a_changed_file_has_another():
    one = PAGE.assets["app-0A1B2C3D.js"]
    assert fields(one)[b"etag"] != fields(one, b"gzip")[b"etag"]
    assert asset("app.js", SCRIPT + b"//").etag != one.etag


def test_what_is_small_or_does_not_shrink_is_sent_as_it_is():
    assert PAGE.assets["index.html"].zipped is None
    assert asset("noise.png", bytes(range(256)) * 2).zipped is not None
    # What is compressed already does not become shorter.
    noise = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(16))
    assert asset("noise.png", noise).zipped is None


def test_a_name_with_a_hash_lasts_and_every_other_is_asked_for_anew():
    assert fields(PAGE.assets["app-0A1B2C3D.js"])[b"cache-control"].endswith(b"immutable")
    assert fields(PAGE.assets["index.html"])[b"cache-control"] == b"no-cache"
    assert fields(PAGE.assets["robots.txt"])[b"cache-control"] == b"no-cache"


def test_the_page_may_run_and_reach_nothing_but_its_own():
    policy = fields(PAGE.assets["index.html"])[b"content-security-policy"].decode()
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert {directives[key] for key in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert "unsafe" not in policy
    assert fields(PAGE.assets["index.html"])[b"x-content-type-options"] == b"nosniff"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("index.html", b"text/html; charset=utf-8"),
        ("app.js", b"text/javascript; charset=utf-8"),
        ("what", b"application/octet-stream"),
    ],
)
def test_a_file_says_what_it_is(name, content_type):
    assert asset(name, b"").content_type == content_type
