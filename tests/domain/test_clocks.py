"""Times of writing rise, whatever a clock tells."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.clocks import behind

moments = st.datetimes(timezones=st.just(UTC))


@given(told=st.lists(moments, min_size=1, max_size=20))
def test_what_is_written_later_stands_later(told: list[datetime]) -> None:
    last: datetime | None = None
    for now in told:
        written = behind(now, last)
        assert written >= now
        assert last is None or written > last or last == datetime.max.replace(tzinfo=UTC)
        last = written


def test_a_clock_that_goes_right_is_left_alone() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert behind(now, None) == behind(now, now - timedelta(seconds=1)) == now
    assert behind(now, now) == now + timedelta(microseconds=1)
