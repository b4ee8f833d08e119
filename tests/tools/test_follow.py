"""`scoreboard follow`: what may be asked."""

import pytest

from scoreboard.tools.main import main


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--game", "g1"], "ten of 0-9a-z"),
        (["--league", "NBA"], "four of 0-9a-z_"),
        (["--to", "http://127.0.0.1:8080"], "no address like"),
    ],
)
def test_a_mistake_costs_one_line(capsys, words, expected):
    assert main(["follow", *words]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert expected in said[0]


def test_a_format_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["follow", "--format", "xml"])
    assert "cbor" in capsys.readouterr().err
