"""`diff`, `fetch --update` and what `list` and `show` say of editions."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from arxiv_on_loopback import ArxivOnLoopback
from desk import TEXTS, Desk, parsed_pdf, put_paper
from pytest_httpserver import HTTPServer

from paperlab.cli.main import run
from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.library.newest import NewestEditions

KEY = PaperKey("1706.03762")
OLD = TEXTS[0].replace("square root", "4th root")
NEW = TEXTS[0].replace("square root", "2nd root")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A paper with v5 and v7, both parsed."""
    desk = Desk(tmp_path / "library")
    put_paper(desk, KEY.value, texts=(NEW, *TEXTS[1:]))
    pdf = tmp_path / "v5.pdf"
    pdf.write_bytes(b"%PDF-1.7 v5")
    desk.parse.answers[pdf.read_bytes()] = parsed_pdf((OLD, *TEXTS[1:], "An old appendix \x1b[2J of one page."))
    edition = desk.library.add_edition(KEY, "v5", pdf, desk.now())
    desk.library.change(KEY, lambda paper: replace(paper, editions=(edition, *paper.editions)))
    desk.comparing.compare(KEY)
    return desk


@pytest.fixture
def arxiv(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> ArxivOnLoopback:
    monkeypatch.setenv("PAPERLAB_ARXIV_URL", httpserver.url_for("").rstrip("/"))
    monkeypatch.setenv("PAPERLAB_ARXIV_DELAY_S", "0")
    return ArxivOnLoopback(httpserver)


def paperlab(desk: Desk, *words: str) -> int:
    return run(["--library", str(desk.library.root), *words])


def test_a_difference_is_readable_without_colours(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert paperlab(desk, "diff", "1706", "v5", "v7") == 0
    told = capsys.readouterr().out
    assert "v5 → v7" in told
    assert "divided by the [-4th-] {+2nd+} root of" in " ".join(told.split())
    assert "(numbers: 4th → 2nd)" in " ".join(told.split())
    assert "3 Section  (removed)" in told
    assert "1 sentence removed, 1 changed" in told.splitlines()[-1]
    assert "\x1b" not in told


def test_a_summary_has_a_line_a_section(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert paperlab(desk, "diff", "--stat", "1706") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:3] == ["1 Section  ·  1 sentence changed", "3 Section  (removed)  ·  1 sentence removed"]


def test_a_difference_as_json_has_pages_from_1(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert paperlab(desk, "--json", "diff", "1706") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["key"], told["from"], told["to"]) == ("1706.03762", "v5", "v7")
    first, second = told["sections"]
    assert (first["title"], first["status"], second["status"]) == ("1 Section", "changed", "removed")
    (change,) = first["changes"]
    assert (change["kind"], change["status"], change["pages"]) == ("sentence", "changed", [1, 1])
    assert change["numbers"] == [{"before": "4th", "after": "2nd"}]
    assert change["before"].replace("4th", "2nd") == change["after"]
    assert second["changes"][0]["after"] is None
    assert second["changes"][0]["pages"] == [len(TEXTS) + 1, None]
    assert told["summary"]["texts"]["sentence"] == {"added": 0, "removed": 1, "changed": 1, "moved": 0}
    assert told["summary"]["numbers"] == 1


def test_no_difference_is_said(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert paperlab(desk, "diff", "1706", "v7", "v7") == 0
    assert "no difference" in capsys.readouterr().out


def test_an_edition_that_is_not_there_is_an_error_of_one_line(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert paperlab(desk, "diff", "1706", "v6") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "paperlab: 1706.03762 has no edition 'v6', but v5, v7 (`paperlab add 1706.03762v6` fetches it)\n"
    )


def test_a_dry_run_lists_what_is_newer(desk: Desk, arxiv: ArxivOnLoopback, capsys: pytest.CaptureFixture[str]) -> None:
    arxiv.has("1706.03762", 8)
    assert paperlab(desk, "fetch", "--update", "--dry-run") == 0
    assert capsys.readouterr().out == "1706.03762 v7 → v8  Attention Is All You Need\n"
    assert paperlab(desk, "--json", "fetch", "--update", "--dry-run", "1706.03762") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["edition"], row["newest"], row["withdrawn"]) == ("v7", "v8", False)
    assert desk.library.read(KEY).newest.name == "v7"
    assert paperlab(desk, "fetch", "--dry-run") == 2


def test_list_and_show_say_what_is_out_and_what_is_withdrawn(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    NewestEditions(desk.library).keep({KEY: "v9"})
    desk.library.change(KEY, lambda paper: replace(paper, withdrawn="v8"))
    assert paperlab(desk, "list") == 0
    assert "v9 is out, withdrawn (v8)" in capsys.readouterr().out
    assert paperlab(desk, "--json", "list") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["newer"], row["withdrawn"], row["editions"]) == ("v9", "v8", ["v5", "v7"])
    assert paperlab(desk, "show", "1706") == 0
    told = capsys.readouterr().out
    assert "v9 is out: `paperlab fetch --update 1706.03762` fetches it" in told
    assert "withdrawn by its authors with v8" in told


def test_an_update_says_from_which_edition_to_which(
    desk: Desk, arxiv: ArxivOnLoopback, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from paperlab.pdf.typeset import Article, Section, typeset

    typeset(Article(title="Attention", sections=(Section("Only", ("One sentence.",)),)), tmp_path / "v8.pdf")
    arxiv.has("1706.03762", 8, title="Attention", pdf=(tmp_path / "v8.pdf").read_bytes())
    assert paperlab(desk, "fetch", "--update") == 0
    assert capsys.readouterr().out.startswith("added    1706.03762 v7 → v8  Attention  (1 page")
    assert paperlab(desk, "fetch", "--update") == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "paperlab: nothing newer: 1 paper looked at\n")
    assert paperlab(desk, "--json", "fetch", "--update", "1706") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["status"], row["edition"], row["previous"], row["withdrawn"]) == ("present", "v8", None, "")


def test_an_update_says_what_became_of_the_annotations(
    desk: Desk, arxiv: ArxivOnLoopback, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from paperlab.pdf.typeset import Article, Section, typeset

    sentence = "The encoder is a stack of six layers that are all alike."
    desk.library.annotate(KEY, made_on("v7", sentence))
    desk.library.annotate(KEY, made_on("v7", "A sentence that was taken out of the paper by its authors."))
    typeset(Article(title="Attention", sections=(Section("Only", (sentence,)),)), tmp_path / "v8.pdf")
    arxiv.has("1706.03762", 8, title="Attention", pdf=(tmp_path / "v8.pdf").read_bytes())
    assert paperlab(desk, "fetch", "--update") == 0
    hint = "`paperlab annotations 1706.03762 --unplaced` lists the others"
    assert f"1706.03762: 1 of 2 annotations have their place in v8; {hint}" in capsys.readouterr().err


def made_on(edition: str, quote: str) -> Annotation:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    made = {"kind": AnnotationKind.HIGHLIGHT, "page_index": 0, "created": at, "updated": at}
    return Annotation(id=quote[:8], edition=edition, quote=quote, **made)


@pytest.mark.parametrize("value", ["weekly", "daily", "never"])
def test_how_often_is_asked_is_a_setting(desk: Desk, value: str) -> None:
    assert paperlab(desk, "config", "set", "update_check", value) == 0
    assert paperlab(desk, "config", "set", "update_check", "hourly") == 2
