"""Ranked lists merged into one."""

from collections.abc import Iterable, Sequence

PassageId = int


def fuse_rankings(rankings: Iterable[Sequence[PassageId]], k: int = 60) -> list[tuple[PassageId, float]]:
    """Merge ranked lists: score(d) = Σ 1 / (k + rank(d)), ranks from 1, over the lists holding d.

    Args:
        rankings: Lists of passages, best first, each passage at most once per list.
        k: Damping of the top ranks, in ranks; 60 in the source.

    Returns:
        Every passage once with its score, highest first; ties keep first-seen order.

    Raises:
        ValueError: `k` is negative.

    Source: Cormack, Clarke & Büttcher, SIGIR 2009, doi:10.1145/1571941.1572114 (reciprocal rank fusion).
    """
    if k < 0:
        raise ValueError(f"k must not be negative: {k}")
    scores: dict[PassageId, float] = {}
    for ranking in rankings:
        for rank, passage in enumerate(ranking, 1):
            scores[passage] = scores.get(passage, 0.0) + 1 / (k + rank)
    return sorted(scores.items(), key=lambda scored: -scored[1])
