"""Papers near a paper, by the vectors of their passages (ADR 0009). Nothing is encoded for it."""

from collections.abc import Collection, Iterator, Sequence
from sqlite3 import Connection
from time import perf_counter
from typing import TYPE_CHECKING

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.related import Reason, RelatedPaper, Relations
from paperlab.errors import NothingFound
from paperlab.index.catalog import Catalog
from paperlab.index.catalog_queries import papers_without_vectors, passages_of, places_and_texts
from paperlab.index.catalog_related import (
    StoredVectors,
    paper_by_key,
    papers_by_number,
    papers_of_passages,
    papers_with_vectors,
    telling_vectors,
)
from paperlab.index.vectors import VectorIndex

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float32]

_OWN = 64
"""Passages of the paper that are compared, taken evenly from all of it; all of them order the papers no better."""
_FEW_PASSAGES = 12_000
"""Of a library, that are compared all; past it those of the papers that some nearest passages are from."""
_PROBES, _NEAR, _LIKELY = 8, 100, 48
"""Passages whose nearest are looked for then; so many for each; papers that are gone on with."""
_LEAST_SCORE = 0.4
"""Papers of different fields reach 0.38 (ADR 0009)."""
_PLAIN = 0.5
"""Share of a prose's words that are no numbers, signs or names; tables, formulas and lists of authors have less."""


def find_related(catalog: Catalog, vectors: VectorIndex, key: PaperKey, limit: int, reasons: int) -> Relations:
    """The papers that lie nearest, each with at most so many pairs of passages that say why.

    Raises:
        NothingFound: The paper, or every other one, has no vectors.
    """
    began = perf_counter()
    with catalog.reading() as db:
        number, title, fingerprint = paper_by_key(db, key) or (0, "", "")
        own = _own_passages(db, number, fingerprint)
        if own is None:
            hint = "`paperlab index` does it, `paperlab fetch` downloads a missing PDF"
            raise NothingFound(f"{key} is not indexed by meaning", hint=hint)
        others = telling_vectors(db, _likely_papers(db, vectors, own, fingerprint), fingerprint)
        if not others:
            raise NothingFound(f"there is no other paper to compare {key} with", hint="`paperlab index` completes them")
        near = list(_nearest(db, own, others, limit, reasons))
        lacking = papers_without_vectors(db, fingerprint)
    names = "paper is" if lacking == 1 else "papers are"
    warning = f"{lacking} {names} not compared: `paperlab index` completes them" if lacking else ""
    return Relations(key, title, tuple(near), (perf_counter() - began) * 1000, warning)


def _own_passages(db: Connection, number: int, fingerprint: str) -> StoredVectors | None:
    """What stands for the paper: its prose, or all of its text where it has none; None if it has no text."""
    import numpy as np

    found = telling_vectors(db, [number], fingerprint)
    if not found:
        return None
    (own,) = found
    prose = np.flatnonzero(
        np.isin(own.ids, [n for n, _, text in places_and_texts(db, own.ids.tolist()) if is_prose(text)])
    )
    rows = prose if len(prose) else np.arange(len(own.ids))
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, _OWN).round().astype(int))]
    return StoredVectors(number, own.ids[rows], own.rows[rows])


def is_prose(text: str) -> bool:
    """Whether a text is made of plain words. Scripts without capital letters count as such."""
    words = text.split()
    return sum(word[0].isalpha() and not word[0].isupper() for word in words) >= _PLAIN * len(words)


def _likely_papers(db: Connection, vectors: VectorIndex, own: StoredVectors, fingerprint: str) -> Collection[int]:
    """All others of a small library; of a large one those with the nearest passages."""
    import numpy as np

    counts = papers_with_vectors(db, fingerprint)
    if sum(counts.values()) <= _FEW_PASSAGES:
        return counts.keys() - {own.paper}

    probes = own.rows[np.unique(np.linspace(0, len(own.rows) - 1, _PROBES).round().astype(int))].astype(np.float32)
    limit = _NEAR + counts[own.paper]  # its own passages are the nearest
    found = [vectors.nearest(probe, fingerprint, limit) for probe in probes]
    papers = papers_of_passages(db, {number for hits in found for number, _ in hits})
    sums: dict[int, float] = {}
    for hits in found:
        best: dict[int, float] = {}
        for number, cosine in hits:
            if number in papers and papers[number] != own.paper:
                best.setdefault(papers[number], cosine)
        for paper, cosine in best.items():
            sums[paper] = sums.get(paper, 0.0) + cosine
    return sorted(sums, key=lambda paper: -sums[paper])[:_LIKELY]


def _nearest(
    db: Connection, own: StoredVectors, others: Sequence[StoredVectors], limit: int, reasons: int
) -> Iterator[RelatedPaper]:
    """Score: mean over the paper's passages p of the cosine of the other's nearest one, weighted by spread(p)."""
    import numpy as np

    here = own.rows.astype(np.float32)
    # one product: each has its threads wait for one another
    cosines = np.split(
        here @ np.concatenate([other.rows for other in others]).astype(np.float32).T,
        np.cumsum([len(other.ids) for other in others])[:-1],
        axis=1,
    )
    nearest = np.array([table.max(axis=1) for table in cosines])
    scores = nearest @ _spread(nearest)
    names = papers_by_number(db, [other.paper for other in others])
    ranked = [at for at in np.argsort(-scores, kind="stable").tolist() if others[at].paper in names]
    common = nearest.mean(axis=0)
    for rank, at in enumerate([at for at in ranked if scores[at] >= _LEAST_SCORE][:limit], 1):
        key, title = names[others[at].paper]
        pairs = tuple(_reasons(db, own, others[at], cosines[at], common, reasons))
        yield RelatedPaper(rank, key, title, min(float(scores[at]), 1.0), pairs)  # float16 rounds up, too


def _spread(nearest: "Matrix") -> "Matrix":
    """The weight of each passage of the paper, summing up to 1: how far its nearest paper is ahead of most.

    What every paper says, such as "we use Adam", weighs little.
    """
    import numpy as np

    ahead = nearest.max(axis=0) - nearest.mean(axis=0)
    weights = ahead if ahead.any() else np.ones_like(ahead)  # there is but one other paper
    shares: Matrix = weights / weights.sum()
    return shares


def _reasons(
    db: Connection, own: StoredVectors, other: StoredVectors, cosines: "Matrix", common: "Matrix", limit: int
) -> Iterator[Reason]:
    """The nearest pairs, less what other papers come near to, too; each passage is in one pair at most."""
    nearest = cosines.argmax(axis=1).tolist()
    ahead = cosines.max(axis=1) - common / 2
    pairs_of: dict[int, int] = {}
    for row in (-ahead).argsort(kind="stable").tolist():
        pairs_of.setdefault(nearest[row], row)
    likely = list(pairs_of.items())[: 3 * limit]
    there = other.ids[[column for column, _ in likely]].tolist()
    prose = {number for number, _, text in places_and_texts(db, there) if is_prose(text)}
    chosen = [pair for pair in likely if int(other.ids[pair[0]]) in prose] or likely
    ids = [(int(own.ids[row]), int(other.ids[column]), float(cosines[row, column])) for column, row in chosen[:limit]]
    passages = passages_of(db, [number for a, b, _ in ids for number in (a, b)])
    for a, b, cosine in ids:
        if a in passages and b in passages:
            yield Reason(passages[a][0], passages[b][0], cosine)
