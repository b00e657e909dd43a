"""Pages as pictures: sizes, limits, and the child that is kept."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from paperlab.domain.blocks import Box
from paperlab.domain.pictures import PagePicture
from paperlab.errors import NotAPdf, PdfTooCostly, UnreadablePdf
from paperlab.pdf.pictures import PictureLimits, Pictures


@pytest.fixture
def pictures() -> Pictures:
    return Pictures()


def _child_of(pictures: Pictures) -> int:
    assert pictures._child is not None
    return pictures._child._process.pid


def test_a_page_is_as_wide_as_it_was_asked_for(pictures: Pictures, two_columns: Path) -> None:
    picture = pictures.page(two_columns, 1, 300)
    assert picture.png.startswith(b"\x89PNG")
    assert picture.width_px == 300
    assert picture.height_px / 300 == pytest.approx(picture.height_pt / picture.width_pt, abs=0.01)
    pictures.close()


def test_a_turned_page_is_shown_as_a_viewer_does(pictures: Pictures, one_page: Path, tmp_path: Path) -> None:
    turned = tmp_path / "turned.pdf"
    script = (
        "import pymupdf, sys; d = pymupdf.open(sys.argv[1]); f = d[0].rect; d[0].set_rotation(90); d.save(sys.argv[2])"
    )
    subprocess.run([sys.executable, "-c", script, str(one_page), str(turned)], check=True)
    upright, lying = pictures.page(one_page, 0, 200), pictures.page(turned, 0, 200)
    assert (lying.width_pt, lying.height_pt) == (upright.height_pt, upright.width_pt)
    assert lying.height_px < 200 < upright.height_px
    pictures.close()


def test_one_child_serves_all_pages_and_threads(pictures: Pictures, two_columns: Path) -> None:
    pids = set()

    def leaf() -> None:
        pictures.page(two_columns, 0, 100)
        pids.add(_child_of(pictures))

    for _ in range(3):
        thread = threading.Thread(target=leaf)
        thread.start()
        thread.join()
    assert len(pids) == 1
    pictures.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pids.pop(), 0)


def test_a_child_that_is_gone_is_replaced(pictures: Pictures, two_columns: Path) -> None:
    pictures.page(two_columns, 0, 100)
    os.kill(_child_of(pictures), 9)
    assert pictures.page(two_columns, 1, 100).width_px == 100
    pictures.close()
    assert pictures.page(two_columns, 0, 100).width_px == 100
    pictures.close()


def test_a_file_that_was_replaced_is_read_anew(
    pictures: Pictures, one_page: Path, two_columns: Path, tmp_path: Path
) -> None:
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(one_page.read_bytes())
    with pytest.raises(UnreadablePdf, match="no page 2"):
        pictures.page(pdf, 1, 100)
    pdf.write_bytes(two_columns.read_bytes())
    assert pictures.page(pdf, 1, 100).width_px == 100
    pictures.close()


def test_pixels_memory_and_time_are_bounded(two_columns: Path) -> None:
    small = Pictures(PictureLimits(pixels=10_000))
    picture = small.page(two_columns, 0, 4000)
    assert 9_000 < picture.width_px * picture.height_px < 11_000
    small.close()
    with pytest.raises(PdfTooCostly, match="too long"):
        Pictures(PictureLimits(page_s=0.01)).page(two_columns, 0, 100)
    with pytest.raises(PdfTooCostly, match="MB"):
        Pictures(PictureLimits(file_bytes=100)).page(two_columns, 0, 100)


def test_what_is_no_page_is_told(pictures: Pictures, two_columns: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadablePdf, match="no page 100"):
        pictures.page(two_columns, 99, 100)
    with pytest.raises(UnreadablePdf, match="cannot be opened"):
        pictures.page(tmp_path / "missing.pdf", 0, 100)
    (tmp_path / "page.pdf").write_bytes(b"<html>")
    with pytest.raises(NotAPdf):
        pictures.page(tmp_path / "page.pdf", 0, 100)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing else")
    with pytest.raises(UnreadablePdf, match=r"broken\.pdf"):
        pictures.page(tmp_path / "broken.pdf", 0, 100)
    pictures.close()


def test_boxes_fall_within_the_picture() -> None:
    picture = PagePicture(b"", 200, 400, 100.0, 200.0)
    assert picture.in_pixels(Box(10, 20, 30, 40)) == (20, 40, 60, 80)
    assert picture.in_pixels(Box(-5, 195, 500, 900)) == (0, 390, 200, 400)
    assert picture.in_pixels(Box(300, 300, 300, 300)) == (199, 399, 200, 400)
