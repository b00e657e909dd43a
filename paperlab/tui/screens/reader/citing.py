"""The references under the cursor: what they are, and the way to them."""

from paperlab.domain.blocks import BlockKind
from paperlab.domain.citations import Entry, cited, entries_of
from paperlab.tui.places import Place
from paperlab.tui.screens.reader.jumping import JumpingScreen
from paperlab.tui.screens.reference import Chosen, ReferenceDialog, Way


class CitingScreen(JumpingScreen):
    """`r` tells what the sentence cites."""

    _entries: tuple[Entry, ...] | None = None

    def action_reference(self) -> None:
        if not self.is_open:
            return
        if self._entries is None:
            self._entries = entries_of(self.text.blocks)
        entries = self._entries_under_cursor(self._entries)
        if not entries:
            missing = "This sentence cites nothing." if self._entries else "No references were found in this paper."
            self.notify(missing, timeout=3, markup=False)
            return

        def follow(chosen: Chosen | None) -> None:
            if chosen is None:
                return
            if chosen.way is Way.OPEN and chosen.paper.key is not None:
                self.desk.open_reader(chosen.paper.key)
            elif chosen.way is Way.ADD and chosen.paper.arxiv_id is not None:
                self.desk.start_job("add", str(chosen.paper.arxiv_id))
            else:
                self.jump(Place(entries[chosen.at].block, 0))

        self.app.push_screen(ReferenceDialog([entry.text for entry in entries]), follow)

    def _entries_under_cursor(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Those that the sentence cites; in the bibliography the entry itself."""
        at = self.text.cursor.block
        if self.text.blocks[at].kind is BlockKind.REFERENCE:
            return tuple(entry for entry in entries if entry.block == at)
        return cited(" ".join(self.text.text_of(span) for span in self.text.selected), entries)
