"""Text in terminal cells: cut, padded, made safe; bars."""

import re
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EIGHTHS = " ▏▎▍▌▋▊▉"


def safe(text: str) -> str:
    """The text with every control character as one blank, so that offsets stay and a terminal obeys nothing of it."""
    return _CONTROL.sub(" ", text)


def safe_lines(text: str) -> str:
    """Each line of it safe."""
    return "\n".join(safe(line) for line in text.split("\n"))


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Exactly `width` cells: cut with an ellipsis or padded; white space is folded, control characters are gone."""
    if width <= 0:
        return ""
    text = _folded(text)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    return " " * (width - length) + text if right else text + " " * (width - length)


def bar(share: float, width: int) -> str:
    """A bar of `width` cells; any progress shows, and only the whole looks full."""
    share = min(max(share, 0.0), 1.0)
    eighths = round(share * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    if share < 1:
        eighths = min(eighths, width * 8 - 1)
    full, part = divmod(eighths, 8)
    filled = "█" * full + (_EIGHTHS[part] if part else "")
    return filled + "·" * (width - len(filled))


def percent(share: float) -> str:
    """`64 %`; 0 and 100 only where they are exact."""
    if 0 < share < 1:
        return f"{min(max(round(share * 100), 1), 99)} %"
    return f"{round(share * 100)} %"


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    return " ".join(safe(text).split())
