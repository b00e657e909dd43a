"""`doctor` and `index verify` on the command line, and what goes on beside what is damaged."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from paperlab.cli.main import run
from paperlab.config import user_config_file
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.library.library import Library

KEY, OTHER = PaperKey("1706.03762"), PaperKey("1810.04805")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library.create(tmp_path / "library")
    for key, title in ((KEY, "Attention"), (OTHER, "BERT")):
        made.write(Paper(key=key, citekey=f"of{key}", title=title, added=NOON))
        made.add_to_list("mine", key, title)
    made.append_note(KEY, "On attention.")
    return made


def paperlab(library: Library, *words: str) -> int:
    return run(["--library", str(library.root), *words])


def asked(library: Library, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """Exit code and JSON."""
    capsys.readouterr()
    code = paperlab(library, *words, "--json")
    return code, json.loads(capsys.readouterr().out)


def test_a_sound_library_is_well(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert paperlab(library, "doctor") == 0
    assert capsys.readouterr() == ("all is well\n", "")
    assert paperlab(library, "index", "verify") == 0


def test_a_typo_in_the_settings_is_a_finding_and_stops_nothing(
    library: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (library.root / "paperlab.toml").write_text('format = 1\nreder_width = 70\nreader_width = "wide"\n')
    monkeypatch.setenv("PAPERLAB_TIMEOUT_S", "soon")
    user_config_file().parent.mkdir(parents=True, exist_ok=True)
    user_config_file().write_text("them = ")
    assert paperlab(library, "list") == 2, "other commands do not guess"
    code, told = asked(library, capsys, "doctor")
    user_config_file().unlink()
    assert (code, told["ok"]) == (1, False)
    assert {finding["kind"] for finding in told["findings"]} == {"setting-wrong"}
    text = json.dumps(told)
    assert len(told["findings"]) == 4
    for words in ("did you mean 'reader_width'?", "should be int", "timeout_s is a number", "config.toml is not TOML"):
        assert words in text


def test_a_marker_that_cannot_be_read_is_a_finding_and_nothing_is_mended(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    for content in ("format =", "theme = 'terminal'"):
        (library.root / "paperlab.toml").write_text(content)
        (library.folder(KEY) / "notes.md").write_bytes(b"\xff\xfe")
        code, told = asked(library, capsys, "doctor", "--fix", "--yes")
        kinds = [finding["kind"] for finding in told["findings"]]
        assert (code, kinds.count("marker-damaged"), kinds.count("notes-encoding"), told["mended"]) == (1, 1, 1, [])


def test_without_a_terminal_fix_only_says_what_it_would_do_to_what_is_the_readers(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = library.notes_path(KEY)
    notes.write_bytes(b"M\xfc\xdfig\n")
    assert paperlab(library, "doctor", "--fix") == 1
    shown = capsys.readouterr()
    assert "--fix --yes writes notes.md anew as plain UTF-8, and keeps a copy" in shown.err
    assert notes.read_bytes() == b"M\xfc\xdfig\n"
    assert paperlab(library, "doctor", "--fix", "--yes") == 0
    assert capsys.readouterr().out == f"mended   {KEY}: notes.md is UTF-8 now, it was cp1252\nall is well\n"
    assert notes.read_text() == "Müßig\n"


def test_a_damaged_list_and_a_damaged_record_stop_no_other(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    (library.root / "lists" / "broken.toml").write_text("[[items")
    (library.folder(OTHER) / "paper.toml").write_text("key = ")
    code, told = asked(library, capsys, "lists")
    assert (code, [found["name"] for found in told]) == (0, ["mine"])
    for words in (["lists"], ["progress"]):
        assert paperlab(library, *words) == 0
        err = capsys.readouterr().err
        assert err.count("lists/broken.toml") == 1
        assert err.count("papers/1810.04805/paper.toml") == 1
    for words in (["list"], ["search", "attention", "--mode", "words"]):
        assert paperlab(library, *words) == 0
        assert capsys.readouterr().err.count("papers/1810.04805/paper.toml") == 1


def test_a_record_that_is_a_folder_stops_no_other(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    record = library.folder(OTHER) / "paper.toml"
    record.unlink()
    record.mkdir()
    code, told = asked(library, capsys, "list")
    assert (code, [row["key"] for row in told]) == (0, [KEY.value])
    code, told = asked(library, capsys, "doctor")
    assert code == 1
    assert OTHER.value in {finding["place"] for finding in told["findings"]}
