import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from desk import Desk, parsed_pdf, put_paper

from paperlab.domain.blocks import TextLayer
from paperlab.domain.findings import Finding, Kind, Remedy, Severity
from paperlab.errors import LibraryError
from paperlab.services.checks.machine import disk_findings


def messages(desk: Desk) -> str:
    return "\n".join(f"{f.severity} {f.place} {f.message}" for f in desk.checking.findings())


def test_a_sound_library_has_no_findings(desk: Desk) -> None:
    put_paper(desk)
    assert desk.checking.findings() == ()


def test_a_changed_pdf_is_an_error_and_a_missing_one_a_warning(desk: Desk) -> None:
    key = put_paper(desk)
    path = desk.library.edition_path(key, desk.library.read(key).newest)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"changed")
    assert "its hash differs" in messages(desk)
    assert desk.checking.findings()[0].severity is Severity.ERROR
    path.unlink()
    assert "is missing" in messages(desk)


def test_a_broken_record_and_a_broken_journal_line_are_named(desk: Desk) -> None:
    key = put_paper(desk)
    (desk.library.folder(key) / "reading.jsonl").write_text('{"half a li\n')
    assert "reading.jsonl, line 1" in messages(desk)
    (desk.library.folder(key) / "paper.toml").write_text("key = 1")
    assert "error 1706.03762" in messages(desk)


def test_two_papers_with_one_citation_key_are_an_error(desk: Desk) -> None:
    first = put_paper(desk)
    second = put_paper(desk, "1810.04805", title="BERT")
    desk.library.change(second, lambda paper: replace(paper, citekey=desk.library.read(first).citekey))
    assert "citation key" in messages(desk)


def test_mending_brings_the_index_level_and_touches_no_file_of_the_reader(desk: Desk) -> None:
    key = put_paper(desk)
    desk.store.remove(key)
    before = {p: p.read_bytes() for p in desk.library.folder(key).iterdir()}
    assert "not indexed" in messages(desk)
    list(desk.checking.mend(desk.checking.findings(), lambda _finding, _remedy: False))
    assert desk.checking.findings() == ()
    assert {p: p.read_bytes() for p in desk.library.folder(key).iterdir()} == before


def kinds(desk: Desk) -> set[Kind]:
    return {finding.kind for finding in desk.checking.findings()}


def test_damaged_weights_of_the_model_are_told(desk: Desk) -> None:
    desk.is_model_damaged = True
    assert kinds(desk) == {Kind.MODEL_UNAVAILABLE}


def test_a_pdf_without_text_is_told(desk: Desk) -> None:
    key = put_paper(desk)
    desk.parse.answers = dict.fromkeys(desk.parse.answers, parsed_pdf(layer=TextLayer.NONE))
    desk.indexing.renew([key])
    assert kinds(desk) == {Kind.NO_TEXT}


@pytest.mark.parametrize(
    ("missing", "free_mb", "is_low"), [(0, 199, True), (0, 201, False), (500, 400, True), (500, 600, False)]
)
def test_a_disk_is_low_when_the_next_index_would_not_fit(desk: Desk, missing: int, free_mb: int, is_low: bool) -> None:
    assert bool(list(disk_findings(desk.library, missing, free_mb << 20))) is is_low


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_write_protected_notes_are_told(desk: Desk) -> None:
    key = put_paper(desk)
    desk.library.append_note(key, "text")
    desk.library.notes_path(key).chmod(0o444)
    assert kinds(desk) == {Kind.UNWRITABLE}


def test_what_a_crash_has_left_stays_while_somebody_is_at_work(desk: Desk) -> None:
    key = put_paper(desk)
    left = desk.library.folder(key) / ".notes.md.1a2b3c4d.paperlab-tmp"
    left.write_text("half")
    os.utime(left, (desk.now().timestamp(),) * 2)
    assert kinds(desk) == set(), "it is young: it may be being written"
    os.utime(left, (0, 0))
    with ThreadPoolExecutor(1) as other, desk.library.lock("keys"):
        found = other.submit(desk.checking.findings).result()
    assert {finding.kind: finding.remedy for finding in found} == {Kind.LEFTOVER: None, Kind.LOCK_HELD: None}
    (finding,) = desk.checking.findings()
    assert list(desk.checking.mend([finding], lambda _finding, _remedy: False))
    assert not left.exists()


def test_a_remedy_that_fails_costs_no_other(desk: Desk) -> None:
    def fail() -> str:
        raise LibraryError("the disk refused")

    good = Finding(Kind.LEFTOVER, "a", "left", remedy=Remedy("deletes it", lambda: "deleted", is_derived=True))
    bad = replace(good, remedy=Remedy("deletes it", fail, is_derived=True))
    mended = list(desk.checking.mend([bad, good, good], lambda _finding, _remedy: False))
    assert [(each.told, each.has_failed) for each in mended] == [("a: the disk refused", True), ("deleted", False)]


def test_notes_that_cannot_be_read_do_not_hide_a_damaged_record(desk: Desk) -> None:
    key = put_paper(desk)
    (desk.library.folder(key) / "paper.toml").write_text("key =")
    (desk.library.folder(key) / "notes.md").write_bytes(b"M\xfc\xdfig")
    assert {Kind.RECORD_DAMAGED, Kind.NOTES_ENCODING} <= kinds(desk)
