"""Where a search looks, in words and as what the service takes. Pure."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind
from paperlab.domain.progress import Status

_KINDS: tuple[tuple[str, frozenset[PassageKind]], ...] = (
    ("everything", frozenset(PassageKind)),
    ("papers", frozenset({PassageKind.PASSAGE})),
    ("notes", frozenset({PassageKind.NOTE})),
    ("annotations", frozenset({PassageKind.ANNOTATION})),
)
_STATUSES = (None, Status.READ, Status.READING, Status.UNREAD)


class AtHand(NamedTuple):
    """What lay before the reader when the search was opened."""

    paper: PaperKey | None = None
    title: str = ""
    list_name: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What kinds of text, of which papers."""

    at: int = 0
    """Of the kinds of text, in the order of going round."""
    status: Status | None = None
    list_name: str | None = None
    paper: PaperKey | None = None
    title: str = ""
    """Of the paper."""

    @property
    def kinds(self) -> frozenset[PassageKind]:
        return _KINDS[self.at][1]

    @property
    def told(self) -> str:
        """`notes · read · short-and-steep · in BERT`."""
        parts = [_KINDS[self.at][0]] if self.at or not self._of_papers else []
        return " · ".join((*parts, *self._of_papers))

    @property
    def next_kinds(self) -> "Scope":
        return replace(self, at=(self.at + 1) % len(_KINDS))

    @property
    def next_status(self) -> "Scope":
        return replace(self, status=_STATUSES[(_STATUSES.index(self.status) + 1) % len(_STATUSES)])

    def in_paper(self, at_hand: AtHand) -> "Scope":
        return replace(self, paper=at_hand.paper, title=at_hand.title if at_hand.paper else "")

    def in_list(self, name: str | None) -> "Scope":
        return replace(self, list_name=name)

    @property
    def narrowings(self) -> tuple[str, ...]:
        """The commands that would widen it, by their names."""
        narrowed = {"scope": self.at, "paper": self.paper, "status": self.status, "list": self.list_name}
        return tuple(name for name, is_on in narrowed.items() if is_on)

    @property
    def _of_papers(self) -> tuple[str, ...]:
        status = f"{self.status.value} only" if self.status else ""
        return tuple(part for part in (status, self.list_name or "", f"in {self.title}" if self.paper else "") if part)
