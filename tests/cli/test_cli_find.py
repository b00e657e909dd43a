"""`paperlab find`: paper, edition, page and rectangles, or an honest no."""

import json
from pathlib import Path

import pytest
from desk import TEXTS, Desk, put_paper

from paperlab.cli.main import run


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "library")
    put_paper(made)
    return made


def test_a_quote_is_told_with_paper_edition_page_and_rectangles(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--library", str(desk.library.root), "find", "The encoder is a\nstack of six lay-\ners."]
    assert run(words) == 0
    assert capsys.readouterr().out.startswith("1706.03762 v7  p. 2  exact  2 Section")
    assert run([*words, "--json"]) == 0
    (match,) = json.loads(capsys.readouterr().out)["matches"]
    assert {name: match[name] for name in ("key", "edition", "page", "exact", "score", "section")} == {
        "key": "1706.03762",
        "edition": "v7",
        "page": 2,
        "exact": True,
        "score": 1.0,
        "section": "2 Section",
    }
    assert match["boxes"] == [{"page": 2, "rect": [50, 100, 500, 112]}]
    assert match["text"] in TEXTS[1]


def test_a_quote_of_no_paper_is_not_in_the_library(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--library", str(desk.library.root), "find", "The harbour was full of fishing boats."]) == 1
    assert "not in your library" in capsys.readouterr().err
