"""Stand-ins for what is slow or large, true to their Protocols: the contract tests run on them too."""

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from paperlab.index.encoder import TokenListener, TokenVectors, unheard

_TOKEN = re.compile(r"\w+|[^\w\s]")


class FakeEncoder:
    """A hashed bag of words: texts that share words lie close, the same text always lies at the same place."""

    name = "fake"
    fingerprint = "fake/64"
    dimension = 64
    max_tokens = 256

    def encode(
        self, texts: Sequence[str], on_done: Callable[[int], None] = unheard, on_tokens: TokenListener | None = None
    ) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            words = list(_TOKEN.finditer(text))[: self.max_tokens - 2]
            tokens = np.zeros((len(words), self.dimension), np.float32)
            for token, word in zip(tokens, words, strict=True):
                token[self._place(word[0].lower())] = 1
            vectors[row] = tokens.sum(axis=0)
            vectors[row] /= np.linalg.norm(vectors[row]) or 1
            if on_tokens is not None:
                on_tokens(row, TokenVectors(tokens, tuple(word.span() for word in words)))
            on_done(row + 1)
        return vectors

    def _place(self, word: str) -> int:
        digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=4).digest()
        return int.from_bytes(digest) % self.dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_TOKEN.findall(text)) for text in texts]
