"""Keys that terminals send and Textual 8 does not tell apart."""

from enum import Enum
from typing import cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


class _Keys(Enum):
    ALT_ENTER = "alt+enter"


def tell_apart() -> None:
    """Alt with enter as itself also where there is no kitty protocol; Textual would take it for enter."""
    cast("dict[str, tuple[_Keys, ...]]", ANSI_SEQUENCES_KEYS)["\x1b\r"] = (_Keys.ALT_ENTER,)
