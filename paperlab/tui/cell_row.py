"""One row of the terminal, written a character at a time."""

from collections.abc import Sequence

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style


class CellRow:
    """Cells with their styles, blank at first."""

    def __init__(self, width: int, base: Style) -> None:
        self._cells = [" "] * width
        self._styles = [base] * width

    def write(self, x: int, text: str, looks: Sequence[Style]) -> None:
        """Put characters into cells: a wide one takes two, one without width joins the one before it.

        Args:
            looks: The style of each character, laid over the one that is there.
        """
        cells, styles = self._cells, self._styles
        for character, look in zip(text, looks, strict=False):
            size = get_character_cell_size(character)
            if size == 0:
                if 0 < x <= len(cells):
                    cells[x - 1] += character
                continue
            if x < 0 or x + size > len(cells):
                return
            cells[x] = character
            styles[x] = styles[x] + look
            if size == 2:
                cells[x + 1] = ""
                styles[x + 1] = styles[x]
            x += size

    def segments(self) -> list[Segment]:
        """Runs of one style."""
        segments: list[Segment] = []
        cells, styles = self._cells, self._styles
        begin = 0
        for index in range(1, len(cells) + 1):
            if index == len(cells) or (styles[index] is not styles[begin] and styles[index] != styles[begin]):
                segments.append(Segment("".join(cells[begin:index]), styles[begin]))
                begin = index
        return segments


def cell_count(text: str) -> int:
    return sum(get_character_cell_size(character) for character in text)
