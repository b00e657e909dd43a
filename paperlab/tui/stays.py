"""The clock of stays: how long a reader has been on a page, told from page changes and keys.

Pure but for the two clocks it is given. Opening is not reading: a stay shorter than `MIN_STAY_S` is not told, except
the one at leaving, which carries the position and counts for nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from paperlab.domain.progress import IDLE_S, MIN_STAY_S, Stay


@dataclass(slots=True)
class StayClock:
    """Follows one reader through one edition."""

    edition: str
    page_count: int
    monotonic: Callable[[], float]
    """Seconds; never goes back."""
    now: Callable[[], datetime]
    """UTC."""
    _page_index: int | None = field(default=None, init=False)
    _quote: str = field(default="", init=False)
    _began_s: float = field(default=0.0, init=False)
    _last_key_s: float = field(default=0.0, init=False)
    _is_idle: bool = field(default=False, init=False)

    def on_key(self, page_index: int, quote: str) -> Stay | None:
        """The reader has pressed a key and is at this place now.

        Returns:
            The stay that has ended by it: on the page before, or by idleness; None if none has, or none worth telling.
        """
        at_s = self.monotonic()
        ended = self.check()
        if page_index != self._page_index or self._is_idle:
            if not self._is_idle and self._page_index is not None:
                ended = self._told(at_s)
            self._page_index, self._began_s, self._is_idle = page_index, at_s, False
        self._quote, self._last_key_s = quote, at_s
        return ended

    def check(self) -> Stay | None:
        """The stay that idleness has ended, once. To be called now and then while no key comes."""
        idle_since_s = self._last_key_s + IDLE_S
        if self._page_index is None or self._is_idle or self.monotonic() < idle_since_s:
            return None
        self._is_idle = True
        return self._told(idle_since_s)

    def leave(self) -> Stay | None:
        """The last stay with its real seconds, however few: it carries the position. None if idleness has told it."""
        ended = self.check()
        if self._page_index is None or self._is_idle:
            return ended
        stay = self._stay(self.monotonic())
        self._page_index = None
        return stay

    def _told(self, until_s: float) -> Stay | None:
        stay = self._stay(until_s)
        return stay if stay.seconds >= MIN_STAY_S else None

    def _stay(self, until_s: float) -> Stay:
        assert self._page_index is not None
        return Stay(
            at=self.now(),
            edition=self.edition,
            page_index=self._page_index,
            page_count=self.page_count,
            seconds=round(max(until_s - self._began_s, 0.0), 1),
            quote=self._quote,
        )
