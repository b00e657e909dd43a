"""Two changed texts of one origin: nothing of either side is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.merging import CONFLICT, merge, row_after

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "# d", "e\r"]), max_size=8)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("1\n2\n3\n", "0\n1\n2\n3\n", "1\n2\n3\n4\n", "0\n1\n2\n3\n4\n"),
        ("1\n2\n3\n", "one\n2\n3\n", "1\n2\n", "one\n2\n"),
        ("1\n2\n3\n", "1\ntwo\n3\n", "1\ntwo\n3\nfour\n", "1\ntwo\n3\nfour\n"),
        ("1\n2\n3", "one\n2\n3", "1\n2\n3\n4", "one\n2\n3\n4"),
        ("1\n2\n", "one\n2\n", "1\ntwo\n", "one\ntwo\n"),
    ],
)
def test_changes_at_different_places_are_put_together(base: str, mine: str, theirs: str, merged: str) -> None:
    assert merge(base, mine, theirs).text == merged
    assert not merge(base, mine, theirs).has_overlap
    assert merge(base, theirs, mine).text == merged


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("1\n2\n", "1\nmine\n", "1\ntheirs\n"),
        ("", "mine\n", "theirs\n"),
        ("1\n", "1\nmine\n", "1\ntheirs\n"),
        ("1\n2\n", "1\nmine\n2\n", "one\n2\n"),
        ("1\n2\n3\n", "", "1\n2\n3\n4\n"),
    ],
)
def test_changes_at_one_place_keep_both_texts_whole(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    assert merged.has_overlap
    assert merged.text == f"{theirs.rstrip()}\n\n{CONFLICT}\n\n{mine.strip()}\n"


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_that_one_side_has_written_is_lost(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    if merged.has_overlap:
        assert mine.strip() in merged.text
        assert merged.text.startswith(theirs.rstrip())
        return
    kept = merged.text.splitlines()
    for side in (mine, theirs):
        for line in set(side.splitlines()):
            written = side.splitlines().count(line) - base.splitlines().count(line)
            assert kept.count(line) >= written


@given(TEXTS, TEXTS)
def test_a_change_of_one_side_alone_is_taken(base: str, changed: str) -> None:
    assert merge(base, changed, base).text == changed
    assert merge(base, base, changed).text == changed
    assert merge(base, changed, changed).text == changed


@given(TEXTS, TEXTS, TEXTS)
def test_it_does_not_matter_who_is_who_while_nothing_overlaps(base: str, mine: str, theirs: str) -> None:
    merged, turned = merge(base, mine, theirs), merge(base, theirs, mine)
    assert merged.has_overlap == turned.has_overlap
    if not merged.has_overlap:
        assert merged.text == turned.text


@given(st.integers(1, 6), st.lists(st.text("xyz", min_size=1), max_size=4), st.lists(st.text("xyz", min_size=1)))
def test_edits_that_lie_apart_are_all_there_and_all_else_is_as_it_was(
    size: int, above: list[str], below: list[str]
) -> None:
    base = [f"line {number}" for number in range(size)]
    mine, theirs = [*above, *base], [*base, *below]
    merged = merge("\n".join([*base, ""]), "\n".join([*mine, ""]), "\n".join([*theirs, ""]))
    assert merged.text == "\n".join([*above, *base, *below, ""])


@given(TEXTS, TEXTS, st.integers(0, 8))
def test_a_row_has_a_place_in_the_changed_text(before: str, after: str, row: int) -> None:
    row = min(row, before.count("\n"))
    assert 0 <= row_after(before, after, row) <= after.count("\n") + 1
    assert row_after(before, before, row) == row
    assert row_after(before, f"new line\n{before}", row) == row + 1


@pytest.mark.parametrize(
    ("before", "after", "row", "new_row"),
    [
        ("a\nb\nc", "x\ny\na\nb\nc", 1, 3),
        ("a\nb\nc", "a\nc", 1, 1),
        ("a\nb\nc", "a\nc", 2, 1),
        ("a\nb\nc", "a\nB\nc\nd", 1, 1),
        ("a\nb\nc", "a\nB\nc\nd", 2, 2),
        ("a\nb\nc\nd", "x", 3, 1),
    ],
)
def test_a_row_stays_on_its_line(before: str, after: str, row: int, new_row: int) -> None:
    assert row_after(before, after, row) == new_row
