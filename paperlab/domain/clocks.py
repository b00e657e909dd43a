"""Clocks that are wrong: what is written last stands last, whatever they tell. Pure."""

from datetime import datetime, timedelta

_TICK = timedelta(microseconds=1)


def behind(now: datetime, last: datetime | None) -> datetime:
    """A time for what is written now: the clock's, or just after `last`, where a clock has told that before.

    Times that are made so rise with each writing, also over several machines that see each other's: a hybrid logical
    clock (Kulkarni et al., "Logical Physical Clocks", OPODIS 2014).
    """
    if last is None or now > last:
        return now
    try:
        return last + _TICK
    except OverflowError:  # the last moment there is
        return last
