"""The tables of keys in `tui.md`, made from the commands: `make keys`."""

import re
from pathlib import Path

from paperlab.tui.commands import PLACES, commands_of, key_name

PAGE = Path(__file__).parent / "tui.md"
HEAD = "| key | | command |\n|---|---|---|"
LAST = "Keys of vi and of emacs"
"""The first heading after the last table."""


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    first = next(iter(PLACES.values()))
    before, after = text[: text.index(f"\n## {first}\n")], text[text.index(f"\n## {LAST}\n") :]
    notes = {title: _prose(text, title) for title in PLACES.values()}
    tables = "\n".join(_section(place, title, notes[title]) for place, title in PLACES.items())
    PAGE.write_text(f"{before}\n{tables}{after}", encoding="utf-8")


def _section(place: str, title: str, prose: str) -> str:
    rows = "\n".join(
        f"| {' '.join(f'`{key_name(key)}`' for key in command.keys.split(','))} | {command.help} | `{command.id}` |"
        for command in commands_of(place)
    )
    return f"## {title}\n\n{prose}{HEAD}\n{rows}\n"


def _prose(text: str, title: str) -> str:
    """What is written by hand between a heading and its table."""
    found = re.search(rf"\n## {re.escape(title)}\n\n(.*?)\| key \|", text, flags=re.DOTALL)
    return found[1] if found and "\n## " not in found[1] else ""


if __name__ == "__main__":
    main()
