"""Runs of blocks that stand as one row until they are unfolded: the references. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from paperlab.domain.blocks import Block, BlockKind

_FEWEST = 3
"""References that are worth a fold."""


@dataclass(frozen=True, slots=True)
class Folds:
    """What is folded: indexes of neighbouring blocks."""

    runs: tuple[range, ...] = ()

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> "Folds":
        """Every run of references."""
        runs = []
        for is_reference, group in groupby(range(len(blocks)), lambda i: blocks[i].kind is BlockKind.REFERENCE):
            indexes = list(group)
            if is_reference and len(indexes) >= _FEWEST:
                runs.append(range(indexes[0], indexes[-1] + 1))
        return cls(tuple(runs))

    def over(self, block: int) -> range | None:
        """The run that hides a block."""
        return next((run for run in self.runs if block in run), None)

    def opened(self, block: int) -> "Folds":
        """Without the run that hides a block."""
        return Folds(tuple(run for run in self.runs if block not in run))
