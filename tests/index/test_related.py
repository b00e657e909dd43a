"""Papers near a paper. The encoder of the tests is a bag of words: texts that share words lie close."""

import numpy as np
import pytest
from fakes import FakeEncoder
from indexed_papers import Shelf, block

from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.identifiers import PaperKey
from paperlab.errors import NothingFound
from paperlab.index import related
from paperlab.index.related import find_related, is_prose
from paperlab.index.vectors import VectorIndex

HEADS = "several attention heads weigh every token against every other one"
DROPOUT = "training took dropout, warmup, label smoothing"
QUARKS = "quarks bind into hadrons by strong forces inside protons"
SOIL = "worms loosen wet earth until young roots find more air"


class WideEncoder(FakeEncoder):
    """Few words share a place."""

    fingerprint = "fake/512"
    dimension = 512


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    return Shelf(shelf.catalog, shelf.snapshot, WideEncoder())


def blocks(*texts: str) -> list[Block]:
    """Each in a section of its own, whose name is no word of another one's."""
    return [block(text, page, (f"{text[:3]}{page}",)) for page, text in enumerate(texts)]


@pytest.fixture
def library(shelf: Shelf) -> Shelf:
    shelf.put("attention", *blocks(HEADS, DROPOUT), title="Attention")
    shelf.put("bert", *blocks(f"{HEADS} bidirectionally", DROPOUT), title="BERT")
    shelf.put("physics", *blocks(QUARKS, DROPOUT), title="Quarks")
    shelf.put("garden", *blocks(SOIL, DROPOUT), title="Soil")
    return shelf


def near(shelf: Shelf, name: str, limit: int = 10) -> list[str]:
    return [paper.key.value for paper in shelf.engine().related(PaperKey(name), limit=limit).papers]


def test_the_nearest_paper_comes_first_with_the_passages_that_say_why(library: Shelf) -> None:
    found = library.engine().related(PaperKey("attention"), limit=1)
    assert (found.paper, found.title, found.warning) == (PaperKey("attention"), "Attention", "")
    (paper,) = found.papers
    assert (paper.rank, paper.key, paper.title) == (1, PaperKey("bert"), "BERT")
    reason = paper.reasons[0]
    assert (reason.here.text, reason.there.text) == (HEADS, f"{HEADS} bidirectionally")
    assert (reason.here.paper, reason.there.paper) == (PaperKey("attention"), PaperKey("bert"))
    assert reason.there.pages == (0, 0)
    assert 0.8 < reason.likeness < 1


def test_what_every_paper_says_makes_none_related(library: Shelf) -> None:
    assert near(library, "attention") == ["bert"]
    assert near(library, "physics") == []


def test_a_passage_is_in_one_pair_at_most(library: Shelf) -> None:
    library.put("gpt", *blocks(HEADS, HEADS.replace("token", "word"), DROPOUT))
    for paper in library.engine().related(PaperKey("gpt")).papers:
        assert len({reason.here.text for reason in paper.reasons}) == len(paper.reasons)
        assert len({reason.there.text for reason in paper.reasons}) == len(paper.reasons)


def test_references_thanks_and_notes_do_not_count(shelf: Shelf) -> None:
    thanks = block(SOIL, section=("Acknowledgements",))
    entry = block(QUARKS, section=("References",), kind=BlockKind.REFERENCE)
    shelf.put("a", block(HEADS), thanks, entry)
    shelf.put("b", block(DROPOUT), thanks, entry)
    shelf.note(shelf.put("c", block(QUARKS)), HEADS)
    assert near(shelf, "a") == []
    assert near(shelf, "c") == []


def test_papers_that_are_gone_or_indexed_anew_are_told_as_they_are_now(library: Shelf) -> None:
    assert near(library, "attention") == ["bert"]
    library.catalog.remove(PaperKey("bert"))
    assert "bert" not in near(library, "attention")
    library.put("garden", *blocks(HEADS))
    assert "garden" in near(library, "attention")


def test_a_paper_without_vectors_says_what_to_do(library: Shelf) -> None:
    words_only = Shelf(library.catalog, library.snapshot, encoder=None)
    words_only.put("late", HEADS)
    for name in ("late", "unknown"):
        with pytest.raises(NothingFound) as told:
            library.engine().related(PaperKey(name))
        assert "paperlab index" in told.value.hint
    found = library.engine().related(PaperKey("attention"))
    assert [paper.key.value for paper in found.papers] == ["bert"]
    assert found.warning == "1 paper is not compared: `paperlab index` completes them"


def test_the_only_paper_is_compared_with_nothing(shelf: Shelf) -> None:
    shelf.put("a", *blocks(HEADS))
    with pytest.raises(NothingFound, match="no other paper"):
        shelf.engine().related(PaperKey("a"))


def test_a_paper_of_tables_alone_is_still_compared(shelf: Shelf) -> None:
    table = "BLEU 27.3 38.1 GNMT 24.6 39.9 ConvS2S 25.2 40.5 MoE 26.0 40.6"
    shelf.put("a", table)
    shelf.put("b", f"{table} Transformer 28.4 41.8")
    assert near(shelf, "a") == ["b"]


def test_prose_is_made_of_plain_words() -> None:
    assert is_prose("The Transformer follows this overall architecture using stacked self-attention [5].")
    assert is_prose("注意力 机制 已经 成为 序列 建模")
    assert not is_prose("BLEU 27.3 38.1 GNMT 24.6 39.9")
    assert not is_prose("Ashish Vaswani Noam Shazeer Niki Parmar, Google Brain")


def test_a_large_library_is_narrowed_by_nearest_passages(shelf: Shelf) -> None:
    """More passages than are all compared: the same answer comes by way of the nearest ones."""
    words = np.random.default_rng(0).integers(0, 4000, (related._FEW_PASSAGES // 500 + 1, 500, 8))
    for number, passages in enumerate(words):
        blocks = (
            block(" ".join(f"w{word}" for word in passage), section=(f"{at}",)) for at, passage in enumerate(passages)
        )
        shelf.put(f"p{number:02}", *blocks)
    shelf.put("attention", HEADS, DROPOUT)
    shelf.put("bert", f"{HEADS} bidirectionally", DROPOUT)
    found = find_related(shelf.catalog, VectorIndex(shelf.catalog, shelf.snapshot), PaperKey("attention"), 10, 3)
    assert [paper.key for paper in found.papers] == [PaperKey("bert")]
