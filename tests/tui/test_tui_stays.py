"""The clock of stays."""

from datetime import UTC, datetime

import pytest

from paperlab.domain.progress import IDLE_S, MIN_STAY_S
from paperlab.tui.stays import StayClock

NOW = datetime(2026, 11, 18, tzinfo=UTC)


class Hand:
    """A monotonic clock that is turned by hand."""

    at_s = 50.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def stays(hand: Hand) -> StayClock:
    return StayClock("v1", 9, hand, lambda: NOW)


def test_a_page_change_tells_the_stay_on_the_page_before(stays: StayClock, hand: Hand) -> None:
    stays.on_key(0, "First.")
    hand.at_s += 30
    stays.on_key(0, "Second.")
    hand.at_s += 12
    stay = stays.on_key(1, "Third.")
    assert stay is not None
    assert (stay.page_index, stay.seconds, stay.quote, stay.page_count) == (0, 42.0, "Second.", 9)


def test_leafing_through_tells_nothing(stays: StayClock, hand: Hand) -> None:
    stays.on_key(0, "")
    for page_index in range(1, 6):
        hand.at_s += MIN_STAY_S - 0.1
        assert stays.on_key(page_index, "") is None


def test_leaving_tells_even_a_short_stay_which_counts_for_nothing(stays: StayClock, hand: Hand) -> None:
    stays.on_key(3, "Here I was.")
    hand.at_s += 1.25
    stay = stays.leave()
    assert stay is not None
    assert (stay.page_index, stay.seconds, stay.quote, stay.counted_s) == (3, 1.2, "Here I was.", 0.0)
    assert stays.leave() is None


def test_without_a_key_the_stay_ends_once_and_nothing_is_counted_until_the_next(stays: StayClock, hand: Hand) -> None:
    stays.on_key(2, "Here.")
    hand.at_s += 10
    stays.on_key(2, "There.")
    hand.at_s += IDLE_S - 1
    assert stays.check() is None
    hand.at_s += 1000
    stay = stays.check()
    assert stay is not None
    assert stay.seconds == 10 + IDLE_S
    assert stays.check() is None
    hand.at_s += 500
    assert stays.on_key(2, "There.") is None
    hand.at_s += 20
    again = stays.on_key(4, "On.")
    assert again is not None
    assert (again.page_index, again.seconds) == (2, 20.0)


def test_a_key_after_idleness_tells_what_no_check_has_told(stays: StayClock, hand: Hand) -> None:
    stays.on_key(2, "Here.")
    hand.at_s += 5000
    stay = stays.on_key(3, "There.")
    assert stay is not None
    assert (stay.page_index, stay.seconds) == (2, IDLE_S)


def test_leaving_while_idle_writes_nothing_twice(stays: StayClock, hand: Hand) -> None:
    stays.on_key(2, "Here.")
    hand.at_s += 5000
    assert stays.check() is not None
    assert stays.leave() is None


def test_nothing_is_told_before_the_first_key(stays: StayClock) -> None:
    assert stays.check() is None
    assert stays.leave() is None
