import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEncoder
from indexed_papers import EDITION, Shelf, block, found_in, heading, parsed

from paperlab.domain.blocks import Block, BlockKind, Box, Line, ParsedPdf, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PageBox, Passage, PassageKind, SearchMode
from paperlab.domain.progress import Depth, Status
from paperlab.domain.summaries import PaperSummary
from paperlab.index.catalog import Catalog, SectionEntry

KEY = PaperKey("1706.03762")
OTHER = PaperKey("1810.04805")


def test_a_paper_comes_back_as_it_was_parsed(shelf: Shelf) -> None:
    paper = ParsedPdf(
        page_count=3,
        blocks=(
            heading("1 Introduction"),
            Block(
                BlockKind.PARAGRAPH,
                "Label Smoothing. From one page to the next.",
                (Line(0, Box(72.01, 700.5, 300.99, 711), 0, 22), Line(1, Box(-5.25, 0, 1e9, 12.34), 23, 43)),
                ("1 Introduction", "1.1 “Why” \\ not"),
                bold_lead=16,
            ),
            block("a\tb\n1\t2", 2, (), BlockKind.TABLE),
            block("a broken font \ud800 here", 2),
        ),
        text_layer=TextLayer.GARBLED,
        title="Ein Titel \ud835",
        authors=("Ada", "Łukasz Kaiser"),
        first_page_text="arXiv:1706.03762v7 [cs.CL] 2 Aug 2023",
        year=2017,
        notes=("page 4 was left out",),
    )
    shelf.catalog.put_paper(KEY, EDITION, paper, (), None, "", 1)
    stored = shelf.catalog.parsed(KEY)
    assert stored is not None
    farthest = stored.blocks[1].lines[1].box.x1
    assert 1e7 < farthest < 1e9  # absurd coordinates are cut to what the file can hold
    assert stored.blocks[1].lines[0] == paper.blocks[1].lines[0]
    assert (stored.blocks[0], *stored.blocks[2:]) == (paper.blocks[0], *paper.blocks[2:])
    assert stored.blocks[1].section == paper.blocks[1].section
    assert stored.blocks[1].bold_lead == 16
    assert (stored.title, stored.authors, stored.year, stored.notes) == (
        paper.title,
        paper.authors,
        paper.year,
        paper.notes,
    )
    assert (stored.text_layer, stored.page_count, stored.first_page_text) == (
        paper.text_layer,
        paper.page_count,
        paper.first_page_text,
    )


def test_sections_are_the_headings_with_their_places(shelf: Shelf) -> None:
    shelf.put("a", heading("1 Introduction"), block("Words."), heading("2 Model", 4))
    assert shelf.catalog.sections(PaperKey("a")) == (
        SectionEntry("1 Introduction", 1, 0, 0),
        SectionEntry("2 Model", 1, 4, 2),
    )


def test_what_is_not_indexed_is_not_there(shelf: Shelf) -> None:
    assert shelf.catalog.parsed(KEY) is None
    assert shelf.catalog.sections(KEY) == ()
    assert shelf.catalog.indexed() == {}
    assert shelf.catalog.summaries() == {}
    shelf.catalog.remove(KEY)


def test_the_index_tells_what_a_paper_was_indexed_from(shelf: Shelf) -> None:
    key = shelf.put("1706.03762", "The encoder is a stack of layers.", "The decoder too.")
    indexed = shelf.catalog.indexed()[key]
    assert (indexed.edition, indexed.sha256, indexed.fingerprint) == ("v1", EDITION.sha256, "fake/64")
    assert (indexed.parser_version, indexed.page_count, indexed.passages) == (1, 2, 2)
    assert (indexed.marks_stamp, indexed.is_searchable) == ("", True)


def test_indexing_anew_replaces_the_text_and_keeps_the_notes(shelf: Shelf) -> None:
    key = shelf.put("1706.03762", "An early wording about zebras.")
    shelf.note(key, "My own thought about giraffes.")
    shelf.put("1706.03762", "The final wording about lions.", title="Renamed")
    assert found_in(shelf.search("zebras")) == []
    assert found_in(shelf.search("lions")) == ["1706.03762"]
    assert [hit.passage.kind for hit in shelf.search("giraffes").hits] == [PassageKind.NOTE]
    assert {hit.title for hit in shelf.search("renamed").hits} == {"Renamed"}
    assert shelf.catalog.indexed()[key].marks_stamp == "stamp"
    assert shelf.flaws() == []


def test_a_paper_is_indexed_whole_or_not_at_all(shelf: Shelf) -> None:
    key = shelf.put("1706.03762", "The encoder is a stack of layers.")
    before = shelf.catalog.parsed(key)
    passage = Passage(key, PassageKind.PASSAGE, "New text.")
    with pytest.raises(ValueError, match="1 passages, 2 vectors"):
        shelf.catalog.put_paper(
            key, EDITION, parsed("New text."), [passage], np.ones((2, 64), np.float32), "fake/64", 1
        )
    assert shelf.catalog.parsed(key) == before
    assert found_in(shelf.search("encoder", SearchMode.HYBRID)) == ["1706.03762"]
    assert shelf.flaws() == []


def test_a_removed_paper_leaves_nothing_behind(shelf: Shelf) -> None:
    key = shelf.put("1706.03762", "The encoder is a stack of layers.")
    shelf.note(key, "A note about the encoder.")
    shelf.put("1810.04805", "A deep bidirectional encoder.")
    shelf.catalog.remove(key)
    for mode in SearchMode:
        assert found_in(shelf.search("encoder", mode)) == ["1810.04805"]
    assert list(shelf.catalog.indexed()) == [OTHER]
    assert shelf.flaws() == []


def test_notes_can_be_indexed_without_the_paper(shelf: Shelf) -> None:
    shelf.note(KEY, "# Thoughts\n\nA question about attention.")
    hit = shelf.search("attention", SearchMode.HYBRID).hits[0]
    assert (hit.passage.kind, hit.passage.section, hit.passage.pages) == (PassageKind.NOTE, ("Thoughts",), None)
    assert hit.title == "A Paper"
    assert shelf.catalog.indexed()[KEY].edition == ""
    assert shelf.catalog.parsed(KEY) is None


def test_another_encoder_makes_the_notes_be_indexed_again(shelf: Shelf) -> None:
    key = shelf.put("1706.03762", "The encoder is a stack of layers.")
    shelf.note(key, "A note.")
    shelf.catalog.put_paper(key, EDITION, parsed("Text."), (), None, "another model", 1)
    assert shelf.catalog.indexed()[key].marks_stamp == ""


def test_passages_come_back_whole(shelf: Shelf) -> None:
    boxes = (PageBox(3, Box(72, 100.25, 300.5, 110.25)), PageBox(4, Box(0, 0, 1, 1)))
    passage = Passage(KEY, PassageKind.ANNOTATION, "quoted\ncomment", ("2 “Model”",), "v7", boxes, None, "some-id")
    shelf.catalog.put_marks(KEY, [passage], None, "stamp", "")
    assert shelf.search("quoted").hits[0].passage == passage


def test_text_that_utf8_cannot_express_is_indexed(shelf: Shelf) -> None:
    shelf.put("a", "A broken font \ud800 gives surrogates.", title="Bad \udfff title")
    hit = shelf.search("surrogates").hits[0]
    assert hit.passage.text == "A broken font ? gives surrogates."
    assert hit.title == "Bad ? title"


def test_summaries_come_back_with_their_stamps(shelf: Shelf) -> None:
    summary = PaperSummary(
        key=KEY,
        citekey="vaswani2017attention",
        title="Attention “Is” All",
        authors=("Ashish Vaswani", "Noam Shazeer"),
        year=2017,
        tags=("nlp",),
        edition="v7",
        editions=("v5", "v7"),
        status=Status.READING,
        depth=Depth.SKIMMED,
        progress=0.4,
        pages=15,
        annotations=2,
        has_notes=True,
        added=datetime(2026, 3, 1, 12, 30, 1, 5, tzinfo=UTC),
        last_read=datetime(2026, 3, 2, tzinfo=UTC),
        abstract="We propose a new simple network.",
    )
    bare = PaperSummary(
        key=OTHER,
        citekey="devlin2019bert",
        title="BERT",
        authors=(),
        year=None,
        tags=(),
        edition=None,
        editions=(),
        status=Status.UNREAD,
        depth=None,
        progress=0.0,
        pages=0,
        annotations=0,
        has_notes=False,
        added=datetime(2026, 3, 1, tzinfo=UTC),
        last_read=None,
    )
    shelf.catalog.put_summaries({KEY: ("stamp", summary), OTHER: ("other", bare)}, [])
    assert shelf.catalog.summaries() == {KEY: ("stamp", summary), OTHER: ("other", bare)}
    shelf.catalog.put_summaries({KEY: ("newer", summary)}, [OTHER])
    assert shelf.catalog.summaries() == {KEY: ("newer", summary)}


def test_threads_put_papers_side_by_side(shelf: Shelf) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: shelf.put(f"paper{n}", f"Number {n} speaks of attention."), range(12)))
        answers = list(pool.map(lambda _: shelf.search("attention", SearchMode.HYBRID, 20), range(4)))
    assert [len(answer.hits) for answer in answers] == [12] * 4
    assert shelf.flaws() == []


def test_what_one_process_indexes_another_finds(shelf: Shelf, tmp_path: Path) -> None:
    engine = shelf.engine()
    assert engine.search("giraffes", SearchMode.MEANING, 5).hits == ()
    other = Shelf(Catalog.open(tmp_path / "derived"), shelf.snapshot, FakeEncoder())
    other.put("a", "A text about giraffes.")
    other.catalog.close()
    assert found_in(engine.search("giraffes", SearchMode.MEANING, 5)) == ["a"]


def test_opening_the_catalogue_loads_no_engines() -> None:
    program = (
        "import sys, paperlab.index.catalog; print({'numpy', 'faiss', 'onnxruntime', 'rapidfuzz'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_passages_that_no_filter_would_find_are_told_of(shelf: Shelf) -> None:
    shelf.put("1706.03762", "The encoder is a stack of layers.", "So is the decoder.")
    with shelf.catalog.reading() as db:
        db.execute("UPDATE runs SET passages = 1")
    assert shelf.flaws() == ["passages-at-odds"]
