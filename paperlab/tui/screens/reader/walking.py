"""The reader's way from hit to hit of a search."""

from collections.abc import Iterator

from textual import work

from paperlab.domain.passages import Passage
from paperlab.domain.strips import Span
from paperlab.tui.marking import matched_spans
from paperlab.tui.screens.reader.jumping import JumpingScreen
from paperlab.tui.session import place_of
from paperlab.tui.walks import Walk, target_of
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.paper_column import Paint


class WalkingScreen(JumpingScreen):
    """`n` and `N` go on from the hit that the paper was opened at, until something is marked."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without hits `n` and `N` are free for what they mean otherwise."""
        return self._walk is not None if action == "walk" else super().check_action(action, parameters)

    def on_mount(self) -> None:
        if self._walk is not None:
            self.query_one(KeyBar).place = "walk"

    @work(exclusive=True, group="walk")
    async def action_walk(self, by: int) -> None:
        if self._walk is None:
            return
        walk = self._walk.step(by)
        if walk.at == self._walk.at:
            self.notify("That was the last hit." if by > 0 else "This is the first hit.", timeout=2, markup=False)
            return
        hit = walk.current
        target = target_of(hit, walk.query)
        if hit.passage.paper != self._key:
            if await self.may_leave_note():
                self.dismiss()
                self.desk.open_hit(walk)
            return
        self._walk = walk
        if target is not None and self.is_open:
            self.jump(place_of(self.text.blocks, target))
            self._paint()

    def end_walk(self) -> None:
        """The reader works here now: `n` is the note's again."""
        if self._walk is not None:
            self._walk = None
            self.query_one(KeyBar).place = self.plain_place
            self._paint()

    def _paints(self) -> Iterator[Paint]:
        yield from super()._paints()
        if self._walk is not None:
            for hit in self._walk.hits:
                if hit.passage.paper == self._key:
                    yield from (Paint(span, "hit") for span in self._matched(self._walk, hit.passage))

    def _tell(self) -> None:
        super()._tell()
        if self._walk is not None and self.is_open:
            line = self.query_one("#foot", Line)
            line.right = " · ".join(part for part in (self._walk.told, line.right) if part)

    def _matched(self, walk: Walk, passage: Passage) -> Iterator[Span]:
        """The words that the query asks for, in the blocks of a passage."""
        if passage.first_block is None:
            return
        end = passage.first_block + passage.text.count("\n") + 1  # one line for each block
        for block in range(passage.first_block, min(end, len(self.text.blocks))):
            yield from (Span(block, *found) for found in matched_spans(self.text.blocks[block].text, walk.query))
