"""Levels of headings: by their numbers, else by the outline, else by their type."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from paperlab.pdf.numbering import Number, Scheme, numbers_of
from paperlab.pdf.outline import Outline
from paperlab.pdf.parts import Part
from paperlab.pdf.sections import is_named

MAX_LEVEL = 6

Style = tuple[float, bool, bool]
"""Font size rounded to half points, bold, capitals."""


def style_of(part: Part) -> Style:
    letters = [character for character in part.text if character.isalpha()]
    capitals = len(letters) > 3 and sum(c.isupper() for c in letters) > 0.8 * len(letters)
    return round(part.size * 2) / 2, part.is_bold, capitals


def accepted_numbers(chosen: dict[int, Part]) -> dict[int, Number]:
    """The number of each heading that fits the sequence of the paper's numbers."""
    possible = {i: numbers_of(part.text) for i, part in chosen.items()}
    romans = [n for found in possible.values() for n in found if n.scheme is Scheme.ROMAN]
    is_roman = {1, 2} <= {n.parts[0] for n in romans} and not any(
        n.scheme is Scheme.ARABIC and n.depth > 1 for found in possible.values() for n in found
    )
    has_letters = _letters_are_numbers(possible)
    last: dict[Scheme, tuple[int, ...]] = dict.fromkeys(Scheme, (0,))
    accepted: dict[int, Number] = {}
    for i, found in possible.items():
        for number in found:
            if number.scheme is Scheme.ROMAN and not (is_roman and number.parts[0] == last[Scheme.ROMAN][0] + 1):
                continue
            if number.scheme is Scheme.LETTER and not (has_letters or is_roman):
                continue
            if number.scheme is Scheme.ROMAN:
                last[Scheme.LETTER] = (0,)
            if not _follows(number.parts, last[number.scheme], is_appendix=Scheme.LETTER is number.scheme):
                continue
            accepted[i] = number
            last[number.scheme] = number.parts
            break
    return accepted


def _letters_are_numbers(possible: dict[int, tuple[Number, ...]]) -> bool:
    """`A` and `B`, or `A.1`: a lone "A …" is an article."""
    letters = {n.parts for found in possible.values() for n in found if n.scheme is Scheme.LETTER}
    return {(1,), (2,)} <= letters or any(len(parts) > 1 for parts in letters)


def _follows(parts: tuple[int, ...], last: tuple[int, ...], *, is_appendix: bool) -> bool:
    """Later than the last one, and not by a leap: a few headings may have been missed, years are no numbers."""
    allowed = 3 if is_appendix or last != (0,) else 12
    return parts > last and parts[0] - last[0] <= allowed


def levels_of(chosen: dict[int, Part], numbers: dict[int, Number], outline: Outline) -> dict[int, int]:
    is_roman = any(number.scheme is Scheme.ROMAN for number in numbers.values())
    by_style: defaultdict[Style, Counter[int]] = defaultdict(Counter)
    offsets: Counter[int] = Counter()
    for i, number in numbers.items():
        level = _numbered_level(number, is_roman)
        by_style[style_of(chosen[i])][level] += 1
        in_outline = outline.level_of(chosen[i].text, chosen[i].page_index)
        if in_outline is not None:
            offsets[in_outline - level] += 1
    offset = offsets.most_common(1)[0][0] if offsets else outline.top_level - 1
    styles = {style: counter.most_common(1)[0][0] for style, counter in by_style.items()}
    ranked = _ranked_styles([part for i, part in chosen.items() if i not in numbers])
    levels: dict[int, int] = {}
    anchor = 0
    for i, part in chosen.items():
        in_outline = outline.level_of(part.text, part.page_index)
        if i in numbers:
            level = anchor = _numbered_level(numbers[i], is_roman)
        elif is_named(part.text):
            level = anchor = 1
        elif in_outline is not None:
            level = anchor = in_outline - offset
        elif styles:
            level = min(_level_bystyle_of(style_of(part), styles), anchor + 1)
        else:
            level = ranked[style_of(part)]
        levels[i] = max(1, min(level, MAX_LEVEL))
    return levels


def _numbered_level(number: Number, is_roman: bool) -> int:
    return number.depth + 1 if is_roman and number.scheme is not Scheme.ROMAN else number.depth


def _level_bystyle_of(style: Style, styles: dict[Style, int]) -> int:
    """As a numbered section of this style; below a numbered subsection of this style; else by size."""
    if style in styles:
        return styles[style] + (styles[style] > 1)
    size, is_bold, _ = style
    larger = [level for (other, *_), level in styles.items() if other > size + 0.3]
    alike = [level for (other, *_), level in styles.items() if abs(other - size) <= 0.3]
    if not larger and not alike:
        return 1
    return max(alike) + (not is_bold) if alike else max(larger) + 1


def _ranked_styles(parts: Sequence[Part]) -> dict[Style, int]:
    """Without numbers: the larger type is the higher level."""
    styles = sorted({style_of(part) for part in parts if not is_named(part.text)}, reverse=True)
    return {style: min(rank, 3) for rank, style in enumerate(styles, start=1)} | {
        style_of(part): 1 for part in parts if is_named(part.text)
    }
