"""What is no flaw of an index, and what is counted. What is one: `tests/torture/damages_index.py`."""

import os
from dataclasses import replace
from typing import Any

import numpy as np
from fakes import FakeEncoder
from indexed_papers import EDITION, Shelf, block, heading, parsed

from paperlab.domain.blocks import BlockKind, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import SearchMode
from paperlab.index.verifying import verify
from paperlab.index.verifying_papers import Tally


def test_what_was_looked_at_is_counted(shelf: Shelf) -> None:
    key = shelf.put("a", heading("1 Introduction"), "The encoder is a stack.", "So is the decoder.")
    shelf.note(key, "A note.")
    scan = replace(parsed("g4rbl3d", "t3xt"), text_layer=TextLayer.GARBLED)
    shelf.catalog.put_paper(PaperKey("b"), EDITION, scan, (), None, "", 1)
    found = verify(shelf.catalog, shelf.snapshot, FakeEncoder())
    assert found.findings == ()
    assert found.tally == Tally(
        papers=2,
        pages=5,
        pages_with_text=2,
        pages_unsearchable=2,
        passages=2,
        marks=1,
        vectors=3,
        signatures=3,
    )


def test_a_page_of_headings_needs_no_passage_and_one_of_references_has_one(shelf: Shelf) -> None:
    shelf.put("a", heading("Part one", 0), block("Ada. On engines. 1843.", 1, ("References",), BlockKind.REFERENCE))
    assert shelf.flaws() == []


def test_letters_that_utf8_cannot_express_are_no_flaw(shelf: Shelf) -> None:
    shelf.put("a", "A broken font gives \ud835 and \udc00 for letters.")
    assert shelf.flaws() == []


def test_an_index_without_vectors_is_whole(shelf: Shelf) -> None:
    shelf.encoder = None
    shelf.put("a", "Found by words alone.")
    assert shelf.flaws() == []


def test_a_text_without_a_token_has_a_vector_of_norm_0(shelf: Shelf) -> None:
    class Deaf(FakeEncoder):
        """Knows no letter o."""

        def count_tokens(self, texts: Any) -> list[int]:
            return [0 if "o" in text else 1 for text in texts]

        def encode(self, texts: Any, *_: Any) -> Any:
            return np.array([[0 if "o" in text else 1, *[0] * 63] for text in texts], np.float32)

    shelf.encoder = Deaf()
    shelf.put("a", "Nobody hears of this.", "This is there.")
    assert [finding.kind for finding in verify(shelf.catalog, shelf.snapshot, Deaf()).findings] == []
    assert [finding.kind for finding in verify(shelf.catalog, shelf.snapshot, FakeEncoder()).findings] == [
        "vector-wrong"
    ]


def test_a_snapshot_that_is_behind_is_no_flaw(shelf: Shelf) -> None:
    for number in range(6):
        shelf.put(f"a{number}", *(f"Sentence {part} of paper {number}." for part in range(100)))
    shelf.search("sentence", SearchMode.MEANING)
    assert shelf.snapshot.exists()
    assert shelf.flaws() == []
    shelf.catalog.remove(PaperKey("a3"))
    shelf.put("late", "What came later.")
    assert shelf.flaws() == []
    content = bytearray(shelf.snapshot.read_bytes())
    content[3000:3010] = os.urandom(10)
    shelf.snapshot.write_bytes(content)
    assert shelf.flaws() == ["snapshot-damaged"]
