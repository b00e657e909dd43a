"""`python -m paperlab` and the console script: the one place that knows both the command line and the TUI."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.domain.identifiers import PaperKey
    from paperlab.workbench import Workbench


def main() -> None:
    from paperlab.cli.main import run

    sys.exit(run(sys.argv[1:], open_tui))


def open_tui(workbench: "Workbench", key: "PaperKey | None", page: int | None) -> None:
    from paperlab.tui.running import run

    run(workbench, key, page)


if __name__ == "__main__":
    main()
