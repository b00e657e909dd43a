"""A short run of the fuzzing, without a fuzzer: each reader is given its seeds, and some that were changed by chance.

`python -m torture.fuzzing` goes on for minutes, and follows the branches.
"""

import zlib
from itertools import islice
from random import Random

import pytest

from torture.fuzzing import changed, give
from torture.readers import TARGETS

_CHANGED, _MOST_SEEDS = 40, 12


@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_break_a_reader(target: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
    chance = Random(zlib.crc32(target.encode()))
    seeds = list(islice(TARGETS[target].seeds(), _MOST_SEEDS))
    for data in (b"", *seeds, *(changed(seeds, chance) for _ in range(_CHANGED))):
        give(target, data)
