"""How texts are measured, and how much of them goes into a passage."""

from collections.abc import Callable, Sequence

from paperlab.index.encoder import Encoder

_FALLBACK_WINDOW = 256
"""Word pieces per passage where the encoder is not to be had."""


def measure(encoder: Encoder | None) -> tuple[Callable[[Sequence[str]], list[int]], int]:
    """Counts the tokens of texts; and the most that a passage may have."""
    return (encoder.count_tokens, encoder.max_tokens) if encoder else (_count_words, _FALLBACK_WINDOW)


def _count_words(texts: Sequence[str]) -> list[int]:
    """A safe guess of word pieces where no tokenizer is at hand."""
    return [max(len(text) // 3, len(text.split())) for text in texts]
