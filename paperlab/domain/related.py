"""Papers that lie near a paper, with the passages that say why."""

from dataclasses import dataclass

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Passage


@dataclass(frozen=True, slots=True)
class Reason:
    """Two passages that speak of the same."""

    here: Passage
    there: Passage
    likeness: float
    """The cosine of their vectors."""


@dataclass(frozen=True, slots=True)
class RelatedPaper:
    """A paper near another one."""

    rank: int
    """From 1."""
    key: PaperKey
    title: str
    score: float
    """From 0 to 1: how near it comes to the paper's passages, those above all that few papers come near to."""
    reasons: tuple[Reason, ...]
    """The most telling first."""


@dataclass(frozen=True, slots=True)
class Relations:
    """What a library has of the kind of a paper."""

    paper: PaperKey
    title: str
    papers: tuple[RelatedPaper, ...]
    """The nearest first; empty if none is near."""
    took_ms: float
    warning: str = ""
    """Why some papers are missing; empty if none is."""
