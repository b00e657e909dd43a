"""The child process: what it refuses, and its limits. What it cannot do is in test_pdf_sandbox."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from paperlab.domain.blocks import ParsedPdf
from paperlab.errors import EncryptedPdf, NotAPdf, PdfTooCostly, UnreadablePdf
from paperlab.pdf.parse import ParseLimits, check_pdf, parse_pdf
from tests.pdf.pieces import article

NO_PAGES = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj "
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"
)


def _encrypt(source: Path, target: Path, user_password: str) -> None:
    script = (
        "import pymupdf, sys; pymupdf.open(sys.argv[1]).save(sys.argv[2], "
        "encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=sys.argv[3], owner_pw='owner')"
    )
    subprocess.run([sys.executable, "-c", script, str(source), str(target), user_password], check=True)


@pytest.mark.parametrize("content", [b"", b"<!doctype html><title>Not found</title>", b" " * 2000 + b"%PDF-1.7"])
def test_other_bytes_are_not_a_pdf(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "page.pdf").write_bytes(content)
    with pytest.raises(NotAPdf, match=r"page\.pdf"):
        check_pdf(tmp_path / "page.pdf")


def test_header_may_follow_junk(tmp_path: Path) -> None:
    (tmp_path / "junk.pdf").write_bytes(b"\0" * 500 + b"%PDF-1.7")
    check_pdf(tmp_path / "junk.pdf")


def test_folder_and_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotAPdf, match="folder"):
        check_pdf(tmp_path)
    with pytest.raises(UnreadablePdf, match="No such file"):
        check_pdf(tmp_path / "missing.pdf")


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing else", NO_PAGES])
def test_broken_pdf_is_unreadable_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.pdf").write_bytes(content)
    with pytest.raises(UnreadablePdf, match=r"broken\.pdf") as caught:
        parse_pdf(tmp_path / "broken.pdf")
    assert "\n" not in caught.value.message


def test_encrypted_pdf_needs_its_password(one_page: Path, tmp_path: Path) -> None:
    _encrypt(one_page, tmp_path / "locked.pdf", "secret")
    with pytest.raises(EncryptedPdf):
        parse_pdf(tmp_path / "locked.pdf")


def test_empty_password_opens(one_page: Path, tmp_path: Path) -> None:
    _encrypt(one_page, tmp_path / "open.pdf", "")
    assert parse_pdf(tmp_path / "open.pdf").title == article().title


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (ParseLimits(pages=1), "pages"),
        (ParseLimits(characters=100), "characters"),
        (ParseLimits(page_s=0.01), "too long"),
        (ParseLimits(total_s=0.01), "too long"),
    ],
)
def test_limits_end_the_work(two_columns: Path, limits: ParseLimits, words: str) -> None:
    with pytest.raises(PdfTooCostly, match=words):
        parse_pdf(two_columns, limits=limits)


def test_large_file_is_refused_unread(two_columns: Path) -> None:
    with pytest.raises(PdfTooCostly, match="MB"):
        parse_pdf(two_columns, limits=ParseLimits(file_bytes=1000))


def test_too_little_memory_is_told(one_page: Path) -> None:
    with pytest.raises((PdfTooCostly, UnreadablePdf)):
        parse_pdf(one_page, limits=ParseLimits(memory_bytes=20 << 20))


def test_pages_are_reported_in_order(two_columns: Path, parsed: ParsedPdf) -> None:
    seen: list[tuple[int, int]] = []
    parse_pdf(two_columns, on_page=lambda page, of: seen.append((page, of)))
    assert seen == [(page, parsed.page_count) for page in range(1, parsed.page_count + 1)]


def test_threads_parse_side_by_side(one_page: Path) -> None:
    results: list[ParsedPdf] = []
    threads = [threading.Thread(target=lambda: results.append(parse_pdf(one_page))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results[0] == results[1]
    assert results[0].blocks


def test_file_names_are_only_names(one_page: Path, tmp_path: Path) -> None:
    odd = tmp_path / "-o \"a'b;\x1b[31m\n.pdf"
    odd.write_bytes(one_page.read_bytes())
    assert parse_pdf(odd).title == article().title


def test_modules_of_the_working_folder_are_not_imported(
    one_page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    assert parse_pdf(one_page).blocks
