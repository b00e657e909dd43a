"""Where the letters of a quote stand on a page, printed line by printed line."""

from collections.abc import Iterator, Sequence

from paperlab.domain.blocks import Box
from paperlab.domain.text import fold
from paperlab.pdf.geometry import union
from paperlab.pdf.raw_marks import Quad
from paperlab.pdf.under import PageText, PrintedLine

_ROOM_PT = 3.0
"""Around the rectangles of an annotation, within which its letters are looked for."""
_TIGHTER_PT = (0.0, 1.0, 2.0)
"""Above and below, where a rectangle reaches into the next line."""
_MOST_INSIDE = 0.5
"""Share of a quote's letters that must lie within them."""
_EDGE = 12
"""Letters by which the ends of a quote are found whose letters stand in another order on the page."""

_Place = tuple[int, int]
"""Index of a line, and of a character in it."""


def quads_of(text: PageText, quote: str, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """A rectangle for each printed line of a quote that stands on a page at certain rectangles; none if it does not.

    A formula may be set in another order than it is read in: there the same letters are enough.
    """
    needle, origin = fold(quote)
    if not needle or not boxes:
        return ()
    if quads := _holding(text, boxes, needle):
        return quads
    found: dict[int, list[int]] = {}
    for line, at in _places_of(text, needle, boxes):
        found.setdefault(line, []).append(at)
    made = []
    for number, (line, ats) in enumerate(found.items(), start=1):
        before = quote[: origin[0]] if number == 1 else None
        after = quote[origin[-1] + 1 :] if number == len(found) else None
        made.append(_around(text.lines[line], _with_signs(text.lines[line], ats, before, after)))
    return _holding(text, made, needle)


def _holding(text: PageText, boxes: Sequence[Box], needle: str) -> tuple[Box, ...]:
    """The rectangles, or a little lower ones, if it is the letters of the quote that lie in them; else none."""
    for tighter in _TIGHTER_PT:
        tight = tuple(Box(box.x0, box.y0 + tighter, box.x1, box.y1 - tighter) for box in boxes)
        under = text.under([_corners(box) for box in tight])
        if under is not None and is_same_text(fold(under.quote)[0], needle):
            return tight
    return ()


def _places_of(text: PageText, needle: str, boxes: Sequence[Box]) -> Sequence[_Place]:
    """The characters of a folded quote; of several such quotes on the page the one that lies most within the boxes."""
    letters, places = _letters(text)
    near = [_is_near(text.lines[line].glyphs[at].middle, boxes) for line, at in places]
    shares = [(sum(near[at : at + len(needle)]), -at) for at in _occurrences(letters, needle)]
    inside, at = max(shares, default=(0, 0))
    if inside >= _MOST_INSIDE * len(needle):
        return places[-at : len(needle) - at]
    return _in_other_order(letters, places, near, needle)


def _with_signs(line: PrintedLine, ats: Sequence[int], before: str | None, after: str | None) -> range:
    """The letters with the signs beside them, those of the quote's own ends; if it goes on, all that are left of the
    line, such as a hyphen (None).
    """
    start, end = min(ats), max(ats) + 1
    left, right = line.text[:start], line.text[end:]
    before = left.lstrip() if before is None else before
    after = right.rstrip() if after is None else after
    start -= len(before) if before and left.endswith(before) and not fold(before)[0] else 0
    end += len(after) if after and right.startswith(after) and not fold(after)[0] else 0
    return range(start, end)


def is_same_text(found: str, quote: str) -> bool:
    """The same letters, if need be in another order."""
    return found == quote or sorted(found) == sorted(quote)


def _corners(box: Box) -> Quad:
    return (box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)


def _letters(text: PageText) -> tuple[str, list[_Place]]:
    """The folded text of the page, and the character that each of its letters came from."""
    letters: list[str] = []
    places: list[_Place] = []
    for number, line in enumerate(text.lines):
        for at, glyph in enumerate(line.glyphs):
            for letter in fold(glyph.character)[0]:
                letters.append(letter)
                places.append((number, at))
    return "".join(letters), places


def _in_other_order(letters: str, places: Sequence[_Place], near: Sequence[bool], needle: str) -> Sequence[_Place]:
    """The letters within the rectangles from the beginning of the quote to its end, if they are the quote's."""
    inside = [at for at, is_near in enumerate(near) if is_near]
    here = "".join(letters[at] for at in inside)
    edge = min(_EDGE, len(needle))
    for begin in [0, *_occurrences(here, needle[:edge])]:
        for end in [len(here), *(at + edge for at in _occurrences(here, needle[-edge:]))]:
            if end - begin == len(needle) and is_same_text(here[begin:end], needle):
                return [places[at] for at in inside[begin:end]]
    return ()


def _occurrences(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def _is_near(point: tuple[float, float], boxes: Sequence[Box]) -> bool:
    x, y = point
    return any(
        box.x0 - _ROOM_PT <= x <= box.x1 + _ROOM_PT and box.y0 - _ROOM_PT <= y <= box.y1 + _ROOM_PT for box in boxes
    )


def _around(line: PrintedLine, ats: Sequence[int]) -> Box:
    """Around characters of a line; no higher than its letters are, whatever their font claims, or a root among them."""
    chosen = [line.glyphs[at] for at in ats]
    box = union(glyph.box for glyph in chosen)
    if not line.is_upright:
        return box
    letters = [glyph for glyph in chosen if glyph.character.isalnum()] or chosen
    size = max(said["size"] for _, said in line.spans)
    middles = [glyph.middle[1] for glyph in letters]
    top, bottom = min(glyph.box.y0 for glyph in letters), max(glyph.box.y1 for glyph in letters)
    return Box(box.x0, max(top, min(middles) - 0.7 * size), box.x1, min(bottom, max(middles) + 0.55 * size))
