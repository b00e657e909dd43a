"""Retry-After, and what is tried again."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.steps import unwatched
from paperlab.sources.retries import ATTEMPTS, MAX_RETRY_AFTER_S, TryAgain, attempts, raise_if_busy, retry_after_s

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        (" 17 ", 17),
        ("86400", MAX_RETRY_AFTER_S),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 01 Mar 2027 12:00:00 GMT", MAX_RETRY_AFTER_S),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("9" * 5000, MAX_RETRY_AFTER_S),
        ("Sun, 01 Mar 99999999999 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(header, seconds):
    assert retry_after_s(header, NOW) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_breaks_us(header):
    wait = retry_after_s(header, NOW)
    assert wait is None or 0 <= wait <= MAX_RETRY_AFTER_S


def test_what_may_pass_is_tried_four_times():
    assert _times_tried(TryAgain("busy", 1.0)) == ATTEMPTS


def test_anything_else_is_tried_once():
    assert _times_tried(ValueError("no")) == 1


def _times_tried(error: Exception) -> int:
    tried = 0
    with suppress(type(error)):
        for attempt in attempts("x", unwatched):
            with attempt:
                tried += 1
                raise error
    return tried


def test_the_pace_takes_over_the_wait_that_a_server_asks_for():
    waits: list[float] = []
    with pytest.raises(TryAgain) as caught:
        raise_if_busy(429, {"Retry-After": "7"}, "arXiv", waits.append)
    assert (waits, caught.value.after_s) == ([7.0], 0.0)
    with pytest.raises(TryAgain) as caught:
        raise_if_busy(503, {"Retry-After": "7"}, "example.org", None)
    assert caught.value.after_s == 7.0
    raise_if_busy(404, {"Retry-After": "7"}, "example.org", None)
