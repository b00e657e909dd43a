"""Running the TUI from its first picture to the shell's prompt."""

import subprocess
import sys
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from paperlab.domain.identifiers import PaperKey
from paperlab.tui.app import TO_DEMO, PaperlabApp
from paperlab.tui.commands import check_keymap
from paperlab.tui.desk import PAPERLAB
from paperlab.tui.ending import ending_well
from paperlab.tui.terminal_keys import tell_apart

if TYPE_CHECKING:
    from paperlab.workbench import Workbench

_HURRY_S = 1.0
"""So long the last words wait for another program; then they become drafts."""
_TURN_S = 0.001
"""How long a thread that computes keeps the screen waiting; the interpreter's own 5 ms add up over a key's way."""


def run(workbench: "Workbench", open_key: PaperKey | None = None, page: int | None = None) -> None:
    """Run the TUI until its reader leaves it.

    Args:
        open_key: The paper to open; None shows the library.
        page: The page to open it at, from 1; None goes to where it was left.

    Raises:
        SettingsError: The keymap names an unknown command, or gives a key two meanings.
    """
    check_keymap(workbench.settings.keymap)
    sys.setswitchinterval(_TURN_S)
    tell_apart()
    app = PaperlabApp(workbench, open_key, page)
    workbench.library.locks.on_wait = app.tell_waiting
    wish = None

    def rescue() -> None:
        workbench.library.locks.patience_s = _HURRY_S
        app.rescue()

    try:
        with ending_well(app.end_soon, rescue):
            wish = app.run()
    finally:  # whatever ended it: the reader, a signal, a bug
        rescue()
        for message in app.parting_words:
            print(f"paperlab: {message}", file=sys.stderr)
    if app.return_code:
        raise SystemExit(app.return_code)  # a signal; or a bug, and Textual has shown its traceback
    if wish == TO_DEMO:
        demo = user_data_path("paperlab", appauthor=False) / "demo"
        raise SystemExit(subprocess.call([*PAPERLAB, "demo", str(demo)]))
