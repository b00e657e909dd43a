"""What is done to the selected papers at once, or, while none is selected, to the one under the cursor."""

from collections.abc import Iterable, Sequence

from textual import work

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.summaries import PaperSummary
from paperlab.services.changes import Change
from paperlab.tui.jobs import ALL_PAPERS, UPDATE
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.dialogs import LineDialog
from paperlab.tui.selections import Selection
from paperlab.tui.tagging import TagLine
from paperlab.tui.widgets.paper_table import PaperTable

_TAGS_TOLD = 30
"""At most so many tags below the line that they are written in."""


class SelectingScreen(PlaceScreen):
    """A table of papers in which several can be selected."""

    _selection = Selection()

    @property
    def table(self) -> PaperTable:
        return self.query_one(PaperTable)

    @property
    def chosen(self) -> Sequence[PaperSummary]:
        """The selected papers, those too that a filter hides; else the one under the cursor, if there is any."""
        if self._selection:
            return list(self._selection.papers.values())
        return [current] if (current := self.table.current) else []

    def select(self, selection: Selection) -> None:
        self._selection = selection
        self.table.select(selection.papers.keys())

    def known_tags(self) -> Iterable[str]:
        """All tags of the library."""
        raise NotImplementedError

    def changed(self, keys: Sequence[PaperKey]) -> object:
        """Something has been done to these papers: show what they are now."""
        raise NotImplementedError

    def action_select(self) -> None:
        """Select the paper, or not, and go on to the next one."""
        if current := self.table.current:
            self.select(self._selection.toggled(current))
            self.table.action_move(1)

    def action_select_range(self) -> None:
        self.select(self._selection.extended(self.table.summaries, self.table.cursor))

    def action_status(self) -> None:
        if chosen := self.chosen:
            keys = [summary.key for summary in chosen]
            states = {(summary.status, summary.depth) for summary in chosen}
            status, depth = states.pop() if len(states) == 1 else (None, None)
            self.desk.ask_status(keys, status, depth, lambda: self.changed(keys))

    @work
    async def action_tags(self) -> None:
        chosen = self.chosen
        if not chosen:
            return
        line = TagLine.of([summary.tags for summary in chosen])
        title = "Tags" if len(chosen) == 1 else f"Tags of all {len(chosen)} papers"
        given = await self.app.push_screen_wait(LineDialog(title, line.text, below=self._below_tags(line)))
        if given is None:
            return
        add, remove = line.asked(given)
        if add or remove:
            keys, tag = [summary.key for summary in chosen], self.workbench.tracking.tag
            self.desk.perform(lambda: self.desk.change(lambda: tag(keys, add, remove)), self._tagged)

    def action_fetch(self) -> None:
        """Only what is missing, if several are selected."""
        chosen = self.chosen
        missing = [summary for summary in chosen if summary.edition is None] if len(chosen) > 1 else chosen
        for summary in missing:
            self.desk.start_job("fetch", summary.key.value)
        if chosen and not missing:
            self.notify("All selected papers have their PDFs.", markup=False)

    def action_update(self) -> None:
        """One job, so that arXiv is asked once for all of them."""
        keys = " ".join(summary.key.value for summary in self._selection.papers.values())
        self.desk.start_job(UPDATE, keys or ALL_PAPERS)
        self.notify("Looking for newer editions. A shows what comes of it.", timeout=3, markup=False)

    def action_export(self) -> None:
        if chosen := self.chosen:
            self.desk.export(*(summary.key for summary in chosen))

    def _tagged(self, change: Change) -> None:
        self.desk.did(change)
        self.changed(change.keys)

    def _below_tags(self, line: TagLine) -> str:
        if line.some:
            some = ", ".join(f"{tag} ({number})" for tag, number in line.some[:_TAGS_TOLD])
            return f"Some have: {some}.\nWrite a tag to give it to all; -tag takes it off those that have it."
        known = sorted(set(self.known_tags()))[:_TAGS_TOLD]
        return "Used so far: " + " ".join(known) if known else "Tags are words, divided by blanks."
