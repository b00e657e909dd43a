import pytest
from indexed_papers import Shelf

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind
from paperlab.index.catalog_queries import Scope
from paperlab.index.holdings import Holdings, HoldingsNow, Selection

A, B = PaperKey("a"), PaperKey("b")
TEXT, NOTES = frozenset({PassageKind.PASSAGE}), frozenset({PassageKind.NOTE})
SCOPES = [
    Scope(),
    Scope(papers=frozenset({A})),
    Scope(papers=frozenset({A, B})),
    Scope(papers=frozenset({PaperKey("unheard-of")})),
    Scope(papers=frozenset()),
    Scope(kinds=TEXT),
    Scope(kinds=NOTES),
    Scope(kinds=NOTES, papers=frozenset({B})),
    Scope(kinds=frozenset()),
]


@pytest.fixture
def moved(shelf: Shelf) -> Shelf:
    """Papers and notes put in, replaced and taken out, so that there are gaps between the ids."""
    shelf.put("a", "First.", "Second.", "Third.")
    shelf.put("b", "Fourth.", "Fifth.")
    shelf.note(A, "A note.\n\nAnother one.")
    shelf.put("gone", "Sixth.", "Seventh.")
    shelf.put("b", "Eighth.", "Ninth.", "Tenth.")
    shelf.note(B, "On the second paper.")
    shelf.catalog.remove(PaperKey("gone"))
    shelf.put("last", "Eleventh.")
    return shelf


def now(shelf: Shelf) -> Holdings:
    with shelf.catalog.reading() as db:
        return HoldingsNow()(db)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_selection_is_what_the_catalogue_has_in_the_scope(moved: Shelf, scope: Scope) -> None:
    with moved.catalog.reading() as db:
        rows = db.execute("SELECT passages.id, key, kind FROM passages JOIN papers ON papers.id = paper ORDER BY 1")
        expected = [
            number
            for number, key, kind in rows
            if PassageKind(kind) in scope.kinds and (scope.papers is None or PaperKey(key) in scope.papers)
        ]
    selection = Selection(now(moved), scope)
    if selection.passages is not None:
        assert len(selection.passages) == now(moved).end
        assert selection.passages.nonzero()[0].tolist() == expected
    assert [number for first, last in selection.ranges() for number in range(first, last + 1)] == expected


def test_a_selection_is_narrowed_to_what_meets_a_query_of_words(moved: Shelf) -> None:
    with moved.catalog.reading() as db:
        everywhere = Selection(HoldingsNow()(db), Scope()).meeting(db, '"second" OR "tenth"')
        of_notes = Selection(HoldingsNow()(db), Scope(kinds=NOTES)).meeting(db, '"second" OR "tenth"')
        found = dict(db.execute("SELECT id, text FROM passages"))
    assert everywhere.passages is not None
    assert of_notes.passages is not None
    assert {found[number] for number in everywhere.passages.nonzero()[0].tolist()} >= {"On the second paper.", "Tenth."}
    assert {found[number] for number in of_notes.passages.nonzero()[0].tolist()} == {"On the second paper."}


def test_all_passages_need_no_choice(moved: Shelf) -> None:
    assert Selection(now(moved), Scope()).passages is None
    assert now(moved).passages == 10


def test_a_change_is_seen(shelf: Shelf) -> None:
    holdings = HoldingsNow()
    with shelf.catalog.reading() as db:
        assert holdings(db).passages == holdings(db).end == 0
        assert holdings(db) is holdings(db)
    shelf.put("a", "First.", "Second.")
    with shelf.catalog.reading() as db:
        assert holdings(db).passages == 2
    shelf.catalog.remove(A)
    with shelf.catalog.reading() as db:
        assert holdings(db).passages == 0
        assert Selection(holdings(db), Scope(kinds=TEXT)).ranges() == []


def test_passages_without_vectors_are_held_too(shelf: Shelf) -> None:
    Shelf(shelf.catalog, shelf.snapshot, None).put("a", "By words only.")
    assert Selection(now(shelf), Scope(papers=frozenset({A}))).ranges() == [(1, 1)]
