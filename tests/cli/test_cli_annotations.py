"""`paperlab highlight` and `paperlab annotations`: made, listed, carried along, placed by hand, taken away."""

import json
from pathlib import Path
from typing import Any

import pytest
from desk import TEXTS, Desk, put_edition, put_paper

from paperlab.cli.main import run

V8 = ("A new first page.", TEXTS[0], "The decoder is a stack as well.")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "library")
    put_paper(made)
    return made


def paperlab(desk: Desk, *words: str) -> int:
    return run(["--library", str(desk.library.root), *words])


def shown(desk: Desk, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert paperlab(desk, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def carried(desk: Desk) -> tuple[str, str]:
    """Ids of a mark that stays and of one that is lost in the newest edition."""
    (key,) = desk.library.keys()
    stays = desk.annotating.highlight(key, "Large ones push the softmax into flat regions", comment="so")
    gone = desk.annotating.highlight(key, "The encoder is a stack of six layers")
    put_edition(desk, key, "v8", V8)
    return stays.id, gone.id


def test_a_mark_of_any_kind_is_made_with_tags(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["highlight", "1706", "--quote", "six layers", "--kind", "underline", "--tag", "ask", "--tag", "later"]
    made = shown(desk, capsys, *words)
    assert (made["kind"], made["tags"], made["author"], made["reply_to"]) == ("underline", ["ask", "later"], "", "")
    assert made["placed"] == {"edition": "v7", "page": 2, "confidence": 1.0, "how": "own edition"}
    assert paperlab(desk, *words[:-6], "--kind", "area") == 2
    assert paperlab(desk, "annotations") == 0
    assert ", underline  2 Section #ask #later" in capsys.readouterr().out


def test_a_list_tells_where_marks_stand_in_the_newest_edition(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    stays, gone = carried(desk)
    assert paperlab(desk, "annotations", "1706") == 0
    out = capsys.readouterr().out
    assert "1706.03762 v7  p. 1  yellow  1 Section\n    → v8  p. 2  exact, 98% sure" in out
    assert "    → v8: no place, its words are gone" in out
    rows = {row["id"]: row for row in shown(desk, capsys, "annotations")}
    assert (rows[stays]["edition"], rows[stays]["page"], rows[stays]["placed"]["page"]) == ("v7", 1, 2)
    assert rows[stays]["placed"]["how"] == "exact"
    assert "unplaced" not in rows[stays]
    assert (rows[gone]["unplaced"], "placed" in rows[gone]) == ("gone", False)
    assert [row["id"] for row in shown(desk, capsys, "annotations", "--unplaced")] == [gone]
    marks = shown(desk, capsys, "show", "1706")["marks"]
    assert {mark["id"]: mark.get("unplaced") for mark in marks} == {stays: None, gone: "gone"}
    assert paperlab(desk, "show", "1706") == 0
    out = capsys.readouterr().out
    assert "p. 2, yellow: “Large ones" in out
    assert "v7 p. 2, gone, yellow: “The encoder" in out


def test_a_mark_is_placed_by_hand(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    _, gone = carried(desk)
    words = ["annotations", "place", gone[:8], "--quote", "The decoder is a stack", "--page", "3"]
    assert paperlab(desk, *words) == 0
    assert "placed on page 3 of v8: “The encoder" in capsys.readouterr().out
    row = shown(desk, capsys, *words)
    assert (row["id"], row["edition"], row["page"], row["quote"]) == (gone, "v8", 3, "The decoder is a stack")
    assert shown(desk, capsys, "annotations", "--unplaced") == []
    assert paperlab(desk, "annotations", "--unplaced") == 0
    assert "all annotations have a place" in capsys.readouterr().err
    assert paperlab(desk, *words[:-1], "1") == 1
    assert "page 3" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("place", "abc"), ("place",), ("rm",), ("rm", "a", "b"), ("a", "b")])
def test_wrong_words_are_wrong_usage(desk: Desk, words: tuple[str, ...]) -> None:
    assert paperlab(desk, "annotations", *words) == 2


def test_a_mark_is_taken_away(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    stays, _ = carried(desk)
    assert paperlab(desk, "annotations", "rm", stays[:8]) == 0
    assert len(shown(desk, capsys, "annotations")) == 1


def test_an_edition_that_cannot_be_read_leaves_the_marks_where_they_were_made(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    carried(desk)
    (key,) = desk.library.keys()
    newest = desk.library.read(key).newest
    assert newest is not None
    desk.library.edition_path(key, newest).unlink()
    desk.store.remove(key)
    capsys.readouterr()
    assert paperlab(desk, "annotations") == 0
    captured = capsys.readouterr()
    assert "listed where they were made" in captured.err
    assert "p. 1  yellow" in captured.out
