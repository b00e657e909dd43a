from dataclasses import dataclass

from paperlab.domain.blocks import Box
from paperlab.pdf.order import leaps, reading_order


@dataclass(frozen=True)
class Placed:
    name: str
    box: Box
    rank: float
    region: int


def _two_columns(ranks: dict[str, int], regions: dict[str, int]) -> list[Placed]:
    places = {
        "left 1": Box(50, 100, 280, 200),
        "left 2": Box(50, 210, 280, 400),
        "right 1": Box(310, 100, 540, 180),
        "right 2": Box(310, 190, 540, 400),
    }
    return [Placed(name, box, ranks[name], regions[name]) for name, box in places.items()]


IN_ORDER = {"left 1": 0, "left 2": 1, "right 1": 2, "right 2": 3}
WOVEN = {"left 1": 0, "right 1": 1, "left 2": 2, "right 2": 3}


def test_woven_layout_order_gives_way_to_the_content_stream() -> None:
    assert [box.name for box in reading_order(_two_columns(IN_ORDER, WOVEN))] == list(IN_ORDER)


def test_woven_content_stream_gives_way_to_the_layout_order() -> None:
    assert [box.name for box in reading_order(_two_columns(WOVEN, IN_ORDER))] == list(IN_ORDER)


def test_one_column_has_no_leaps() -> None:
    assert leaps([Placed("a", Box(50, 10, 500, 20), 0, 0), Placed("b", Box(60, 25, 500, 40), 1, 1)]) == 0


def test_back_up_counts_twice() -> None:
    top, bottom = Placed("top", Box(50, 10, 500, 20), 1, 0), Placed("bottom", Box(50, 25, 500, 40), 0, 1)
    assert leaps([bottom, top]) == 2
