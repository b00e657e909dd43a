"""The journal of what was done: what stays of it, and whose step is still going on."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.library.steps import MOST_BYTES, Change, Step, StepJournal, this_host

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def step(name: str, process: int = 0, host: str = "") -> Step:
    return Step(name, NOON, f"did {name}", process or os.getpid(), host or this_host(), ())


def test_of_a_long_journal_the_newer_half_stays_and_each_step_of_it_whole(tmp_path: Path) -> None:
    path = tmp_path / ".backups" / "steps.jsonl"
    journal = StepJournal(path)
    journal.begin(step("first"))
    changes = [{"file": f"papers/p{number}/paper.toml", "before": "a", "after": "b"} for number in range(100)]
    with path.open("a") as file:
        for number in range(400):
            told = {"step": f"s{number}", "at": NOON.isoformat(), "did": "", "pid": 1, "host": this_host()}
            file.write(json.dumps(told) + "\n")
            file.write(json.dumps({"step": f"s{number}", "changes": changes}) + "\n")
    assert path.stat().st_size > MOST_BYTES
    journal.begin(step("last"))
    journal.note("last", [Change("papers/p/paper.toml", "a", "b")])
    assert path.stat().st_size <= MOST_BYTES
    kept = journal.read()
    names = [one.id for one in kept]
    assert names == [f"s{number}" for number in range(400 - len(names) + 1, 400)] + ["last"]
    assert len(names) > 50
    assert all(len(one.changes) == 100 for one in kept[1:-1])


def test_a_step_goes_on_while_its_process_lives_on_this_machine() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        assert step("other's", other.pid).is_running
        assert not step("elsewhere", other.pid, "another-machine").is_running
        other.communicate(b"\n")
    assert not step("dead", other.pid).is_running
    assert not step("own").is_running, "whoever asks has ended it, or cannot end it any more"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a process that is somebody else's")
def test_a_process_of_somebody_else_lives() -> None:
    assert step("init", 1).is_running
