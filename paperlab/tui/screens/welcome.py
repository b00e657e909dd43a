"""The first screen of a new library: what to begin with."""

from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.layout import wrap
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.dialogs import Choice, ChoiceDialog
from paperlab.tui.widgets.entry_list import Entry, EntryList, EntryRow
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line

if TYPE_CHECKING:
    from paperlab.services.starting import Offer

_FIRST = 3
"""Papers to begin with, where all are too many at once."""
_WELCOME = """\
Welcome. A library is a folder of plain files that are yours, and this one is empty. \
A reading list gives it an order, with reasons; it can be changed and left at any time."""


class WelcomeScreen(PlaceScreen):
    """The reading lists that come with paperlab, and the ways without one."""

    PLACE = "welcome"
    BINDINGS = bindings("welcome")

    def __init__(self, offers: "tuple[Offer, ...]") -> None:
        super().__init__()
        self._offers = offers

    def compose(self) -> ComposeResult:
        yield Line("paperlab", safe(str(self.workbench.library.root)), id="header", classes="bar")
        yield Static(_WELCOME, id="welcome", markup=False)
        yield EntryList()
        yield KeyBar("welcome")

    def on_mount(self) -> None:
        self.query_one(EntryList).focus()

    def on_resize(self) -> None:
        width = max(self.size.width - 6, 20)
        ways = [
            (
                EntryRow("Start empty", "", "lead"),
                EntryRow("a adds papers by id, path or words", "", "quiet", 2),
                EntryRow(""),
            ),
            (
                EntryRow("Look at a demo", "", "lead"),
                EntryRow("three primers in a library of their own, made without the network", "", "quiet", 2),
            ),
        ]
        self.query_one(EntryList).show([*(_offer_entry(offer, width) for offer in self._offers), *ways])

    @work
    async def action_choose(self) -> None:
        """Take the list under the cursor, and ask which of its papers to fetch now."""
        at = self.query_one(EntryList).cursor or 0
        if at >= len(self._offers):
            self.action_back() if at == len(self._offers) else self.desk.exit_to_demo()
            return
        offer = self._offers[at]
        count = len(offer.papers)
        choices = [
            Choice(f"all {count} papers", count, "one after the other, while you read", "a"),
            Choice(f"the first {_FIRST}", _FIRST, "the others with `paperlab add list:…`, or one by one", "f"),
            Choice("none yet", 0, "the list alone", "n"),
        ]
        if self.workbench.settings.offline:
            choices = choices[2:]
        wanted = await self.app.push_screen_wait(ChoiceDialog("Download its papers now?", choices))
        if wanted is not None:
            self.desk.perform(lambda: self.workbench.starting.take(offer), lambda _: self._taken(offer, wanted))

    def action_add(self) -> None:
        self.action_back()
        self.desk.open_add()

    def _taken(self, offer: "Offer", wanted: int) -> None:
        if wanted == len(offer.papers):
            self.desk.start_job("add", f"list:{offer.reading_list.name}")
        else:
            for source in offer.papers[:wanted]:
                self.desk.start_job("add", source)
        self.notify("The list is in the library: l shows its papers, p how far you are.", markup=False)
        self.action_back()
        self.desk.has_changed.set()


def _offer_entry(offer: "Offer", width: int) -> Entry:
    described = safe(" ".join(offer.reading_list.description.split()))
    text = [described[left:right] for left, right in wrap(described, 0, len(described), width, width)]
    return (
        EntryRow(offer.reading_list.title, style="lead"),
        *(EntryRow(row, indent=2) for row in text),
        EntryRow(offer.needs, "", "quiet", 2),
        EntryRow(""),
    )
