"""How long the TUI takes to show the first paper: whole processes on a pseudo-terminal, in turn with `python -c pass`.

    python benchmarks/tui_start.py FOLDER [--papers 1000 100000] [--rounds 7] [--json FILE]

FOLDER keeps the libraries. Targets: within 0.6 s of `python -c pass` on 1,000 papers, on 100,000 within 1.2 times that.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median

from tui_rig import BOOKS, Terminal, environment_of, make_library, paperlab_on, report, timed

FIRST_TITLE = f"A book of {max(BOOKS)} pages"
"""Of the paper that was added last: the uppermost row."""
TEXTUAL_ALONE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("A book of 260 pages")
Bare().run()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--papers", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    environment = environment_of(options.folder)
    commands = {"an app of Textual alone": [sys.executable, "-c", TEXTUAL_ALONE]}
    for papers in options.papers:
        root = make_library(options.folder / f"start-{papers}", papers)
        commands[f"paperlab on {papers:,} papers"] = paperlab_on(root)
    bare: list[float] = []
    walls: dict[str, list[float]] = {name: [] for name in commands}
    cpus: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(options.rounds + 1):
        seconds = timed(lambda: subprocess.run([sys.executable, "-c", "pass"], env=environment, check=True))
        if number:
            bare.append(seconds)
        for name, command in commands.items():
            terminal = Terminal(command, environment)
            seconds, cpu = terminal.wait_for(FIRST_TITLE), terminal.cpu_s()
            terminal.close()
            if number:  # the first round fills the caches
                walls[name].append(seconds)
                cpus[name].append(cpu)
    rows = {"python -c pass": {"wall s": median(bare), "least s": min(bare)}}
    for name in commands:
        wall, cpu = median(walls[name]), median(cpus[name])
        beyond = wall - median(bare)
        rows[name] = {"wall s": wall, "least s": min(walls[name]), "cpu s": cpu, "beyond pass": beyond}
    report(f"to the first title, median of {options.rounds}", rows, options.json)


if __name__ == "__main__":
    main()
