"""The title: the largest type of page 1, unless the file's own title is to be believed."""

import re
from collections.abc import Sequence
from dataclasses import replace

from paperlab.domain.blocks import BlockKind
from paperlab.domain.text import fold, one_line
from paperlab.pdf.parts import Part

_LONGEST = 300
"""Characters of a title."""
_UNBELIEVABLE = re.compile(
    r"(?i)^(untitled|no title|title|document\d*|microsoft (word|powerpoint)|powerpoint presentation|slide \d|paper|"
    r"main|manuscript|template|arxiv:|proceedings|.*\.(docx?|tex|pdf|dvi|ps|indd|qxd|pptx?|rtf|odt)$)|_|\.\.\."
)
_NAMED = re.compile(r"(?i)(\d|abstract\b|introduction\b|contents\b)")


def with_title(parts: Sequence[Part], metadata_title: str, body_size: float) -> tuple[list[Part], str]:
    """The parts with the title's made TITLE, and the title; empty if page 1 shows none and the file tells none."""
    believed = believable(metadata_title)
    found = _printed(parts, believed, body_size)
    if found is None:
        return list(parts), believed
    first, count = found
    rows = tuple(row for part in parts[first : first + count] for row in part.rows)
    whole = replace(parts[first], kind=BlockKind.TITLE, rows=rows, is_heading_region=False)
    return [*parts[:first], whole, *parts[first + count :]], whole.text


def believable(title: str) -> str:
    """The title of a file's metadata, or nothing if a program wrote it there."""
    title = one_line(title)
    is_title = 8 <= len(title) <= _LONGEST and " " in title and not _UNBELIEVABLE.search(title)
    return title if is_title and sum(c.isalpha() for c in title) > 0.5 * len(title) else ""


def _printed(parts: Sequence[Part], believed: str, body_size: float) -> tuple[int, int] | None:
    """First part of the title and how many it spans."""
    on_first = [i for i, part in enumerate(parts) if part.page_index == 0 and part.kind is BlockKind.PARAGRAPH]
    if believed:
        for i in on_first:
            if fold(parts[i].text)[0] == fold(believed)[0]:
                return i, 1
    large = [i for i in on_first if _is_titular(parts[i], body_size)]
    if not large:
        return next(((i, 1) for i in on_first[:4] if _is_set_off(parts[i])), None)
    size = max(_largest(parts[i]) for i in large)
    first = next(i for i in large if _largest(parts[i]) > 0.97 * size)
    count = 1
    while first + count in large and _largest(parts[first + count]) > 0.97 * size:
        count += 1
    return first, count


def _largest(part: Part) -> float:
    return max(span.size for row in part.rows for span in row.spans)


def _is_set_off(part: Part) -> bool:
    """A heading in the size of the text, as typewriters and some journals set titles."""
    text = part.text
    stands_out = part.is_heading_region or part.is_bold or text.isupper()
    return stands_out and len(part.rows) <= 4 and 8 <= len(text) <= _LONGEST and not _NAMED.match(text)


def _is_titular(part: Part, body_size: float) -> bool:
    text = part.text
    if len(part.rows) > 6 or len(text) > _LONGEST or sum(character.isalpha() for character in text) < 4:
        return False
    return _largest(part) > body_size + 1.0 and part.box.y0 < 600
