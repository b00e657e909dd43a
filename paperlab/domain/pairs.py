"""Pairs: a text of one edition, and what became of it in another."""

from dataclasses import dataclass

from paperlab.domain.wording import Run


@dataclass(frozen=True, slots=True)
class Pair:
    """A unit of each edition; indexes in `Cut.units`."""

    before: int
    after: int
    runs: tuple[Run, ...] = ()
    """What changed; empty for equal units."""
    is_moved: bool = False
