"""The log of a long run: a line a trial, so that it may be cut off, gone on with, and made in parts."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from torture.table import Row, record

KILLS, FAULTS = "kills", "faults"
_TENTHS = 10


@dataclass(frozen=True, slots=True)
class Trial:
    name: str
    """No other trial has it."""
    part: str
    """`kills` or `faults`."""
    scenario: str
    trouble: str
    begun: int
    """Operations of the disk that had begun when it ended."""
    of: int
    """Operations of a run in which nothing goes wrong."""
    is_killed: bool
    is_acknowledged: bool
    has_doctor: bool
    complaints: tuple[str, ...]


class TrialsLog:
    """`$TORTURE_LOG`, or a file in the folder for temporary ones; to be deleted by hand to begin anew."""

    def __init__(self) -> None:
        named = os.environ.get("TORTURE_LOG")
        self.path = Path(named) if named else Path(tempfile.gettempdir(), "paperlab-torture.jsonl")
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        self.trials = [Trial(**told | {"complaints": tuple(told["complaints"])}) for told in map(json.loads, lines)]
        self._names = {trial.name for trial in self.trials}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def add(self, trial: Trial) -> None:
        self.trials.append(trial)
        self._names.add(trial.name)
        with self.path.open("a") as file:
            print(json.dumps(asdict(trial)), file=file)


def told(trials: Sequence[Trial]) -> str:
    """By scenario and trouble, and where the kills have hit."""
    counts = Counter((trial.scenario, trial.trouble) for trial in trials)
    lines = [f"{scenario:36} {trouble:18} {number:5}" for (scenario, trouble), number in sorted(counts.items())]
    if kills := [trial for trial in trials if trial.part == KILLS]:
        lines += ["", "the kills, by the share of the command's operations that had begun:", *histogram(kills)]
    bad = sum(bool(trial.complaints) for trial in trials)
    return "\n".join((*lines, "", f"{len(trials)} trials, {bad} with complaints"))


def histogram(kills: Sequence[Trial]) -> list[str]:
    tenths = Counter(
        min(_TENTHS - 1, _TENTHS * kill.begun // kill.of) for kill in kills if kill.is_killed and is_within(kill)
    )
    before = sum(kill.is_killed and kill.begun == 0 for kill in kills)
    after = sum(kill.is_killed and kill.begun >= kill.of for kill in kills)
    ended = sum(not kill.is_killed for kill in kills)
    bars = [f"{tenth / _TENTHS:4.0%} {tenths[tenth]:5}" for tenth in range(_TENTHS)]
    return [
        f"before the first: {before}",
        *bars,
        f"within or after the last: {after}",
        f"the command was quicker: {ended}",
    ]


def is_within(kill: Trial) -> bool:
    """After the first operation had begun, and before the last had."""
    return 0 < kill.begun < kill.of


def keep(trials: Sequence[Trial]) -> None:
    """The rows of `docs/reliability.md`."""
    rows = []
    for part, promise, command in (
        (KILLS, "SIGKILL at random instants of a command's work", "python -m torture kills 1000"),
        (
            FAULTS,
            "each operation of the disk killed before, torn, refused (EIO), the disk full",
            "python -m torture faults",
        ),
    ):
        chosen = [trial for trial in trials if trial.part == part]
        scenarios = len({trial.scenario for trial in chosen})
        bad = sum(bool(trial.complaints) for trial in chosen)
        asked = sum(trial.has_doctor for trial in chosen)
        hit = sum(trial.is_killed and is_within(trial) for trial in chosen)
        where = f", {hit} of them between the first and the last operation" if part == KILLS else ""
        measured = (
            f"{len(chosen)} trials of {scenarios} commands{where}; {bad} with an acknowledged write lost, something "
            f"half-written to be seen, or a repair by hand; `doctor` and `index verify` asked in {asked}"
        )
        rows.append(Row(promise, measured, command))
    record("kills", rows)
