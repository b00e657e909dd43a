"""What one PDF may cost: little by itself, more with each page that it has really delivered.

So a hostile file of two pages is given up within half a minute, and a book of a thousand pages gets through on a slow
machine.
"""

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of the work on one PDF, over all children that are started for it."""

    page_s: float = 12.0
    """Seconds of wall time for a page; 0.02 are usual, 0.3 with the layout model, 2 where it is loaded first."""
    least_s: float = 28.0
    """Seconds for any file."""
    average_s: float = 1.0
    """Seconds for each page that was delivered, if that is more in all."""
    model_least_s: float = 15.0
    """Seconds for the layout model on any file."""
    model_average_s: float = 0.5
    """Seconds for the layout model on each page, if that is more in all; rules read what is left then."""
    total_s: float = 1800.0
    """Seconds for the longest file."""
    settling_s: float = 0.1
    """Seconds of silence for each page, if that is more than `page_s`, when the pages are put together."""
    memory_bytes: int = 640 << 20
    """Resident memory: the layout model takes up to 0.4 GB."""
    page_bytes: int = 512 << 10
    """Memory for each page that was delivered; 0.3 MB are usual."""
    file_bytes: int = 512 << 20
    pages: int = 3000


@dataclass(slots=True)
class Account:
    """How far the work on one PDF has come."""

    limits: Limits
    pages: int = 0
    """The most that one child has delivered."""
    is_settling: bool = False
    """All pages are read."""
    _began: float = field(default_factory=time.monotonic)

    def see(self, message: dict[str, Any]) -> None:
        """Take note of what a child tells on the way: the page that it begins, 0 after the last."""
        page, of = int(message["page"]), int(message["of"])
        self.pages = max(self.pages, page - 1 if page else of)
        self.is_settling = page == 0 or "model" in message

    def left_s(self) -> float:
        """Seconds from now to the end of the time that the file has earned."""
        earned = min(self.limits.total_s, max(self.limits.least_s, self.limits.average_s * self.pages))
        return self._began + earned - time.monotonic()

    def silence_s(self) -> float:
        """How long the child may be silent."""
        return max(self.limits.page_s, self.limits.settling_s * self.pages if self.is_settling else 0.0)

    def memory_bytes(self) -> int:
        """How much of the memory the child may take."""
        return self.limits.memory_bytes + self.limits.page_bytes * self.pages
