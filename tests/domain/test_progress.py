"""Reading is added up from evidence; what the reader declares is kept apart."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.progress import (
    Bookmark,
    Declaration,
    Depth,
    Position,
    ReadingState,
    Status,
    Stay,
    Streak,
    add_up,
    pace_of,
    section_shares,
    streak_of,
)

START = datetime(2026, 3, 4, 23, 50, tzinfo=UTC)


def stay(minute: int, page_index: int, seconds: float = 60, edition: str = "v1", page_count: int = 10) -> Stay:
    at = START + timedelta(minutes=minute)
    return Stay(
        at=at, edition=edition, page_index=page_index, page_count=page_count, seconds=seconds, quote=f"p{page_index}"
    )


def declared(minute: int, status: Status | None = None, depth: Depth | None = None) -> Declaration:
    return Declaration(at=START + timedelta(minutes=minute), status=status, depth=depth)


def test_an_empty_journal_is_an_unread_paper() -> None:
    assert add_up([]) == ReadingState()
    assert add_up([]).share_read("v1", 10) == 0


@pytest.mark.parametrize(
    ("seconds", "counted"), [(0, 0), (4.9, 0), (5, 5), (60, 60), (120, 120), (120.1, 120), (9999, 120)]
)
def test_a_stay_counts_between_leafing_and_coffee(seconds: float, counted: float) -> None:
    state = add_up([stay(0, 3, seconds)])
    assert state.seconds == counted
    assert state.pages_read("v1") == (frozenset({3}) if counted else frozenset())
    assert (state.last_read is not None) == (counted > 0)


def test_leafing_moves_the_place_but_is_no_reading() -> None:
    state = add_up([stay(0, 2), stay(1, 7, seconds=1)])
    assert state.position == Position("v1", 7, "p7")
    assert state.last_read == START
    assert state.share_read("v1", 10) == 0.1


def test_reading_declares_nothing() -> None:
    assert add_up([stay(minute, minute) for minute in range(10)]).status is Status.UNREAD


def test_a_declaration_leaves_out_what_it_does_not_name() -> None:
    state = add_up([declared(0, Status.READING), declared(1, depth=Depth.SKIMMED), declared(2, Status.READ)])
    assert (state.status, state.depth) == (Status.READ, Depth.SKIMMED)


def test_unread_again_takes_the_depth_with_it() -> None:
    state = add_up([declared(0, Status.READ, Depth.UNDERSTOOD), declared(1, Status.UNREAD)])
    assert (state.status, state.depth) == (Status.UNREAD, None)


def test_days_are_counted_in_utc_and_a_page_once_a_day() -> None:
    state = add_up([stay(0, 1), stay(2, 1), stay(4, 2), stay(20, 1)])
    assert state.day_seconds == {date(2026, 3, 4): 180, date(2026, 3, 5): 60}
    assert state.day_pages == {date(2026, 3, 4): 2, date(2026, 3, 5): 1}
    assert state.page_seconds == {("v1", 1): 180, ("v1", 2): 60}


def test_the_share_of_a_new_edition_is_that_of_the_one_that_was_read() -> None:
    whole = [stay(page, page, page_count=10) for page in range(10)]
    assert add_up(whole).share_read("v2", 20) == 1
    newer = [*whole, stay(60, 0, edition="v2", page_count=20)]
    assert add_up(newer).page_count == 20
    assert add_up(newer).share_read("v2", 20) == 1, "a glance at a longer edition takes nothing away"
    assert add_up(newer).share_read("v1", 10) == 1


def test_a_share_is_never_more_than_all() -> None:
    assert add_up([stay(page, page, page_count=0) for page in range(5)]).share_read("v1", 2) == 1
    assert add_up([stay(0, 0, page_count=0)]).share_read("v2", 2) == 0, "of an unknown number of pages"
    assert add_up([stay(0, 0)]).share_read("v1", 0) == 0


entries = st.lists(
    st.one_of(
        st.builds(
            stay,
            st.integers(0, 10_000),
            st.integers(0, 5),
            st.integers(0, 300).map(float),
            st.sampled_from(["v1", "v2"]),
            st.integers(0, 9),
        ),
        st.builds(
            declared, st.integers(0, 10_000), st.none() | st.sampled_from(Status), st.none() | st.sampled_from(Depth)
        ),
    ),
    max_size=12,
    unique_by=lambda entry: entry.at,
)


def test_what_was_written_last_holds_whatever_the_clocks_told() -> None:
    in_2031 = 5 * 365 * 24 * 60
    state = add_up([declared(in_2031, Status.READ), stay(in_2031, 7), declared(0, Status.READING), stay(1, 2)])
    assert (state.status, state.position) == (Status.READING, Position("v1", 2, "p2"))
    assert state.last_read == START + timedelta(minutes=1)


@given(journal=entries)
def test_all_ways_of_counting_agree(journal: list[Stay | Declaration]) -> None:
    state = add_up(journal)
    assert state.seconds == sum(state.day_seconds.values())
    assert state.seconds == sum(entry.counted_s for entry in journal if isinstance(entry, Stay))
    for edition in ("v1", "v2", "v3"):
        assert 0 <= state.share_read(edition, 6) <= 1


def test_an_evening_counts_for_the_readers_own_day() -> None:
    east = timezone(timedelta(hours=9))
    state = add_up([stay(0, 1)], lambda at: at.astimezone(east).date())
    assert list(state.day_seconds) == [date(2026, 3, 5)]
    assert list(add_up([stay(0, 1)]).day_seconds) == [date(2026, 3, 4)]


def test_a_paper_is_finished_on_the_day_it_was_first_declared_read() -> None:
    assert add_up([declared(0, Status.READ), declared(60, Status.READ)]).read_on == date(2026, 3, 4)
    assert add_up([declared(0, Status.READ), declared(1, Status.UNREAD)]).read_on is None
    again = [declared(0, Status.READ), declared(1, Status.READING), declared(60, Status.READ)]
    assert add_up(again).read_on == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("days", "streak"),
    [
        ([], (0, 0)),
        ([10], (1, 1)),
        ([9], (1, 1)),
        ([8], (0, 1)),
        ([10, 9, 8, 5, 4], (3, 3)),
        ([9, 8, 6, 5, 4, 3], (2, 4)),
        ([3, 10, 9, 9], (2, 2)),
        ([11, 10], (1, 2)),
        ([31, 10, 9], (2, 2)),
        ([31], (0, 1)),
    ],
)
def test_a_streak_holds_until_a_whole_day_is_missed(days: list[int], streak: tuple[int, int]) -> None:
    today = date(2026, 3, 10)
    assert streak_of([date(2026, 3, day) for day in days], today) == Streak(*streak)


def test_a_pace_needs_some_pages() -> None:
    assert pace_of(200.0, 2) is None
    assert pace_of(300.0, 3) == 100.0


def test_a_bookmark_moves_and_counts_for_nothing() -> None:
    marks = [Bookmark(at=START + timedelta(minutes=n), letter="a", position=Position("v1", n, "")) for n in (1, 2)]
    state = add_up(marks)
    assert state.bookmarks == {"a": Position("v1", 2, "")}
    assert (state.position, state.seconds, state.last_read) == (None, 0, None)


@pytest.mark.parametrize(
    ("starts", "pages_read", "shares"),
    [
        ((0, 2), {0, 1, 2}, [1.0, 1 / 3]),
        ((0, 0, 3), {0}, [1.0, 1 / 4, 0.0]),
        ((1,), set(), [0.0]),
        ((), {0}, []),
        ((3, 1), {3}, [1.0, 1 / 4]),
    ],
)
def test_a_section_goes_on_to_where_the_next_one_begins(
    starts: tuple[int, ...], pages_read: set[int], shares: list[float]
) -> None:
    assert section_shares(starts, 5, pages_read) == pytest.approx(shares)
