"""`paperlab annotations import` and `paperlab export --format pdf`."""

import json
from pathlib import Path

import pytest
from pikepdf import String

from paperlab.cli.main import run
from tests.pdf.marked_pdfs import mark
from tests.services.test_taking_over import KEY, Reader, highlight


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    made = Reader(tmp_path)
    made.put(KEY, made.pdf(name="original.pdf"))
    made.indexing.run()
    return made


def _run(reader: Reader, *words: str) -> int:
    return run(["--library", str(reader.desk.library.root), "--offline", *words])


def test_an_import_tells_what_became_of_each_mark(reader: Reader, capsys: pytest.CaptureFixture[str]) -> None:
    marks = (highlight(Contents=String("how\x1b many?")), mark("Stamp"), mark("Popup", Parent=0), mark("Link"))
    path = reader.pdf(*marks)
    assert _run(reader, "annotations", "import", str(path), "--paper", str(KEY), "--dry-run") == 0
    assert "1 taken over; 1 left out (nothing is done yet)" in capsys.readouterr().out
    assert reader.annotations() == ()
    assert _run(reader, "annotations", "import", str(path), "--paper", str(KEY)) == 0
    out = capsys.readouterr().out
    assert f"{KEY} v1  copy.pdf: 1 taken over; 1 left out" in out
    assert "not taken over: 1 × Stamp (a stamp: a picture without text), p. 1" in out
    assert "Popup" not in out
    assert _run(reader, "annotations", "import", str(path), "--paper", str(KEY), "--json") == 0
    told = capsys.readouterr()
    (row,) = json.loads(told.out)
    assert (row["quote"], row["comment"], row["kind"]) == ("six identical layers", "how many?", "highlight")
    assert (row["outcome"], row["page"], row["source"]) == ("already there", 1, "copy.pdf")
    assert "1 already there" in told.err


def test_the_marks_of_a_papers_own_pdf_are_taken_over_by_its_key(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    (reader.desk.library.folder(KEY) / "v1.pdf").write_bytes(reader.pdf(highlight()).read_bytes())
    assert _run(reader, "annotations", "import", "someone2024") == 0
    assert "v1.pdf: 1 taken over" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["import", "nowhere.pdf"], 1, "is not there"),
        (["import"], 2, "takes one PDF"),
        (["import", "someone2024", "--paper", "x"], 2, "--paper goes with a PDF"),
        (["import", "nobody"], 1, "nobody"),
    ],
)
def test_wrong_words_are_told(
    reader: Reader, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert _run(reader, "annotations", *words) == code
    assert said in capsys.readouterr().err


def test_an_export_writes_a_copy_and_says_what_is_in_it(
    reader: Reader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(reader, "export", "--format", "pdf", "-o", str(tmp_path / "out")) == 1
    assert "no annotations to export" in capsys.readouterr().err
    reader.take(reader.pdf(highlight()))
    assert _run(reader, "export", "--format", "pdf", "-o", str(tmp_path / "out")) == 0
    copy = tmp_path / "out" / f"{KEY}.pdf"
    assert capsys.readouterr().out == f"{copy}: {KEY} v1, 1 annotations written\n"
    assert copy.is_file()
    assert _run(reader, "export", str(KEY), "--format", "pdf", "-o", str(copy), "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["path"], row["written"], row["error"]) == (str(copy), 1, "")
    copy.write_bytes(b"%PDF-1.7 mine")
    assert _run(reader, "export", str(KEY), "--format", "pdf", "-o", str(copy)) == 1
    assert "is there already" in capsys.readouterr().err
    assert _run(reader, "export", str(KEY), "--format", "pdf") == 2


def test_show_tells_of_marks_in_the_pdf(reader: Reader, capsys: pytest.CaptureFixture[str]) -> None:
    marked = reader.pdf(highlight(), name="marked.pdf")
    other = type(KEY)("other2024paper")
    reader.put(other, marked)
    reader.indexing.run()
    assert _run(reader, "show", str(other)) == 0
    assert "Its PDF holds 1 marks of another program" in " ".join(capsys.readouterr().out.split())
    assert _run(reader, "show", str(other), "--json") == 0
    assert json.loads(capsys.readouterr().out)["marks_in_pdf"] == 1
