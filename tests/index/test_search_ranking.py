import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.index.ranking import rank_passages

SCORES = st.dictionaries(st.integers(0, 30), st.floats(0, 40), max_size=20)


def test_scores_follow_the_formula() -> None:
    ranked = rank_passages({1: 8.0, 2: 4.0}, {2: 0.5, 1: 0.25}, {1: 0.3, 2: 0.6})
    assert dict(ranked) == pytest.approx({1: 0.3 + 0.2 * 0.25 + 0.15, 2: 0.6 + 0.2 * 0.5 + 0.15 / 2})
    assert [passage for passage, _ in ranked] == [2, 1]


def test_what_was_found_in_one_way_alone_has_the_least_of_the_other() -> None:
    ranked = dict(rank_passages({1: 8.0, 2: 4.0}, {3: 0.5, 4: 0.25}, dict.fromkeys((1, 2, 3, 4), 0.3)))
    assert ranked[1] == pytest.approx(0.3 + 0.2 * 0.25 + 0.15)
    assert ranked[3] == pytest.approx(0.3 + 0.2 * 0.5 + 0.15 / 2)


def test_a_passage_without_a_signature_is_neither_first_nor_last() -> None:
    words = dict.fromkeys((1, 2, 3), 1.0)
    assert [passage for passage, _ in rank_passages(words, {}, {1: 0.2, 3: 0.6})] == [3, 2, 1]


def test_ties_are_in_order_of_the_ids() -> None:
    assert [passage for passage, _ in rank_passages({3: 1.0, 1: 1.0, 2: 1.0}, {}, {})] == [1, 2, 3]


@given(SCORES, SCORES, SCORES)
def test_every_passage_is_there_once_and_best_first(
    words: dict[int, float], cosines: dict[int, float], met: dict[int, float]
) -> None:
    ranked = rank_passages(words, cosines, met)
    assert sorted(passage for passage, _ in ranked) == sorted(words.keys() | cosines.keys())
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
