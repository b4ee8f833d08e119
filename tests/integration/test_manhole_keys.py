"""Who proves what, as the SSH library asks it of us."""

from __future__ import annotations

import pytest
from twisted.conch.error import ValidPublicKey
from twisted.conch.ssh.keys import Key
from twisted.cred.credentials import SSHPrivateKey
from twisted.cred.error import UnauthorizedLogin

from scoreboard.ops.key_files import authorized
from scoreboard.ops.ssh import _Checker
from tests.support.operator import make_key

SAID = b"what is signed"


@pytest.fixture(scope="module")
def rsa(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys") / "jo", "rsa", "-b", "2048")


def asked(rsa, algorithm, signature, said=SAID):
    public = rsa.with_suffix(".pub")
    public.chmod(0o600)
    blob = Key.fromFile(str(rsa)).public().blob()
    checker = _Checker(lambda: authorized(public))
    return checker.requestAvatarId(SSHPrivateKey(b"ops", algorithm, blob, said, signature))


def signed(rsa, algorithm):
    return Key.fromFile(str(rsa)).sign(SAID, signatureType=algorithm)


@pytest.mark.parametrize("algorithm", [b"rsa-sha2-256", b"rsa-sha2-512"])
def test_a_signature_of_an_authorized_key_is_good(rsa, algorithm):
    assert asked(rsa, algorithm, signed(rsa, algorithm)).comment == "jo@desk"


def test_a_key_alone_is_not_enough(rsa):
    with pytest.raises(ValidPublicKey):
        asked(rsa, b"rsa-sha2-256", None)


@pytest.mark.parametrize("claimed", [b"ssh-rsa", b"rsa-sha2-256"])
def test_sha_1_is_not_accepted_by_whatever_name(rsa, claimed):
    with pytest.raises(UnauthorizedLogin):
        asked(rsa, claimed, signed(rsa, b"ssh-rsa"))


def test_a_signature_of_something_else_is_refused(rsa):
    with pytest.raises(UnauthorizedLogin, match="is not of that key"):
        asked(rsa, b"rsa-sha2-256", signed(rsa, b"rsa-sha2-256"), b"other")


def test_a_broken_signature_is_refused(rsa):
    with pytest.raises(UnauthorizedLogin):
        asked(rsa, b"rsa-sha2-256", b"\x00\x00\x00\xff")
