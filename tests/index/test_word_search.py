import random
from collections.abc import Sequence

import pytest
from indexed_papers import Shelf

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind
from paperlab.index.catalog_connection import one_moment
from paperlab.index.catalog_queries import Scope
from paperlab.index.holdings import HoldingsNow, Selection
from paperlab.index.word_search import Budget, WordMatch, WordSearch

EXACT = Budget()
MANY = Budget(all_scored=0, share=1)
"""Every library is large."""
TIGHT = Budget(all_scored=0, rare=40, counted=50, read=15, complete=10, runs=2)
FREQUENT = [f"{letter}common" for letter in "abcdefgh"]
RARE = [f"{letter}seldom" for letter in "abcdefghijklmnopqrst"]


def search(shelf: Shelf, text: str, budget: Budget, scope: Scope | None = None, limit: int = 100) -> list[WordMatch]:
    with shelf.catalog.reading() as db, one_moment(db):
        where = Selection(HoldingsNow()(db), scope or Scope())
        return WordSearch(budget).matches(db, text, limit, where)


def numbers(matches: Sequence[WordMatch]) -> list[int]:
    return [match.passage for match in matches]


@pytest.fixture
def large(shelf: Shelf) -> Shelf:
    """600 passages of 30 papers: each has half of the frequent words, some a rare one."""
    chance = random.Random(4)
    for paper in range(30):
        texts = []
        for _ in range(20):
            words = [*chance.sample(FREQUENT, 4), *(chance.choices(RARE, k=chance.randrange(3)))]
            filling = [f"x{chance.randrange(5000)}" for _ in range(chance.randrange(5, 40))]
            words = words + chance.choices(words, k=3) + filling
            chance.shuffle(words)
            texts.append(" ".join(words) + ".")
        shelf.put(f"p{paper:02}", *texts, title=f"Paper {paper}")
    return shelf


QUERIES = [
    "aseldom",
    "aseldom bseldom",
    "acommon cseldom",
    "acommon bcommon dseldom eseldom",
    "acommon bcommon ccommon fseldom unheard",
    "gseldom hseldom iseldom jseldom kseldom",
    '"acommon aseldom" bcommon',
]


@pytest.mark.parametrize("query", QUERIES)
def test_within_its_budget_a_large_library_gives_the_same_passages(large: Shelf, query: str) -> None:
    everything = search(large, query, EXACT, limit=600)
    budget = Budget(all_scored=0, share=1, read=600)
    found = search(large, query, budget, limit=600)
    assert {(m.passage, m.has_all) for m in found} == {(m.passage, m.has_all) for m in everything}
    exact = {match.passage: match.score for match in everything}
    for match in found:
        assert match.score == pytest.approx(exact[match.passage], rel=0.2)


@pytest.mark.parametrize("query", QUERIES)
def test_the_best_are_found_first(large: Shelf, query: str) -> None:
    exact = search(large, query, EXACT)
    scores = {match.passage: match.score for match in exact}
    best = sum(match.score for match in exact[:5])
    for budget, share in ((MANY, 0.97), (TIGHT, 0.75)):
        found = search(large, query, budget)[:5]
        assert [m.has_all for m in found] == [m.has_all for m in exact[: len(found)]]
        assert sum(scores.get(match.passage, 0) for match in found) >= share * best


def test_passages_with_all_words_come_first(large: Shelf) -> None:
    found = search(large, "acommon aseldom", MANY)
    assert found[0].has_all
    assert not found[-1].has_all
    assert found == sorted(found, key=lambda match: (not match.has_all, -match.score, match.passage))


def test_a_word_that_nobody_has_makes_no_match_complete(large: Shelf) -> None:
    assert not any(match.has_all for match in search(large, "aseldom unheard", MANY))
    assert search(large, "unheard", MANY) == []
    assert search(large, "...", MANY) == []


def test_of_very_many_with_all_words_some_are_scored(large: Shelf) -> None:
    found = search(large, "acommon", TIGHT)
    assert 0 < len(found) <= 10
    assert all(match.has_all for match in found)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


@pytest.mark.parametrize("papers", [1, 2, 20])
def test_only_what_is_selected_is_found(large: Shelf, papers: int) -> None:
    keys = frozenset(PaperKey(f"p{number:02}") for number in range(papers))
    scope = Scope(frozenset({PassageKind.PASSAGE}), keys)
    for query in QUERIES:
        allowed = set(numbers(search(large, query, EXACT, scope, limit=600)))
        for budget in (MANY, TIGHT):
            found = numbers(search(large, query, budget, scope))
            assert set(found) <= allowed
            assert found or not allowed


def test_in_few_papers_no_match_is_missed(large: Shelf) -> None:
    scope = Scope(papers=frozenset({PaperKey("p03"), PaperKey("p17")}))
    budget = Budget(all_scored=0, rare=1, read=600)
    for query in QUERIES:
        exact = numbers(search(large, query, EXACT, scope, limit=600))
        assert sorted(numbers(search(large, query, budget, scope, limit=600))) == sorted(exact)


def test_words_count_in_all_their_forms(shelf: Shelf) -> None:
    shelf.put("often", "Layers: a layer, layered on layers.", "The opposite of it is deep.")
    shelf.put("once", "One layer is on its own.", "Nothing else is said.")
    assert numbers(search(shelf, "layers", MANY)) == numbers(search(shelf, "layers", EXACT)) == [1, 3]


def test_what_was_put_in_since_is_found(shelf: Shelf) -> None:
    searching = WordSearch(MANY)
    for number in range(3):
        shelf.put(f"p{number}", "Attention is here.")
        with shelf.catalog.reading() as db, one_moment(db):
            where = Selection(HoldingsNow()(db), Scope())
            assert len(searching.matches(db, "attention", 10, where)) == number + 1
