"""`python -m torture.covered`: how many lines and branches of `library/`, `services/` and `domain/` the suite takes.

It runs the suite under coverage (twice its usual time), in one process, and what its tests start counts, too; with
`--again` it only adds up what the last run has left. It ends with 1 where a room has less than it should.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from torture.table import Row, record

ROOMS = ("library", "services", "domain")
LEAST_PERCENT = 95.0
_COVERAGE = (sys.executable, "-m", "coverage")
_LEFT_OUT = "not takes_no_second and not modules_of_the_working_folder"
"""Tests that look at the clock are no use where each line takes longer; and coverage itself imports what lies about."""


@dataclass(frozen=True, slots=True)
class Room:
    name: str
    lines: int
    lines_taken: int
    branches: int
    branches_taken: int

    @property
    def percents(self) -> tuple[float, float]:
        """Of lines, and of branches."""
        return 100 * self.lines_taken / self.lines, 100 * self.branches_taken / self.branches


def measure() -> int:
    """Run the suite. Returns its exit code."""
    subprocess.run([*_COVERAGE, "erase"], check=True)
    suite = [*_COVERAGE, "run", "-m", "pytest", "-p", "no:cacheprovider", "-k", _LEFT_OUT]
    ended = subprocess.run(suite, check=False)
    subprocess.run([*_COVERAGE, "combine", "--quiet"], check=True)
    return ended.returncode


def added_up() -> list[Room]:
    """What was taken in each room."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "coverage.json"
        subprocess.run([*_COVERAGE, "json", "--quiet", "-o", str(file)], check=True)
        files = json.loads(file.read_text())["files"]
    return [
        _room(name, [told["summary"] for path, told in files.items() if path.startswith(f"paperlab/{name}/")])
        for name in ROOMS
    ]


def _room(name: str, files: Iterable[dict[str, int]]) -> Room:
    counted = ("num_statements", "covered_lines", "num_branches", "covered_branches")
    return Room(name, *(sum(file[what] for file in files) for what in counted))


def main(arguments: list[str]) -> int:
    ended = 0 if "--again" in arguments else measure()
    rooms = added_up()
    for room in rooms:
        lines, branches = room.percents
        print(f"{room.name:10} {lines:5.1f} % of {room.lines} lines, {branches:5.1f} % of {room.branches} branches")
    figures = "; ".join(f"{room.name}/ {room.percents[0]:.1f} and {room.percents[1]:.1f} %" for room in rooms)
    promise = (
        f"At least {LEAST_PERCENT:g} % of the lines, and of the branches, of library/, services/ and domain/ are tried"
    )
    record("coverage", [Row(promise, figures, "python -m torture.covered")])
    is_enough = all(percent >= LEAST_PERCENT for room in rooms for percent in room.percents)
    return ended or (0 if is_enough else 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
