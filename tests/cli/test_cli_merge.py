"""`merge`, `list --duplicates` and a bibliography on the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.cli.main import run
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.library.library import Library

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TITLE = "Attention Is All You Need"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library.create(tmp_path / "library")
    for name in ("1706.03762", "nips17"):
        made.write(Paper(key=PaperKey(name), citekey=f"c{name}", title=TITLE, authors=("A. Vaswani",), added=NOON))
    return made


def paperlab(library: Library, *words: str) -> int:
    return run(["--library", str(library.root), "--offline", *words])


def test_pairs_are_listed_with_the_command_that_joins_them(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    assert paperlab(library, "list", "--duplicates") == 0
    assert "paperlab merge 1706.03762 nips17" in capsys.readouterr().out
    assert paperlab(library, "list", "--duplicates", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {"key": "1706.03762", "other": "nips17", "reason": "has the same title"}
    ]


def test_two_records_become_one(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert paperlab(library, "merge", "1706", "cnips17", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["key"], told["merged"]) == ("1706.03762", "nips17")
    assert (Path(told["kept"]) / "paper" / "paper.toml").is_file()
    assert paperlab(library, "show", "nips17", "--json") == 0
    assert json.loads(capsys.readouterr().out)["key"] == "1706.03762"
    assert paperlab(library, "list", "--duplicates") == 0
    assert "no two papers" in capsys.readouterr().err


def test_a_paper_of_arxiv_is_the_one_that_stays(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert paperlab(library, "merge", "nips17", "1706") == 2
    assert "`paperlab merge 1706.03762 nips17`" in capsys.readouterr().err


def test_a_bibliography_goes_in_and_comes_out(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refs = tmp_path / "refs.bib"
    refs.write_text("@book{knuth, title={The Art}, author={Knuth, Donald}, year=1968, publisher={AW}}\n@misc{no}\n")
    assert paperlab(library, "add", str(refs), "--no-index") == 1
    told = capsys.readouterr()
    assert "knuth" in told.out
    assert "line 2" in told.err
    assert paperlab(library, "export", "knuth", "--format", "biblatex") == 0
    assert "@book{knuth," in capsys.readouterr().out
