import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from desk import Desk, parsed_pdf, put_paper
from fakes import FakeEncoder

from paperlab.domain.blocks import ParsedPdf, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.passages import SearchMode
from paperlab.domain.steps import Step
from paperlab.errors import EncryptedPdf, ModelUnavailable, UnreadablePdf
from paperlab.index.catalog import Catalog
from paperlab.index.encoder import Encoder
from paperlab.services.indexing import Indexing


class OtherEncoder(FakeEncoder):
    fingerprint = "another"


def test_a_level_index_parses_nothing_again(desk: Desk) -> None:
    put_paper(desk)
    calls = desk.parse.calls
    assert desk.indexing.run() == ()
    assert desk.parse.calls == calls
    assert desk.indexing.status().is_level


def test_a_paper_taken_out_of_the_library_leaves_the_index(desk: Desk) -> None:
    key = put_paper(desk)
    (desk.library.folder(key) / "paper.toml").unlink()
    assert desk.indexing.status().orphans == (key,)
    desk.indexing.run()
    assert desk.indexing.status().orphans == ()
    assert desk.searching.search("square root").hits == ()


def test_a_changed_model_is_noticed_and_mended_without_parsing_again(desk: Desk) -> None:
    key = put_paper(desk)
    calls = desk.parse.calls
    blocks = desk.reading.open(key).blocks
    desk.encoder = OtherEncoder()
    assert desk.indexing.status().stale == (key,)
    (outcome,) = desk.indexing.run()
    assert (outcome.key, outcome.passages > 0) == (key, True)
    assert desk.indexing.status().is_level
    assert desk.parse.calls == calls
    assert desk.reading.open(key).blocks == blocks
    assert desk.searching.search("square root", mode=SearchMode.MEANING).hits


def test_papers_are_parsed_side_by_side(desk: Desk) -> None:
    keys = [put_paper(desk, f"1706.0000{number}") for number in range(4)]
    meeting = Barrier(2, timeout=20)

    def parse(path: Path, *, on_page: Callable[[int, int], None]) -> ParsedPdf:
        meeting.wait()
        return desk.parse(path, on_page=on_page)

    for key in keys:
        desk.store.remove(key)
    indexing = Indexing(desk.library, lambda: desk.store, lambda: desk.encoder, parse, "fake")
    assert [outcome.key for outcome in indexing.run()] == keys
    assert desk.indexing.status().is_level


def test_what_was_done_before_an_interruption_is_kept_and_the_next_run_goes_on(desk: Desk) -> None:
    keys = [put_paper(desk, f"1706.0000{number}") for number in range(8)]
    for key in keys:
        desk.store.remove(key)

    def interrupt(step: Step) -> None:
        if step.papers_done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.indexing.run(watch=interrupt)
    left = desk.indexing.status().missing
    assert 3 <= len(keys) - len(left) < 8
    assert tuple(outcome.key for outcome in desk.indexing.run()) == left
    assert desk.indexing.status().is_level


def test_a_missing_pdf_costs_one_paper(desk: Desk) -> None:
    broken = put_paper(desk, "1706.03762")
    desk.store.remove(broken)
    desk.library.edition_path(broken, desk.library.read(broken).newest).unlink()
    fine = put_paper(desk, "1810.04805", title="BERT")
    desk.store.remove(fine)

    outcomes = {outcome.key: outcome for outcome in desk.indexing.run()}

    assert "missing" in outcomes[broken].error
    assert outcomes[fine].passages > 0


def test_a_garbled_text_is_shown_and_not_indexed(desk: Desk) -> None:
    key = put_paper(desk)
    content = desk.library.edition_path(key, desk.library.read(key).newest).read_bytes()
    desk.parse.answers[content] = parsed_pdf(layer=TextLayer.GARBLED)
    desk.store.remove(key)
    desk.indexing.run()
    assert desk.indexing.status().without_text == (key,)
    assert desk.searching.search("square root").hits == ()
    assert desk.reading.open(key).blocks


def test_without_an_encoder_papers_are_found_by_words_and_completed_later(desk: Desk) -> None:
    def unavailable() -> Encoder:
        raise ModelUnavailable("no model")

    without = Indexing(desk.library, lambda: desk.store, unavailable, desk.parse, "fake")
    key = put_paper(desk)
    desk.store.remove(key)
    (outcome,) = without.run()
    assert "words only" in outcome.warning
    assert desk.searching.search("square root", mode=SearchMode.WORDS).hits

    assert desk.indexing.status().stale == (key,)
    desk.indexing.run()
    assert desk.searching.search("square root", mode=SearchMode.MEANING).hits


def test_notes_and_marks_are_found_at_once_and_forgotten_when_gone(desk: Desk) -> None:
    key = put_paper(desk)
    desk.noting.append(key, "Zebra crossings are unrelated.")
    assert [hit.passage.kind for hit in desk.searching.search("zebra", mode=SearchMode.WORDS).hits] == ["note"]
    desk.noting.save(key, "", based_on=desk.noting.read(key))
    assert desk.searching.search("zebra", mode=SearchMode.WORDS).hits == ()


def test_notes_beside_a_record_without_a_pdf_follow_a_changed_model(desk: Desk) -> None:
    key = PaperKey("1706.03762")
    desk.library.write(Paper(key=key, citekey="x2017", title="T", added=desk.now(), source="x"))
    desk.noting.append(key, "Zebra crossings are unrelated.")
    assert desk.searching.search("zebra", mode=SearchMode.MEANING).hits
    desk.encoder = OtherEncoder()
    assert not desk.searching.search("zebra", mode=SearchMode.MEANING).hits
    desk.indexing.run()
    assert desk.searching.search("zebra", mode=SearchMode.MEANING).hits


def test_papers_that_no_search_looks_into_are_counted(desk: Desk) -> None:
    key = put_paper(desk)
    assert desk.searching.unindexed() == 0
    desk.store.remove(key)
    assert desk.searching.unindexed() == 1


def test_opening_a_record_without_a_pdf_says_how_to_get_it(desk: Desk) -> None:
    key = put_paper(desk)
    desk.library.change(key, lambda paper: replace(paper, editions=()))
    with pytest.raises(UnreadablePdf) as caught:
        desk.reading.open(PaperKey("1706.03762"))
    assert "fetch" in caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_library_is_searched_although_its_newest_notes_are_not_indexed(desk: Desk) -> None:
    key = put_paper(desk)
    desk.noting.append(key, "Zebra crossings are unrelated.")
    desk.store.close()
    for path in (*desk.library.derived.iterdir(), desk.library.derived):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        reader = Desk(desk.library.root)
        assert reader.searching.search("square root", mode=SearchMode.WORDS).hits
    finally:
        desk.library.derived.chmod(0o755)


def test_an_index_that_is_taken_away_meanwhile_is_whole_at_the_end(desk: Desk) -> None:
    keys = [put_paper(desk, f"1706.0000{n}") for n in range(3)]
    desk.store.remove(keys[1])
    outcomes = []
    for outcome in desk.indexing.each():
        outcomes.append(outcome.key)
        if len(outcomes) == 1:
            shutil.rmtree(desk.library.root / ".paperlab")
    assert outcomes == [keys[1], *keys]
    assert desk.indexing.status().is_level


def test_what_cannot_be_indexed_can_be_read(desk: Desk) -> None:
    key = put_paper(desk)
    blocks = desk.indexing.parsed(key)[2].blocks
    desk.store.close()
    shutil.rmtree(desk.library.root / ".paperlab")
    (desk.library.root / ".paperlab").write_text("a file where the folder should be")
    with closing(Catalog.open(desk.library.root / ".paperlab")) as catalog:
        assert catalog.is_read_only
        indexing = Indexing(desk.library, lambda: catalog, lambda: desk.encoder, desk.parse, "fake")
        assert indexing.parsed(key)[2].blocks == blocks


def test_a_pdf_that_cannot_be_read_is_tried_once_and_its_reason_kept(desk: Desk) -> None:
    key, other = PaperKey("2401.00001"), put_paper(desk)
    pdf = desk.library.root.parent / "locked.pdf"
    pdf.write_bytes(b"%PDF-1.7 encrypted")
    edition = desk.library.add_edition(key, "v1", pdf, desk.now())
    desk.library.write(Paper(key=key, citekey="locked", title="Locked", added=desk.now(), editions=(edition,)))
    (outcome,) = desk.indexing.run()
    calls = desk.parse.calls
    assert outcome.error == "v1.pdf is encrypted"
    (again,) = desk.indexing.run()
    assert again.error == "v1.pdf is encrypted (`paperlab index rebuild` tries again)"
    assert desk.parse.calls == calls
    assert desk.indexing.unread(desk.library.read(key)).reasons == ("v1.pdf is encrypted",)
    assert desk.indexing.unread(desk.library.read(other)).reasons == ()
    desk.parse.answers[b"%PDF-1.7 encrypted"] = parsed_pdf()
    with pytest.raises(EncryptedPdf):  # whoever opens it has it tried again
        desk.reading.open(key)
    assert desk.parse.calls == calls + 1


def test_what_is_missing_of_a_text_is_kept_until_it_is_read_whole(desk: Desk) -> None:
    key = put_paper(desk)
    pdf = (desk.library.folder(key) / "v7.pdf").read_bytes()
    partial = replace(parsed_pdf(), notes=("page 2 was left out: it took too long",))
    for parsed, reasons in ((partial, partial.notes), (parsed_pdf(), ())):
        desk.parse.answers[pdf] = parsed
        desk.store.remove(key)
        desk.indexing.run()
        assert desk.indexing.unread(desk.library.read(key)).reasons == reasons
