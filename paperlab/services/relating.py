"""Relating: what else the library has of the kind of a paper."""

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.related import Relations
from paperlab.index.search import SearchEngine


class Relating:
    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def related(self, key: PaperKey, *, limit: int = 10, reasons: int = 3) -> Relations:
        """The papers nearest to a paper by what their passages mean, each with pairs of passages that say why.

        Instant: the model is not needed. Papers that are not near are left out, so there may be none.

        Raises:
            NothingFound: The paper, or every other one, is not indexed by meaning.
        """
        return self._engine.related(key, limit=limit, reasons=reasons)
