"""Indices and exponents: small characters off the baseline of their line."""

from collections.abc import Iterator, Sequence

from paperlab.domain.blocks import Line, Script
from paperlab.pdf.glyphs import mend
from paperlab.pdf.pages import Span
from paperlab.pdf.rows import Row

_SMALL = 0.88
"""Of the size of the character before it."""
_OFF_BASELINE = 0.06
"""Of that size."""


def scripts_of(rows: Sequence[Row], text: str, lines: Sequence[Line]) -> tuple[Script, ...]:
    """The scripts of a block whose text was put together of these lines, one line for each row."""
    found: list[Script] = []
    for row, line in zip(rows, lines, strict=True):
        for script in _of_line(row.spans, text, line):
            last = found[-1] if found else None
            if last is not None and last.end == script.start and last.is_raised == script.is_raised:
                found[-1] = last._replace(end=script.end)
            else:
                found.append(script)
    return tuple(found)


def _of_line(spans: Sequence[Span], text: str, line: Line) -> Iterator[Script]:
    """Spans are followed through the text by their characters without blanks; where these differ, nothing is said."""
    offsets = [offset for offset in range(line.start, line.end) if not text[offset].isspace()]
    printed = [(span, "".join(mend(span.text).split())) for span in spans]
    if not "".join(characters for _, characters in printed).startswith("".join(text[offset] for offset in offsets)):
        return
    at = 0
    base: Span | None = None
    for span, characters in printed:
        end = min(at + len(characters), len(offsets))
        if base is None or not _is_script(span, base):
            base = span if characters else base
        elif at < end:
            yield Script(offsets[at], offsets[end - 1] + 1, span.baseline < base.baseline)
        at = end


def _is_script(span: Span, base: Span) -> bool:
    return span.size < _SMALL * base.size and abs(span.baseline - base.baseline) > _OFF_BASELINE * base.size
