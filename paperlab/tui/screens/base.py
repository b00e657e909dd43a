"""What all screens share: their place, and the typed way to the application."""

from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.screen import ModalScreen, Screen

from paperlab.domain.identifiers import PaperKey

if TYPE_CHECKING:
    from paperlab.tui.app import PaperlabApp
    from paperlab.workbench import Workbench

T = TypeVar("T")


class PlaceScreen(Screen[None]):
    """A screen that fills the terminal."""

    PLACE: ClassVar[str]
    """Where its commands are, in `commands.py`."""

    paper_shown: PaperKey | None = None
    """The paper that it is about: what others change in it is seen first."""

    @property
    def desk(self) -> "PaperlabApp":
        return cast("PaperlabApp", self.app)

    @property
    def workbench(self) -> "Workbench":
        return self.desk.workbench

    @property
    def is_ending(self) -> bool:
        """The application takes its widgets away: what comes late has nowhere to be shown."""
        return not self.app.is_running

    def look_again(self) -> object:
        """What lies in the library has changed: show what it says now."""

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
