"""One trial: a command on a copy of the base library while something goes wrong, and what must hold afterwards."""

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from arxiv_on_loopback import ArxivOnLoopback

from paperlab.errors import PaperlabError
from paperlab.index.catalog import Catalog
from torture.faults import Fault, Operation, Trouble
from torture.scenarios import Scenario, base_library, scenarios
from torture.stage import Ended, Kill, Stage
from torture.truth import facts, half_written

_OWN_WORDS = "\nMy own words below.\n"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trial has shown; `complaints` is empty if all is as promised."""

    trial: str
    ended: Ended
    complaints: tuple[str, ...]


class Laboratory:
    """Holds the base library and makes trials on copies of it."""

    def __init__(self, folder: Path, stage: Stage, arxiv: ArxivOnLoopback) -> None:
        self._stage = stage
        self.arxiv = arxiv
        self.base, self._copy = folder / "base", folder / "library"
        papers = folder / "papers"
        base_library(stage, self.base, papers, arxiv)
        self._files = sorted((self.base / "exported").glob("*.md"))
        for file in self._files:
            file.write_text(file.read_text() + _OWN_WORDS)
        self._before = facts(self.base)
        (mark,) = (fact[2] for fact in self._before if fact[0] == "mark")
        self.scenarios = tuple(
            replace(each, words=tuple(mark if word == "MARK" else word for word in each.words))
            for each in scenarios(papers, self._copy, arxiv)
        )
        self._undisturbed: dict[str, Ended] = {}

    def undisturbed(self, scenario: Scenario) -> Ended:
        """How the scenario ends on a disk that does not fail."""
        if scenario.name not in self._undisturbed:
            self._renew()
            ended = self._run(scenario)
            assert ended.is_acknowledged, (scenario.name, ended.err)
            self._undisturbed[scenario.name] = ended
        return self._undisturbed[scenario.name]

    def operations(self, scenario: Scenario) -> tuple[Operation, ...]:
        """What the scenario asks of a disk that does not fail."""
        return self.undisturbed(scenario).operations

    def with_fault(self, scenario: Scenario, fault: Fault, *, has_doctor: bool = True) -> Verdict:
        """`has_doctor`: ask the doctor, too, which takes ten times as long as the rest."""
        self._renew()
        ended = self._run(scenario, fault=fault)
        trial = f"{scenario.name}, {fault.trouble} at {fault.at}"
        return self._judged(trial, scenario, ended, fault.trouble, has_doctor=has_doctor)

    def instant(self, scenario: Scenario, chance: random.Random) -> Kill:
        """Of the scenario's work: each pause between two operations is as likely, and each instant within it.

        Drawn over the whole time instead, most kills would hit what is between the first write and the last in few
        commands only: a note is written within a millisecond.
        """
        clean = self.undisturbed(scenario)
        moments = (clean.started_s, *(each.at_s for each in clean.operations), clean.started_s + clean.seconds)
        pauses = [end - begin for begin, end in pairwise(moments)]
        after = chance.randrange(len(pauses))
        return Kill(after, chance.uniform(0, pauses[after]))

    def killed(self, scenario: Scenario, kill: Kill, *, has_doctor: bool = True) -> Verdict:
        self._renew()
        ended = self._run(scenario, kill=kill)
        trial = f"{scenario.name}, killed {kill.wait_s:.6f} s after {kill.after}"
        return self._judged(trial, scenario, ended, Trouble.KILLED, has_doctor=has_doctor)

    def _run(self, scenario: Scenario, fault: Fault | None = None, kill: Kill | None = None) -> Ended:
        return self._stage.run(self._copy, scenario.words, fault=fault, kill=kill, environment=scenario.environment)

    def _renew(self) -> None:
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self.base, self._copy, symlinks=True)

    def _judged(self, trial: str, scenario: Scenario, ended: Ended, trouble: Trouble, *, has_doctor: bool) -> Verdict:
        complaints = list(self._complaints(scenario, ended, trouble))
        if not complaints and not ended.is_acknowledged:
            again = self._run(scenario)
            complaints = [f"again: {again.code} {again.err}"] if self._fails(scenario, again) else []
        if not complaints and has_doctor:
            complaints = list(self._unwell())
        return Verdict(trial, ended, tuple(complaints))

    def _complaints(self, scenario: Scenario, ended: Ended, trouble: Trouble) -> Iterator[str]:
        if "Traceback" in ended.err:
            yield f"a traceback: {ended.err[-400:]}"
        told = ended.err.splitlines()
        if not (ended.is_acknowledged or ended.was_killed or (told and all(t.startswith("paperlab: ") for t in told))):
            yield f"no error in a line: {ended.err!r}"
        try:
            after = facts(self._copy)
            torn = half_written(self._copy, may_be_torn=trouble in (Trouble.TORN, Trouble.FULL))
        except (PaperlabError, OSError, ValueError) as error:
            yield f"cannot be read: {error!r}"
            return
        yield from (f"lost: {fact}" for fact in self._before - after if not scenario.may_go(fact))
        yield from (f"half written: {name}" for name in torn)
        if ended.is_acknowledged and not scenario.is_done(after):
            yield "acknowledged, but not there"
        for file in self._files:
            if _OWN_WORDS not in (self._copy / "exported" / file.name).read_text():
                yield "the reader's words outside the region are gone"
        yield from (f"catalogue: {problem}" for problem in _problems(self._copy / ".paperlab"))

    def _fails(self, scenario: Scenario, again: Ended) -> bool:
        """Whatever it says: what was done already may be an error the second time."""
        return "Traceback" in again.err or not scenario.is_done(facts(self._copy))

    def _unwell(self) -> Iterator[str]:
        mended = self._stage.run(self._copy, ("doctor", "--fix", "--json"))
        if not mended.is_acknowledged or not json.loads(mended.out)["ok"]:
            yield f"doctor: {mended.out} {mended.err}"
        verified = self._stage.run(self._copy, ("index", "verify"))
        if not verified.is_acknowledged:
            yield f"index verify: {verified.out} {verified.err}"


def _problems(derived: Path) -> tuple[str, ...]:
    """What is wrong inside the catalogue, as the next program would find it."""
    catalog = Catalog.open(derived)
    try:
        return catalog.problems()
    finally:
        catalog.close()
