"""`python -m torture.damage`: each kind of damage done to a library on purpose, and what the doctor makes of it.

It must find it, by its kind and place. What is derived it must mend. On the rest nothing may be lost: without `--yes`
no file of the reader's changes, and with it every byte that was there is still there, in its place or in a copy.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from io import IOBase
from pathlib import Path
from typing import Protocol

from arxiv_on_loopback import ArxivOnLoopback
from pytest_httpserver import HTTPServer

from paperlab.errors import PaperlabError
from torture.damages import OF_FILES, Cure, Damage
from torture.damages_index import OF_THE_INDEX
from torture.scenarios import base_library
from torture.stage import Stage
from torture.table import Row, record
from torture.truth import Fact, facts

DAMAGES = (*OF_FILES, *OF_THE_INDEX)
_MOST_BYTES = 64 << 20
"""Larger files are told apart by their size."""

Found = frozenset[tuple[str, str]]
"""Kinds with their places."""


class Doctor(Protocol):
    """`paperlab doctor` on one library."""

    def findings(self) -> Found: ...

    def fix(self, *, yes: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Truth:
    """What is the reader's in a library."""

    contents: dict[str, str]
    """Hashes of all files that are not paperlab's own, by path."""
    facts: frozenset[Fact] | None
    """None where a record or a list cannot be read."""

    @classmethod
    def of(cls, root: Path) -> "Truth":
        told = None
        with suppress(PaperlabError, OSError, ValueError):
            told = frozenset(tuple(_plain(word) for word in fact) for fact in facts(root))
        return cls(_contents(root), told)


def complaints(damage: Damage, root: Path, doctor: Doctor) -> list[str]:
    """What is not as promised, of one damage to a sound library."""
    sound, before = doctor.findings(), Truth.of(root)
    held = damage.do(root)
    what, damaged = (damage.kind.value, damage.place), Truth.of(root)
    if what not in (found := doctor.findings()):
        return [f"not found: {what}, but {sorted(found)}"]
    doctor.fix(yes=False)
    after, found = Truth.of(root), doctor.findings()
    told = [f"changed without a yes: {name}" for name in _differing(damaged.contents, after.contents)]
    if damage.cure is Cure.MENDED:
        told += [f"not mended: {each}" for each in sorted(found - sound)]
    elif what not in found:
        told.append("gone without a yes")
    doctor.fix(yes=True)
    after, found = Truth.of(root), doctor.findings()
    if damage.cure is Cure.ASKED:
        told += [f"not mended with a yes: {each}" for each in sorted(found - sound)]
        told += _lost(before, after)
    kept = {*after.contents.values(), *_contents(root / ".backups").values()}
    told += [f"bytes are gone: {name}" for name, content in damaged.contents.items() if content not in kept]
    told += _lost(damaged, after)
    if isinstance(held, IOBase):
        held.close()
    return told


def _plain(text: str) -> str:
    """Without what is no text."""
    return text.replace("\0", "").replace("\ufeff", "").strip()


def _lost(before: Truth, after: Truth) -> list[str]:
    if before.facts is None:
        return []
    return [f"lost: {fact}" for fact in sorted(before.facts - (after.facts or frozenset()))]


def _differing(one: dict[str, str], other: dict[str, str]) -> Collection[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def _contents(root: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if any(part.startswith(".") for part in name.parts):  # paperlab's own
            continue
        if path.is_symlink():
            found[str(name)] = f"link {path.readlink()}"
        elif path.is_file():
            size = path.stat().st_size
            found[str(name)] = hashlib.sha256(path.read_bytes()).hexdigest() if size <= _MOST_BYTES else f"large {size}"
    return found


class _Program:
    """The real one."""

    def __init__(self, stage: Stage, root: Path) -> None:
        self._stage, self._root = stage, root

    def findings(self) -> Found:
        return frozenset((each["kind"], each["place"]) for each in self._ask()["findings"])

    def fix(self, *, yes: bool) -> None:
        self._ask("--fix", *(["--yes"] if yes else []))

    def _ask(self, *words: str) -> dict[str, list[dict[str, str]]]:
        ended = self._stage.run(self._root, ("doctor", "--json", *words))
        assert "Traceback" not in ended.err, ended.err
        answer: dict[str, list[dict[str, str]]] = json.loads(ended.out)
        assert ended.code == (0 if answer["ok"] else 1)
        return answer


def main(names: Collection[str] = ()) -> int:
    """Args: names: Kinds of findings; none: all."""
    bad: list[str] = []
    with tempfile.TemporaryDirectory() as name, HTTPServer(threaded=True) as server:
        folder = Path(name)
        base, root = folder / "base", folder / "library"
        stage = Stage(folder / "home")
        base_library(stage, base, folder / "papers", ArxivOnLoopback(server))
        for damage in (each for each in DAMAGES if not names or each.kind in names):
            shutil.copytree(base, root, symlinks=True)
            told = complaints(damage, root, _Program(stage, root))
            print(f"{damage.kind:<22} {damage.cure.name.lower():<7} {damage.name}", *told, sep="\n    ", flush=True)
            bad += told
            shutil.rmtree(root)
        stage.close()
    cures = Counter(damage.cure for damage in DAMAGES)
    kinds = len({damage.kind for damage in DAMAGES})
    measured = (
        f"{len(DAMAGES)} kinds of damage ({kinds} kinds of findings): all found by kind and place; "
        f"{cures[Cure.MENDED]} of what is derived, all mended by `--fix`; {cures[Cure.ASKED]} of what is the reader's, "
        f"mended with `--yes` and a copy kept; {cures[Cure.TOLD]} told with what to do; nothing lost"
    )
    print(f"{len(DAMAGES)} damages, {len(bad)} complaints")
    if not bad and not names:
        promise = "`doctor` finds damage done on purpose, mends what is derived, and loses nothing on the rest"
        record("doctor", [Row(promise, measured, "python -m torture.damage")])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
