"""What all screens share: their place, and the typed way to the application."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.screen import ModalScreen, Screen

from paperlab.domain.identifiers import PaperKey
from paperlab.tui.scopes import AtHand

if TYPE_CHECKING:
    from paperlab.tui.app import PaperlabApp
    from paperlab.workbench import Workbench

T = TypeVar("T")


class PlaceScreen(Screen[None]):
    """A screen that fills the terminal."""

    PLACE: ClassVar[str]
    """Where its commands are, in `commands.py`."""

    def __init__(self) -> None:
        super().__init__()
        if self.HORIZONTAL_BREAKPOINTS:  # known before its widgets are there, so that these are styled once
            self.set_classes(self._get_breakpoint_classes(self.app.size.width, self.HORIZONTAL_BREAKPOINTS))

    @property
    def desk(self) -> "PaperlabApp":
        return cast("PaperlabApp", self.app)

    @property
    def workbench(self) -> "Workbench":
        return self.desk.workbench

    @property
    def papers_shown(self) -> Sequence[PaperKey]:
        """Papers that are on it: what others change in them is seen first."""
        return ()

    @property
    def is_ending(self) -> bool:
        """The screen is taken away, or the application: what a thread brings now has nowhere to be shown."""
        return not (self.app.is_running and self.is_attached and self.children)

    @property
    def at_hand(self) -> AtHand:
        """The paper and the reading list that lie before the reader here."""
        return AtHand()

    def look_again(self, keys: Collection[PaperKey] | None = None) -> object:
        """Some papers of the library have changed, or it may be any: show what it says now."""

    def action_back(self) -> None:
        self.app.pop_screen()


class Dialog(ModalScreen[T | None]):
    """A small screen over another one; gives a value, or None if the reader goes back."""

    PLACE: ClassVar[str] = "choice"

    @property
    def desk(self) -> "PaperlabApp":
        return cast("PaperlabApp", self.app)

    def action_back(self) -> None:
        self.dismiss(None)
