"""Differences by lines: as `diff` tells them, and quickly."""

from difflib import unified_diff

from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.line_differences import unified_difference

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", ""]), max_size=12).map("\n".join)


def patched(before: str, difference: str) -> str:
    """A text with a unified diff applied."""
    old, made, at = before.splitlines(keepends=True), [], 0
    lines = difference.splitlines(keepends=True)[2:]
    for number, line in enumerate(lines):
        if line.startswith("@@"):
            start, _, length = line.split()[1][1:].partition(",")
            begin = int(start) - (length != "0")
            made += old[at:begin]
            at = begin
            continue
        if line.startswith("\\"):
            continue
        text = (
            line[1:].removesuffix("\n")
            if lines[number + 1 : number + 2] == ["\\ No newline at end of file\n"]
            else line[1:]
        )
        if line[0] in " -":
            assert old[at] == text
            at += 1
        if line[0] in " +":
            made.append(text)
    return "".join([*made, *old[at:]])


@given(TEXTS, TEXTS)
def test_the_difference_makes_the_one_text_of_the_other(before: str, after: str) -> None:
    difference = unified_difference(before, after, "x")
    assert (difference == "") == (before == after)
    assert patched(before, difference) == after


def test_it_looks_as_difflib_writes_it() -> None:
    before = "".join(f"line {n}\n" for n in range(30))
    after = before.replace("line 3\n", "").replace("line 20\n", "line twenty\nand more\n")
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), "x", "x")
    assert unified_difference(before, after, "x") == "".join(lines)


def test_a_long_document_is_compared_in_no_time() -> None:
    def document(changed: int) -> str:
        return "".join(f'"key": {n}\n{{\n}}\n"tags": [{n % changed == 0}]\n' for n in range(30_000))

    assert unified_difference(document(10), document(7), "x").count("@@ -") > 1000
