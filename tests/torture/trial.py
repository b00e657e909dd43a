"""One trial: a command on a copy of the base library while something goes wrong, and what must hold afterwards."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from paperlab.errors import PaperlabError
from torture.faults import Fault, Trouble
from torture.scenarios import Scenario, base_library, scenarios
from torture.stage import Ended, Stage
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

    def __init__(self, folder: Path, stage: Stage) -> None:
        self._stage = stage
        self._base, self._copy = folder / "base", folder / "library"
        papers = folder / "papers"
        base_library(stage, self._base, papers)
        self._files = sorted((self._base / "exported").glob("*.md"))
        for file in self._files:
            file.write_text(file.read_text() + _OWN_WORDS)
        self._before = facts(self._base)
        (mark,) = (fact[2] for fact in self._before if fact[0] == "mark")
        self.scenarios = tuple(
            replace(each, words=tuple(mark if word == "MARK" else word for word in each.words))
            for each in scenarios(papers, self._copy)
        )

    def operations(self, scenario: Scenario) -> tuple[str, ...]:
        """What the scenario asks of a disk that does not fail."""
        self._renew()
        ended = self._stage.run(self._copy, scenario.words)
        assert ended.is_acknowledged, (scenario.name, ended.err)
        return ended.operations

    def with_fault(self, scenario: Scenario, fault: Fault, *, has_doctor: bool = True) -> Verdict:
        """`has_doctor`: ask the doctor, too, which takes ten times as long as the rest."""
        self._renew()
        ended = self._stage.run(self._copy, scenario.words, fault=fault)
        trial = f"{scenario.name}, {fault.trouble} at {fault.at}"
        return self._judged(trial, scenario, ended, fault.trouble, has_doctor=has_doctor)

    def killed_after(self, scenario: Scenario, seconds: float, *, has_doctor: bool = True) -> Verdict:
        self._renew()
        ended = self._stage.run(self._copy, scenario.words, kill_after_s=seconds)
        trial = f"{scenario.name}, killed after {seconds:.3f} s"
        return self._judged(trial, scenario, ended, Trouble.KILLED, has_doctor=has_doctor)

    def seconds(self, scenario: Scenario) -> float:
        self._renew()
        return self._stage.run(self._copy, scenario.words).seconds

    def _renew(self) -> None:
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self._base, self._copy, symlinks=True)

    def _judged(self, trial: str, scenario: Scenario, ended: Ended, trouble: Trouble, *, has_doctor: bool) -> Verdict:
        complaints = list(self._complaints(scenario, ended, trouble))
        if not complaints and not ended.is_acknowledged:
            again = self._stage.run(self._copy, scenario.words)
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
