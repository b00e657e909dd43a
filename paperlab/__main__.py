"""`python -m paperlab` and the console script: the one place that knows both the command line and the TUI."""

import sys
from typing import TYPE_CHECKING

from paperlab.domain.memory import never_garbage, no_garbage_sought

if TYPE_CHECKING:
    from paperlab.domain.identifiers import PaperKey
    from paperlab.workbench import Workbench


def main() -> None:
    with no_garbage_sought():  # what is imported stays: a command starts a twelfth sooner
        from paperlab.cli.main import run, show_bug

    sys.excepthook = show_bug
    code = run(sys.argv[1:], open_tui)
    never_garbage()  # or the interpreter looks through all of it again as it ends: a seventh of a search
    sys.exit(code)


def open_tui(workbench: "Workbench", key: "PaperKey | None", page: int | None) -> None:
    from paperlab.tui.running import run

    run(workbench, key, page)


if __name__ == "__main__":
    main()
