"""How two texts differ by lines, quickly even for long ones. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

Span = tuple[int, int, int, int]
"""Lines of the one text and of the other: start and end, end excluded."""
_Opcode = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]
_CONTEXT = 3


def unified_difference(before: str, after: str, name: str) -> str:
    """A unified diff; empty if the texts are equal."""
    if before == after:
        return ""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    matcher = _PieceByPiece(_opcodes(old, new))
    lines = [f"--- {name}\n", f"+++ {name}\n"]
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        lines.append(f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n")
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                lines += [f" {line}" for line in old[start:end]]
                continue
            lines += [f"-{line}" for line in old[start:end]]
            lines += [f"+{line}" for line in new[new_start:new_end]]
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


class _PieceByPiece(SequenceMatcher[str]):
    """difflib's grouping of changes, with changes that are found otherwise."""

    def __init__(self, found: list[_Opcode]) -> None:
        super().__init__(None, "", "")
        self._found = found

    def get_opcodes(self) -> list[_Opcode]:
        return self._found


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[_Opcode]:
    """As difflib's, neighbours of one kind joined."""
    found: list[_Opcode] = []
    for start, end, new_start, new_end in _pieces(old, new):
        matcher = SequenceMatcher(None, old[start:end], new[new_start:new_end], autojunk=False)
        for kind, a, b, c, d in matcher.get_opcodes():
            piece = (kind, start + a, start + b, new_start + c, new_start + d)
            if found and found[-1][0] == kind == "equal":
                piece = (kind, found[-1][1], piece[2], found[-1][3], piece[4])
                found.pop()
            found.append(piece)
    return found


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    """The texts cut at lines that both hold once, in order: difflib alone takes the square of their length."""
    at = new_at = 0
    for index, new_index in _anchors(old, new):
        yield at, index + 1, new_at, new_index + 1
        at, new_at = index + 1, new_index + 1
    yield at, len(old), new_at, len(new)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of lines that each text holds once, as many as are in one order in both (the longest such run)."""
    in_old, in_new = Counter(old), Counter(new)
    where = {line: index for index, line in enumerate(new) if in_new[line] == 1}
    pairs = [(index, where[line]) for index, line in enumerate(old) if in_old[line] == 1 and line in where]
    return _longest_rising(pairs)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, new_index) in enumerate(pairs):
        place = bisect_left(ends, new_index)
        before.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(new_index)
            last.append(number)
        else:
            ends[place], last[place] = new_index, number
    run: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _range(start: int, end: int) -> str:
    """As `diff` counts: from 1, and an empty range after the line before it."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + 1 if length else start},{length}"
