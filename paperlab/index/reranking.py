"""The best passages put in order anew by a cross-encoder that the reader has named. None is used by default."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Protocol

from paperlab.errors import ModelUnavailable
from paperlab.index.encoder import encodable

MOST = 20
"""Passages that are judged: each takes a cross-encoder some 20 to 100 ms on a CPU."""


class Reranker(Protocol):
    """Reads a query together with a passage. May be called from several threads."""

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the query; the higher the better, comparable within one call alone."""


class CrossEncoderReranker:
    """A `Reranker` on sentence-transformers, loaded when it is first needed."""

    def __init__(self, name: str) -> None:
        """`name` is one on the model hub, or a folder."""
        self._name = name
        self._lock = Lock()
        self._model: Any = None

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """As in `Reranker`.

        Raises:
            ModelUnavailable
        """
        with self._lock:
            if self._model is None:
                self._model = _load(self._name)
            pairs = [(encodable(query), encodable(text)) for text in texts]
            return [float(score) for score in self._model.predict(pairs, show_progress_bar=False)]


def reranked(
    scored: Sequence[tuple[int, float]], texts: Callable[[Sequence[int]], Sequence[str]], query: str, reranker: Reranker
) -> list[tuple[int, float]]:
    """The first passages in the reranker's order, ties as they were; the others behind them, and all with their scores.

    Scores stay those of the search: a cross-encoder's mean something else with each model.
    """
    first = [number for number, _ in scored[:MOST]]
    judged = dict(zip(first, reranker.score(query, texts(first)), strict=True)) if first else {}
    return [*sorted(scored[:MOST], key=lambda found: -judged[found[0]]), *scored[MOST:]]


def _load(name: str) -> Any:
    try:
        from sentence_transformers import CrossEncoder

        return CrossEncoder(name)
    except Exception as error:  # the hub, transformers and torch each raise kinds of their own
        hint = "set `reranker` to a cross-encoder's folder, to its name on the model hub, or to nothing"
        reason = str(error).strip().partition("\n")[0]
        raise ModelUnavailable(f"the reranker {name} cannot be loaded: {reason}", hint=hint) from error
