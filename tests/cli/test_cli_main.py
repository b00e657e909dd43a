import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from paperlab.cli.main import run
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.library.library import Library


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run(["init", str(tmp_path / "library")]) == 0
    capsys.readouterr()
    return tmp_path / "library"


def test_global_options_are_taken_before_and_after_the_command(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (
        ["--json", "--library", str(library), "list"],
        ["list", "--json", f"--library={library}"],
        ["list", "--library", str(library), "--json"],
    ):
        assert run(words) == 0
        assert json.loads(capsys.readouterr().out) == []


def test_words_after_two_dashes_are_no_options(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--library", str(library), "search", "--", "--json"]) == 1
    assert "nothing found for '--json'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["lsit"],
        ["list", "--status", "perhaps"],
        ["search"],
        ["status", "x", "finished"],
        ["export", "--format", "docx"],
        ["search", " "],
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    library: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert run(["--library", str(library), *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("paperlab: ")


def test_an_error_is_one_line_with_a_hint_and_exit_code_1(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--library", str(library), "show", "1706.03762"]) == 1
    assert (
        capsys.readouterr().err
        == "paperlab: no paper '1706.03762' in the library (`paperlab add 1706.03762` fetches it)\n"
    )


def test_no_library_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["list"]) == 1
    assert "paperlab init" in capsys.readouterr().err


def test_escape_sequences_of_a_word_reach_no_terminal(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--library", str(library), "show", "\x1b]0;pwned\x07"]) == 1
    assert "\x1b" not in capsys.readouterr().err


def test_a_line_of_a_journal_that_is_set_aside_is_told_as_all_else_is(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Library.open(library).write(Paper(key=PaperKey("one"), citekey="one", title="One", added=datetime.now(UTC)))
    (library / "papers" / "one" / "annotations.jsonl").write_text('{"torn')
    assert run(["--library", str(library), "annotations"]) == 0
    told = capsys.readouterr().err.splitlines()
    assert [line for line in told if line.endswith("annotations.jsonl, line 1 is set aside: no JSON")] == told[:1]
    assert all(line.startswith("paperlab: ") for line in told)


def test_an_unknown_setting_is_wrong_usage(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (library / "paperlab.toml").write_text("format = 1\nmodle = 'x'\n")
    assert run(["--library", str(library), "list"]) == 2
    assert "'model'" in capsys.readouterr().err


def test_config_set_writes_the_users_file_and_keeps_its_comments(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "path"]) == 0
    file = Path(capsys.readouterr().out.strip())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("# mine\nreader_width = 70\n")
    try:
        assert run(["config", "set", "reader_width", "80"]) == 0
        assert file.read_text() == "# mine\nreader_width = 80\n"
        assert run(["config", "set", "theme", "pink"]) == 2
        assert file.read_text() == "# mine\nreader_width = 80\n"
    finally:
        file.unlink()


def test_settings_that_are_set_at_once_are_all_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "path"]) == 0
    file = Path(capsys.readouterr().out.strip())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("# a comment, one of many\n" * 4_000)  # it takes its time to be read
    wanted = {"theme": "terminal", "editor": "vi", "reader_width": 80, "timeout_s": 5.0}
    try:
        setters = [Thread(target=run, args=(["config", "set", key, str(value)],)) for key, value in wanted.items()]
        for setter in setters:
            setter.start()
        for setter in setters:
            setter.join()
        assert tomllib.loads(file.read_text()) == wanted
    finally:
        file.unlink()


def test_the_tui_needs_a_terminal(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--library", str(library)]) == 2
    assert "terminal" in capsys.readouterr().err


def test_version_and_help_work_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["--version"]) == 0
    assert run(["--help"]) == 0
    assert "search" in capsys.readouterr().out
