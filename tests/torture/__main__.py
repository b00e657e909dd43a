"""`python -m torture [KILLS] [SCENARIO…]`: each fault at each operation, and so many kills at random instants."""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from torture.faults import Fault, Trouble
from torture.stage import Stage
from torture.trial import Laboratory, Verdict


def main(kills: int, names: Sequence[str], seed: int = 5) -> int:
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder) / "home")
        laboratory = Laboratory(Path(folder), stage)
        counted: Counter[tuple[str, str]] = Counter()
        bad: list[Verdict] = []

        def count(verdict: Verdict, scenario: str, trouble: str) -> None:
            counted[scenario, trouble] += 1
            if verdict.complaints:
                bad.append(verdict)
                print(verdict.trial, *verdict.complaints, sep="\n    ", flush=True)

        chosen = [each for each in laboratory.scenarios if not names or each.name in names]
        for scenario in chosen:
            for at in range(1, len(laboratory.operations(scenario)) + 1):
                for trouble in Trouble:
                    count(laboratory.with_fault(scenario, Fault(trouble, at)), scenario.name, trouble)
        chance = random.Random(seed)
        longest = {each.name: laboratory.seconds(each) for each in chosen}
        for number in range(kills):
            scenario = chosen[number % len(chosen)]
            after = chance.uniform(0, longest[scenario.name])
            count(laboratory.killed_after(scenario, after), scenario.name, "killed at random")
        stage.close()
    for (name, trouble), number in sorted(counted.items()):
        print(f"{name:20} {trouble:20} {number:5}")
    print(f"{sum(counted.values())} trials, {len(bad)} with complaints")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, sys.argv[2:]))
