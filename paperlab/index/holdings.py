"""Which passages there are, by paper and kind: in memory, so that a filter costs no look into the catalogue."""

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


@dataclass(frozen=True)
class Holdings:
    """All passages of one generation of the catalogue, in runs of one paper and kind whose ids follow each other."""

    generation: int
    papers: dict[str, int]
    """Their numbers, by key."""
    firsts: "npt.NDArray[np.int64]"
    """Ids of the first passages of the runs, ascending."""
    counts: "npt.NDArray[np.int64]"
    of_papers: "npt.NDArray[np.int64]"
    kinds: "npt.NDArray[np.str_]"

    @cached_property
    def passages(self) -> int:
        return int(self.counts.sum())

    @cached_property
    def end(self) -> int:
        """Past the last id."""
        return int(self.firsts[-1] + self.counts[-1]) if len(self.firsts) else 0

    def select(self, scope: Scope) -> "Selection":
        import numpy as np

        if scope.is_all:
            return Selection(self, scope, np.ones(len(self.firsts), bool))
        chosen = np.isin(self.kinds, [kind.value for kind in scope.kinds])
        if scope.papers is not None:
            of_scope = np.zeros(max(self.papers.values(), default=0) + 1, bool)
            of_scope[[self.papers[key.value] for key in scope.papers if key.value in self.papers]] = True
            chosen &= of_scope[self.of_papers]
        return Selection(self, scope, chosen)


@dataclass(frozen=True)
class Selection:
    """The passages of a scope, or some of them."""

    holdings: Holdings
    scope: Scope
    runs: "npt.NDArray[np.bool_]"
    """For each run, whether it is in the scope."""
    narrow: str = ""
    """A query of FTS5 that they meet, too; "": none."""
    narrowed: "npt.NDArray[np.int64] | None" = None
    """Ids of all passages that meet it."""

    def meeting(self, db: Connection, query: str) -> "Selection":
        """Those of them that meet a query of FTS5."""
        return replace(self, narrow=query, narrowed=ids_with(db, query, self.holdings.end)) if query else self

    @cached_property
    def passages(self) -> "npt.NDArray[np.bool_] | None":
        """For each id up to the last one, whether there is such a passage; None: all that there are."""
        import numpy as np

        if self.narrowed is not None:
            met = np.zeros(self.holdings.end, bool)
            met[self.narrowed] = True
            in_scope = replace(self, narrow="", narrowed=None).passages
            return met if in_scope is None else met & in_scope
        if self.scope.is_all:
            return None
        firsts, counts = self.holdings.firsts, self.holdings.counts
        gaps = firsts - np.concatenate([[0], (firsts + counts)[:-1]]) if len(firsts) else counts
        is_in = np.stack([np.zeros(len(firsts), bool), self.runs], axis=1)
        return np.repeat(is_in.ravel(), np.stack([gaps, counts], axis=1).ravel())

    def ranges(self) -> list[tuple[int, int]]:
        """First and last ids of the runs, ascending."""
        firsts = self.holdings.firsts[self.runs]
        return list(zip(firsts.tolist(), (firsts + self.holdings.counts[self.runs] - 1).tolist(), strict=True))


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
    import numpy as np

    with one_moment(db):
        now, papers, runs = generation(db), numbers_of_papers(db), runs_of_passages(db)
    firsts, counts, of_papers, kinds = list(zip(*runs, strict=True)) or [()] * 4
    return Holdings(
        now,
        papers,
        np.array(firsts, np.int64),
        np.array(counts, np.int64),
        np.array(of_papers, np.int64),
        np.array(kinds, np.str_),
    )
