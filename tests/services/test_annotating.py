from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from desk import TEXTS, Desk, put_edition, put_paper

from paperlab.domain.annotations import AnnotationKind
from paperlab.domain.passages import PassageKind, SearchMode
from paperlab.domain.placements import Reason, Way
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


def test_what_somebody_else_has_changed_in_a_mark_stays(desk: Desk) -> None:
    key = put_paper(desk)
    made = desk.annotating.highlight(key, "six layers")
    commented = desk.annotating.comment(key, made, "theirs")
    recolored = desk.annotating.recolor(key, made, "green")  # by one who has not seen the comment
    desk.annotating.comment(key, made, "ours")  # nor has this one
    (mark,) = desk.annotating.of(key)
    assert mark.color == "green"
    assert "theirs" in mark.comment
    assert "ours" in mark.comment
    commented.undo()
    recolored.undo()
    (mark,) = desk.annotating.of(key)
    assert (mark.color, "ours" in mark.comment) == ("yellow", True)


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


def test_a_mark_may_be_of_any_kind_with_tags(desk: Desk) -> None:
    key = put_paper(desk)
    made = desk.annotating.highlight(key, "six layers", kind="strikeout", tags=["odd", "odd", "ask"])
    assert (made.kind, made.tags) == (AnnotationKind.STRIKEOUT, ("odd", "ask"))
    assert desk.annotating.of(key) == (made,)
    for kind in ("area", "scribble"):
        with pytest.raises(UsageError, match="no kind"):
            desk.annotating.highlight(key, "six layers", kind=kind)


def test_what_surrounds_a_mark_is_kept_over_the_ends_of_blocks(desk: Desk) -> None:
    key = put_paper(desk)
    made = desk.annotating.highlight(key, "The encoder is a stack")
    assert made.prefix == "key dimension. Large ones push the softmax into flat regions. "
    assert made.suffix == " of six layers. Each layer has two sublayers with residual"


def test_of_two_equal_quotes_on_a_page_the_chosen_one_is_marked(desk: Desk) -> None:
    text = "It is so. First it is trained. Then it is used. Later it is trained. That is all."
    key = put_paper(desk, texts=(text, "Nothing else."))
    at = text.rindex("it is trained")
    desk.annotating.highlight_all(key, [Selected("it is trained.", 0, (1, at))])
    (made,) = desk.annotating.of(key)
    assert made.prefix.endswith("Later ")
    assert made.suffix.startswith(". That")


V8 = (
    "A new first page, which says something else altogether.",
    TEXTS[0].replace("key dimension", "model dimension"),
    "The decoder is a stack as well. Each layer has two sublayers with residual connections around them.",
)


def test_marks_are_carried_to_a_newer_edition_or_told_of(desk: Desk) -> None:
    key = put_paper(desk)
    stays = desk.annotating.highlight(key, "Large ones push the softmax into flat regions")
    near = desk.annotating.highlight(key, "divided by the square root of the key dimension")
    gone = desk.annotating.highlight(key, "The encoder is a stack of six layers")
    put_edition(desk, key, "v8", V8)
    placed = {mark.annotation.id: mark for mark in desk.annotating.placements(key)}
    assert (placed[stays.id].way, placed[stays.id].page_index, placed[stays.id].edition) == (Way.EXACT, 1, "v8")
    assert (placed[near.id].way, placed[near.id].text) == (
        Way.NEAR,
        "divided by the square root of the model dimension",
    )
    assert not placed[gone.id].is_placed
    assert [mark.annotation for mark in desk.annotating.unplaced(key)] == [gone]
    assert desk.annotating.of(key) == (stays, near, gone)
    own = desk.annotating.placements(key, "v7")
    assert [(mark.way, mark.page_index) for mark in own] == [(Way.OWN, 0), (Way.OWN, 0), (Way.OWN, 1)]
    with pytest.raises(NothingFound, match="no edition v3"):
        desk.annotating.placements(key, "v3")


def test_marks_of_the_newest_edition_are_carried_back_to_an_older_one(desk: Desk) -> None:
    key = put_paper(desk)
    put_edition(desk, key, "v8", V8)
    made = desk.annotating.highlight(key, "Each layer has two sublayers with residual connections")
    assert made.edition == "v8"
    (mark,) = desk.annotating.placements(key, "v7")
    assert (mark.way, mark.page_index, mark.edition) == (Way.EXACT, 1, "v7")


def test_a_mark_is_placed_by_hand_and_its_old_place_stays_in_the_journal(desk: Desk) -> None:
    key = put_paper(desk)
    made = desk.annotating.highlight(key, "The encoder is a stack of six layers", color="green", comment="why six?")
    put_edition(desk, key, "v8", V8)
    change = desk.annotating.place(made.id[:8], "The decoder is a stack as well", key)
    (placed,) = desk.annotating.of(key)
    assert (placed.id, placed.edition, placed.page_index, placed.section) == (made.id, "v8", 2, "3 Section")
    assert (placed.quote, placed.color, placed.comment, placed.created) == (
        "The decoder is a stack as well",
        "green",
        "why six?",
        made.created,
    )
    assert change.what.startswith("placed on page 3 of v8")
    assert desk.annotating.unplaced(key) == ()
    journal = (desk.library.folder(key) / "annotations.jsonl").read_text().splitlines()
    assert len(journal) == 2
    change.undo()
    (back,) = desk.annotating.of(key)
    assert (back.edition, back.quote, back.boxes) == ("v7", made.quote, made.boxes)
    (lost,) = desk.annotating.unplaced(key)
    assert lost.reason in set(Reason)
    with pytest.raises(NothingFound):
        desk.annotating.place(made.id, "words that are nowhere", key)
    with pytest.raises(NothingFound):
        desk.annotating.place("unknown", "The decoder is a stack as well")


def test_a_search_and_a_preview_tell_where_a_mark_stands_now(desk: Desk) -> None:
    key = put_paper(desk)
    stays = desk.annotating.highlight(key, "Large ones push the softmax into flat regions")
    gone = desk.annotating.highlight(key, "The encoder is a stack of six layers")
    kinds = frozenset({PassageKind.ANNOTATION})
    before = desk.searching.search("softmax encoder", mode=SearchMode.WORDS, kinds=kinds)
    assert {hit.passage.edition for hit in before.hits} == {"v7"}
    put_edition(desk, key, "v8", V8)
    hits = desk.searching.search("softmax encoder", mode=SearchMode.WORDS, kinds=kinds).hits
    found = {hit.passage.source_id: (hit.passage.edition, hit.passage.pages) for hit in hits}
    assert found == {stays.id: ("v8", (1, 1)), gone.id: ("v7", (1, 1))}
    marks = {mark.annotation.id: mark.page_index for mark in desk.previewing.preview(key).marks}
    assert marks == {stays.id: 1, gone.id: None}


def test_marks_of_a_paper_without_a_pdf_are_where_they_were_made(desk: Desk) -> None:
    key = put_paper(desk)
    made = desk.annotating.highlight(key, "six layers")
    desk.library.change(key, lambda paper: replace(paper, editions=()))
    (mark,) = desk.annotating.placements(key)
    assert (mark.way, mark.page_index, mark.edition) == (Way.OWN, made.page_index, "v7")


def test_a_mark_is_edited_as_it_is_by_now_and_two_comments_are_both_kept(desk: Desk) -> None:
    key = put_paper(desk)
    shown = desk.annotating.highlight(key, "six layers", comment="why?")
    desk.annotating.recolor(key, shown, "green")
    desk.annotating.comment(key, shown, "why? Because.")
    (now,) = desk.annotating.of(key)
    assert (now.color, now.comment) == ("green", "why? Because.")
    desk.annotating.comment(key, shown, "why not?")
    desk.annotating.place(shown.id, "key dimension")
    (now,) = desk.annotating.of(key)
    assert (now.color, now.comment, now.quote) == ("green", "why? Because.\n\nwhy not?", "key dimension")


def test_a_comment_on_a_mark_that_was_taken_away_meanwhile_is_not_lost(desk: Desk) -> None:
    key = put_paper(desk)
    shown = desk.annotating.highlight(key, "six layers")
    desk.annotating.remove(shown.id)
    desk.annotating.comment(key, shown, "mine")
    assert [mark.comment for mark in desk.annotating.of(key)] == ["mine"]
