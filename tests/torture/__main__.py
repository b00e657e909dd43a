"""The long runs, which may be cut off and gone on with, and made in parts.

`python -m torture kills COUNT [SEED]`: kills at random instants, over all commands in turn.
`python -m torture faults [SCENARIO…]`: each kind of trouble at each operation of the disk.
`python -m torture record`: what they have shown becomes rows of `docs/reliability.md`.
"""

import logging
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from arxiv_on_loopback import ArxivOnLoopback
from pytest_httpserver import HTTPServer

from torture.faults import Fault, Trouble
from torture.scenarios import Scenario
from torture.stage import Stage
from torture.trial import Laboratory, Verdict
from torture.trials_log import FAULTS, KILLS, Trial, TrialsLog, keep, told

_DOCTOR_EVERY = 10
"""The doctor takes longer than all the rest: it is asked after each tenth trial."""


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it tells of each request
    with tempfile.TemporaryDirectory() as folder, HTTPServer(threaded=True) as server:
        stage = Stage(Path(folder) / "home")
        yield Laboratory(Path(folder), stage, ArxivOnLoopback(server))
        stage.close()


def kills(log: TrialsLog, count: int, seed: int) -> None:
    with laboratory() as lab:
        for number in range(count):
            scenario = lab.scenarios[number % len(lab.scenarios)]
            chance = random.Random(f"{seed} {number}")

            def kill(*, has_doctor: bool, scenario: Scenario = scenario, chance: random.Random = chance) -> Verdict:
                return lab.killed(scenario, lab.instant(scenario, chance), has_doctor=has_doctor)

            _once(log, f"kill {number} of seed {seed}", KILLS, lab, scenario, "killed at random", kill)


def faults(log: TrialsLog, names: Sequence[str]) -> None:
    with laboratory() as lab:
        for scenario in lab.scenarios:
            if scenario.is_slow or (names and scenario.name not in names):
                continue
            for at in range(1, len(lab.operations(scenario)) + 1):
                for trouble in Trouble:
                    fault = Fault(trouble, at)

                    def fail(*, has_doctor: bool, scenario: Scenario = scenario, fault: Fault = fault) -> Verdict:
                        return lab.with_fault(scenario, fault, has_doctor=has_doctor)

                    _once(log, f"{scenario.name}, {trouble} at {at}", FAULTS, lab, scenario, trouble, fail)


def _once(
    log: TrialsLog,
    name: str,
    part: str,
    lab: Laboratory,
    scenario: Scenario,
    trouble: str,
    attempt: Callable[..., Verdict],
) -> None:
    if name in log:
        return
    of = len(lab.operations(scenario))
    has_doctor = len(log.trials) % _DOCTOR_EVERY == 0
    verdict = attempt(has_doctor=has_doctor)
    ended = verdict.ended
    log.add(
        Trial(
            name=name,
            part=part,
            scenario=scenario.name,
            trouble=trouble,
            begun=ended.begun,
            of=of,
            is_killed=ended.was_killed,
            is_acknowledged=ended.is_acknowledged,
            has_doctor=has_doctor,
            complaints=verdict.complaints,
        )
    )
    if verdict.complaints:
        print(name, verdict.trial, *verdict.complaints, sep="\n    ", flush=True)


def main(words: Sequence[str]) -> int:
    log = TrialsLog()
    match words:
        case ["kills", count, *seed]:
            kills(log, int(count), int(seed[0]) if seed else 5)
        case ["faults", *names]:
            faults(log, names)
        case ["record"]:
            keep(log.trials)
        case _:
            print(__doc__)
            return 2
    print(told(log.trials), f"in {log.path}", sep="\n")
    return 1 if any(trial.complaints for trial in log.trials) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
