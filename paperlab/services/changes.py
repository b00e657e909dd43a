"""Changes: something that was done to the library, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass

from paperlab.domain.identifiers import PaperKey


@dataclass(frozen=True, slots=True)
class Change:
    """What a service has done. Undoing it adds to the journals, too: nothing is ever taken out of them."""

    what: str
    """For a reader: `2 papers: reading`."""
    keys: tuple[PaperKey, ...]
    """The papers it was done to."""
    undo: Callable[[], object]
    """Takes it back; what others have changed since stays. Raises PaperlabError."""
    step: str = ""
    """Id of the step that it was, once somebody has made one of it."""
