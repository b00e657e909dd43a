"""A short run of the trials: some operations of each command fail, each in one of the ways.

`python -m torture` tries all operations in all ways.
"""

import random
import sys
from collections.abc import Iterator
from itertools import cycle

import pytest

from torture.faults import Fault, Trouble
from torture.scenarios import KEY, PAPER, Scenario, has
from torture.stage import Stage
from torture.trial import Laboratory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks handles up in /proc")
_OPERATIONS = 3
"""Of each command; with the kills about half a minute."""


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    folder = tmp_path_factory.mktemp("torture")
    stage = Stage(folder / "home")
    yield Laboratory(folder, stage)
    stage.close()


def test_a_disk_that_fails_at_any_operation_loses_nothing(laboratory: Laboratory) -> None:
    chance, troubles, complaints = random.Random(11), cycle(Trouble), []
    for number, scenario in enumerate(laboratory.scenarios):
        count = len(laboratory.operations(scenario))
        assert count, f"{scenario.name} asks nothing of the disk: the trial would show nothing"
        for at in chance.sample(range(1, count + 1), min(count, _OPERATIONS)):
            has_doctor = at % len(laboratory.scenarios) == number
            verdict = laboratory.with_fault(scenario, Fault(next(troubles), at), has_doctor=has_doctor)
            complaints += [f"{verdict.trial}: {complaint}" for complaint in verdict.complaints]
    assert not complaints


def test_a_kill_at_any_instant_loses_nothing(laboratory: Laboratory) -> None:
    chance, complaints = random.Random(7), []
    for scenario in laboratory.scenarios:
        verdict = laboratory.killed_after(scenario, chance.uniform(0.01, 0.4), has_doctor=False)
        complaints += [f"{verdict.trial}: {complaint}" for complaint in verdict.complaints]
    assert not complaints


def test_the_trials_see_a_loss(laboratory: Laboratory) -> None:
    """A check that cannot fail proves nothing."""
    broken_promise = Scenario("promise", ("tag", KEY, "--add", "third"), is_done=has("tag", PAPER, "fourth"))
    loss = Scenario("loss", ("tag", KEY, "--remove", "first"), is_done=lambda _: True)
    nothing_wrong = Fault(Trouble.KILLED, 1000)
    assert laboratory.with_fault(broken_promise, nothing_wrong).complaints == ("acknowledged, but not there",)
    assert laboratory.with_fault(loss, nothing_wrong).complaints == (f"lost: {('tag', PAPER, 'first')}",)
