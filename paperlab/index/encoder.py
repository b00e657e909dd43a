"""Encoders: texts to vectors that lie close where meanings do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"


def unheard(_: int) -> None:
    """A listener that does not listen."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of a text as the model sees them in their place, special ones and those past the window left out."""

    rows: "npt.NDArray[np.float32]"
    """Shape (tokens, dimension), of norm 1."""
    spans: tuple[tuple[int, int], ...]
    """Where each stands in the text, in code points, end excluded."""


TokenListener = Callable[[int, TokenVectors], None]
"""Takes the index of a text and its tokens."""


class Encoder(Protocol):
    """A model with its tokenizer. May be called from several threads."""

    @property
    def name(self) -> str:
        """As in the settings."""

    @property
    def fingerprint(self) -> str:
        """Of the weights and the way of computing: vectors of two fingerprints do not mix."""

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """The model's window, special tokens included: what goes past it is not seen."""

    def encode(
        self, texts: Sequence[str], on_done: Callable[[int], None] = unheard, on_tokens: TokenListener | None = None
    ) -> "npt.NDArray[np.float32]":
        """Embed texts, each by itself: but for rounding, its vector does not depend on the others.

        Args:
            on_done: Told now and then how many texts are done. What it raises ends the encoding.
            on_tokens: Given the tokens of each text, as they come, in any order; to be used up at once.

        Returns:
            float32, shape (len(texts), dimension), in the order of the texts, rows of L2 norm 1. A row is zero where
            the model has no token for any of the text, never NaN.
        """

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, special tokens left out."""


def load_encoder(model: str, cache: Path, *, may_prepare: bool = True) -> Encoder:
    """Make an encoder ready.

    Args:
        model: The default model, which runs on ONNX Runtime without torch; or whatever sentence-transformers can load,
            a name on the model hub or a folder.
        cache: Folder for what is derived from the default model's weights; made if need be.
        may_prepare: Take the half second that this takes.

    Raises:
        ModelUnavailable: It is not installed, damaged, or cannot be had.
        ModelUnprepared: It would have to be prepared.
    """
    if model == DEFAULT_MODEL:
        from paperlab.index.onnx_encoder import OnnxEncoder, packaged_model

        return OnnxEncoder.load(packaged_model(), cache, may_prepare=may_prepare)
    from paperlab.index.st_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder.load(model)


def check_model(model: str) -> None:
    """Whether the weights of the default model are its own; of others nobody knows what they should be.

    Raises:
        ModelUnavailable
    """
    if model == DEFAULT_MODEL:
        from paperlab.index.onnx_encoder import check_weights, packaged_model

        check_weights(packaged_model())


def encodable(text: str) -> str:
    """A text that UTF-8 can express: tokenizers refuse the lone surrogates that file names and shells let in."""
    return text.encode("utf-8", "replace").decode("utf-8")
