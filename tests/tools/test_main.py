"""The command `scoreboard`: finds the command that is meant and runs it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from scoreboard.tools.main import COMMANDS, Command, main


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    monkeypatch.setitem(COMMANDS, "fake", Command("tests.tools.fake_command", "does as told"))
    monkeypatch.setitem(COMMANDS, "missing", Command("scoreboard.tools.missing", "is not there"))
    monkeypatch.setitem(COMMANDS, "broken", Command("tests.tools.broken_command", "needs more"))


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_command_ends_with_its_own_code(code, capsys):
    assert main(["fake", str(code)]) == code
    assert capsys.readouterr().out == f"did {code}\n"


@pytest.mark.parametrize(
    ("fault", "code", "line"),
    [
        ("usage", 2, "write it so"),
        ("local", 1, "the disk is full"),
        ("remote", 1, "row 5 is odd"),
        ("stop", 130, "stopped"),
    ],
)
def test_a_mistake_is_one_line_and_a_code(fault, code, line, capsys):
    assert main(["fake", fault]) == code
    assert capsys.readouterr().err == f"scoreboard: {line}\n"


def test_no_command_is_a_mistake_that_lists_them(capsys):
    assert main([]) == 2
    assert "name a command: verify, replay, follow, simulate" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["dance"], ["fake"], ["fake", "0", "--odd"]])
def test_what_argparse_refuses_is_code_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: scoreboard" in capsys.readouterr().err


def test_the_help_lists_the_commands(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(f"    {name}" in shown for name in ("verify", "replay", "follow", "simulate"))


@pytest.mark.parametrize("name", ["verify", "replay"])
def test_every_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    assert "Exit code: 0 if" in capsys.readouterr().out.replace("\n", " ")


def test_a_command_that_is_not_installed_is_said_to_be_so(capsys):
    assert main(["missing"]) == 2
    assert capsys.readouterr().err == "scoreboard: missing is not part of this installation\n"


def test_a_command_that_lacks_a_library_is_not_hidden():
    with pytest.raises(ModuleNotFoundError, match="library_that_nobody_has"):
        main(["broken"])


def run(*words, **more):
    return subprocess.run(
        [sys.executable, "-m", "scoreboard", *words],
        capture_output=True,
        text=True,
        check=False,
        **more,
    )


def test_the_package_runs_as_a_command(tmp_path):
    ended = run("verify", str(tmp_path / "nowhere"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"scoreboard: {tmp_path}/nowhere: no such file or folder\n"


def test_output_that_nobody_reads_any_more_is_no_traceback():
    reader, writer = os.pipe()
    os.close(reader)
    code = (
        "import sys\n"
        "from scoreboard.tools.main import COMMANDS, Command, main\n"
        "COMMANDS['fake'] = Command('tests.tools.fake_command', '')\n"
        "sys.exit(main(['fake', '0']))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (1, "")
