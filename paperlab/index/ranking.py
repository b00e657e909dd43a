"""What was found by words and by meaning in one order."""

from collections.abc import Mapping
from statistics import median

PassageId = int

COSINE_WEIGHT, WORDS_WEIGHT = 0.2, 0.15
"""Chosen on Cranfield and CACM; the readers' questions had no part in it (ADR 0011)."""


def rank_passages(
    words: Mapping[PassageId, float], cosines: Mapping[PassageId, float], interactions: Mapping[PassageId, float]
) -> list[tuple[PassageId, float]]:
    """Order the passages that were found in either way: score = interaction + 0.2 cosine + 0.15 words / best words.

    Args:
        words: BM25 of the passages found by words.
        cosines: Of the passages found by meaning. One that was found in one way alone is given the least score of the
            other: it would have been found if it had more.
        interactions: Of all whose signatures are at hand; the others are given the middle of these.

    Returns:
        Every passage with its score, highest first, ties by id.
    """
    best = max(words.values(), default=0) or 1
    least_words = min(words.values(), default=0) / best
    least_cosine = min(cosines.values(), default=0)
    middle = median(interactions.values()) if interactions else 0
    scores = {
        passage: interactions.get(passage, middle)
        + COSINE_WEIGHT * cosines.get(passage, least_cosine)
        + WORDS_WEIGHT * (words[passage] / best if passage in words else least_words)
        for passage in {**words, **cosines}
    }
    return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
