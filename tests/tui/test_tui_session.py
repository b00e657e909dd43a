"""Where a reading begins: where the paper was left, in this edition or in another."""

from dataclasses import replace

from frozen_papers import BLOCKS, NOW, PAGES, PAPERS

from paperlab.domain.blocks import TextLayer
from paperlab.domain.progress import Position, Stay, add_up
from paperlab.services.reading import OpenPaper
from paperlab.tui.places import Units
from paperlab.tui.session import Target, starting_place, target_in


def left_at(edition: str, page_index: int, quote: str, page_count: int = PAGES) -> OpenPaper:
    stay = Stay(at=NOW, edition=edition, page_index=page_index, page_count=page_count, seconds=60, quote=quote)
    return OpenPaper(PAPERS[0], "v2", PAGES, BLOCKS, TextLayer.GOOD, add_up([stay]))


def begun(paper: OpenPaper) -> str:
    return Units(paper.blocks).text(starting_place(paper, None))


def test_a_paper_opens_at_the_sentence_where_it_was_left() -> None:
    assert begun(left_at("v2", 0, "Long sentences suffered most.")) == "Long sentences suffered most."


def test_in_another_edition_the_sentence_is_found_wherever_it_is_now() -> None:
    assert begun(left_at("v1", 4, "Long sentences suffered most.")) == "Long sentences suffered most."
    assert begun(left_at("v1", 0, "The numbers are of no real experiment.")) == "The numbers are of no real experiment."


def test_in_another_edition_without_the_sentence_the_share_of_the_pages_counts() -> None:
    paper = left_at("v1", 15, "Words that are gone.", page_count=5 * PAGES)
    assert paper.position is not None
    assert target_in(paper, paper.position) == Target(3, "Words that are gone.")
    assert starting_place(paper, None) == starting_place(paper, Target(3))
    last = left_at("v1", 89, "", page_count=90)
    assert last.position is not None
    assert target_in(last, last.position).page_index == PAGES - 1


def test_pages_of_an_edition_that_nobody_has_counted_are_taken_as_they_are() -> None:
    paper = replace(left_at("v2", 0, ""), paper=PAPERS[0])
    assert target_in(paper, Position("v1", 2, "")) == Target(2, "")
