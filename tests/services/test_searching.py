"""Searching: what of a query is about papers; while one types, nothing but the index is looked at."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from desk import Desk, put_paper
from fakes import FakeEncoder

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind, SearchMode
from paperlab.domain.progress import Status
from paperlab.index.encoder import TokenListener, unheard
from paperlab.index.search import SearchEngine


def test_new_notes_and_states_are_found_after_a_look(desk: Desk) -> None:
    key = put_paper(desk)
    desk.searching.take_in()
    desk.shelf.summaries()
    desk.noting.append(key, "Zebras are on my mind.")
    desk.tracking.declare([key], Status.READ)
    notes = frozenset({PassageKind.NOTE})
    assert desk.searching.search("zebras", kinds=notes, is_fresh=False).hits == ()
    assert desk.searching.search("softmax", status=Status.READ, is_fresh=False).hits == ()
    desk.searching.take_in()
    desk.shelf.look([key])
    assert desk.searching.search("zebras", kinds=notes, is_fresh=False).hits
    assert desk.searching.search("softmax", status=Status.READ, is_fresh=False).hits


def test_a_query_says_of_what_papers(desk: Desk) -> None:
    attention = put_paper(desk, tags=("nlp",), published=datetime(2017, 6, 12, tzinfo=UTC))
    other = put_paper(
        desk, "1810.04805", title="BERT", authors=("Jacob Devlin",), published=datetime(2018, 10, 11, tzinfo=UTC)
    )

    def found(query: str) -> set[PaperKey]:
        return {hit.passage.paper for hit in desk.searching.search(query).hits}

    assert found("softmax") == {attention, other}
    assert found("softmax author:vaswani") == found("author:vaswani") == {attention}
    assert found("softmax -author:vaswani") == found("softmax title:bert") == {other}
    assert found("softmax year:2018..") == found("year:2018") == {other}
    assert found("softmax tag:nlp section:1") == {attention}
    assert found("author:vaswani year:2018") == set()


def test_a_query_that_finds_nothing_says_which_part_may_be_why(desk: Desk) -> None:
    put_paper(desk)
    assert desk.searching.search("softmax").hint == ""
    assert desk.searching.search("softmax author:nobody").hint == "no paper in the library has author:nobody"
    hint = desk.searching.search('softmax "flat hats" -x author:vaswani').hint
    assert hint == 'look again without "flat hats" or -x or author:vaswani'
    assert desk.searching.search("author:vaswani", paper=PaperKey("none")).hint


def test_a_query_that_may_be_mistyped_is_answered_with_a_warning(desk: Desk) -> None:
    put_paper(desk)
    answer = desk.searching.search("softmax autor:vaswani")
    assert answer.hits
    assert answer.warning == "autor: is no field, author: is"
    answer = desk.searching.search("softmax year:soon")
    assert not answer.hits
    assert answer.warning.startswith("year:soon names no years")
    assert answer.hint


def test_only_the_free_text_and_the_phrases_are_embedded(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk)
    heard: list[str] = []

    class Listening(FakeEncoder):
        def encode(
            self, texts: Sequence[str], on_done: Callable[[int], None] = unheard, on_tokens: TokenListener | None = None
        ) -> npt.NDArray[np.float32]:
            heard.extend(texts)
            return super().encode(texts, on_done, on_tokens)

    engine = SearchEngine(desk.store, Listening, tmp_path / "vectors.faiss")
    engine.search('why "residual connections" -x author:vaswani section:2', SearchMode.MEANING, 10)
    assert heard == ["why residual connections"]


def test_notes_that_are_no_text_hinder_no_search(desk: Desk) -> None:
    key = put_paper(desk)
    other = put_paper(desk, "2005.14165")
    desk.library.append_note(other, "quokkas")
    desk.library.notes_path(key).write_bytes(b"caf\xe9")
    assert [
        hit.passage.paper for hit in desk.searching.search("quokkas", kinds=frozenset({PassageKind.NOTE})).hits
    ] == [other]
