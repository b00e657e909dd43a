"""Marking: the cursor extended, highlights in their colours, comments, and the list of them all."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable

from textual import on, work
from textual.widgets import OptionList

from paperlab.domain.annotations import Annotation
from paperlab.errors import PaperlabError
from paperlab.services.annotating import Selected
from paperlab.services.changes import Change
from paperlab.tui.layout import page_at
from paperlab.tui.marks import place_on_page
from paperlab.tui.screens.comment import CommentDialog
from paperlab.tui.screens.reader.text import TextScreen
from paperlab.tui.unsaved import UnsavedComment
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.mark_list import MarkList


class MarkingScreen(TextScreen):
    """What is under the cursor is highlighted, commented on, copied; a list at the side shows all that is."""

    def action_extend(self) -> None:
        if self.is_open:
            self.text.extend(not self.text.is_extending)

    @work
    async def action_highlight(self) -> None:
        if not self.is_open:
            return
        if self._exactly_marked() is not None:
            self.notify("This is highlighted already. d deletes it, c comments on it, 1 to 6 colour it.", markup=False)
            return
        await self._highlight("")

    @work
    async def action_color(self, color: str) -> None:
        if not self.is_open:
            return
        self.desk.mark_color = color
        marked = self._marked()
        if marked is None:
            await self._highlight("")
        else:
            await self._recolor(marked, color)

    @work
    async def action_comment(self) -> None:
        if not self.is_open:
            return
        marked = self._marked()
        if marked is not None:
            await self._comment_on(marked)
        else:
            await self._ask_comment(self._selected_text(), "", self._highlight)

    @work
    async def action_remove(self) -> None:
        marked = self._marks.at(self.text.selected) if self.is_open else None
        if marked is None:
            self.notify("No highlight is under the cursor.", markup=False)
            return
        await self._remove(marked.annotation)

    def action_copy(self) -> None:
        if self.is_open:
            self.desk.copy(self._selected_text())

    # the list of marks

    def action_marks(self) -> None:
        """Show the list, go into it, or hide it if the cursor is there."""
        if not self.is_open:
            return
        marks = self.query_one_optional(MarkList)
        if marks is not None and marks.has_focus:
            self._hide_marks(marks)
            return
        if marks is None:
            marks = MarkList()
            self.query_one("#desk").mount(marks)
            marks.show(self._marks)
        marks.stand_at(self._marks.at(self.text.selected))
        marks.focus()
        self.query_one(KeyBar).place = "marks"

    @on(OptionList.OptionSelected, "MarkList")
    def _on_mark_chosen(self) -> None:
        marks = self.query_one(MarkList)
        mark = marks.current
        at = place_on_page(mark, self.text.blocks) if mark is not None else None
        if mark is None or at is None:
            why = mark.told if mark and mark.told else "its page has no text"
            self.notify(f"This mark has no place in the text: {why}. p puts it where you say.", markup=False)
            return
        if self.has_class("-narrow"):
            self._hide_marks(marks)
        else:
            self._leave_marks()
        place = self.text.units.at(at.block, at.start)
        self.call_after_refresh(lambda: self.text.go(place, settle=True))

    @work
    async def action_remove_listed(self) -> None:
        if listed := self.query_one(MarkList).current:
            await self._remove(listed.annotation)

    @work
    async def action_comment_listed(self) -> None:
        if listed := self.query_one(MarkList).current:
            await self._comment_on(listed.annotation)

    @work
    async def action_color_listed(self, color: str) -> None:
        if listed := self.query_one(MarkList).current:
            self.desk.mark_color = color
            await self._recolor(listed.annotation, color)

    def _hide_marks(self, marks: MarkList) -> None:
        marks.remove()
        self._leave_marks()

    def _leave_marks(self) -> None:
        self.query_one(KeyBar).place = self.plain_place
        self.text.focus()

    def _paint(self) -> None:
        super()._paint()
        if marks := self.query_one_optional(MarkList):
            marks.show(self._marks)

    # what is done to a mark

    async def _highlight(self, comment: str) -> bool:
        """Mark what is selected: one annotation a block, the comment on the first."""
        quotes, color = self._selected_quotes(), self.desk.mark_color
        highlight = self.workbench.annotating.highlight_all
        is_done = await self._change_marks(lambda: highlight(self._key, quotes, color=color, comment=comment))
        self.text.extend(False)
        return is_done

    async def _recolor(self, mark: Annotation, color: str) -> None:
        if mark.color != color:
            await self._change_marks(lambda: self.workbench.annotating.recolor(self._key, mark, color))

    async def _comment_on(self, mark: Annotation) -> None:
        def change(comment: str) -> Awaitable[bool]:
            return self._change_marks(lambda: self.workbench.annotating.comment(self._key, mark, comment))

        await self._ask_comment(mark.quote, mark.comment, change)

    async def _ask_comment(self, quote: str, comment: str, save: Callable[[str], Awaitable[bool]]) -> None:
        """Let a comment be written; its draft is kept until it is saved or given up."""
        drafting = self.workbench.drafting
        unsaved = UnsavedComment(drafting, self._key, quote)
        draft = await to_thread(drafting.kept, self._key, quote)
        self.desk.unsaved_comments.begin(unsaved)
        given = await self.app.push_screen_wait(CommentDialog(unsaved, comment, draft))
        if given is None or given == comment or await save(given):
            await to_thread(self.desk.unsaved_comments.end, unsaved)
        else:
            self.notify("What you have written is kept: commenting on the same place goes on with it.", markup=False)

    async def _remove(self, mark: Annotation) -> None:
        await self._change_marks(lambda: self.workbench.annotating.remove(mark.id, self._key))

    async def _change_marks(self, change: Callable[[], Change]) -> bool:
        """Whether it could be done."""
        try:
            self.desk.did(await to_thread(self.desk.as_step, change))
            return True
        except PaperlabError as error:
            self.desk.show_error(error)
            return False
        finally:
            await self.load_marks()

    def _marked(self) -> Annotation | None:
        """The mark that a command is for: the one under the cursor, or exactly what is selected."""
        if self.text.is_extending:
            return self._exactly_marked()
        marked = self._marks.at(self.text.selected)
        return marked.annotation if marked else None

    def _exactly_marked(self) -> Annotation | None:
        spans = self.text.selected
        return self._marks.exactly_at(spans[0]) if len(spans) == 1 else None

    def _selected_quotes(self) -> list[Selected]:
        """What is under the cursor, a quote for each block."""
        text = self.text
        return [
            Selected(text.text_of(span), page_at(text.blocks[span.block], span.start), (span.block, span.start))
            for span in text.selected
        ]

    def _selected_text(self) -> str:
        return "\n\n".join(self.text.text_of(span) for span in self.text.selected)
