"""All damages on a library of two papers, with a parser and an encoder that take no time.

`python -m torture.damage` does them to a library of real PDFs with the real program.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import Desk, FakeParse, put_paper
from fakes import FakeEncoder

from paperlab.domain.findings import Kind
from paperlab.domain.progress import Status
from paperlab.index.catalog import Catalog
from paperlab.library.library import Library
from paperlab.services.checking import Checking
from paperlab.services.checks.index import IndexChecks
from paperlab.services.indexing import Indexing
from paperlab.services.verifying import Verifying
from torture.damage import DAMAGES, Found, complaints
from torture.damages import Cure, Damage
from torture.scenarios import OTHER_PAPER, PAPER

_NOT_DONE = {
    Kind.MARKER_DAMAGED: "tests/cli/test_cli_doctor.py",
    Kind.SETTING_WRONG: "tests/cli/test_cli_doctor.py",
    Kind.WORK_TWICE: "tests/services/test_joining.py",
    Kind.MARKS_OFFERED: "tests/services/test_offering.py",
    Kind.UNWRITABLE: "tests/services/test_checking.py",
    Kind.MODEL_UNAVAILABLE: "tests/services/test_checking.py",
    Kind.NO_TEXT: "tests/services/test_checking.py",
    Kind.DISK_LOW: "tests/services/test_checking.py",
}
"""Kinds of findings that are no damage to a library's files, and where they are shown."""


class InProcess:
    """The doctor without the command line; the catalogue is opened when it is asked for, damaged or not."""

    def __init__(self, root: Path) -> None:
        self._library = Library.open(root)
        self._store: Catalog | None = None
        encoder = FakeEncoder()
        indexing = Indexing(self._library, self._catalog, lambda: encoder, FakeParse(), "fake")
        verifying = Verifying(self._library, indexing, self._catalog, lambda: encoder)
        checks = IndexChecks(self._library, indexing, verifying, self._catalog, self._anew, lambda: None)
        self._checking = Checking(self._library, checks, lambda: datetime.now(UTC))

    def findings(self) -> Found:
        found = self._checking.findings()
        self.close()
        return frozenset((finding.kind.value, finding.place) for finding in found)

    def fix(self, *, yes: bool) -> None:
        done = list(self._checking.mend(self._checking.findings(), lambda _finding, _remedy: yes))
        assert not [each.told for each in done if each.has_failed]
        self.close()

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _catalog(self) -> Catalog:
        self._store = self._store or Catalog.open(self._library.derived)
        return self._store

    def _anew(self) -> None:
        self.close()
        Catalog.discard(self._library.derived)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("damage") / "base"
    desk = Desk(root)
    for name in (PAPER, OTHER_PAPER):
        key = put_paper(desk, name, title=name, citekey=name)
        desk.library.add_to_list("mine", key, name)
    key = put_paper(desk, PAPER, title=PAPER, citekey=PAPER)
    desk.noting.append(key, "A note of the reader's.")
    desk.annotating.highlight(key, "divided by the square root", page_index=0, comment="why?")
    desk.tracking.declare([key], Status.READING)
    desk.indexing.run()
    desk.store.close()
    return root


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_damage_is_found_and_mended_or_told_and_nothing_is_lost(damage: Damage, base: Path, tmp_path: Path) -> None:
    root = tmp_path / "library"
    shutil.copytree(base, root, symlinks=True)
    assert complaints(damage, root, InProcess(root)) == []


def test_each_kind_of_finding_is_provoked_here_or_elsewhere() -> None:
    assert {damage.kind for damage in DAMAGES} | _NOT_DONE.keys() == set(Kind)


def test_the_trial_sees_what_is_not_found_and_what_is_lost(base: Path, tmp_path: Path) -> None:
    """A check that cannot fail proves nothing."""

    class Careless(InProcess):
        def fix(self, *, yes: bool) -> None:
            super().fix(yes=yes)
            (root / "papers" / PAPER / "notes.md").write_text("")

    root = tmp_path / "library"
    shutil.copytree(base, root)
    unseen = Damage("nothing", Kind.PDF_MISSING, PAPER, Cure.TOLD, lambda _: None)
    assert complaints(unseen, root, InProcess(root))[0].startswith("not found")
    damage = next(damage for damage in DAMAGES if damage.kind is Kind.PDF_UNKNOWN)
    told = complaints(damage, root, Careless(root))
    assert any("changed without a yes" in each for each in told)
    assert any("bytes are gone" in each for each in told)
    assert any("lost: ('note'" in each for each in told)
