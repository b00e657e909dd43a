"""Which passages there are, by paper and kind: in memory, so that a filter costs no look into the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from sqlite3 import Connection
from threading import Lock
from typing import TYPE_CHECKING

from paperlab.index.catalog_connection import one_moment
from paperlab.index.catalog_queries import Scope, generation, ids_with, numbers_of_papers, runs_of_passages

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Holdings:
    """All passages of one generation of the catalogue, in runs of one paper and kind whose ids follow each other."""

    generation: int
    papers: dict[str, int]
    """Their numbers, by key."""
    runs: Sequence[tuple[int, int, int, str]]
    """First id, count, number of the paper and kind, by ascending ids."""

    @cached_property
    def passages(self) -> int:
        return sum(count for _, count, _, _ in self.runs)

    @property
    def end(self) -> int:
        """Past the last id."""
        return self.runs[-1][0] + self.runs[-1][1] if self.runs else 0

    @cached_property
    def columns(self) -> "tuple[Numbers, Numbers, Numbers, npt.NDArray[np.str_]]":
        """Of the runs."""
        import numpy as np

        firsts, counts, of_papers, kinds = list(zip(*self.runs, strict=True)) or [()] * 4
        return np.array(firsts, int), np.array(counts, int), np.array(of_papers, int), np.array(kinds, np.str_)


@dataclass(frozen=True)
class Selection:
    """The passages of a scope, or those of them that meet a query of FTS5.

    NumPy is loaded when it is first needed: words in a small library do without.
    """

    holdings: Holdings
    scope: Scope
    narrow: str = ""
    """The query; "": all."""
    narrowed: "Numbers | None" = None
    """Ids of all passages that meet it."""

    def meeting(self, db: Connection, query: str) -> "Selection":
        return replace(self, narrow=query, narrowed=ids_with(db, query, self.holdings.end)) if query else self

    @cached_property
    def runs(self) -> "npt.NDArray[np.bool_]":
        """For each run, whether it is in the scope."""
        import numpy as np

        _, _, of_papers, kinds = self.holdings.columns
        if self.scope.is_all:
            return np.ones(len(kinds), bool)
        chosen = np.isin(kinds, [kind.value for kind in self.scope.kinds])
        if self.scope.papers is not None:
            numbers = self.holdings.papers
            of_scope = np.zeros(max(numbers.values(), default=0) + 1, bool)
            of_scope[[numbers[key.value] for key in self.scope.papers if key.value in numbers]] = True
            chosen &= of_scope[of_papers]
        return chosen

    @cached_property
    def passages(self) -> "npt.NDArray[np.bool_] | None":
        """For each id up to the last one, whether there is such a passage; None: all that there are."""
        import numpy as np

        if self.narrowed is not None:
            met = np.zeros(self.holdings.end, bool)
            met[self.narrowed] = True
            in_scope = Selection(self.holdings, self.scope).passages
            return met if in_scope is None else met & in_scope
        if self.scope.is_all:
            return None
        firsts, counts, _, _ = self.holdings.columns
        gaps = np.diff(firsts + counts, prepend=0) - counts
        is_in = np.stack([np.zeros(len(firsts), bool), self.runs], axis=1)
        return np.repeat(is_in.ravel(), np.stack([gaps, counts], axis=1).ravel())

    def ranges(self) -> list[tuple[int, int]]:
        """First and last ids of the runs, ascending."""
        firsts, counts, _, _ = self.holdings.columns
        lasts = firsts + counts - 1
        return list(zip(firsts[self.runs].tolist(), lasts[self.runs].tolist(), strict=True))


class HoldingsNow:
    """The holdings as they are now, read anew when the catalogue has changed. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: Holdings | None = None

    def __call__(self, db: Connection) -> Holdings:
        with self._lock:
            if self._last is None or self._last.generation != generation(db):
                self._last = _read(db)
            return self._last


def _read(db: Connection) -> Holdings:
    with one_moment(db):
        return Holdings(generation(db), numbers_of_papers(db), runs_of_passages(db))
