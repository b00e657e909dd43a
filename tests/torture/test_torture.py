"""A short run of the trials: each command is killed at an instant, and one of its operations fails in one of the ways.

`python -m torture` tries all operations in all ways, and as many instants as one likes.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from torture.__main__ import laboratory as opened
from torture.crowd import gather
from torture.durability import unsafe
from torture.faults import Fault, Operation, Trouble
from torture.ledger import Fate, Ledger
from torture.scenarios import KEY, PAPER, Scenario, has
from torture.trial import Laboratory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks handles up in /proc")
_QUICK_S = 1.0
"""Of commands that take longer, each fourth is tried."""


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with opened() as found:
        yield found


def test_a_disk_that_fails_at_any_operation_loses_nothing(laboratory: Laboratory) -> None:
    chance, troubles, complaints = random.Random(11), cycle(Trouble), []
    for number, scenario in enumerate(laboratory.scenarios):
        count = len(laboratory.operations(scenario))
        assert count, f"{scenario.name} asks nothing of the disk: the trial would show nothing"
        if _is_slow(laboratory, scenario) and number % 4 != 0:
            continue
        fault = Fault(next(troubles), chance.randint(1, count))
        verdict = laboratory.with_fault(scenario, fault, has_doctor=number % 6 == 0)
        complaints += [f"{verdict.trial}: {complaint}" for complaint in verdict.complaints]
    assert not complaints


def test_a_kill_at_any_instant_loses_nothing(laboratory: Laboratory) -> None:
    chance, complaints, hits = random.Random(7), [], 0
    for number, scenario in enumerate(laboratory.scenarios):
        if _is_slow(laboratory, scenario) and number % 4 != 1:
            continue
        verdict = laboratory.killed(scenario, laboratory.instant(scenario, chance), has_doctor=False)
        complaints += [f"{verdict.trial}: {complaint}" for complaint in verdict.complaints]
        hits += verdict.ended.was_killed and verdict.ended.begun > 0
    assert not complaints
    assert hits >= 5, "the kills come before the work, or after it"


def test_what_was_acknowledged_survives_a_power_cut(laboratory: Laboratory) -> None:
    at_risk = {scenario.name: unsafe(laboratory.operations(scenario)) for scenario in laboratory.scenarios}
    assert {name: told for name, told in at_risk.items() if told} == {}


def test_a_rename_or_a_name_that_was_not_synchronised_is_told() -> None:
    written = [Operation("create", "a.tmp"), Operation("write", "a.tmp"), Operation("fsync", "a.tmp")]
    put = [*written, Operation("replace", "a.toml", "a.tmp"), Operation("fsync", ".")]
    assert unsafe(put) == ()
    assert unsafe(put[:-1]) == ("a.toml: its name is not safe",)
    assert "a.toml: renamed before its bytes were safe" in unsafe([*put[:2], *put[3:]])
    assert unsafe([Operation("write", "a.jsonl")]) == ("a.jsonl: its bytes are not safe",)
    moved = [Operation("rename", "merged/b", "papers/b"), Operation("fsync", "merged")]
    assert unsafe(moved) == ("papers/b (gone): its name is not safe",)


def test_two_at_once_lose_nothing(laboratory: Laboratory, tmp_path: Path) -> None:
    found = gather(tmp_path, laboratory.base, laboratory.arxiv, processes=2, operations=40, seed=3, at_tui=False)
    assert (found.complaints, found.ledger.busy) == ((), [])
    assert found.ledger.of(Fate.THERE) >= 10


def test_a_ledger_sees_what_is_lost_doubled_or_back() -> None:
    ledger = Ledger()
    ledger.enter([("note", "lost"), ("note", "twice")], Fate.THERE)
    ledger.enter([("mark", "back")], Fate.GONE)
    ledger.enter([("tag", "killed")], Fate.EITHER)
    found = Counter({("note", "twice"): 2, ("mark", "back"): 1})
    assert set(ledger.compared(found)) == {
        "lost: ('note', 'lost')",
        "2 times: ('note', 'twice')",
        "back again: ('mark', 'back')",
    }


def test_the_trials_see_a_loss(laboratory: Laboratory) -> None:
    """A check that cannot fail proves nothing."""
    broken_promise = Scenario("promise", ("tag", KEY, "--add", "third"), is_done=has("tag", PAPER, "fourth"))
    loss = Scenario("loss", ("tag", KEY, "--remove", "first"), is_done=lambda _: True)
    nothing_wrong = Fault(Trouble.KILLED, 1000)
    assert laboratory.with_fault(broken_promise, nothing_wrong).complaints == ("acknowledged, but not there",)
    assert laboratory.with_fault(loss, nothing_wrong).complaints == (f"lost: {('tag', PAPER, 'first')}",)


def _is_slow(laboratory: Laboratory, scenario: Scenario) -> bool:
    return laboratory.undisturbed(scenario).seconds > _QUICK_S
