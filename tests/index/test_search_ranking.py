import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.index.ranking import fuse_rankings

RANKINGS = st.lists(st.lists(st.integers(0, 30), unique=True, max_size=20), max_size=4)


def test_what_several_lists_hold_comes_first() -> None:
    assert [passage for passage, _ in fuse_rankings([[1, 2, 3], [4, 3, 5]])] == [3, 1, 4, 2, 5]


def test_scores_follow_the_formula() -> None:
    assert dict(fuse_rankings([[7, 8], [8]], k=60)) == pytest.approx({7: 1 / 61, 8: 1 / 62 + 1 / 61})


def test_ties_keep_the_order_first_seen() -> None:
    assert [passage for passage, _ in fuse_rankings([[3], [1], [2]])] == [3, 1, 2]


def test_a_negative_k_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        fuse_rankings([[1]], k=-1)


@given(RANKINGS)
def test_every_passage_is_there_once_and_best_first(rankings: list[list[int]]) -> None:
    fused = fuse_rankings(rankings)
    assert sorted(passage for passage, _ in fused) == sorted(set().union(*rankings))
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)
