"""Which parts are headings."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from paperlab.domain.blocks import BlockKind
from paperlab.pdf.furniture import CAPTION
from paperlab.pdf.levels import accepted_numbers, levels_of, style_of
from paperlab.pdf.numbering import Number, numbers_of
from paperlab.pdf.outline import Outline, title_keys
from paperlab.pdf.pages import OutlineEntry
from paperlab.pdf.parts import Part
from paperlab.pdf.rows import Row
from paperlab.pdf.sections import is_named

_LONGEST = 180
"""Characters of a heading."""
_TOO_OFTEN = 3
"""An unnumbered title that stands so often is a label: "Example prompt"."""
_STATEMENT = re.compile(
    r"(?i)(theorem|lemma|proposition|corollary|definition|proof|remark|example|claim|assumption|algorithm)\b.{0,4}\d"
)
_CODE = re.compile(
    r"(\d+: ?)?(end )?(for|if|while|return|else|repeat|until|function)\b(?! .*[a-z]{4} .*[a-z]{4})|end\b"
)
_LEADERS = re.compile(r"(\. ?){4,}|\. \. \d+$|\.{3,} ?\d+$")


def with_headings(parts: Sequence[Part], entries: Sequence[OutlineEntry], body_size: float) -> list[Part]:
    """Parts with the headings found, false ones dropped to paragraphs, and levels from 1."""
    outline = Outline(entries)
    joined = _merge_numbers(_split_leading(parts, outline, body_size))
    candidates = {i: _candidate(part, outline, body_size) for i, part in enumerate(joined)}
    chosen = {i: part for i, part in enumerate(joined) if candidates[i]}
    numbers = accepted_numbers(chosen)
    chosen = _without_false(chosen, numbers)
    levels = levels_of(chosen, numbers, outline)
    result = []
    for i, part in enumerate(joined):
        if i in levels:
            result.append(replace(part, kind=BlockKind.HEADING, level=levels[i]))
        elif part.is_heading_region:
            result.append(replace(part, is_heading_region=False))
        else:
            result.append(part)
    return result


def _stands_out(part: Part, body_size: float) -> bool:
    size, is_bold, is_capitals = style_of(part)
    return (
        is_bold or is_capitals or size > body_size + 0.6 or max(r.spans[-1].size for r in part.rows) > body_size + 0.6
    )


def _candidate(part: Part, outline: Outline, body_size: float) -> bool:
    """Whether a part is a heading, as far as it tells by itself."""
    text = part.text
    if part.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) or len(text) > _LONGEST or len(part.rows) > 4:
        return False
    if sum(character.isalpha() for character in text) < 2 or CAPTION.match(text) or text.endswith((",", ";", "-")):
        return False
    if _STATEMENT.match(text) or _CODE.match(text) or _LEADERS.search(text):
        return False
    if outline.level_of(text, part.page_index) is not None:
        return True
    if is_named(text) and (part.is_heading_region or _stands_out(part, body_size)):
        return True
    if not _stands_out(part, body_size) or re.match(r"[•▪◦‣∗*†–(]", text):
        return False
    if part.is_heading_region:
        return not (outline and not numbers_of(text) and not part.is_bold and part.size < body_size + 0.6)
    return bool(numbers_of(text)) and part.is_bold and not text.endswith(".") and len(part.rows) <= 2


def _without_false(chosen: dict[int, Part], numbers: dict[int, Number]) -> dict[int, Part]:
    """Unnumbered candidates must prove themselves: names of authors, labels of figures and of examples do not."""
    sure = {i for i, part in chosen.items() if i in numbers or is_named(part.text)}
    known = {(key, chosen[i].page_index + d) for i in sure for key in title_keys(chosen[i].text) for d in (-1, 0, 1)}
    first = min(sure, default=0)
    times = Counter(part.text.casefold() for i, part in chosen.items() if i not in sure)
    kept = {}
    for i, part in chosen.items():
        is_over_first = first in chosen and part.box.y1 < chosen[first].box.y0
        is_before_all = part.page_index == 0 and (i < first or (is_over_first and chosen[first].page_index == 0))
        is_doubled = i not in sure and any((key, part.page_index) in known for key in title_keys(part.text))
        if i in sure or not (is_before_all or is_doubled or times[part.text.casefold()] >= _TOO_OFTEN):
            kept[i] = part
    return kept


def _split_leading(parts: Sequence[Part], outline: Outline, body_size: float) -> list[Part]:
    """A heading that the layout model has put into one box with the paragraph below becomes a part of its own."""
    result = []
    for part in parts:
        cut = _leading_heading(part, outline, body_size) if part.kind is BlockKind.PARAGRAPH else 0
        if 0 < cut < len(part.rows):
            result += [
                replace(part, rows=part.rows[:cut], is_heading_region=True),
                replace(part, rows=part.rows[cut:], is_heading_region=False),
            ]
        else:
            result.append(part)
    return result


def _leading_heading(part: Part, outline: Outline, body_size: float) -> int:
    """How many of the first lines are a heading."""
    for count in (1, 2, 3):
        rows = part.rows[:count]
        if len(rows) == len(part.rows):
            break
        text = " ".join(row.text for row in rows)
        if outline.level_of(text, part.page_index) is not None:
            return count
        if (
            all(_is_all_bold(row) for row in rows)
            and not _is_like(rows[-1], part.rows[count])
            and not part.rows[count].is_bold
        ):
            is_titled = numbers_of(text) or is_named(text)
            return count if is_titled and rows[0].size >= body_size - 0.5 else 0
    return 0


def _is_all_bold(row: Row) -> bool:
    return row.is_bold and all(span.is_bold or not re.search(r"[^\W\d_]{2}", span.text) for span in row.spans)


def _is_like(a: Row, b: Row) -> bool:
    return a.is_bold == b.is_bold and abs(a.size - b.size) < 0.5


def _merge_numbers(parts: Sequence[Part]) -> list[Part]:
    """A number that stands alone in its box joins the title beside or below it."""
    result: list[Part] = []
    for part in parts:
        before = result[-1] if result else None
        if (
            before is not None
            and _is_lone_number(before)
            and before.page_index == part.page_index
            and len(part.rows) <= 2
        ):
            same_line = abs(before.rows[-1].box.y0 - part.rows[0].box.y0) < before.size
            if same_line or part.is_heading_region:
                result[-1] = Part(BlockKind.PARAGRAPH, before.rows + part.rows, is_heading_region=True)
                continue
        result.append(part)
    return result


def _is_lone_number(part: Part) -> bool:
    if part.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) or not (part.is_heading_region or part.is_bold):
        return False
    return re.fullmatch(r"(\d{1,2}(\.\d{1,2}){0,4}|[A-Z](\.\d{1,2})*|[IVX]+)\.?", part.text) is not None
