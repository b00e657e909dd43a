"""Annotations on their way into copies of PDFs."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import pikepdf
import pytest
from pikepdf import Name, String

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Box
from paperlab.errors import CopyDiffers, UsageError
from paperlab.library.files import hash_file
from paperlab.pdf.copies import write_copy
from paperlab.pdf.marks import read_marks
from paperlab.pdf.parse import parse_pdf
from paperlab.services.pdf_copies import PdfCopies, PdfCopy
from paperlab.services.taking_over import Fate
from tests.pdf.marked_pdfs import AT, LEADING, LINES, Sheet, make_pdf, mark
from tests.services.test_taking_over import KEY, OTHER, Reader, highlight

PAGE_PT = 792


def line_box(line: int) -> Box:
    """Of a whole printed line, as the blocks have it."""
    y = PAGE_PT - AT[1] + LEADING * line
    return Box(AT[0], y - 8, AT[0] + 6 * len(LINES[line]), y + 2)


def ours(quote: str, *lines: int, **fields: Any) -> Annotation:
    at = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
    known: dict[str, Any] = {
        "id": f"00000000-0000-4000-8000-{crc32(quote.encode()):012}",
        "kind": AnnotationKind.HIGHLIGHT,
        "edition": "v1",
        "page_index": 0,
        "boxes": tuple(line_box(line) for line in lines),
        "created": at,
        "updated": at,
    }
    return Annotation(quote=quote, **(known | fields))


ALL_KINDS = (
    ours("six identical layers", 0, color="green", comment="how many? – ∑ 𝛼", author="Ada"),
    ours("self-attention mechanism, the second", 1, 2, kind=AnnotationKind.UNDERLINE),
    ours("sublayers", 1, kind=AnnotationKind.STRIKEOUT, color="red"),
    ours("", 0, kind=AnnotationKind.NOTE, id="n" * 36, comment="(a) note \\ with ) signs >> endobj", boxes=()),
    ours("", 0, kind=AnnotationKind.AREA, id="a" * 36, comment="the figure", boxes=(Box(100, 300, 300, 400),)),
    ours("", 0, kind=AnnotationKind.NOTE, id="r" * 36, comment="six", reply_to="n" * 36),
)


class Writer(Reader):
    """The reader of a paper whose annotations go into copies."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.copies = PdfCopies(self.desk.library, read_marks, write_copy, self.desk.annotating.placements)

    def annotate(self, *annotations: Annotation) -> None:
        for one in annotations:
            self.desk.library.annotate(KEY, one)

    def export(self, output: Path, **options: Any) -> PdfCopy:
        (copy,) = self.copies.export([KEY], output, **options)
        return copy

    @property
    def original(self) -> Path:
        return self.desk.library.folder(KEY) / "v1.pdf"


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    made = Writer(tmp_path)
    made.put(KEY, made.pdf(highlight("encoder", T=String("Bo")), mark("Stamp"), name="original.pdf"))
    return made


def _names(path: Path) -> list[str]:
    with pikepdf.open(path) as pdf:
        return [str(one.get("/NM", "")) for page in pdf.pages for one in page.obj.get("/Annots", [])]


def test_every_kind_is_written_and_reads_back_as_it_was(writer: Writer, tmp_path: Path) -> None:
    writer.annotate(*ALL_KINDS)
    copy = writer.export(tmp_path / "out.pdf")
    assert (copy.written, copy.unwritten, copy.error) == (len(ALL_KINDS), (), "")
    found = {one.name: one for one in read_marks(tmp_path / "out.pdf").marks}
    for one in ALL_KINDS:
        back = found[one.id]
        assert (back.kind, back.quote, back.color, back.author) == (one.kind, one.quote, one.color, one.author)
        assert back.comment == one.comment
        assert back.is_as_written
        assert (back.written, back.created) == (one.updated, one.created.replace(microsecond=0))
    there = read_marks(tmp_path / "out.pdf").marks
    assert there[found["r" * 36].answers or 0].name == "n" * 36


def test_a_quote_is_marked_from_its_first_letter_to_its_last(writer: Writer, tmp_path: Path) -> None:
    writer.annotate(ALL_KINDS[0])
    writer.export(tmp_path / "out.pdf")
    (found,) = (one for one in read_marks(tmp_path / "out.pdf").marks if one.name == ALL_KINDS[0].id)
    start = AT[0] + 6 * LINES[0].index("six")
    assert (found.boxes[0].x0, found.boxes[0].x1) == pytest.approx((start, start + 6 * 20), abs=1)


def test_the_copy_begins_with_the_original_which_stays_as_it_is(writer: Writer, tmp_path: Path) -> None:
    before = writer.original.read_bytes()
    writer.annotate(*ALL_KINDS)
    writer.export(tmp_path / "out.pdf")
    assert writer.original.read_bytes() == before
    assert (tmp_path / "out.pdf").read_bytes().startswith(before)
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert not pdf.get_warnings()
        assert all("/AP" in one for one in pdf.pages[0].obj.Annots if "/PaperlabUpdated" in one)


@pytest.mark.parametrize("rotate", [0, 90, 270])
def test_turned_pages_and_boxes_that_begin_elsewhere_are_marked_at_the_place(rotate: int, tmp_path: Path) -> None:
    sheet = Sheet(media_box=(-20, 30, 600, 800), crop_box=(50, 100, 560, 700), rotate=rotate)
    original = make_pdf(tmp_path / "turned.pdf", sheet)
    block = next(block for block in parse_pdf(original).blocks if "six" in block.text)
    one = ours("six identical layers", boxes=(block.lines[0].box,))
    taken: list[bytes] = []
    assert write_copy(original, [one], lambda copy: taken.append(copy.read_bytes())) == ()
    assert taken[0].startswith(original.read_bytes())


def test_marks_that_came_out_of_the_original_are_not_written_twice(writer: Writer, tmp_path: Path) -> None:
    writer.take(writer.original)
    writer.annotate(ALL_KINDS[0])
    copy = writer.export(tmp_path / "out.pdf")
    assert (copy.written, copy.in_original) == (1, 1)
    assert len(_names(tmp_path / "out.pdf")) == 3


def test_a_second_export_gives_the_same_set_and_takes_the_first_ones_place(writer: Writer, tmp_path: Path) -> None:
    writer.annotate(*ALL_KINDS)
    writer.export(tmp_path / "out.pdf")
    first = _names(tmp_path / "out.pdf")
    assert writer.export(tmp_path / "out.pdf").error == ""
    assert _names(tmp_path / "out.pdf") == first
    writer.desk.library.remove_annotation(KEY, ALL_KINDS[0].id, writer.desk.now())
    writer.export(tmp_path / "out.pdf")
    assert len(_names(tmp_path / "out.pdf")) == len(first) - 1


def test_a_copy_taken_over_is_known_mark_by_mark(writer: Writer, tmp_path: Path) -> None:
    writer.annotate(*ALL_KINDS)
    writer.export(tmp_path / "out.pdf")
    before = writer.annotations()
    fates = writer.fates(tmp_path / "out.pdf")
    assert fates == {Fate.PRESENT: len(ALL_KINDS), Fate.TAKEN: 1}  # the one of the original, which nobody took over yet
    assert set(before) <= set(writer.annotations())


def _edit(path: Path, name: str, said: str) -> None:
    """What a viewer does with a comment."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for one in pdf.pages[0].obj.Annots:
            if str(one.get("/NM", "")) == name:
                one.Contents, one.M = String(said), String("D:20990101000000Z")
        pdf.save(path)


def test_a_copy_that_was_marked_since_is_not_replaced(writer: Writer, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    writer.annotate(*ALL_KINDS)
    writer.export(out)
    _edit(out, ALL_KINDS[0].id, "in a viewer")
    edited = out.read_bytes()
    assert "is there already" in writer.export(out).error
    assert out.read_bytes() == edited
    assert writer.fates(out)[Fate.EDITED] == 1
    assert writer.export(out, overwrite=True).error == ""
    (found,) = (one for one in read_marks(out).marks if one.name == ALL_KINDS[0].id)
    assert found.comment == "in a viewer"


def test_other_files_and_the_library_are_never_in_the_way(writer: Writer, tmp_path: Path) -> None:
    other = tmp_path / "thesis.pdf"
    other.write_bytes(b"%PDF-1.7 mine")
    writer.annotate(ALL_KINDS[0])
    assert "is there already" in writer.export(other).error
    assert other.read_bytes() == b"%PDF-1.7 mine"
    before = hash_file(writer.original)
    assert "within the library" in writer.export(writer.original, overwrite=True).error
    assert hash_file(writer.original) == before


def test_what_only_begins_like_an_earlier_copy_is_not_replaced(writer: Writer, tmp_path: Path) -> None:
    writer.annotate(ALL_KINDS[0])
    original, other = writer.original.read_bytes(), tmp_path / "other.pdf"
    for content in (original[:-1] + b"x", original[:100], original + b"\nwhat is no PDF any more"):
        other.write_bytes(content)
        copy = writer.export(other)
        assert copy.written == 0 or content.startswith(original)
        if not content.startswith(original):
            assert "is there already" in copy.error
            assert other.read_bytes() == content


def test_a_file_is_no_folder_for_copies(writer: Writer, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.md is a file"):
        next(writer.copies.export([KEY], tmp_path / "notes.md"))


def test_an_annotation_whose_quote_is_not_there_is_told_and_the_others_written(writer: Writer, tmp_path: Path) -> None:
    writer.annotate(ALL_KINDS[0], ours("words that stand nowhere", 0))
    copy = writer.export(tmp_path / "out.pdf")
    assert copy.written == 1
    assert [one.annotation.quote for one in copy.unwritten] == ["words that stand nowhere"]


def test_annotations_of_another_edition_are_counted(writer: Writer, tmp_path: Path) -> None:
    writer.annotate(ALL_KINDS[0], replace(ALL_KINDS[2], edition="v9"))
    assert writer.export(tmp_path / "out.pdf").elsewhere == 1


def test_a_folder_gets_a_file_for_each_paper_that_is_annotated(writer: Writer, tmp_path: Path) -> None:
    writer.annotate(ALL_KINDS[0])
    (copy,) = writer.copies.export([], tmp_path / "new" / "folder")
    assert copy.path == tmp_path / "new" / "folder" / f"{KEY}.pdf"
    assert copy.path.is_file()
    with pytest.raises(UsageError):
        next(writer.copies.export([KEY, KEY], tmp_path / "one.pdf"))


def test_a_dry_run_writes_nothing(writer: Writer, tmp_path: Path) -> None:
    writer.annotate(ALL_KINDS[0])
    assert writer.export(tmp_path / "out.pdf", dry_run=True).written == 1
    assert not (tmp_path / "out.pdf").exists()


# files that resist


def _refuse(_copy: Path) -> None:
    raise AssertionError("it was given out")


def test_an_owner_who_does_not_permit_annotations_is_heeded(writer: Writer, tmp_path: Path) -> None:
    allowed = pikepdf.Permissions(modify_annotation=False)
    locked = pikepdf.Encryption(user="", owner="owner", allow=allowed)
    writer.original.write_bytes(writer.pdf(name="locked.pdf", encryption=locked).read_bytes())
    writer.annotate(ALL_KINDS[0])
    assert "does not permit" in writer.export(tmp_path / "out.pdf").error
    assert not (tmp_path / "out.pdf").exists()


def test_an_encrypted_pdf_that_permits_them_is_annotated(writer: Writer, tmp_path: Path) -> None:
    locked = pikepdf.Encryption(user="", owner="owner")
    writer.original.write_bytes(writer.pdf(name="locked.pdf", encryption=locked).read_bytes())
    writer.annotate(*ALL_KINDS)
    assert writer.export(tmp_path / "out.pdf").error == ""
    assert ALL_KINDS[0].comment in [one.comment for one in read_marks(tmp_path / "out.pdf").marks]


def test_no_citation_key_leads_out_of_the_folder(writer: Writer, tmp_path: Path) -> None:
    writer.desk.library.change(KEY, lambda paper: replace(paper, citekey="../../evil"))
    writer.annotate(ALL_KINDS[0])
    copy = writer.export(tmp_path / "copies")
    assert copy.path == tmp_path / "copies" / "-.-..-evil.pdf"
    assert copy.path.is_file()


def test_a_damaged_pdf_is_written_whole(writer: Writer, tmp_path: Path) -> None:
    whole = writer.pdf(highlight("encoder"), name="damaged.pdf").read_bytes()
    writer.original.write_bytes(whole.replace(b"startxref", b"startxxxx"))
    writer.annotate(*ALL_KINDS)
    copy = writer.export(tmp_path / "out.pdf")
    assert (copy.error, copy.written) == ("", len(ALL_KINDS))


def test_a_shared_or_foreign_list_of_annotations_is_extended(writer: Writer, tmp_path: Path) -> None:
    with pikepdf.open(writer.original, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Annots = pdf.make_indirect(pdf.pages[0].obj.Annots)
        pdf.pages[1].obj.Annots = Name.Nonsense
        pdf.save(writer.original)
    writer.annotate(ALL_KINDS[0], ours("nobody has ever marked", page_index=1, boxes=(Box(72, 80, 400, 95),)))
    assert writer.export(tmp_path / "out.pdf").written == 2


def test_a_copy_in_which_something_else_differs_is_refused(tmp_path: Path) -> None:
    """Two pages share one list: what is put on one of them would appear on the other, too."""
    original = make_pdf(tmp_path / "shared.pdf", Sheet(marks=[highlight("encoder")]), OTHER)
    with pikepdf.open(original, allow_overwriting_input=True) as pdf:
        shared = pdf.make_indirect(pdf.pages[0].obj.Annots)
        pdf.pages[0].obj.Annots = pdf.pages[1].obj.Annots = shared
        pdf.save(original)
    with pytest.raises(CopyDiffers, match="page 2"):
        write_copy(original, [ALL_KINDS[0]], _refuse)
