"""What a reader tripped over once."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.cli.main import run
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Stay
from paperlab.library.library import Library

KEY = PaperKey("1706.03762")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library.create(tmp_path / "library")
    made.write(
        Paper(key=KEY, citekey="vaswani2017attention", title="Attention → 注意", source="1706.03762", added=NOON)
    )
    made.record_reading(KEY, Stay(at=NOON, edition="v7", page_index=0, page_count=15, seconds=60))
    return made


def paperlab(library: Library, *words: str) -> int:
    return run(["--library", str(library.root), *words])


def test_progress_is_json(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert paperlab(library, "status", "1706", "reading") == 0
    capsys.readouterr()
    assert paperlab(library, "progress", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["papers"], shown["seconds"], shown["by_status"]) == (1, 60, {"reading": 1})


def test_an_export_overwrites_no_other_document_unless_told(library: Library, tmp_path: Path) -> None:
    mine = tmp_path / "refs.bib"
    mine.write_text("precious")
    assert paperlab(library, "export", "--format", "bibtex", "-o", str(mine)) == 1
    assert mine.read_text() == "precious"
    assert paperlab(library, "export", "--format", "bibtex", "-o", str(mine), "--overwrite") == 0
    assert "vaswani2017attention" in mine.read_text()
    assert paperlab(library, "export", "--format", "bibtex", "-o", str(mine)) == 0, "the same document is no other"


def test_an_export_says_when_a_folder_or_a_file_is_the_wrong_thing(library: Library, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x")
    assert paperlab(library, "export", "--format", "bibtex", "-o", str(tmp_path)) == 2
    assert paperlab(library, "export", "-o", str(tmp_path / "file.txt")) == 2


def test_a_filter_that_nothing_passes_finds_nothing(library: Library) -> None:
    assert paperlab(library, "list", "--tag", "none") == 1
    assert paperlab(library, "list") == 0


def test_an_unbalanced_editor_is_a_setting_to_mend(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISUAL", '"unbalanced')
    assert paperlab(library, "note", "1706") == 2
    assert "unbalanced" in capsys.readouterr().err


def test_what_an_editor_prints_is_no_result(library: Library, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho chatter\n")
    editor.chmod(0o755)
    words = [sys.executable, "-m", "paperlab", "--library", str(library.root), "--json", "note", "1706"]
    environment = {**os.environ, "VISUAL": str(editor)}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["key"] == "1706.03762"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_title_that_the_encoding_lacks_is_shown_with_replacements(library: Library, encoding: str) -> None:
    words = [sys.executable, "-m", "paperlab", "--library", str(library.root), "list"]
    done = subprocess.run(words, env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=True)
    assert b"Attention ?" in done.stdout


def test_closed_output_is_no_crash(library: Library) -> None:
    command = f"exec {sys.executable} -m paperlab --library {library.root} list >&-"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_list_name_that_is_none_is_refused_before_anything_is_added(library: Library) -> None:
    assert paperlab(library, "add", "1503.02531", "--list", "../../evil") == 1
    assert library.keys() == (KEY,)


@pytest.mark.parametrize("tag", ["a,b", "a\x1b[31mb", " ", "#"])
def test_a_tag_is_a_word_or_two(library: Library, tag: str) -> None:
    assert paperlab(library, "tag", "1706", "--add", tag) == 2
    assert paperlab(library, "tag", "1706", "--add", "#nlp") == 0
    assert library.read(KEY).tags == ("nlp",)


def test_a_damaged_record_is_named_instead_of_being_unknown(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    (library.folder(KEY) / "paper.toml").write_text("title = ")
    assert paperlab(library, "show", "1706.03762") == 1
    assert "paper.toml" in capsys.readouterr().err


def test_a_wrong_value_can_be_put_right_by_config_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "path"]) == 0
    file = Path(capsys.readouterr().out.strip())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("arxiv_delay_s = 1.0\n")
    try:
        assert run(["list"]) == 2
        assert str(file) in capsys.readouterr().err
        assert run(["config", "set", "arxiv_delay_s", "0.5"]) == 2
        assert run(["config", "set", "arxiv_delay_s", "4"]) == 0
        assert file.read_text() == "arxiv_delay_s = 4.0\n"
    finally:
        file.unlink()


def test_an_address_that_is_none_is_a_setting_to_mend(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAPERLAB_ARXIV_URL", "notaurl")
    assert paperlab(library, "list") == 2
    assert "PAPERLAB_ARXIV_URL" in capsys.readouterr().err


def test_a_query_that_begins_with_a_minus_is_told_where_to_stand(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    assert paperlab(library, "search", "-survey attention") == 2
    assert "goes behind --" in capsys.readouterr().err
    assert paperlab(library, "search", "--mode", "words", "--", "-survey attention") == 1
    assert "nothing found" in capsys.readouterr().err
