"""Any other model, through sentence-transformers: from the model hub or from a folder, on a GPU if there is one."""

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.errors import ModelUnavailable
from paperlab.index.encoder import TokenListener, TokenVectors, encodable, unheard

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_UNBOUNDED = 512  # tokens; for models that take texts of any length
_CHUNK = 64  # texts between two reports
_BATCH = 8


class SentenceTransformerEncoder:
    """An `Encoder`, made by `load`."""

    def __init__(self, name: str, model: Any) -> None:
        self.name = name
        self.fingerprint = f"{_readable(name)}/sentence-transformers/{_digest(model)[:8]}"
        self.dimension = int(model.get_embedding_dimension())
        window = model.max_seq_length
        self.max_tokens = _UNBOUNDED if window is None or math.isinf(window) else int(window)
        self._model = model

    @classmethod
    def load(cls, name: str) -> "SentenceTransformerEncoder":
        """Load a model by its name on the hub or its folder. HF_HUB_OFFLINE=1 keeps to what has been downloaded.

        Raises:
            ModelUnavailable
        """
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it would draw over the TUI
            return cls(name, SentenceTransformer(name))
        except Exception as error:  # the hub, transformers and torch each raise kinds of their own
            hint = "set `model` to a folder, or to a name on the model hub that is reachable or was fetched before"
            reason = str(error).strip().partition("\n")[0]
            raise ModelUnavailable(f"the model {name} cannot be loaded: {reason}", hint=hint) from error

    def encode(
        self, texts: Sequence[str], on_done: Callable[[int], None] = unheard, on_tokens: TokenListener | None = None
    ) -> "npt.NDArray[np.float32]":
        """As in `Encoder`. A model that has no vectors of tokens, or does not tell where they stand, gives none."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            cleaned = [encodable(texts[index]) for index in chunk]
            features = self._model.encode(cleaned, batch_size=_BATCH, show_progress_bar=False, output_value=None)
            for index, text, feature in zip(chunk, cleaned, features, strict=True):
                vectors[index] = feature["sentence_embedding"].float().cpu().numpy()
                if on_tokens is not None and (tokens := self._tokens(text, feature)) is not None:
                    on_tokens(index, tokens)
            on_done(start + len(chunk))
        return _normalised(np.nan_to_num(vectors, copy=False, posinf=0, neginf=0))

    def _tokens(self, text: str, feature: Mapping[str, Any]) -> TokenVectors | None:
        tokenizer = self._model.tokenizer
        if "token_embeddings" not in feature or not getattr(tokenizer, "is_fast", False):
            return None
        told = tokenizer(
            text,
            truncation=True,
            max_length=self.max_tokens,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
        )
        rows = feature["token_embeddings"][feature["attention_mask"].bool()].float().cpu().numpy()
        own = [index for index, is_special in enumerate(told["special_tokens_mask"]) if not is_special]
        if len(rows) != len(told["special_tokens_mask"]):  # it puts words of its own before the text
            return None
        return TokenVectors(_normalised(rows[own]), tuple(told["offset_mapping"][index] for index in own))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As in `Encoder`."""
        if not texts:
            return []
        tokenizer = self._model.tokenizer
        cleaned = [encodable(text) for text in texts]
        if hasattr(tokenizer, "encode_batch"):  # static embeddings hold a bare one, which may have been told to cut
            tokenizer = type(tokenizer).from_str(tokenizer.to_str())
            tokenizer.no_truncation()
            return [len(encoding.ids) for encoding in tokenizer.encode_batch(cleaned, add_special_tokens=False)]
        rows = tokenizer(cleaned, add_special_tokens=False, truncation=False, padding=False, verbose=False)["input_ids"]
        return [len(row) for row in rows]


def _normalised(rows: "npt.NDArray[np.float32]") -> "npt.NDArray[np.float32]":
    """Rows of norm 1; those of zeros stay."""
    import numpy as np

    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(norms > 0, norms, 1)).astype(np.float32)


def _readable(name: str) -> str:
    """The last part of a name or path, as a fingerprint may hold it."""
    return re.sub(r"[^\w.-]+", "-", Path(name).name).strip("-").lower() or "model"


def _digest(model: Any) -> str:
    """Of all weights, and of the modules around them as they print: pooling, window."""
    import torch

    digest = hashlib.sha256(repr(model).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
