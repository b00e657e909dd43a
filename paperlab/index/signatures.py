"""Late interaction: what each word of a query finds in a passage, from a few hundred bytes a passage.

A passage is more than one thing, its vector is one point: averaged over all its words, the sentence that answers is
drowned. So a passage also keeps its *signature*: the vectors of its telling tokens as the model sees them in their
place, gathered into a few groups, each group the signs of its mean. A query's tokens are compared with the groups.

Sources: Khattab & Zaharia, "ColBERT", arXiv:2004.12832 (the best match of each token of the query, summed);
Clavié et al., "Reducing the Footprint of Multi-Vector Retrieval with Minimal Performance Impact via Token Pooling",
arXiv:2409.14683 (groups by Ward's method); Charikar, STOC 2002, doi:10.1145/509907.509965 (signs in place of numbers).
"""

import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from paperlab.index.encoder import Encoder, TokenVectors, unheard
from paperlab.index.words import STOP_WORDS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_WORD_END = re.compile(r"[^\W_]+")
_MOST_GROUPS = 32
"""Of a passage. Half of them cost four questions of eighty their first hit (ADR 0011)."""
_FAINT = 0.5
"""What a token of a query that is no word weighs; one that half of all passages have weighs 0.8."""


def encode_signed(
    encoder: Encoder, texts: Sequence[str], on_done: Callable[[int], None] = unheard
) -> "tuple[npt.NDArray[np.float32], tuple[bytes, ...]]":
    """Vectors of texts as `Encoder.encode` gives them, and the signature of each."""
    signatures = [b""] * len(texts)

    def sign(index: int, tokens: TokenVectors) -> None:
        signatures[index] = signature(tokens, texts[index])

    return encoder.encode(texts, on_done, sign), tuple(signatures)


def signature(tokens: TokenVectors, text: str) -> bytes:
    """The signs of the groups' means, a bit a dimension, group after group; empty where there are no tokens."""
    import numpy as np

    rows = tokens.rows[np.array(_telling(tokens, text), bool)]
    groups = _groups(rows if len(rows) else tokens.rows)
    return np.packbits(groups > 0, axis=-1).tobytes()


def weights_of_tokens(
    tokens: TokenVectors, text: str, counts: Callable[[Sequence[str]], Mapping[str, int]], passages: int
) -> list[float]:
    """What each token of a query weighs: √(ln(1 + (N - n + ½) / (n + ½))) if its word is in n of N passages.

    Args:
        text: Of the query.
        counts: In how many passages words are; those that are in none may be missing.

    Source: BM25's weight of a term (Robertson & Zaragoza 2009, doi:10.1561/1500000019), damped.
    """
    words = [_whole_word(text, start) for start, _ in tokens.spans]
    found = counts(list(dict.fromkeys(filter(None, words))))

    def weight(word: str) -> float:
        count = found.get(word, 0)
        return math.sqrt(math.log(1 + (max(passages - count, 0) + 0.5) / (count + 0.5)))

    return [weight(word) if word else _FAINT for word in words]


def interactions(
    query: TokenVectors, weights: Sequence[float], signatures: Sequence[bytes]
) -> "npt.NDArray[np.float32]":
    """How well passages answer a query: Σ w(t) max(t · g) / Σ w(t), over its tokens t and a passage's groups g.

    A group is the signs of its mean, scaled to norm 1.

    Args:
        weights: Of its tokens.

    Returns:
        float32, one for each signature; 0 for an empty one, and for all if the query has no token.
    """
    import numpy as np

    scores = np.zeros(len(signatures), np.float32)
    held = [index for index, signed in enumerate(signatures) if signed]
    if not held or not len(query.rows):
        return scores
    dimension = query.rows.shape[1]
    width = -(-dimension // 8)
    bits = np.frombuffer(b"".join(signatures[index] for index in held), np.uint8).reshape(-1, width)
    positive = np.unpackbits(bits, axis=1, count=dimension).astype(np.float32)
    starts = list(itertools.accumulate((len(signatures[index]) // width for index in held[:-1]), initial=0))
    best = np.maximum.reduceat(query.rows @ positive.T, starts, axis=1)
    best = (2 * best - query.rows.sum(axis=1, keepdims=True)) / np.sqrt(np.float32(dimension))  # a sign is 2 bit - 1
    shares = np.array(weights, np.float32) / np.float32(sum(weights))
    scores[held] = shares @ best
    return scores


def _whole_word(text: str, at: int) -> str:
    """The word that the character at `at` belongs to."""
    start = at
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    end = _WORD_END.match(text, at)
    return text[start : end.end()] if end else ""


def _telling(tokens: TokenVectors, text: str) -> list[bool]:
    """Which tokens are words, or pieces of words, that say something."""
    return [text[start:end].isalnum() and text[start:end].casefold() not in STOP_WORDS for start, end in tokens.spans]


def _groups(rows: "npt.NDArray[np.float32]") -> "npt.NDArray[np.float32]":
    """Means of groups of rows that lie close."""
    if len(rows) <= _MOST_GROUPS:
        return rows
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    numbers = fcluster(linkage(rows, "ward"), _MOST_GROUPS, "maxclust") - 1
    sums = np.zeros((numbers.max() + 1, rows.shape[1]), np.float32)
    np.add.at(sums, numbers, rows)
    return sums  # only the signs count, and a sum has those of its mean
