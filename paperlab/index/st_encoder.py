"""Any other model, through sentence-transformers: from the model hub or from a folder, on a GPU if there is one."""

import hashlib
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.errors import ModelUnavailable
from paperlab.index.encoder import encodable, unheard

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

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] = unheard) -> "npt.NDArray[np.float32]":
        """As in `Encoder`."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            vectors[chunk] = self._model.encode(
                [encodable(texts[index]) for index in chunk],
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            on_done(start + len(chunk))
        return np.nan_to_num(vectors, copy=False, posinf=0, neginf=0)

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
