"""Fixtures of the library's tests."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def far_away() -> Iterator[None]:
    """On a machine whose clock is 14 hours ahead of UTC."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Kiritimati")
        time.tzset()
        yield
    time.tzset()
