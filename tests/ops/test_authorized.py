"""Keys: what a line asks for and cannot be had is an error that names the line."""

from __future__ import annotations

import base64

import pytest

from scoreboard.ops.authorized import BadKeys, fingerprint, read_keys

#: Made by ssh-keygen, whose fingerprint of it is below.
ED25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIKkAsDHtctVKfpXuPkFrTLyI9ywqTYdPiylaGUC4kwMG"


def strings(*fields: bytes) -> str:
    return base64.b64encode(b"".join(len(f).to_bytes(4) + f for f in fields)).decode()


def rsa(bits: int) -> str:
    modulus = (1 << (bits - 1)).to_bytes(bits // 8 + 1)
    return "ssh-rsa " + strings(b"ssh-rsa", b"\x01\x00\x01", modulus) + " r"


def test_keys_are_read_with_their_comments():
    text = f"# ours\n\n  ssh-ed25519 {ED25519}  jo at the desk \n{rsa(2048)}\n"
    found = read_keys(text, "keys")
    assert [(key.kind, key.comment) for key in found] == [
        (b"ssh-ed25519", "jo at the desk"),
        (b"ssh-rsa", "r"),
    ]
    assert found[0].blob == base64.b64decode(ED25519)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "keys: there is no key in it"),
        ("# nothing\n", "there is no key in it"),
        (f"#\nrestrict ssh-ed25519 {ED25519}", "keys: line 2: begins with 'restrict'"),
        (f"ssh-dss {ED25519}", "begins with 'ssh-dss'"),
        (f"sk-ssh-ed25519@openssh.com {ED25519}", "begins with 'sk-ssh-ed25519@openssh.com'"),
        ("ssh-ed25519 !!!", "line 1: the key is not base64"),
        ("ssh-ed25519", "the key is not one of kind ssh-ed25519"),
        (f"ecdsa-sha2-nistp256 {ED25519}", "the key is not one of kind ecdsa-sha2-nistp256"),
        (f"ssh-ed25519 {ED25519[:40]}", "the key is not one of kind ssh-ed25519"),
        (rsa(1024), "an RSA key needs 2048 bits"),
    ],
)
def test_a_line_that_cannot_be_kept_is_named(text, why):
    with pytest.raises(BadKeys) as caught:
        read_keys(text, "keys")
    assert why in str(caught.value)


def test_a_fingerprint_is_the_one_that_ssh_keygen_shows():
    shown = "SHA256:dXikf0z6xywGjVrG9jTPGHSLOiCQZEHom3ZtBtjM/Pk"
    assert fingerprint(base64.b64decode(ED25519)) == shown
