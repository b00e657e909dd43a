"""Marked PDFs of the library: noticed when they are parsed, offered until their marks are taken over."""

from pathlib import Path

import pytest
from desk import Desk
from pikepdf import String

from paperlab.library.marked import Marked, read_marked, remember_marks, remember_taken_over
from paperlab.services.offering import Offering
from tests.pdf.marked_pdfs import mark
from tests.services.test_taking_over import KEY, Reader, highlight


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    made = Reader(tmp_path)
    made.put(KEY, made.pdf(highlight(), mark("Text", Contents=String("hm")), mark("Link"), name="original.pdf"))
    return made


def _offer(reader: Reader) -> int:
    offer = Offering(reader.desk.library).offer(KEY)
    return offer.count if offer else 0


def test_a_paper_whose_pdf_is_marked_is_offered_once_it_is_parsed(reader: Reader) -> None:
    assert _offer(reader) == 0
    reader.indexing.run()
    assert _offer(reader) == 2


def test_what_was_taken_over_is_offered_no_more(reader: Reader) -> None:
    reader.indexing.run()
    reader.service.of_paper(KEY)
    assert _offer(reader) == 0
    (reader.desk.library.derived / "marked.jsonl").unlink()
    remember_marks(reader.desk.library.derived, reader.desk.library.read(KEY).editions[0].sha256, 2)
    assert _offer(reader) == 0, "the annotations themselves tell of the file they came from"


def test_a_copy_of_the_same_bytes_is_the_same_file(reader: Reader) -> None:
    reader.indexing.run()
    copy = reader.folder / "in my downloads.pdf"
    copy.write_bytes((reader.folder / "original.pdf").read_bytes())
    reader.take(copy, None)
    assert _offer(reader) == 0


def test_doctor_tells_of_offers_and_of_originals_that_a_viewer_has_changed(reader: Reader) -> None:
    reader.indexing.run()
    own = reader.desk.library.folder(KEY) / "v1.pdf"
    own.write_bytes(reader.pdf(highlight("encoder")).read_bytes())
    found = reader.desk.checking.findings()
    assert [one.hint for one in found if "hash differs" in one.message] == [
        f"another program has changed it: `paperlab annotations import {KEY}` takes over marks made in it; "
        "then move it away and fetch it again"
    ]
    assert any("2 marks" in one.message for one in found)


def test_a_broken_line_costs_nothing(tmp_path: Path) -> None:
    library = Desk(tmp_path / "library").library
    remember_marks(library.derived, "a", 0)
    assert read_marked(library.derived) == {}
    remember_marks(library.derived, "a", 3)
    with (library.derived / "marked.jsonl").open("a") as file:
        file.write('{"sha256": "a", "marks": "many"}\n{"sha')
    remember_taken_over(library.derived, "a")
    assert read_marked(library.derived) == {"a": Marked(3, is_taken_over=True)}
