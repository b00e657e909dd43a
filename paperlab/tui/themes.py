"""The four themes. Each gives the same variables, so that `app.tcss` names no colour."""

from textual.theme import Theme

from paperlab.domain.annotations import COLORS

VARIABLES = (
    "quiet",
    "thumb",
    "cursor-background",
    "selected-background",
    "selected-foreground",
    "found-background",
    "found-foreground",
    "mark-foreground",
    *(f"mark-{color}" for color in COLORS),
)
"""What a theme of paperlab's gives beyond Textual's own."""


def _variables(own: str, marks: str) -> dict[str, str]:
    """Values in the order of `VARIABLES`."""
    return dict(zip(VARIABLES, (own + " " + marks).split(), strict=True))


DARK = Theme(
    name="paperlab-dark",
    dark=True,
    primary="#83aad2",
    secondary="#7fb3a6",
    accent="#e0a860",
    foreground="#d7d9dc",
    background="#16181d",
    surface="#1b1e24",
    panel="#242830",
    success="#8fbf7f",
    warning="#e0b060",
    error="#e07a70",
    variables=_variables(
        "#8e949e #3a404b #232a36 #2a3444 #ffffff #6b5416 #ffffff #f2f2f2",
        "#57501c #25502f #234a6b #66302f #4c3568 #6a431c",
    ),
)
LIGHT = Theme(
    name="paperlab-light",
    dark=False,
    primary="#2f5d8a",
    secondary="#2f6f64",
    accent="#9c4f12",
    foreground="#2b2a27",
    background="#faf8f3",
    surface="#f3f0e8",
    panel="#e9e5da",
    success="#3c6e2f",
    warning="#8a5a00",
    error="#a5322a",
    variables=_variables(
        "#67635a #cdc7b8 #ebe7da #e0dbca #000000 #f2c94c #000000 #1c1b19",
        "#f7e7a0 #cdeac0 #c4def5 #f6c9c4 #e0cdf2 #f8d6b0",
    ),
)
CONTRAST = Theme(
    name="paperlab-contrast",
    dark=True,
    primary="#ffff00",
    secondary="#00ffff",
    accent="#00ffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    success="#00ff00",
    warning="#ffff00",
    error="#ff8080",
    variables=_variables(
        "#e0e0e0 #8a8a8a #333333 #ffffff #000000 #00ffff #000000 #000000",
        "#ffff00 #00ff00 #66ccff #ff8080 #d9a6ff #ffb000",
    ),
)
TERMINAL = Theme(
    name="terminal",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "quiet": "ansi_default",
        "thumb": "ansi_bright_black",
        "cursor-background": "ansi_default",
        "selected-background": "ansi_blue",
        "selected-foreground": "ansi_bright_white",
        "found-background": "ansi_cyan",
        "found-foreground": "ansi_black",
        "mark-foreground": "ansi_black",
        "mark-yellow": "ansi_yellow",
        "mark-green": "ansi_green",
        "mark-blue": "ansi_bright_blue",
        "mark-red": "ansi_red",
        "mark-purple": "ansi_magenta",
        "mark-orange": "ansi_bright_yellow",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_bright_white",
        "block-cursor-background": "ansi_blue",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
    },
)
THEMES = (DARK, LIGHT, CONTRAST, TERMINAL)
