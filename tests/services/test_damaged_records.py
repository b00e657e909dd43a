"""A record that cannot be read stops nothing but its own paper."""

import pytest
from desk import Desk, parsed_pdf, put_paper

from paperlab.config import Settings
from paperlab.domain.blocks import TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.pdf_marks import PdfMarks
from paperlab.library.marked import remember_marks
from paperlab.services.intake import AddStatus
from paperlab.services.marked_files import MarkedFiles
from paperlab.workbench import Workbench

BAD, GOOD, TWIN = PaperKey("bad"), PaperKey("good"), PaperKey("twin")


@pytest.fixture
def damaged(desk: Desk) -> Desk:
    """Three papers of one DOI, and the record of the first cannot be read."""
    for key in (BAD, GOOD, TWIN):
        put_paper(desk, key.value, doi="10.1/x")
        remember_marks(desk.library.derived, desk.library.read(key).editions[0].sha256, 2)
    (desk.library.folder(BAD) / "paper.toml").write_text("key = ")
    return desk


@pytest.fixture
def workbench(damaged: Desk) -> Workbench:
    return Workbench(Settings(offline=True), damaged.library.root)


def test_fetching_tells_of_it_and_goes_on(workbench: Workbench) -> None:
    bad, good = workbench.adding.fetch((BAD, GOOD))
    assert (bad.source, bad.status, good.source, good.status) == ("bad", AddStatus.FAILED, "good", AddStatus.PRESENT)
    assert bad.error.startswith("papers/bad/paper.toml: Invalid value")
    assert [outcome.source for outcome in workbench.adding.fetch(())] == ["bad"]


def test_the_others_are_compared(workbench: Workbench) -> None:
    assert [(double.first.key, double.second.key) for double in workbench.joining.doubles()] == [(GOOD, TWIN)]


def test_its_pdf_is_not_there_for_anybody(workbench: Workbench) -> None:
    assert workbench.shelf.holdings([BAD, GOOD, PaperKey("gone")]) == {BAD: False, GOOD: True}


def test_marks_in_the_pdfs_of_others_are_offered(workbench: Workbench) -> None:
    assert [offer.key for offer in workbench.offering.offers([BAD, GOOD])] == [GOOD]


def test_a_marked_file_finds_its_paper_among_the_others(damaged: Desk) -> None:
    path = damaged.library.root.parent / "marked.pdf"
    path.write_bytes((damaged.library.folder(GOOD) / "v7.pdf").read_bytes())
    found = PdfMarks(marks=(), left_out=(), page_digests=("a",), text_layer=TextLayer.GOOD)
    files = MarkedFiles(damaged.library, lambda _: parsed_pdf(), lambda _: found)
    assert files.identify(path, found, None).key == GOOD
