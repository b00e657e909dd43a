"""When rules ask the layout model."""

from paperlab.domain.blocks import Box
from paperlab.pdf.document import assemble
from paperlab.pdf.pages import Piece, RawDocument, RawPage, Region, RegionKind
from tests.pdf.pieces import SENTENCE, piece


def page_of(*pieces: Piece) -> RawDocument:
    return RawDocument((RawPage(0, 612, 792, pieces),), page_count=1)


def asked(raw: RawDocument) -> list[int]:
    pages: list[int] = []

    def ask(index: int) -> tuple[Region, ...]:
        pages.append(index)
        return ()

    assemble(raw, ask)
    return pages


def prose(count: int, *, x: float = 72, y: float = 100) -> list[Piece]:
    return [piece(SENTENCE, x, y + 12 * i, rank=i, width=400) for i in range(count)]


def test_plain_text_is_not_doubted() -> None:
    assert asked(page_of(*prose(20))) == []


def test_labels_among_the_text_are_doubted() -> None:
    labels = [piece(f"unit {n}", 72 + 40 * (n % 3), 400 + 20 * (n // 3), size=6, rank=20 + n) for n in range(12)]
    assert asked(page_of(*prose(20), *labels)) == [0]


def test_other_scripts_are_doubted() -> None:
    korean = [
        piece("감염병의 예방 및 관리에 관한 법률에 따라 보장되는 질병", y=100 + 14 * i, rank=i) for i in range(10)
    ]
    assert asked(page_of(*korean)) == [0]


def test_boxes_over_each_other_are_doubted() -> None:
    under = [piece(SENTENCE, 80, 104 + 20 * i, size=16, rank=i, width=400) for i in range(8)]
    over = [piece(SENTENCE, 72, 100 + 12 * i, rank=20 + i, width=400) for i in range(14)]
    assert asked(page_of(*under, *over)) == [0]


def test_the_regions_that_come_are_used() -> None:
    labels = [piece(f"unit {n}", 72 + 40 * (n % 3), 400 + 20 * (n // 3), size=6, rank=20 + n) for n in range(12)]
    regions = (Region(RegionKind.TEXT, Box(60, 80, 500, 345)), Region(RegionKind.PICTURE, Box(60, 380, 500, 500)))
    parsed = assemble(page_of(*prose(20), *labels), lambda _: regions)
    assert not [block.text for block in parsed.blocks if "unit" in block.text]
