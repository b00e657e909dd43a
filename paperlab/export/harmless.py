"""Text that goes into Markdown without breaking what is around it."""

import re
from collections.abc import Sequence

from paperlab.domain.text import plain

_SURROGATES = re.compile("[\ud800-\udfff\ufffe\uffff\ufeff]")
_MARKUP = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])"  # a backslash that would escape
    r"|`|\*(?=\S)|(?<=\S)\*|(?<!\w)_|_(?!\w)|~(?=~)|=(?==)"  # emphasis, code, strike-out, highlight
    r"|<(?=[A-Za-z/!?])|%(?=%)|(?<=%)%"  # HTML, comments
    r"|\[(?=[\[^!])|(?<=\])\(|!(?=\[)"  # links, notes, callouts, pictures
    r"|(?<!\S)#"  # headings, tags
)
_LINE_START = re.compile(r"([-+*](?=\s|$)|-(?=-)|>|=(?=\s*$)|\[(?=[^\]]*\]:))|(\d{1,9})(?=[.)](?:\s|$))")
_BARE = r"(?<!\\)((?:\\\\)*)"
"""Before what no backslash escapes yet, so that escaping it once more changes nothing."""
_BLOCK_ID = re.compile(_BARE + r"\^(?=[A-Za-z0-9-]+\s*$)")
_OWN_BLOCK_ID = re.compile(_BARE + r"\^(?=hl-[A-Za-z0-9-]*\s*$)")
_ESCAPED = r"\1\\"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_OWN_ANCHOR = re.compile(_BARE + r'<(?=a id="hl-)', re.IGNORECASE)
_HTML_WITHOUT_END = re.compile(_BARE + r'<(?=!|\?|(?:pre|script|style|textarea)\b|a id="hl-)', re.IGNORECASE)
_HEADING = re.compile(r"^( {0,3})(#{1,6}(?:\s|$)|=+\s*$|-{2,}\s*$|(?:-\s+){2,}-?\s*$)")
_COMMENT = re.compile(r"%(?=%)|(?<=%)%")
_CODE = re.compile(r"(`+)[^`]*\1")
_FORMULA = re.compile(_BARE + r"\$\$")
_MARKER = re.compile(r"%%(?=\s*(?:begin|end)\s+paperlab:)", re.IGNORECASE)
_COMMENT_MARKER = re.compile(r"(?<!\\)<!--(?=\s*(?:begin|end)\s+paperlab:)", re.IGNORECASE)


def without_controls(text: str) -> str:
    """Line feeds alone end lines; control characters and what is no character are gone."""
    return _SURROGATES.sub("", plain(text.replace("\r\n", "\n").replace("\r", "\n")))


def literal(text: str) -> list[str]:
    """The lines of a text from outside (a quote), so that Markdown shows them as they are."""
    return [_no_block(literal_words(line)) for line in without_controls(text).split("\n") if line.strip()]


def literal_words(text: str) -> str:
    """A text from outside on one line that something stands before (a heading's marks)."""
    shown = _BLOCK_ID.sub(_ESCAPED + "^", _MARKUP.sub(r"\\\g<0>", " ".join(without_controls(text).split())))
    return shown.replace("$", r"\$") if shown.count("$") > 1 else shown


def own_markdown(text: str, *, keep_headings: bool) -> str:
    """The reader's own Markdown, with nothing in it that reaches beyond its end.

    Comment marks (`%%`), block ids that could be taken for ours, HTML that runs to the end of the file and the mark of
    a formula that is never closed (`$$`) are escaped; an open code fence is closed. Without `keep_headings`, headings
    and all block ids are escaped as well. What has been made so once stays as it is.
    """
    fence, lines, formula = "", [], None
    for line in without_controls(text).strip("\n").split("\n"):
        found = _FENCE.fullmatch(line)
        if fence:
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
            line = _OWN_ANCHOR.sub(_ESCAPED + "<", _COMMENT_MARKER.sub(r"\\<!--", _MARKER.sub(r"\%\%", line)))
            lines.append(_OWN_BLOCK_ID.sub(_ESCAPED + "^", line))
            continue
        if found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
        lines.append(_own_line(line, keep_headings))
        if len(_FORMULA.findall(_CODE.sub("", line))) % 2:
            formula = len(lines) - 1 if formula is None else None
    if formula is not None:
        lines[formula] = _FORMULA.sub(r"\1\$\$", lines[formula])
    if fence:
        lines.append(fence)
    return "\n".join(lines)


def fences(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The code blocks between fences: index of the first line of each and of the last; an open one is none."""
    found: list[tuple[int, int]] = []
    opened, fence = 0, ""
    for index, line in enumerate(lines):
        mark = _FENCE.fullmatch(line.rstrip("\r"))
        if fence and mark and mark[1].startswith(fence) and not mark[2].strip():
            found.append((opened, index))
            fence = ""
        elif not fence and mark and not (mark[1][0] == "`" and "`" in mark[2]):
            opened, fence = index, mark[1]
    return found


def _no_block(line: str) -> str:
    """A line that begins no list, quote or underlined heading."""
    start = _LINE_START.match(line)
    if start is None:
        return line
    at = start.start(1) if start[1] else start.end(2)
    return f"{line[:at]}\\{line[at:]}"


def _own_line(line: str, keep_headings: bool) -> str:
    line = _HTML_WITHOUT_END.sub(_ESCAPED + "<", _COMMENT.sub(r"\%", line))
    if keep_headings:
        return _OWN_BLOCK_ID.sub(_ESCAPED + "^", line)
    return _HEADING.sub(r"\1\\\2", _BLOCK_ID.sub(_ESCAPED + "^", line), count=1)
