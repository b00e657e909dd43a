"""What a source means, and what a reader is told who mistypes one."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.identifiers import ArxivId
from paperlab.errors import UnknownSource
from paperlab.sources.classify import BibFile, ListName, LocalFolder, LocalPdf, WebPdf, classify, pdfs_in


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("source", "meaning"),
    [
        ("1706.03762", ArxivId("1706.03762")),
        (" arXiv:1706.03762v5 ", ArxivId("1706.03762", 5)),
        ("math.GT/0309136", ArxivId("math/0309136")),
        ("https://arxiv.org/pdf/1706.03762v7.pdf", ArxivId("1706.03762", 7)),
        ("10.48550/arXiv.1706.03762", ArxivId("1706.03762")),
        ("list:transformers", ListName("transformers")),
        ("https://example.org/paper.pdf", WebPdf("https://example.org/paper.pdf")),
        ("http://example.org/get?id=7", WebPdf("http://example.org/get?id=7")),
    ],
)
def test_forms_that_need_no_disk(source, meaning):
    assert classify(source) == meaning


def test_what_lies_on_the_disk_is_told_by_its_kind(here):
    (here / "folder").mkdir()
    for name in ("a.pdf", "b.PDF", "scan", "refs.bib"):
        (here / name).write_bytes(b"")
    assert classify("folder") == LocalFolder(here / "folder")
    assert classify(str(here)) == LocalFolder(here)
    assert classify("a.pdf") == LocalPdf(here / "a.pdf")
    assert classify("./b.PDF") == LocalPdf(here / "b.PDF")
    assert classify("scan") == LocalPdf(here / "scan")
    assert classify("refs.bib") == BibFile(here / "refs.bib")


def test_a_tilde_is_the_readers_home(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here))
    (here / "a.pdf").write_bytes(b"")
    assert classify("~/a.pdf") == LocalPdf(here / "a.pdf")


def test_a_path_wins_over_nothing_else(here):
    for name in ("1706.03762", "list:a"):
        (here / name).write_bytes(b"")
    assert classify("1706.03762") == ArxivId("1706.03762")
    assert classify("list:a") == ListName("a")
    assert classify("./1706.03762") == LocalPdf(here / "1706.03762")


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("1713.03762", "not an arXiv id", "no month 13"),
        ("1706X03762", "not an arXiv id", "a dot"),
        ("170603762", "not an arXiv id", "a dot"),
        ("1706.0376", "not an arXiv id", "5 digits"),
        ("1412.00001", "not an arXiv id", "4 digits"),
        ("0601.0001", "not an arXiv id", "hep-th/9901001"),
        ("arXiv:1706.03762v0", "not an arXiv id", "v1"),
        ("https://arxiv.org/abs/1713.03762", "no paper of arXiv", "no month 13"),
        ("https://arxiv.org/list/cs.CL/new", "no paper of arXiv", "paperlab add"),
        ("10.1145/3292500.3330701", "DOI", "address"),
        ("nowhere.pdf", "no such file", "path"),
        ("~nobody-at-all/x", "no such file", "path"),
        ("attention", "not an arXiv id, file or address", "paperlab add 1706.03762"),
        ("", "not an arXiv id, file or address", "paperlab add 1706.03762"),
        ("ftp://example.org/a.pdf", "not a web address", "https://"),
        ("file:///etc/passwd", "not a web address", "https://"),
        ("https://[::1", "not a web address", "https://"),
        ("list:", "no reading list", "paperlab lists"),
    ],
)
def test_a_mistake_is_told_with_a_way_out(source, message, hint):
    with pytest.raises(UnknownSource, match=message) as caught:
        classify(source)
    assert hint in caught.value.hint


@given(st.text() | st.from_regex(r"(https?://|arxiv:|list:|~|\d{4}\.)\S{0,20}", fullmatch=True))
def test_nothing_that_is_typed_breaks_us(source):
    with suppress(UnknownSource):
        classify(source)


def test_pdfs_are_found_all_the_way_down_in_order(here):
    for name in ("b.pdf", "a/z.PDF", "a/deep/er/c.pdf", ".hidden/x.pdf", ".x.pdf", "d.pdf.part", "a/notes.md"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_bytes(b"")
    (here / "folder.pdf").mkdir()
    (here / "gone.pdf").symlink_to(here / "nowhere")
    assert [str(path.relative_to(here)) for path in pdfs_in(here)] == ["a/deep/er/c.pdf", "a/z.PDF", "b.pdf"]


def test_links_that_lead_back_end(here):
    (here / "a").mkdir()
    (here / "a" / "x.pdf").write_bytes(b"")
    (here / "a" / "up").symlink_to(here)
    (here / "a" / "self").symlink_to(here / "a")
    assert pdfs_in(here) == (here / "a" / "x.pdf",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_costs_no_other(here):
    (here / "x.pdf").write_bytes(b"")
    (here / "closed").mkdir(mode=0)
    assert pdfs_in(here) == (here / "x.pdf",)
