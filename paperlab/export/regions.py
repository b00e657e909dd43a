"""Managed regions: what stands between two marks is paperlab's, all else in the file is the reader's."""

import re

_MARK = re.compile(r"^%% (begin|end) paperlab:([a-z]+) %%[ \t]*(?=\r?$)", re.MULTILINE)


def region(name: str, body: str) -> str:
    """A region as it stands in a file, without a line break at its end."""
    return f"%% begin paperlab:{name} %%\n{body}%% end paperlab:{name} %%"


def replace_region(text: str, name: str, body: str) -> str | None:
    """The text with a new body in its first whole region of that name; None if it has none.

    A region is whole if its begin and its end have no other mark of that name between them. So a mark that lost its
    partner never takes the reader's text with it.
    """
    begin = None
    for mark in _MARK.finditer(text):
        if mark[2] != name:
            continue
        if mark[1] == "begin":
            begin = mark
        elif begin is not None:
            return text[: begin.start()] + region(name, body) + text[mark.end() :]
    return None
