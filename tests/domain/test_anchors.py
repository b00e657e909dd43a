"""Where annotations stand in another edition: carried along, or said to have no place; never put elsewhere."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from anchored import block, mark

from paperlab.domain.anchors import Anchorage, resolve
from paperlab.domain.annotations import AnnotationKind
from paperlab.domain.blocks import Block, BlockKind, Box
from paperlab.domain.placements import Reason, Way
from paperlab.domain.strips import Span, text_of

ATTENTION = (
    "An attention function maps a query and a set of pairs to an output. The output is a weighted sum of the values. "
    "The weights are computed by a compatibility function of the query with the key."
)
SCALED = (
    "We call our particular attention scaled. The input consists of queries and keys of the same dimension. "
    "We suspect that for large dimensions the dot products grow large in magnitude, pushing the softmax into regions "
    "where its gradients are small. To counteract this, the products are scaled."
)
RESULTS = "On the translation task the big model reaches 28.4 BLEU. Training took three days on eight machines."
SUSPECT = (
    "We suspect that for large dimensions the dot products grow large in magnitude, pushing the softmax into regions "
    "where its gradients are small."
)


V5 = (
    block(ATTENTION, 0, "3 Attention"),
    block(SCALED, 1, "3.2 Scaled"),
    block(RESULTS, 2, "6 Results"),
)


def changed(blocks: Sequence[Block], old: str, new: str) -> tuple[Block, ...]:
    assert any(old in found.text for found in blocks)
    return tuple(
        block(found.text.replace(old, new), found.page_index, found.section[-1], found.kind) for found in blocks
    )


# surroundings


def test_surroundings_go_over_the_ends_of_blocks_and_of_figures() -> None:
    blocks = (V5[0], block("Figure 1: A picture of attention, drawn by hand.", kind=BlockKind.CAPTION), V5[1])
    made = mark(blocks, "We call our particular attention scaled.")
    assert made.prefix == "computed by a compatibility function of the query with the key. "
    assert made.suffix.startswith(" The input consists of queries and keys of")
    assert all(32 <= len(text) <= 64 for text in (made.prefix, made.suffix))


def test_surroundings_at_the_ends_of_a_paper_are_what_there_is() -> None:
    assert mark(V5, "An attention function").prefix == ""
    assert mark(V5, "eight machines.").suffix == ""


# its own edition


def test_a_mark_is_where_its_rectangles_are() -> None:
    made = mark(V5, SUSPECT)
    placed = resolve(made, "v5", V5)
    assert (placed.way, placed.confidence, placed.page_index) == (Way.OWN, 1.0, 1)
    assert text_of(V5, placed.spans) == SUSPECT
    assert tuple(place.box for place in placed.boxes) == made.boxes


def test_of_two_equal_quotes_on_a_page_the_one_under_the_rectangles_counts() -> None:
    blocks = (block("It is trained. " * 2 + "It is trained.", 0), block("It is trained.", 0, top=400))
    made = replace(mark(blocks, "It is trained.", nth=3), prefix="", suffix="")
    assert [span.block for span in resolve(made, "v5", blocks).spans] == [1]
    third = mark(blocks, "It is trained.", nth=2)
    assert resolve(third, "v5", blocks).spans == (Span(0, 30, 44),)


def test_rectangles_hold_where_the_text_was_read_otherwise() -> None:
    made = replace(mark(V5, SUSPECT), quote="We suspect that for 1arge dlmensions the dot products grow in magnitude")
    placed = resolve(made, "v5", V5)
    assert (placed.way, placed.page_index) == (Way.OWN, 1)
    assert placed.spans
    assert tuple(place.box for place in placed.boxes) == made.boxes


def test_a_quote_that_is_surely_somewhere_else_tells_against_its_rectangles() -> None:
    made = replace(mark(V5, SUSPECT), page_index=2, boxes=(Box(72, 100, 300, 110),))
    placed = resolve(made, "v5", V5)
    assert (placed.way, placed.page_index) == (Way.EXACT, 1)


def test_what_has_no_quote_stays_on_its_own_edition_and_has_no_place_in_another() -> None:
    area = replace(mark(V5, SUSPECT), kind=AnnotationKind.AREA, quote="", id="area")
    assert resolve(area, "v5", V5).page_index == 1
    lost = resolve(area, "v7", V5)
    assert (lost.is_placed, lost.reason, lost.page_index) == (False, Reason.NO_QUOTE, None)


def test_an_answer_without_a_quote_goes_with_what_it_answers() -> None:
    made = mark(V5, SUSPECT)
    answer = replace(made, id="answer", kind=AnnotationKind.NOTE, quote="", reply_to=made.id)
    second = replace(answer, id="second", reply_to="answer")
    circle = replace(answer, id="circle", reply_to="circle")
    placed = Anchorage("v7", (V5[0], V5[1])).resolve_all((second, answer, circle, made))
    assert [(one.annotation.id, one.way, one.page_index) for one in placed] == [
        ("second", Way.FOLLOWED, 1),
        ("answer", Way.FOLLOWED, 1),
        ("circle", None, None),
        (made.id, Way.EXACT, 1),
    ]


# another edition


def test_a_sentence_is_found_on_another_page_and_through_other_line_ends() -> None:
    moved = (block("A new beginning. " * 9, 0), *(replace(found, lines=block(found.text, 4).lines) for found in V5))
    placed = resolve(mark(V5, SUSPECT), "v7", moved)
    assert (placed.way, placed.page_index, placed.confidence) == (Way.EXACT, 4, 1.0)
    assert placed.section == ("3.2 Scaled",)
    ligature = changed(V5, "magnitude, pushing", "magni-\ntude, pushing")
    assert resolve(mark(V5, SUSPECT), "v7", ligature).way is Way.EXACT


def test_signs_at_the_ends_of_a_quote_are_part_of_it() -> None:
    blocks = (block("He said (as a rule) nothing. “Why not?” she asked, and he went on saying nothing."),)
    for quote in ("(as a rule)", "“Why not?”"):
        assert text_of(blocks, resolve(mark(blocks, quote), "v7", blocks).spans) == quote


@pytest.mark.parametrize("nth", [0, 1])
def test_of_two_equal_sentences_the_surroundings_choose(nth: int) -> None:
    twice = changed(V5, "Training took", "The output is a weighted sum of the values. Training took")
    made = mark(twice, "The output is a weighted sum of the values.", nth=nth)
    after = changed(twice, "We suspect", "Some words more. We suspect")
    placed = resolve(made, "v7", after)
    assert (placed.way, placed.page_index) == (Way.CONTEXT, (0, 2)[nth])


def test_of_equal_sentences_in_equal_surroundings_none_is_guessed() -> None:
    page = "The layers are the same. The weights are the same. The layers are the same. The weights are the same."
    blocks = (block(page, 0, "A"), block(page, 4, "A"))
    made = replace(mark(blocks, "The weights are the same."), page_index=2)
    placed = resolve(made, "v7", blocks)
    assert placed.reason is Reason.AMBIGUOUS


def test_a_sentence_that_changed_a_little_is_found_by_what_is_around_it() -> None:
    after = changed(V5, "We suspect that for large dimensions", "We believe that for larger dimensions")
    placed = resolve(mark(V5, SUSPECT), "v7", after)
    assert placed.way is Way.NEAR
    assert 0.5 <= placed.confidence < 0.9
    assert placed.text == SUSPECT.replace("suspect", "believe").replace("large dimensions", "larger dimensions")


def test_a_sentence_that_changed_too_much_is_listed_as_such() -> None:
    after = changed(V5, SUSPECT, "We suspect that many things happen in these regions where its gradients are small.")
    assert resolve(mark(V5, SUSPECT), "v7", after).reason is Reason.CHANGED


def test_a_sentence_that_was_taken_out_is_gone_though_one_like_it_stays() -> None:
    like_it = SUSPECT.replace("large dimensions", "large values of the key")
    for after in (
        changed(V5, SUSPECT + " ", ""),
        changed(changed(V5, SUSPECT + " ", ""), "Training took", f"{like_it} Training took"),
        changed(V5, SUSPECT, like_it.replace("softmax", "whole of the function called softmax")),
    ):
        placed = resolve(mark(V5, SUSPECT), "v7", after)
        assert placed.reason in (Reason.GONE, None)
        assert placed.is_placed == ("softmax" in after[1].text)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_sentence_beside_one_that_was_taken_out_is_not_taken_for_it(order: tuple[int, int]) -> None:
    two = (
        "The base model was trained for a hundred thousand steps or twelve hours.",
        "The big model was trained for a hundred thousand steps or twelve days.",
    )
    kept, gone = two[order[0]], two[order[1]]
    before = changed(V5, "Training took", f"{two[0]} {two[1]} Training took")
    after = changed(V5, "Training took", f"{kept} Training took")
    assert not resolve(mark(before, gone), "v7", after).is_placed


def test_a_sentence_in_other_surroundings_is_placed_with_a_word_about_it() -> None:
    after = changed(changed(V5, SUSPECT + " ", ""), "Training took", f"{SUSPECT} Training took")
    placed = resolve(mark(V5, SUSPECT), "v7", after)
    assert (placed.way, placed.page_index, placed.told) == (Way.MOVED, 2, "moved: in other surroundings")


def test_few_words_are_only_found_in_their_own_surroundings() -> None:
    made = mark(V5, "28.4 BLEU")
    assert resolve(made, "v7", changed(V5, "three days", "four days")).page_index == 2
    elsewhere = changed(V5, "reaches 28.4 BLEU", "is good")
    assert resolve(made, "v7", elsewhere).reason is Reason.GONE
    after = (*elsewhere, block("Older models had 28.4 BLEU at best, which nobody minded then.", 5))
    assert resolve(made, "v7", after).reason is Reason.ELSEWHERE
    assert resolve(mark(V5, "key"), "v7", (block("A monkey sees keys. Nothing more."),)).reason is Reason.GONE


def test_a_mark_without_surroundings_needs_many_words_or_its_section() -> None:
    bare = replace(mark(V5, SUSPECT), prefix="", suffix="")
    assert resolve(bare, "v7", V5).way is Way.EXACT
    short = replace(mark(V5, "28.4 BLEU"), prefix="", suffix="")
    assert resolve(short, "v7", V5).way is Way.EXACT
    assert resolve(replace(short, section=""), "v7", V5).reason is Reason.ELSEWHERE
    twice = (*V5, block("It has 28.4 BLEU, too.", 5, "A Appendix"))
    assert resolve(short, "v7", twice).page_index == 2
    assert resolve(replace(short, section=""), "v7", twice).reason is Reason.AMBIGUOUS
    assert resolve(replace(bare, quote="nothing of the kind is written here"), "v7", V5).reason is Reason.GONE


def test_an_edition_without_text_has_place_for_none() -> None:
    assert resolve(mark(V5, SUSPECT), "v7", ()).reason is Reason.GONE
