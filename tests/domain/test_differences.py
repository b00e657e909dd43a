"""What changed between two editions, on small papers."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.domain.differences import (
    ChangeStatus,
    Differences,
    Place,
    SectionStatus,
    TextChange,
    compare,
    tally,
)
from paperlab.domain.wording import worded

KINDS = {
    "# ": BlockKind.HEADING,
    "@ ": BlockKind.CAPTION,
    "| ": BlockKind.TABLE,
    "~ ": BlockKind.FOOTNOTE,
    "= ": BlockKind.FORMULA,
    "! ": BlockKind.TITLE,
    "[": BlockKind.REFERENCE,
}
ATTENTION = """\
! A small paper
# 1 Introduction
Recurrent networks read word after word. That leaves little to be done in parallel. We look at all words at once.
# 2 Model
The encoder has 6 layers of equal width. Each layer adds its input to its output. A softmax gives all weights.
@ Table 1: Scores of the models on two languages.
| Model\tGerman\tFrench
| Recurrent\t24.6\t39.9
| Attention\t28.4\t41.8
# 3 Results
Our model reaches 28.4 points on the first task [2]. It was trained for 12 hours on eight machines [1].
# References
[1] A. Author. A paper about nothing in particular. Journal of Examples, 2014.
[2] C. Third. Another one about something else entirely. 2017.
"""


def blocks_of(source: str, page: int = 0) -> list[Block]:
    """A block a line of a small markup; each is printed below the one before."""
    blocks: list[Block] = []
    section: tuple[str, ...] = ()
    for number, line in enumerate(source.splitlines()):
        mark = next((mark for mark in KINDS if line.startswith(mark)), "")
        kind = KINDS.get(mark, BlockKind.PARAGRAPH)
        text = line if mark == "[" else line[len(mark) :]
        level = 1 if kind is BlockKind.HEADING else 0
        section = (text,) if level else section
        box = Box(50, 20.0 * number, 300, 20.0 * number + 10)
        blocks.append(Block(kind, text, (Line(page, box, 0, len(text)),), section, level))
    return blocks


def differences(before: str, after: str) -> Differences:
    return compare(blocks_of(before), blocks_of(after, page=1))


def changed(old: str, new: str, source: str = ATTENTION) -> Differences:
    assert old in source
    return differences(source, source.replace(old, new))


def only(found: Differences) -> TextChange:
    (change,) = found.changes
    return change


def marked(change: TextChange) -> str:
    signs = {Place.KEPT: "{}", Place.REMOVED: "[-{}-]", Place.ADDED: "{{+{}+}}"}
    return " ".join(signs[piece.place].format(piece.text) for piece in change.pieces)


def test_equal_editions_have_no_difference() -> None:
    assert not differences(ATTENTION, ATTENTION)


def test_an_added_sentence_is_told_with_its_section_and_page() -> None:
    found = changed("# 3 Results\n", "# 3 Results\nAll runs were repeated five times. ")
    change = only(found)
    assert (change.kind, change.status, change.before) == ("sentence", ChangeStatus.ADDED, "")
    assert change.after == "All runs were repeated five times."
    assert change.old_spot is None
    assert change.new_spot is not None
    assert change.new_spot.page_index == 1
    assert [section.title for section in found.sections] == ["3 Results"]


def test_a_removed_sentence_stands_in_its_old_section() -> None:
    found = changed(" Each layer adds its input to its output.", "")
    assert (only(found).status, only(found).before) == ("removed", "Each layer adds its input to its output.")
    assert [section.title for section in found.sections] == ["2 Model"]


def test_changed_words_are_shown_within_the_sentence_and_changed_numbers_apart() -> None:
    change = only(changed("The encoder has 6 layers of equal width.", "The encoder has 12 layers of equal size."))
    assert change.status is ChangeStatus.CHANGED
    assert marked(change) == "The encoder has [-6-] {+12+} layers of equal [-width.-] {+size.+}"
    assert change.numbers == (("6", "12"),)


@pytest.mark.parametrize(
    ("old", "new"), [("28.4 points", "284 points"), ("28.4 points", "-28.4 points"), ("12 hours", "1.2 hours")]
)
def test_a_decimal_point_and_a_sign_are_differences(old: str, new: str) -> None:
    assert only(changed(old, new)).numbers == ((old.split()[0], new.split()[0]),)


def test_a_row_of_a_table_is_known_by_its_first_cell() -> None:
    change = only(changed("| Attention\t28.4\t41.8", "| Attention\t29.1\t42.3"))
    assert (change.kind, change.status) == ("table", ChangeStatus.CHANGED)
    assert change.numbers == (("28.4", "29.1"), ("41.8", "42.3"))


def test_captions_references_formulas_and_titles_are_kinds_of_their_own() -> None:
    source = ATTENTION + "= x = y + z (1)\n"
    cases = {
        "on two languages": ("on three languages", "caption"),
        "nothing in particular": ("everything in particular", "reference"),
        "x = y + z": ("x = y + z + w", "formula"),
        "A small paper": ("A large paper", "title"),
    }
    for old, (new, kind) in cases.items():
        assert only(changed(old, new, source)).kind == kind


def test_a_renamed_section_is_no_new_one() -> None:
    found = changed("# 3 Results", "# 3 Experiments")
    (section,) = found.sections
    assert (section.status, section.title, section.old_title) == (SectionStatus.RENAMED, "3 Experiments", "3 Results")
    assert section.changes == ()


def test_a_new_number_before_a_heading_is_no_difference() -> None:
    assert not changed("# 3 Results", "# IV. Results")


def test_added_and_removed_sections_are_told_with_what_stands_in_them() -> None:
    found = changed("# 3 Results", "# 3 Limits\nLong texts are beyond its reach so far.\n# 4 Results")
    (section,) = found.sections
    assert (section.title, section.status) == ("3 Limits", SectionStatus.ADDED)
    assert only(found).status is ChangeStatus.ADDED
    back = compare(
        blocks_of(ATTENTION.replace("# 3", "# 3 Limits\nLong texts are beyond it so far.\n# 4")), blocks_of(ATTENTION)
    )
    assert [(section.title, section.status) for section in back.sections] == [("3 Limits", SectionStatus.REMOVED)]


def test_a_moved_section_is_told_once_and_its_sentences_are_moved() -> None:
    model, results = ATTENTION.index("# 2"), ATTENTION.index("# 3")
    end = ATTENTION.index("# References")
    turned = ATTENTION[:model] + ATTENTION[results:end] + ATTENTION[model:results] + ATTENTION[end:]
    found = differences(ATTENTION, turned)
    assert [section.status for section in found.sections] == [SectionStatus.MOVED]
    assert {change.status for change in found.changes} == {ChangeStatus.MOVED}


def test_a_sentence_that_went_to_another_section_was_moved() -> None:
    sentence = "That leaves little to be done in parallel. "
    source = ATTENTION.replace(sentence, "")
    change = only(differences(ATTENTION, source.replace("Our model", f"{sentence}Our model")))
    assert (change.status, change.before) == (ChangeStatus.MOVED, sentence.strip())


def test_columns_read_in_another_order_are_no_difference() -> None:
    blocks = blocks_of(ATTENTION)
    assert not compare(blocks, [*blocks[:2], *blocks[3:5], blocks[2], *blocks[5:]])


def test_floats_and_footnotes_stand_where_there_is_room() -> None:
    source = ATTENTION.replace("# 3 Results\n", "# 3 Results\n~ Work done in the summer of last year.\n")
    rows = [line for line in source.splitlines() if line[0] in "@|~"]
    others = [line for line in source.splitlines() if line[0] not in "@|~"]
    assert not differences(source, "\n".join([*others[:2], *rows, *others[2:]]))


def test_a_sentence_over_the_end_of_a_page_is_the_same_in_one_piece() -> None:
    cut = ATTENTION.replace("adds its input", "adds\n@ Figure 1: A drawing of it.\nits input")
    whole = ATTENTION.replace("# 3", "@ Figure 1: A drawing of it.\n# 3")
    assert not differences(cut, whole)
    assert not differences(whole, cut)


@pytest.mark.parametrize(
    "note", ["~ Work done elsewhere.", "~ Work done elsewhere. Listing order is random. Thanks to all."]
)
def test_a_footnote_that_fell_into_a_sentence_is_no_difference(note: str) -> None:
    apart = ATTENTION.replace("# 2 Model", f"{note}\n# 2 Model")
    within = ATTENTION.replace("little to be done", f"little {note[2:]} to be done")
    assert not differences(apart, within)
    assert not differences(within, apart)


def test_a_running_head_that_came_through_on_three_pages_is_left_out() -> None:
    blocks = blocks_of(ATTENTION)
    heads = [
        Block(BlockKind.PARAGRAPH, "Journal of Examples 4", (Line(page, Box(50, 12, 300, 20), 0, 21),), ("2 Model",))
        for page in range(3)
    ]
    assert not compare(blocks, [*blocks[:4], heads[0], *blocks[4:6], heads[1], *blocks[6:], heads[2]])


def test_a_heading_that_was_taken_for_text_is_no_difference() -> None:
    assert not differences(ATTENTION, ATTENTION.replace("# 2 Model", "2 Model"))
    assert not differences(ATTENTION.replace("# 2 Model", "2 Model"), ATTENTION)


def test_references_with_new_numbers_change_no_sentence_that_cites_them() -> None:
    first, second = ATTENTION.splitlines()[-2:]
    new = "[1] B. First. The one that comes before all of them. 2012."
    renumbered = (
        ATTENTION.replace("task [2]", "task [3]")
        .replace("machines [1]", "machines [2]")
        .replace(f"{first}\n{second}", "")
        + f"{new}\n{first.replace('[1]', '[2]')}\n{second.replace('[2]', '[3]')}\n"
    )
    change = only(differences(ATTENTION, renumbered))
    assert (change.kind, change.status) == ("reference", ChangeStatus.ADDED)


def test_a_sentence_that_cites_another_paper_has_changed() -> None:
    assert only(changed("task [2]", "task [1]")).kind == "sentence"


def test_a_word_that_goes_from_one_sentence_to_another_is_not_overlooked() -> None:
    one, other = "The small model wins here every time.", "The model loses there now and then."
    found = differences(
        f"# A\n{one} {other}", f"# A\n{one.replace('small ', '')} {other.replace('model', 'small model')}"
    )
    assert [change.status for change in found.changes] == ["changed", "changed"]


def test_two_papers_of_nothing_in_common_are_told_whole() -> None:
    found = differences("# A\nAll is well here.", "# Z\nNothing of that remains.")
    assert [change.status for change in found.changes] == ["removed", "added"]
    assert tally(found.changes)["sentence"] == {"added": 1, "removed": 1, "changed": 0, "moved": 0}


def test_an_empty_edition_is_compared() -> None:
    assert not compare((), ())
    assert tally(compare((), blocks_of("# A\nOne sentence.")).changes)["sentence"]["added"] == 1


# properties

WORDS = st.sampled_from(
    [
        "attention",
        "encoder",
        "layer",
        "weight",
        "softmax",
        "query",
        "difficult",
        "beam",
        "score",
        "norm",
        "6",
        "12",
        "0.1",
    ]
)
SENTENCES = st.lists(WORDS, min_size=4, max_size=9).map(lambda words: f"The {' '.join(words)} is.")
PARAGRAPHS = st.lists(st.lists(SENTENCES, min_size=1, max_size=4), min_size=1, max_size=5)


def laid_out(paragraphs: Sequence[Sequence[str]], page: int = 0) -> list[Block]:
    return blocks_of("".join(f"# {n} Part {chr(65 + n)}\n{' '.join(p)}\n" for n, p in enumerate(paragraphs)), page)


def reflowed(block: Block, at: int, letter: str) -> Block:
    """Other blanks, hyphens and ligatures; on another page."""
    text = block.text.replace("softmax", "soft-max").replace("difficult", "diﬃcult").replace("attention", letter)
    return Block(block.kind, text, (Line(at, Box(9, 9, 99, 19), 0, len(text)),), block.section, block.level)


@given(
    PARAGRAPHS,
    st.integers(1, 9),
    st.sampled_from(["attention", "ATTENTION", "atten-tion", "attentı́on".replace("ı́", "í")]),
)
def test_a_text_that_was_set_anew_has_no_difference(paragraphs: list[list[str]], page: int, letter: str) -> None:
    blocks = laid_out(paragraphs)
    assert not compare(blocks, [reflowed(block, page, letter) for block in blocks])


@given(PARAGRAPHS, st.data())
def test_a_block_that_is_cut_in_two_has_no_difference(paragraphs: list[list[str]], data: st.DataObject) -> None:
    blocks = laid_out(paragraphs)
    number = data.draw(st.sampled_from([i for i, block in enumerate(blocks) if block.level == 0]))
    whole = blocks[number]
    ends = [at for at, character in enumerate(whole.text) if character == " "]
    at = data.draw(st.sampled_from(ends))
    halves = [
        Block(whole.kind, text, (Line(page, Box(9, 9, 99, 19), 0, len(text)),), whole.section)
        for page, text in ((0, whole.text[:at]), (1, whole.text[at + 1 :]))
    ]
    found = compare(blocks, [*blocks[:number], *halves, *blocks[number + 1 :]])
    assert not [change for change in found.changes if change.status is not ChangeStatus.MOVED]


@given(PARAGRAPHS, PARAGRAPHS)
def test_the_changes_made_to_the_one_give_the_other(before: list[list[str]], after: list[list[str]]) -> None:
    def sentences(paragraphs: list[list[str]]) -> Counter[str]:
        return Counter(worded(sentence).key for paragraph in paragraphs for sentence in paragraph)

    have = sentences(before)
    for change in compare(laid_out(before), laid_out(after, page=1)).changes:
        have[worded(change.before).key] -= 1
        have[worded(change.after).key] += 1
    del have[""]
    assert +have == sentences(after)
    assert not -have


@given(st.text(), st.text())
def test_any_text_is_compared_and_equals_itself(text: str, other: str) -> None:
    def block(words: str) -> Block:
        return Block(BlockKind.PARAGRAPH, words, (Line(0, Box(0, 0, 9, 9), 0, len(words)),))

    assert not compare([block(text)], [block(text)])
    compare([block(text)], [block(other)])
    assert all(word.key for word in worded(text).words)


@given(PARAGRAPHS, PARAGRAPHS)
def test_what_is_added_one_way_is_removed_the_other_way(before: list[list[str]], after: list[list[str]]) -> None:
    def count(found: Differences, status: str) -> int:
        return sum(
            worded(c.after if status == "added" else c.before).key != "" for c in found.changes if c.status == status
        )

    there, back = compare(laid_out(before), laid_out(after)), compare(laid_out(after), laid_out(before))
    assert count(there, "added") - count(there, "removed") == count(back, "removed") - count(back, "added")
