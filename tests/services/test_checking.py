from dataclasses import replace

from desk import Desk, put_paper

from paperlab.domain.findings import Severity


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
