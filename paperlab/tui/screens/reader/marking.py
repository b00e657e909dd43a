"""Marking: the cursor extended, highlights, comments."""

from asyncio import to_thread
from collections.abc import Callable

from textual import work

from paperlab.errors import PaperlabError
from paperlab.services.changes import Change
from paperlab.tui.layout import page_at
from paperlab.tui.places import Span
from paperlab.tui.screens.dialogs import LineDialog
from paperlab.tui.screens.reader.text import TextScreen

_QUOTE_SHOWN = 240
"""Characters of a quote above its comment."""


class MarkingScreen(TextScreen):
    """What is under the cursor is highlighted, commented on, copied."""

    def action_extend(self) -> None:
        if self.is_open:
            self.text.extend(not self.text.is_extending)

    @work
    async def action_highlight(self) -> None:
        if not self.is_open:
            return
        if len(self.text.selected) == 1 and self._marks.exactly_at(self.text.selected[0]):
            self.notify("This is highlighted already. d deletes it, c comments on it.", markup=False)
            return
        await self._annotate("")

    @work
    async def action_comment(self) -> None:
        if not self.is_open:
            return
        quote = " ".join(self._selected_text().split())
        old = self._marks.exactly_at(self.text.selected[0]) if len(self.text.selected) == 1 else None
        dialog = LineDialog("Comment", old.comment if old else "", below=f"“{quote[:_QUOTE_SHOWN]}”")
        comment = await self.app.push_screen_wait(dialog)
        if comment is None:
            return
        if old is not None:
            await self._change_marks(lambda: self.workbench.annotating.comment(self._key, old, comment))
        elif comment:
            await self._annotate(comment)

    @work
    async def action_remove(self) -> None:
        marked = self._marks.at(self.text.selected) if self.is_open else None
        if marked is None:
            self.notify("No highlight is under the cursor.", markup=False)
            return
        await self._change_marks(lambda: self.workbench.annotating.remove(marked.id, self._key))

    def action_copy(self) -> None:
        if self.is_open:
            self.desk.copy(self._selected_text())

    async def _annotate(self, comment: str) -> None:
        """Mark what is selected: one annotation a block, the comment on the first."""
        spans = self.text.selected
        quotes = [(self.text.text_of(span), self._page_of(span)) for span in spans]
        annotating, key = self.workbench.annotating, self._key

        def mark() -> Change:
            made = []
            for number, (quote, page_index) in enumerate(quotes):
                said = "" if number else comment
                made.append(annotating.highlight(key, quote, page_index=page_index, comment=said))
            return Change("highlight", (key,), lambda: [annotating.remove(mark.id, key) for mark in made])

        await self._change_marks(mark)
        self.text.extend(False)

    async def _change_marks(self, change: Callable[[], Change]) -> None:
        try:
            self.desk.did(await to_thread(change))
        except PaperlabError as error:
            self.desk.show_error(error)
        await self.load_marks()

    def _page_of(self, span: Span) -> int:
        return page_at(self.text.blocks[span.block], span.start)

    def _selected_text(self) -> str:
        return "\n\n".join(self.text.text_of(span) for span in self.text.selected)
