from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from desk import TEXTS, Desk, put_paper

from paperlab.domain.passages import PassageKind, SearchMode
from paperlab.errors import LibraryError, NothingFound, UsageError
from paperlab.services.annotating import Selected


def test_a_highlight_holds_the_quote_as_it_stands_with_its_place(desk: Desk) -> None:
    key = put_paper(desk)
    made = desk.annotating.highlight(key, "SQUARE root of\nthe key dimen-\nsion", comment="why?")
    assert made.quote == "square root of the key dimension"
    assert (made.page_index, made.edition, made.section, made.comment) == (0, "v7", "1 Section", "why?")
    assert TEXTS[0].startswith(f"{made.prefix}{made.quote}{made.suffix}"[:60]) or made.prefix.endswith("by the ")
    assert made.boxes
    assert desk.annotating.of(key) == (made,)


def test_a_quote_that_is_not_in_the_paper_is_refused(desk: Desk) -> None:
    key = put_paper(desk)
    with pytest.raises(NothingFound):
        desk.annotating.highlight(key, "a sentence that nobody has written here")
    with pytest.raises(NothingFound) as caught:
        desk.annotating.highlight(key, "six layers", page_index=0)
    assert "page 2" in caught.value.hint
    assert desk.annotating.of(key) == ()


@pytest.mark.parametrize(("quote", "color"), [("", "yellow"), ("six layers", "pink")])
def test_an_empty_quote_and_an_unknown_colour_are_wrong_usage(desk: Desk, quote: str, color: str) -> None:
    key = put_paper(desk)
    with pytest.raises(UsageError):
        desk.annotating.highlight(key, quote, color=color)


def test_a_quote_that_stands_in_several_places_wants_a_page(desk: Desk) -> None:
    key = put_paper(desk, texts=("The layer is deep and wide.", "The layer is deep and thin."))
    with pytest.raises(UsageError) as caught:
        desk.annotating.highlight(key, "layer is deep")
    assert "page 1, 2" in caught.value.hint
    assert desk.annotating.highlight(key, "layer is deep", page_index=1).page_index == 1


def test_a_mark_is_removed_by_the_beginning_of_its_id(desk: Desk) -> None:
    key = put_paper(desk)
    made = desk.annotating.highlight(key, "six layers")
    assert desk.annotating.remove(made.id[:8]).keys == (key,)
    assert desk.annotating.of(key) == ()
    with pytest.raises(NothingFound):
        desk.annotating.remove(made.id)


def test_what_is_done_to_a_mark_can_be_taken_back(desk: Desk) -> None:
    key = put_paper(desk)
    made = desk.annotating.highlight(key, "six layers", comment="why?")
    recolored = desk.annotating.recolor(key, made, "green")
    (green,) = desk.annotating.of(key)
    commented = desk.annotating.comment(key, green, "because")
    removed = desk.annotating.remove(made.id)
    assert desk.annotating.of(key) == ()
    removed.undo()
    (mark,) = desk.annotating.of(key)
    assert (mark.id, mark.color, mark.comment) == (made.id, "green", "because")
    commented.undo()
    assert desk.annotating.of(key)[0].comment == "why?"
    recolored.undo()
    assert desk.annotating.of(key)[0].color == "yellow"
    with pytest.raises(UsageError):
        desk.annotating.recolor(key, made, "pink")


def test_several_quotes_are_marked_and_taken_back_together(desk: Desk) -> None:
    key = put_paper(desk)
    kept = desk.annotating.highlight(key, "residual connections")
    quotes = [Selected("flat regions", 0), Selected("six layers", 1), Selected("two sublayers", 1)]
    change = desk.annotating.highlight_all(key, quotes, color="red", comment="why?")
    made = [mark for mark in desk.annotating.of(key) if mark != kept]
    assert [(mark.quote, mark.color, mark.comment) for mark in made] == [
        ("flat regions", "red", "why?"),
        ("six layers", "red", ""),
        ("two sublayers", "red", ""),
    ]
    desk.annotating.remove(made[1].id)
    change.undo()
    assert desk.annotating.of(key) == (kept,)


def test_if_one_of_several_quotes_is_not_there_none_is_marked(desk: Desk) -> None:
    key = put_paper(desk)
    with pytest.raises(NothingFound):
        desk.annotating.highlight_all(key, [Selected("flat regions", 0), Selected("written nowhere", 1)])
    assert desk.annotating.of(key) == ()


def test_a_disk_that_refuses_half_way_is_told_of(
    desk: Desk, limited_files: Callable[[int], AbstractContextManager[None]]
) -> None:
    key = put_paper(desk)
    first = desk.annotating.highlight(key, "residual connections")
    size = (desk.library.folder(key) / "annotations.jsonl").stat().st_size
    quotes = [Selected("flat regions", 0), Selected("six layers", 1)]
    with limited_files(round(size * 2.5)), pytest.raises(LibraryError, match="1 highlight is made and not all of them"):
        desk.annotating.highlight_all(key, quotes)
    assert [mark.quote for mark in desk.annotating.of(key)] == ["flat regions", first.quote]


def test_a_search_finds_a_new_highlight_at_once_and_a_deleted_one_no_more(desk: Desk) -> None:
    key = put_paper(desk)

    def found() -> list[str]:
        answer = desk.searching.search(
            "sublayers remarkable", mode=SearchMode.WORDS, kinds=frozenset({PassageKind.ANNOTATION})
        )
        return [hit.passage.text for hit in answer.hits]

    assert found() == []
    change = desk.annotating.highlight_all(key, [Selected("two sublayers", 1)], comment="remarkable")
    (text,) = found()
    assert "two sublayers" in text
    assert "remarkable" in text
    change.undo()
    assert found() == []
    made = desk.annotating.highlight(key, "two sublayers")
    assert len(found()) == 1
    removed = desk.annotating.remove(made.id)
    assert found() == []
    removed.undo()
    assert len(found()) == 1
