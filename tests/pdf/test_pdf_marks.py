"""Marks of other programs, read from PDFs."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name, String

from paperlab.domain.annotations import AnnotationKind
from paperlab.domain.blocks import TextLayer
from paperlab.domain.pdf_marks import PdfMark, PdfMarks
from paperlab.errors import EncryptedPdf, NotAPdf, PdfTooCostly, UnreadablePdf
from paperlab.pdf.marks import MarkLimits, read_marks
from paperlab.pdf.parse import parse_pdf
from tests.pdf.marked_pdfs import AT, LINES, Sheet, make_pdf, mark, over, quad


def _read(tmp_path: Path, *sheets: Sheet) -> PdfMarks:
    return read_marks(make_pdf(tmp_path / "marked.pdf", *sheets))


def _only(tmp_path: Path, sheet: Sheet) -> PdfMark:
    (found,) = _read(tmp_path, sheet).marks
    return found


def test_a_highlight_gives_its_quote_place_and_what_its_reader_said(tmp_path: Path) -> None:
    keys = {
        "C": [1.0, 0.4, 0.4], "Contents": String("how many?"), "T": String("Ada"), "NM": String("a-name-of-its-own"),
        "CreationDate": String("D:20240102030405+02'00'"), "M": String("D:20240103"),
    }  # fmt: skip
    found = _only(tmp_path, Sheet(marks=[mark("Highlight", over(0, "six identical layers"), **keys)]))
    assert (found.kind, found.quote, found.page_index) == (AnnotationKind.HIGHLIGHT, "six identical layers", 0)
    assert (found.color, found.comment, found.author, found.name) == ("red", "how many?", "Ada", "a-name-of-its-own")
    assert found.created == datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert found.modified == datetime(2024, 1, 3, tzinfo=UTC)
    assert found.prefix.endswith("stack of ")
    assert found.suffix.startswith(", and each of them has")
    (box,) = found.boxes
    assert box.x0 == pytest.approx(AT[0] + 6 * LINES[0].index("six"), abs=1)
    assert box.y0 < 792 - AT[1] < box.y1


@pytest.mark.parametrize(
    ("subtype", "kind"),
    [("Underline", "underline"), ("Squiggly", "underline"), ("StrikeOut", "strikeout"), ("Highlight", "highlight")],
)
def test_marks_over_text_keep_their_kind(tmp_path: Path, subtype: str, kind: str) -> None:
    found = _only(tmp_path, Sheet(marks=[mark(subtype, over(2, "feed-forward"))]))
    assert (found.kind, found.quote) == (kind, "feed-forward")


def test_lines_are_joined_and_a_hyphen_at_a_line_end_is_undone(tmp_path: Path) -> None:
    quads = over(1, "self-atten-") + over(2, "tion mechanism")
    found = _only(tmp_path, Sheet(marks=[mark("Highlight", quads)]))
    assert found.quote == "self-attention mechanism"
    assert len(found.boxes) == 2


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 1, 3, 2), (2, 3, 0, 1), (3, 2, 1, 0)])
def test_corners_may_come_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    corners = over(0, "encoder")
    quads = [corners[2 * at + axis] for at in order for axis in (0, 1)]
    assert _only(tmp_path, Sheet(marks=[mark("Highlight", quads)])).quote == "encoder"


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_turned_pages_and_boxes_that_begin_elsewhere_change_nothing(tmp_path: Path, rotate: int) -> None:
    marks = [mark("Highlight", over(0, "encoder"))]
    sheet = Sheet(marks=marks, media_box=(-20, 30, 600, 800), crop_box=(50, 100, 560, 700), rotate=rotate)
    found = _only(tmp_path, sheet)
    assert found.quote == "encoder"
    (box,) = found.boxes
    assert box.x0 == pytest.approx(AT[0] + 24 - 50, abs=1)
    assert box.y0 < 700 - AT[1] < box.y1


def test_the_blocks_of_a_turned_page_have_the_places_of_its_marks(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "turned.pdf", Sheet(marks=[mark("Highlight", over(0, LINES[0]))], rotate=90))
    (block, *_), (found,) = parse_pdf(path).blocks, read_marks(path).marks
    assert block.lines[0].box.y0 == pytest.approx(found.boxes[0].y0, abs=1)
    assert block.lines[0].box.x0 == pytest.approx(found.boxes[0].x0, abs=1)


def test_letters_count_by_their_middle(tmp_path: Path) -> None:
    start = LINES[0].index("six")
    inner, outer = quad(0, start, start + 3), quad(0, start, start + 3)
    inner[2] = inner[6] = inner[2] - 3.5
    outer[2] = outer[6] = outer[2] + 9.5  # a blank, and more than half of the next letter
    marks = [mark("Highlight", inner), mark("Highlight", outer)]
    assert [found.quote for found in _read(tmp_path, Sheet(marks=marks)).marks] == ["si", "six i"]


def test_a_quadrilateral_for_each_word_leaves_the_blanks_between(tmp_path: Path) -> None:
    quads = over(0, "six") + over(0, "identical") + over(0, "layers")
    found = _only(tmp_path, Sheet(marks=[mark("Highlight", quads)]))
    assert found.quote == "six identical layers"
    assert len(found.boxes) == 1


def test_columns_do_not_mix(tmp_path: Path) -> None:
    texts = [(72, 600, "left one"), (72, 586, "left two"), (320, 600, "right one"), (320, 586, "right two")]
    quads = quad(1, 0, 8) + quad(0, 0, 9, at=(320, 600))
    assert _only(tmp_path, Sheet(texts, [mark("Highlight", quads)])).quote == "left two right one"


def test_without_quadrilaterals_the_rectangle_counts(tmp_path: Path) -> None:
    corners = over(0, "encoder")
    rect = [corners[0], corners[5], corners[2], corners[1]]
    assert _only(tmp_path, Sheet(marks=[mark("Highlight", Rect=rect)])).quote == "encoder"


def test_a_remark_that_repeats_the_quote_is_none(tmp_path: Path) -> None:
    marks = [mark("Highlight", over(0, "encoder"), Contents=String("Encoder "))]
    assert _only(tmp_path, Sheet(marks=marks)).comment == ""


def test_rich_text_counts_where_there_is_no_plain_one(tmp_path: Path) -> None:
    rich = '<?xml version="1.0"?><body><p>see <b>section 3</b> &amp; 4</p><p>later</p></body>'
    marks = [mark("Highlight", over(0, "encoder"), RC=String(rich))]
    assert _only(tmp_path, Sheet(marks=marks)).comment == "see section 3 & 4\nlater"


def test_remarks_and_areas_have_a_place_and_no_quote(tmp_path: Path) -> None:
    marks = [mark(subtype, Contents=String(subtype)) for subtype in ("Text", "FreeText", "Caret", "Ink", "Square")]
    found = _read(tmp_path, Sheet(marks=marks)).marks
    assert [one.kind for one in found] == ["note", "note", "note", "area", "area"]
    assert all((one.quote, len(one.boxes), one.comment) == ("", 1, one.subtype) for one in found)
    assert (found[0].boxes[0].x0, found[0].boxes[0].y0) == (100, 792 - 520)


def test_the_own_text_of_a_mark_is_not_taken_for_the_papers(tmp_path: Path) -> None:
    rect = [72, 590, 400, 615]
    drawn = mark("FreeText", Rect=rect, Contents=String("SCRIBBLE"), DA=String("/Helv 10 Tf 0 g"))
    path = make_pdf(tmp_path / "marked.pdf", Sheet(marks=[drawn, mark("Highlight", over(0, "encoder"))]))
    assert read_marks(path).marks[1].quote == "encoder"
    parsed = parse_pdf(path)
    assert parsed.mark_count == 2
    assert not any("SCRIBBLE" in block.text for block in parsed.blocks)


def test_answers_form_threads_and_circles_do_not(tmp_path: Path) -> None:
    said = {"Contents": String("yes")}
    marks = [
        mark("Highlight", over(0, "encoder")),
        mark("Text", IRT=0, **said),
        mark("Text", IRT=1, **said),
        mark("Text", IRT=4, **said),
        mark("Text", IRT=3, **said),
        mark("StrikeOut", over(1, "two"), IRT=0, RT=Name.Group),
    ]
    assert [found.answers for found in _read(tmp_path, Sheet(marks=marks)).marks] == [None, 0, 1, None, None, None]


def test_the_window_of_a_mark_may_hold_its_remark(tmp_path: Path) -> None:
    marks = [mark("Highlight", over(0, "encoder")), mark("Popup", Parent=0, Contents=String("in the window"))]
    found = _read(tmp_path, Sheet(marks=marks))
    assert [one.comment for one in found.marks] == ["in the window"]
    assert [one.subtype for one in found.left_out] == ["Popup"]


def test_what_is_not_taken_over_is_told_with_its_reason(tmp_path: Path) -> None:
    kinds = ("Stamp", "FileAttachment", "Link", "Watermark", "Popup", "Text", "Nonsense")
    marks = [mark(subtype) for subtype in kinds]
    marks += [mark("Text", Contents=String("Accepted"), StateModel=String("Review"))]
    found = _read(tmp_path, Sheet(marks=marks))
    assert found.marks == ()
    assert Counter(one.subtype for one in found.left_out) == Counter((*kinds, "Text"))
    assert all(one.reason for one in found.left_out)


def test_a_mark_over_a_picture_is_a_part_of_the_page(tmp_path: Path) -> None:
    found = _only(tmp_path, Sheet((), [mark("Highlight", over(0, "encoder"))]))
    assert (found.kind, found.quote) == (AnnotationKind.AREA, "")


def test_marks_on_a_garbled_text_keep_their_place_alone(tmp_path: Path) -> None:
    shifted = [(72, 700 - 14 * n, "".join(chr((ord(c) - 94) % 26 + 97) if c.isalpha() else c for c in LINES[0].lower()))
               for n in range(20)]  # fmt: skip
    found = _read(tmp_path, Sheet(shifted, [mark("Highlight", quad(7, 0, 20))]))
    assert found.text_layer is TextLayer.GARBLED
    assert [one.kind for one in found.marks] == [AnnotationKind.AREA]
    assert "garbled" in found.notes[0]


@pytest.mark.parametrize(
    "hostile",
    [
        mark("Highlight", [float(10**9)] * 8),
        mark("Highlight", over(0, "six") * 3000),
        mark("Text", Contents=String("x" * 200_000)),
        {"Subtype": Name.Highlight, "Rect": Name.None_, "QuadPoints": String("no list")},
    ],
)
def test_hostile_marks_are_left_out_and_the_others_read(tmp_path: Path, hostile: dict[str, object]) -> None:
    hostile = {**hostile, "Rect": Name.Nowhere}
    found = _read(tmp_path, Sheet(marks=[hostile, mark("Highlight", over(0, "encoder"))]))
    assert [one.quote for one in found.marks] == ["encoder"]
    assert len(found.left_out) == 1


def test_text_that_would_steer_a_terminal_is_plain(tmp_path: Path) -> None:
    said = String("\x1b[2Jred\u202etxt\r\nnext [b]x[/b]")
    found = _only(tmp_path, Sheet(marks=[mark("Text", Contents=said, T=String("A\x07da\nB"))]))
    assert (found.comment, found.author) == ("[2Jredtxt\nnext [b]x[/b]", "Ada B")


def test_scripts_in_a_file_are_not_run(tmp_path: Path) -> None:
    action = pikepdf.Dictionary(S=Name.JavaScript, JS=String("app.alert(1); while (true) {}"))
    marks = [mark("Text", Contents=String("hello"), A=action, AA=pikepdf.Dictionary(PO=action))]
    assert _only(tmp_path, Sheet(marks=marks)).comment == "hello"


def test_more_marks_than_the_limit_are_too_costly(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "many.pdf", Sheet(marks=[mark("Text", Contents=String("x"))] * 30))
    with pytest.raises(PdfTooCostly):
        read_marks(path, MarkLimits(marks=20))
    with pytest.raises(PdfTooCostly):
        read_marks(path, MarkLimits(total_s=0.01))


def test_locked_broken_and_other_files_are_told_apart(tmp_path: Path) -> None:
    locked = make_pdf(tmp_path / "locked.pdf", Sheet(), encryption=pikepdf.Encryption(user="u", owner="o"))
    with pytest.raises(EncryptedPdf):
        read_marks(locked)
    page = tmp_path / "page.pdf"
    page.write_text("<html>")
    with pytest.raises(NotAPdf):
        read_marks(page)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    with pytest.raises(UnreadablePdf):
        read_marks(broken)


def test_a_damaged_file_is_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    whole = make_pdf(tmp_path / "whole.pdf", Sheet(marks=[mark("Highlight", over(0, "encoder"))]))
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(whole.read_bytes().replace(b"startxref", b"startxxxx"))
    assert [found.quote for found in read_marks(damaged).marks] == ["encoder"]
