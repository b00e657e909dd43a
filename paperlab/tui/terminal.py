"""How the terminal shows pictures: asked when the first one is to be shown, never at the start.

`textual-image` asks when it is imported, waits a tenth of a second for each answer and leaves a late one to be taken
for keys. Here all is asked at once, with a last question that every terminal answers: whoever has answered that one
will not answer the others any more.
"""

import os
import re
import select
import sys
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

_LONGEST_S = 1.5
"""Seconds until an answer has come through the slowest line; a terminal that is silent is asked once."""
QUESTION = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" + "\x1b[16t" + "\x1b[c"
"""Kitty graphics? How large is a cell? Who are you?"""
_WHO = re.compile(rb"\x1b\[\?([\d;]*)c")
_KITTY = re.compile(rb"\x1b_G[^\x1b]*i=31[^\x1b]*;OK")
_CELL = re.compile(rb"\x1b\[6;(\d+);(\d+)t")
_SIXEL = b"4"
_NEVER = re.compile(r"dumb|linux|screen|tmux")
"""Terminals that are not asked: multiplexers say what they can, not what the terminal around them can."""


class Way(StrEnum):
    """How a picture is drawn."""

    KITTY = "kitty"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    """Half blocks: two pixels a cell, in every terminal."""


class Terminal(NamedTuple):
    """What a terminal can do, and the size of a cell in pixels, width first."""

    way: Way = Way.BLOCKS
    cell: tuple[int, int] = (5, 10)


def is_worth_asking(environment: Mapping[str, str]) -> bool:
    is_inside = any(environment.get(name) for name in ("TMUX", "STY", "ZELLIJ"))
    is_warp = environment.get("TERM_PROGRAM") == "WarpTerminal"  # says yes to kitty graphics, and shows none
    return not is_inside and not is_warp and not _NEVER.match(environment.get("TERM", "dumb"))


def told(answer: bytes, window: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Terminal:
    """What an answer says.

    Args:
        answer: All that came, the reader's own keys among it.
        window: Columns, rows, width and height in pixels, as the kernel knows them; 0 where it does not.
    """
    who = _WHO.search(answer)
    if who and _SIXEL in who[1].split(b";"):  # first: Konsole and WezTerm say yes to both and are better at this
        way = Way.SIXEL
    elif _KITTY.search(answer):
        way = Way.KITTY
    else:
        return Terminal()
    columns, rows, width, height = window
    if columns and rows and width >= columns and height >= rows:
        return Terminal(way, (width // columns, height // rows))
    cell = _CELL.search(answer)
    return Terminal(way, (int(cell[2]) or 10, int(cell[1]) or 20) if cell else (10, 20))


def ask() -> Terminal:
    """Ask the terminal. To be called while nobody else reads from it."""
    import fcntl
    import struct
    import termios
    import tty

    source, target = sys.__stdin__, sys.__stdout__
    if source is None or target is None or not (source.isatty() and target.isatty()):
        return Terminal()
    before = termios.tcgetattr(source)
    try:
        tty.setcbreak(source, termios.TCSANOW)
        target.write(QUESTION)
        target.flush()
        answer = _answer(source.fileno())
        rows, columns, width, height = struct.unpack("HHHH", fcntl.ioctl(target, termios.TIOCGWINSZ, bytes(8)))
    finally:
        termios.tcsetattr(source, termios.TCSAFLUSH, before)
    return told(answer, (columns, rows, width, height))


def _answer(source: int) -> bytes:
    answer = b""
    deadline = time.monotonic() + _LONGEST_S
    while not _WHO.search(answer) and (left := deadline - time.monotonic()) > 0:
        if select.select([source], [], [], left)[0]:
            answer += os.read(source, 1024)
    return answer
