"""Passages: whole sentences of one section, inside the window, and nothing of a paper left out."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Passage, PassageKind
from paperlab.domain.sentences import sentence_spans
from paperlab.index.passages import REFERENCES, cut_notes, cut_passages, embedding_text
from tests.fakes import FakeEncoder

KEY = PaperKey("1706.03762")
WINDOW = 64
COUNT = FakeEncoder().count_tokens
LINE_LENGTH = 40
TITLE = "Attention Is All You Need"


def block(
    kind: BlockKind, text: str, section: tuple[str, ...] = (), page_index: int = 0, line_length: int = LINE_LENGTH
) -> Block:
    """A block printed in lines of equal length, one under the other."""
    lines = tuple(
        Line(page_index, Box(0, start, 100, start + 10), start, min(start + line_length, len(text)))
        for start in range(0, len(text) or 1, line_length)
    )
    return Block(kind, text, lines, section)


def sentence(words: int, name: str = "word") -> str:
    return " ".join(["The", *(f"{name}{i}" for i in range(words - 2))]) + "."


def paragraph(*sentences: str, section: tuple[str, ...] = ("Intro",)) -> Block:
    return block(BlockKind.PARAGRAPH, " ".join(sentences), section)


def cut(*blocks: Block) -> tuple[Passage, ...]:
    return cut_passages(KEY, "v7", blocks, COUNT, WINDOW)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def tokens(passage: Passage, title: str = "") -> int:
    return COUNT([embedding_text(passage, title)])[0]


def test_a_short_section_is_one_passage() -> None:
    (passage,) = cut(paragraph("We say it.", "We mean it."), paragraph("Then we stop."))
    assert passage == Passage(
        paper=KEY,
        kind=PassageKind.PASSAGE,
        text="We say it. We mean it.\nThen we stop.",
        section=("Intro",),
        edition="v7",
        boxes=passage.boxes,
        first_block=0,
    )
    assert passage.pages == (0, 0)


def test_sentences_stay_whole_and_sizes_balanced() -> None:
    sentences = [sentence(10, f"s{i}x") for i in range(24)]
    passages = cut(paragraph(*sentences))
    assert [text for p in passages for text in sentences_of(p.text)] == sentences
    assert all(0.4 * WINDOW <= tokens(p) <= WINDOW - 2 for p in passages)


def sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_a_passage_stays_in_its_section() -> None:
    passages = cut(
        block(BlockKind.TITLE, "A Title"),
        block(BlockKind.HEADING, "Intro", ("Intro",)),
        paragraph("One."),
        block(BlockKind.HEADING, "Model", ("Model",)),
        paragraph("Two.", section=("Model",)),
        block(BlockKind.HEADING, "Model", ("Model",)),
        paragraph("Three.", section=("Model",)),
    )
    assert [(p.section, p.text, p.first_block) for p in passages] == [
        (("Intro",), "One.", 2),
        (("Model",), "Two.", 4),
        (("Model",), "Three.", 6),
    ]


def test_a_lone_short_sentence_joins_its_neighbours() -> None:
    passages = cut(paragraph(sentence(35)), paragraph("Short."), paragraph(sentence(35, "other")))
    assert len(passages) == 2
    assert all(tokens(p) > 30 for p in passages)


def test_a_long_sentence_is_cut_between_words() -> None:
    long = sentence(400)
    passages = cut(paragraph("Before.", long, "After."))
    words = [word for p in passages for word in p.text.split()]
    assert words == ["Before.", *long.split(), "After."]
    assert max(tokens(p) for p in passages) <= WINDOW - 2


def test_words_without_blanks_are_cut_anywhere() -> None:
    text = "汉" * 500

    def by_character(texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    passages = cut_passages(KEY, "v1", [paragraph(text)], by_character, WINDOW)
    assert "".join(p.text for p in passages) == text
    assert all(len(p.text) <= WINDOW - 2 for p in passages)


def test_a_figure_does_not_tear_the_text_around_it() -> None:
    passages = cut(
        paragraph("It begins here."),
        block(BlockKind.CAPTION, "Figure 1: A net.", ("Intro",)),
        paragraph("It ends here."),
    )
    assert [p.text for p in passages] == ["It begins here.\nIt ends here.", "Figure 1: A net."]
    assert len(passages[0].boxes) == 2


def test_a_table_goes_with_its_caption_and_is_cut_between_rows() -> None:
    rows = [f"model {i}\t{i}.5\t{i}.7" for i in range(30)]
    passages = cut(
        block(BlockKind.CAPTION, "Table 1: Scores.", ("Results",)),
        block(BlockKind.TABLE, "\n".join(rows), ("Results",)),
    )
    assert passages[0].text.startswith("Table 1: Scores.\nmodel 0\t0.5")
    assert [line for p in passages for line in p.text.splitlines()] == ["Table 1: Scores.", *rows]


def test_a_list_follows_its_lead_in_and_a_formula_its_paragraph() -> None:
    blocks = [
        paragraph(sentence(28, "a"), sentence(20, "b")),
        paragraph("We define:"),
        block(BlockKind.FORMULA, "y = W x + b", ("Intro",)),
        paragraph("We offer three:"),
        *(block(BlockKind.LIST_ITEM, f"• item {i} is good", ("Intro",)) for i in range(3)),
        paragraph(sentence(25, "c")),
    ]
    texts = [p.text for p in cut(*blocks)]
    assert any("We define:\ny = W x + b" in text for text in texts)
    assert any("three:\n• item 0" in text for text in texts)
    assert any("• item 0 is good\n• item 1 is good\n• item 2 is good" in text for text in texts)


def test_references_keep_to_themselves_and_whole() -> None:
    entries = [f"[{i}] J. Smith. A title. In Proc. of Things, 20{i:02}." for i in range(12)]
    passages = cut(paragraph("The end."), *(block(BlockKind.REFERENCE, entry, ("Literatur",)) for entry in entries))
    assert passages[0].section == ("Intro",)
    assert {p.section for p in passages[1:]} == {REFERENCES}
    assert 1 < len(passages) < 12
    assert [entry for p in passages[1:] for entry in p.text.splitlines()] == entries


def test_footnotes_of_a_page_go_together() -> None:
    passages = cut(
        paragraph("Text."),
        block(BlockKind.FOOTNOTE, "1 See there.", ("Intro",), 0),
        block(BlockKind.FOOTNOTE, "2 And there.", ("Intro",), 0),
        block(BlockKind.FOOTNOTE, "3 Not here.", ("Intro",), 1),
    )
    assert [(p.text, p.pages) for p in passages] == [
        ("Text.", (0, 0)),
        ("1 See there.\n2 And there.", (0, 0)),
        ("3 Not here.", (1, 1)),
    ]


def test_boxes_are_the_printed_lines_of_the_text() -> None:
    text = " ".join(sentence(10, f"s{i}x") for i in range(12))
    whole = block(BlockKind.PARAGRAPH, text, ("Intro",))
    passages = cut(whole)
    assert len(passages) > 1
    for passage in passages:
        start = text.index(passage.text)
        expected = whole.lines_of(start, start + len(passage.text))
        assert [(place.page_index, place.box) for place in passage.boxes] == [
            (line.page_index, line.box) for line in expected
        ]


def test_tokens_are_counted_in_one_call() -> None:
    calls: list[int] = []

    def counting(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return COUNT(texts)

    blocks = [paragraph(*(sentence(9, f"b{i}s{j}x") for j in range(20))) for i in range(50)]
    cut_passages(KEY, "v1", blocks, counting, WINDOW)
    assert len(calls) == 1


def test_a_passage_is_embedded_as_it_stands_inside_the_window() -> None:
    section = ("Model Architecture", "Attention")
    passages = cut(paragraph(*(sentence(9, f"s{i}x") for i in range(30)), section=section))
    assert embedding_text(passages[0], TITLE).startswith("The s0x0")
    assert all(tokens(p, TITLE) <= WINDOW - 2 for p in passages)


def test_a_note_is_embedded_behind_the_title_too() -> None:
    notes = cut_notes(KEY, "# Idea\n" + " ".join(sentence(9, f"s{i}x") for i in range(30)), COUNT, 2 * WINDOW)
    assert embedding_text(notes[0], TITLE).startswith(f"{TITLE} > Idea\nThe s0x0")
    assert all(tokens(p, TITLE) <= 2 * WINDOW - 2 for p in notes)


def test_endless_headings_leave_room_for_the_text() -> None:
    section = ("also long " * 60, "inner " * 100)
    passages = cut(paragraph(*(sentence(9, f"s{i}x") for i in range(30)), section=section))
    assert all(tokens(p) <= WINDOW - 2 for p in passages)
    assert max(COUNT([p.text])[0] for p in passages) > WINDOW // 4


def test_nothing_gives_nothing() -> None:
    assert cut() == ()
    assert cut(block(BlockKind.TITLE, "Only a title"), block(BlockKind.PARAGRAPH, "  ")) == ()
    assert cut_notes(KEY, "", COUNT, WINDOW) == ()
    assert cut_notes(KEY, "# Only\n\n## Headings\n", COUNT, WINDOW) == ()


words = st.text(st.sampled_from("abcdeXYZ漢é.,;?!()[]1230-"), min_size=1, max_size=90)
texts = st.lists(words, max_size=60).map(" ".join) | st.lists(words, max_size=40).map("\t\n ".join) | st.just(" ")
sections = st.sampled_from([(), ("Intro",), ("Intro", "Sub"), ("A heading of some length",)])
kinds = st.sampled_from(list(BlockKind))
papers = st.lists(st.builds(block, kinds, texts, sections, st.integers(0, 2)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(papers, st.sampled_from([16, 64, 300]))
def test_nothing_of_a_paper_is_left_out(blocks: list[Block], window: int) -> None:
    def per_character(texts: Sequence[str]) -> list[int]:
        return [len(squeezed(text)) for text in texts]

    for count in (COUNT, per_character):
        passages = cut_passages(KEY, "v1", blocks, count, window)
        kept = [b for b in blocks if b.kind not in (BlockKind.TITLE, BlockKind.HEADING)]
        assert Counter(squeezed("".join(p.text for p in passages))) == Counter(squeezed("".join(b.text for b in kept)))
        assert [p.first_block for p in passages] == sorted(p.first_block or 0 for p in passages)
        assert all(p.boxes and p.text.strip() for p in passages)
        room = max(min(window, 256) - 2, min(window, 256) // 4)
        assert all(count([p.text])[0] <= room for p in passages)


@settings(max_examples=100, deadline=None)
@given(kinds, st.lists(texts, max_size=8))
def test_what_goes_together_stays_in_order(kind: BlockKind, parts: list[str]) -> None:
    passages = cut(*(block(kind, text, ("Intro",)) for text in parts))
    expected = "" if kind in (BlockKind.TITLE, BlockKind.HEADING) else squeezed("".join(parts))
    assert squeezed("".join(p.text for p in passages)) == expected


NOTES = """First thoughts, before any heading.

# Idea
Attention replaces recurrence. It is
parallel.

- one point
- another point

## Why it works ##
# C#
A note under it.
```python
# no heading

x = 1
```
The end.
"""


def test_notes_are_cut_into_paragraphs_under_their_headings() -> None:
    assert [(p.section, p.text) for p in cut_notes(KEY, NOTES, COUNT, WINDOW)] == [
        ((), "First thoughts, before any heading."),
        (("Idea",), "Attention replaces recurrence. It is\nparallel."),
        (("Idea",), "- one point\n- another point"),
        (("C#",), "A note under it.\n```python\n# no heading\n\nx = 1\n```\nThe end."),
    ]


def test_headings_nest() -> None:
    notes = "# A\n## B ##\nbelow b\n### C\nbelow c\n## D\nbelow d\n# E\nbelow e\n"
    assert [(p.section, p.text) for p in cut_notes(KEY, notes, COUNT, WINDOW)] == [
        (("A", "B"), "below b"),
        (("A", "B", "C"), "below c"),
        (("A", "D"), "below d"),
        (("E",), "below e"),
    ]


def test_a_note_is_on_the_work_and_on_no_page() -> None:
    (note,) = cut_notes(KEY, "A thought.", COUNT, WINDOW)
    assert note == Passage(paper=KEY, kind=PassageKind.NOTE, text="A thought.")
    assert note.pages is None


def test_a_long_paragraph_of_notes_is_cut_between_sentences() -> None:
    sentences = [sentence(12, f"s{i}x") for i in range(20)]
    notes = cut_notes(KEY, "# Long\n" + " ".join(sentences), COUNT, WINDOW)
    assert [text for p in notes for text in sentences_of(p.text)] == sentences
    assert all(p.section == ("Long",) and tokens(p) <= WINDOW - 2 for p in notes)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["# H", "## I", "```", "~~~", "text. More", "", "  ", "    code", "- item", "#no"])))
def test_nothing_of_the_notes_is_left_out(lines: list[str]) -> None:
    passages = cut_notes(KEY, "\n".join(lines), COUNT, WINDOW)
    kept = "".join(p.text for p in passages) + "".join(title for p in passages for title in p.section)
    for line in {"text. More", "- item", "#no"} & set(lines):
        assert squeezed(line) in squeezed(kept)


@pytest.mark.real
def test_passages_of_real_papers_fit_the_real_window(real_data: Path, tmp_path: Path) -> None:
    from paperlab.index.encoder import DEFAULT_MODEL, load_encoder
    from paperlab.pdf.parse import parse_pdf

    encoder = load_encoder(DEFAULT_MODEL, tmp_path)
    parsed = parse_pdf(real_data / "papers" / "1409.3215.pdf")
    passages = cut_passages(KEY, "v2", parsed.blocks, encoder.count_tokens, encoder.max_tokens)
    sizes = encoder.count_tokens([embedding_text(p, parsed.title) for p in passages])
    assert max(sizes) <= encoder.max_tokens - 2
    assert len(passages) > 30
