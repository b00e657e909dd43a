"""What a sentence cites, with what can be done about each."""

from asyncio import to_thread
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets.option_list import Option
from textual.worker import Worker

from paperlab.errors import PaperlabError
from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.screens.base import Dialog
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.moved_list import MovedList

if TYPE_CHECKING:
    from paperlab.services.citing import CitedPaper


class Way(StrEnum):
    """What is done about a reference."""

    OPEN = "open"
    ADD = "add"
    SHOW = "show"


class Chosen(NamedTuple):
    way: Way
    at: int
    """Index of the reference."""
    paper: "CitedPaper"


class ReferenceDialog(Dialog[Chosen]):
    """The entries at once; what they are follows. `enter` does for one what is nearest at hand."""

    PLACE = "reference"
    BINDINGS = bindings("reference")

    def __init__(self, entries: Sequence[str]) -> None:
        super().__init__()
        self._entries = entries
        self._papers: Sequence[CitedPaper] = ()
        self._identifying: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog references"):
            yield MovedList(*(Option(Text(f"{safe(entry)}\n…")) for entry in self._entries), markup=False)
            yield KeyBar("reference")

    def on_mount(self) -> None:
        self.query_one(MovedList).highlighted = 0
        self._identifying = self._identify()

    @work
    async def _identify(self) -> None:
        try:
            self._papers = await to_thread(self.desk.workbench.citing.identify, self._entries)
        except PaperlabError as error:
            self.desk.show_error(error)
            self.dismiss(None)
            return
        options = self.query_one(MovedList)
        for index, paper in enumerate(self._papers):
            options.replace_option_prompt_at_index(index, _row(paper))

    def on_option_list_option_selected(self) -> None:
        self.action_take()

    def action_move(self, by: int) -> None:
        self.query_one(MovedList).action_move(by)

    @work(exclusive=True)
    async def action_take(self) -> None:
        """Open it where it is in the library, else add it where arXiv has it, else show its entry."""
        paper = await self._current()
        self.dismiss(Chosen(_nearest(paper), self._at, paper))

    @work(exclusive=True)
    async def action_add(self) -> None:
        paper = await self._current()
        if paper.key is not None:
            self.notify("It is in the library already.", markup=False)
        elif paper.arxiv_id is None:
            self.notify("This entry gives no arXiv id. Adding papers by words searches arXiv.", markup=False)
        else:
            self.dismiss(Chosen(Way.ADD, self._at, paper))

    @work(exclusive=True)
    async def action_show(self) -> None:
        self.dismiss(Chosen(Way.SHOW, self._at, await self._current()))

    def action_copy(self) -> None:
        self.desk.copy(self._entries[self._at])

    async def _current(self) -> "CitedPaper":
        if self._identifying is not None:
            await self._identifying.wait()
        return self._papers[self._at]

    @property
    def _at(self) -> int:
        return self.query_one(MovedList).highlighted or 0


def _nearest(paper: "CitedPaper") -> Way:
    if paper.key is not None:
        return Way.OPEN
    return Way.ADD if paper.arxiv_id is not None else Way.SHOW


def _row(paper: "CitedPaper") -> Text:
    state = {
        Way.OPEN: f"● in the library: enter opens “{paper.title}”",
        Way.ADD: f"+ arXiv {paper.arxiv_id}: enter adds it",
        Way.SHOW: "· not in the library: enter shows it among the references",
    }[_nearest(paper)]
    return Text.assemble(safe(paper.entry), "\n", (safe(state), "bold"))
