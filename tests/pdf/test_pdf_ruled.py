"""Boxes by rules: what lines tell by their place and their type."""

from dataclasses import replace

from paperlab.domain.blocks import Box
from paperlab.pdf.boxes import TextBox
from paperlab.pdf.measures import Measures, measures_of
from paperlab.pdf.order import reading_order
from paperlab.pdf.pages import Mark, Piece, RawPage, RegionKind
from paperlab.pdf.ruled import ruled_boxes
from tests.pdf.pieces import piece

WIDTH, HEIGHT = 612.0, 792.0
MEASURES = Measures(size=10, leading=12, width=220, fonts=frozenset({"Serif"}))
FULL = "words that fill the line from edge to edge"
LEFT, RIGHT = 72.0, 310.0


def lines(*texts: str, x: float = LEFT, y: float = 100, step: float = 12, rank: int = 0) -> list[Piece]:
    """Lines as wide as their column, but for those that end a sentence."""
    return [
        piece(text, x, y + step * i, rank=rank + i, width=110 if text.endswith(".") else 220)
        for i, text in enumerate(texts)
    ]


def boxes_of(*pieces: Piece, marks: tuple[Mark, ...] = ()) -> list[TextBox]:
    return reading_order(ruled_boxes(RawPage(0, WIDTH, HEIGHT, pieces, marks=marks), pieces, MEASURES))


def texts_of(*pieces: Piece, marks: tuple[Mark, ...] = ()) -> list[tuple[str, str]]:
    return [(box.kind.value, box.text) for box in boxes_of(*pieces, marks=marks)]


def test_lines_at_the_usual_distance_are_one_paragraph() -> None:
    assert texts_of(*lines(FULL, FULL, "to its end.")) == [("text", f"{FULL} {FULL} to its end.")]


def test_a_wider_gap_begins_a_paragraph() -> None:
    assert len(texts_of(*lines(FULL, "to its end."), *lines(FULL, "end.", y=132, rank=2))) == 2


def test_an_indented_line_after_a_sentence_begins_a_paragraph() -> None:
    second = lines("Indented as a new thought is", x=LEFT + 14, y=124, rank=2)
    rest = lines(FULL, y=136, rank=3)
    assert [len(box.rows) for box in boxes_of(*lines(FULL, "to its end."), *second, *rest)] == [2, 2]


def test_columns_are_read_one_after_the_other() -> None:
    left, right = lines(FULL, "left end."), lines(FULL, "right end.", x=RIGHT, rank=2)
    assert [text for _, text in texts_of(*left, *right)] == [f"{FULL} left end.", f"{FULL} right end."]


def test_bold_lines_are_headings_unless_text_goes_on_behind_them() -> None:
    heading = piece("2 Related Work", y=100, bold=True)
    assert texts_of(heading, *lines(FULL, y=122, rank=1))[0] == ("section-header", "2 Related Work")
    lead = (
        piece("Label Smoothing.", y=100, bold=True, width=80),
        piece("and what it does", 160, 100, rank=1, width=132),
    )
    assert [kind for kind, _ in texts_of(*lead, *lines(FULL, y=112, rank=2))] == ["text"]


def test_a_bold_lead_over_two_lines_is_no_heading() -> None:
    first = piece("Quantities of four bits are better than", bold=True, width=220)
    second = (
        piece("those of eight", y=112, bold=True, rank=1, width=80),
        piece("as we show here", 156, 112, rank=1, width=136),
    )
    assert [kind for kind, _ in texts_of(first, *second)] == ["text"]


def test_bold_words_side_by_side_are_the_head_of_a_table() -> None:
    head = (piece("Method", 72, bold=True, group=1), piece("Accuracy", 200, bold=True, rank=1, group=1))
    assert {kind for kind, _ in texts_of(*head)} == {"text"}


def test_what_stands_between_long_rules_is_a_table() -> None:
    rules = tuple(Mark(Box(72, y, 292, y + 0.5)) for y in (190, 206, 242))
    cells = [
        piece(text, x, y, rank=rank)
        for rank, (text, x, y) in enumerate(
            [
                ("Model", 76, 201),
                ("Score", 200, 201),
                ("Ours", 76, 218),
                ("28.4", 200, 218),
                ("Theirs", 76, 232),
                ("27.3", 200, 232),
            ]
        )
    ]
    (table,) = boxes_of(*cells, marks=rules)
    assert table.kind is RegionKind.TABLE
    assert [row.text for row in table.rows] == ["Model Score", "Ours 28.4", "Theirs 27.3"]


def test_running_text_between_two_rules_is_no_table() -> None:
    rules = (Mark(Box(72, 80, 292, 80.5)), Mark(Box(72, 140, 292, 140.5)))
    assert texts_of(*lines(FULL, FULL, FULL), marks=rules)[0][0] == "text"


def test_labels_of_a_figure_are_left_out_and_its_caption_stays() -> None:
    plot = tuple(Mark(Box(80 + 10 * i, 100, 95 + 10 * i, 200)) for i in range(15))
    labels = [piece("layer 3", 120, 150, size=7), piece("epochs", 150, 210, size=7, rank=1)]
    caption = piece("Figure 2: What is plotted over the epochs", y=230, rank=2)
    assert texts_of(*labels, caption, marks=plot) == [("caption", "Figure 2: What is plotted over the epochs")]


def test_text_on_a_coloured_ground_is_text() -> None:
    ground = Mark(Box(60, 80, 300, 140))
    assert texts_of(*lines(FULL, FULL, "to its end."), marks=(ground,))[0][0] == "text"


def test_a_short_rule_at_the_foot_divides_the_footnotes() -> None:
    rule = Mark(Box(72, 700, 132, 700.4))
    note = piece("1 A remark that the text can do without", y=712, size=8, rank=1, width=200)
    assert [box.kind for box in boxes_of(*lines(FULL), note, marks=(rule,))] == [RegionKind.TEXT, RegionKind.FOOTNOTE]


def test_each_footnote_is_a_box() -> None:
    rule = Mark(Box(72, 700, 132, 700.4))
    notes = [
        part
        for n in (0, 1)
        for part in (
            piece(str(n + 1), 72, 709 + 10 * n, size=5, rank=1 + 2 * n, width=3),
            piece("https://example.org/of-the-remark", 76, 712 + 10 * n, size=8, rank=2 + 2 * n),
        )
    ]
    assert len(boxes_of(*lines(FULL), *notes, marks=(rule,))) == 3


def test_bullets_are_items_and_numbers_within_a_sentence_are_none() -> None:
    items = lines("• one thing to take home.", "• another thing.")
    assert [kind for kind, _ in texts_of(*items)] == ["list-item", "list-item"]
    assert len(texts_of(*lines(FULL + " in Table", "3. words that follow a reference to a table here", "end."))) == 1


def test_an_index_off_the_baseline_does_not_cut_the_line() -> None:
    parts = (
        piece("The weights of the layer are", width=130),
        piece("ij", 203, 103, size=7, rank=1),
        piece("and are learned", 212, rank=2, width=80),
        piece("from the data.", y=112, rank=3),
    )
    assert len(texts_of(*parts)) == 1


def test_measures_are_those_of_most_lines() -> None:
    page = [*lines(*[FULL] * 10), piece("Small print at the foot of the page, long enough", y=700, size=7, rank=11)]
    found = measures_of([page], 10)
    assert (found.size, found.leading, found.width) == (10, 12, 220)
    assert found.fonts == {"Serif"}


def test_a_line_in_boxes_without_height_is_read() -> None:
    flat = [piece(text, 72 + 60 * n, rank=n) for n, text in enumerate(("some words", "and more"))]
    flat = [Piece(tuple(replace(s, box=replace(s.box, y1=s.box.y0)) for s in p.spans), p.rank, p.group) for p in flat]
    assert " ".join(box.text for box in boxes_of(*flat)) == "some words and more"
