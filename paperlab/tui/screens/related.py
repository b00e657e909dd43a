"""What else the library has of the kind of a paper, with the passages that say why."""

from asyncio import to_thread
from collections.abc import Collection, Sequence

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.widgets import Static

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Hit, Passage
from paperlab.domain.related import Reason, RelatedPaper, Relations
from paperlab.errors import PaperlabError
from paperlab.tui.cells import safe, safe_lines
from paperlab.tui.commands import bindings
from paperlab.tui.scopes import AtHand
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.widgets.hit_list import HitList, MovingHitList
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line

_LIMIT = 20


class RelatedScreen(PlaceScreen):
    """The passages of other papers, by paper, and the passage of this one that each is like."""

    PLACE = "related"
    BINDINGS = bindings("related")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  # Textual's own type

    def __init__(self, key: PaperKey, title: str) -> None:
        super().__init__()
        self._key = key
        self._title = title
        self._pairs: Sequence[tuple[RelatedPaper, Reason]] = ()
        """In the order of the hits' ranks."""

    def compose(self) -> ComposeResult:
        yield Line(f"Like “{self._title}”", "looking …", id="header", classes="bar")
        yield Static(id="hint")
        with Container(id="answer"):
            yield MovingHitList()
            with VerticalScroll(id="reason", can_focus=False):
                yield Static(id="reason-text")
        yield Line(id="told", classes="bar")
        yield KeyBar("related")

    def on_mount(self) -> None:
        self.query_one("#hint").display = False  # the list has its width before it is filled
        self.query_one(MovingHitList).focus()
        self.load()

    @property
    def at_hand(self) -> AtHand:
        return AtHand(self._key, self._title)

    def look_again(self, keys: Collection[PaperKey] | None = None) -> None:  # noqa: ARG002
        """A paper that has come meanwhile may be near, too."""
        self.load()

    @work(exclusive=True, group="related")
    async def load(self) -> None:
        try:
            found = await to_thread(self.workbench.relating.related, self._key, limit=_LIMIT)
        except PaperlabError as error:
            found, hint = None, f"{error.message}\n\n{error.hint}".strip()
        else:
            hint = "Nothing in the library is near this paper."
        if not self.is_ending:
            self._show(found, hint)

    def _show(self, found: Relations | None, hint: str) -> None:
        papers = found.papers if found else ()
        self._pairs = [(paper, reason) for paper in papers for reason in paper.reasons]
        self.query_one("#hint", Static).update(Text(safe_lines(hint)))
        self.query_one("#hint").display = not self._pairs
        self.query_one("#answer").display = bool(self._pairs)
        count = "1 paper" if len(papers) == 1 else f"{len(papers)} papers"
        self.query_one("#header", Line).right = f"{count} · {found.took_ms:.0f} ms" if found else ""
        self.query_one("#told", Line).right = found.warning if found else ""
        hits = [
            Hit(rank, reason.likeness, reason.there, paper.title) for rank, (paper, reason) in enumerate(self._pairs, 1)
        ]
        self.query_one(MovingHitList).show(hits, "", is_better=True)

    def action_open(self) -> None:
        if walk := self.query_one(MovingHitList).walk:
            self.desk.open_hit(walk)

    def action_related(self) -> None:
        """Go on from the paper under the cursor."""
        if hit := self.query_one(MovingHitList).current:
            self.desk.open_related(hit.passage.paper, hit.title)

    def action_copy(self) -> None:
        if hit := self.query_one(MovingHitList).current:
            self.desk.copy(hit.passage.text)

    @on(HitList.Chosen)
    def _on_chosen(self) -> None:
        self.action_open()

    @on(HitList.Moved)
    def _on_moved(self, event: HitList.Moved) -> None:
        if event.hit is None:
            return
        paper, reason = self._pairs[event.hit.rank - 1]
        self.query_one("#told", Line).left = f"{paper.score:.0%} alike · this passage {reason.likeness:.0%}"
        text = Text.assemble(*_told("like", reason.here), "\n\n", *_told("there", reason.there))
        self.query_one("#reason-text", Static).update(text)
        self.query_one("#reason", VerticalScroll).scroll_home(animate=False)


def _told(lead: str, passage: Passage) -> tuple[tuple[str, str], str]:
    """Where a passage stands, and its text."""
    page = (f"p. {passage.pages[0] + 1}",) if passage.pages else ()
    place = " · ".join((*page, " › ".join(passage.section)))
    return (safe(f"{lead} {place}") + "\n", "dim"), safe(passage.text)
