"""Which passages there are, by paper and kind: in memory, so that a filter costs no look into the catalogue."""

from dataclasses import dataclass
from sqlite3 import Connection
from threading import Lock
from typing import TYPE_CHECKING

from paperlab.index.catalog_connection import one_moment
from paperlab.index.catalog_queries import Scope, generation, numbers_of_papers, runs_of_passages

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Holdings:
    """All passages of one generation of the catalogue, as runs of ids of one paper and kind."""

    generation: int
    papers: dict[str, int]
    """Their numbers, by key."""
    firsts: "npt.NDArray[np.int64]"
    """Ids of the first passages of the runs, ascending."""
    counts: "npt.NDArray[np.int64]"
    of_papers: "npt.NDArray[np.int64]"
    kinds: "npt.NDArray[np.str_]"

    @property
    def passages(self) -> int:
        return int(self.counts.sum())

    @property
    def end(self) -> int:
        """Past the last id."""
        return int(self.firsts[-1] + self.counts[-1]) if len(self.firsts) else 0

    def runs_in(self, scope: Scope) -> "npt.NDArray[np.bool_]":
        """For each run, whether it is in the scope."""
        import numpy as np

        chosen = np.isin(self.kinds, [kind.value for kind in scope.kinds])
        if scope.papers is not None:
            numbers = [self.papers[key.value] for key in scope.papers if key.value in self.papers]
            of_scope = np.zeros(max(self.papers.values(), default=0) + 1, bool)
            of_scope[numbers] = True
            chosen &= of_scope[self.of_papers]
        return chosen

    def passages_in(self, scope: Scope) -> "npt.NDArray[np.bool_]":
        """For each id up to the last one, whether there is such a passage in the scope."""
        import numpy as np

        bounds = np.zeros(self.end + 1, np.int8)
        chosen = self.runs_in(scope)
        bounds[self.firsts[chosen]] += 1
        bounds[self.firsts[chosen] + self.counts[chosen]] -= 1
        return np.cumsum(bounds[:-1], dtype=np.int8).view(np.bool_)


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
