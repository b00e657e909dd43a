"""What a wide terminal shows of the paper under the cursor."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text
from textual import work
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widgets import Static

from paperlab.domain.steps import Abandoned
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import PaperlabError
from paperlab.tui.cells import bar, percent, safe
from paperlab.tui.library_lines import edition_news
from paperlab.tui.turnstile import Turnstile

if TYPE_CHECKING:
    from paperlab.services.previewing import PaperPreview, Previewing

_PAUSE_S = 0.05
"""The cursor must rest so long before its paper is shown: laying out an abstract takes longer than a key may."""
_LOOK_S = 0.1
"""And so long again before files are looked into."""
_BAR = 6
_SECTIONS, _NOTE_LINES, _MARKS = 12, 6, 5
"""At most so many of each."""


class Preview(VerticalScroll, can_focus=False):
    """Title, authors, state and abstract, then sections, note and highlights: as soon as the cursor rests."""

    DEFAULT_CSS = """
    Preview { width: 2fr; max-width: 64; height: 1fr; padding: 0 2; display: none; }
    """

    def __init__(self, previewing: "Previewing") -> None:
        super().__init__()
        self._previewing = previewing
        self._summary: PaperSummary | None = None
        self._pause: Timer | None = None
        self._turnstile = Turnstile()

    def compose(self) -> "Iterator[Static]":
        yield Static(id="preview-text")

    def show(self, summary: PaperSummary | None) -> None:
        is_other = summary is None or self._summary is None or summary.key != self._summary.key
        self._summary = summary
        if self._pause is not None:
            self._pause.stop()
        if self.display:
            self._pause = self.set_timer(_PAUSE_S, self._show_facts if is_other else self._look_inside)

    def on_show(self) -> None:
        """The terminal has become wide enough."""
        summary, self._summary = self._summary, None
        self.show(summary)

    def _show_facts(self) -> None:
        self._write(self._summary, None)
        self.scroll_home(animate=False)
        if self._summary is not None:
            self._pause = self.set_timer(_LOOK_S, self._look_inside)

    @work(group="preview")
    async def _look_inside(self) -> None:
        summary = self._summary
        if summary is None:
            return
        try:
            preview = await self._turnstile.run(lambda _: self._previewing.preview(summary.key))
        except Abandoned:
            return
        except PaperlabError as error:
            self._write(summary, None, error.message)
            return
        if self._summary is summary:
            self._write(summary, preview)

    def _write(self, summary: PaperSummary | None, preview: "PaperPreview | None", trouble: str = "") -> None:
        parts = [] if summary is None else list(_facts(summary))
        if preview is not None:
            parts += _sections(preview)
            parts += _note(preview)
            parts += _marks(preview)
        if trouble:
            parts += [Text(""), Text(safe(trouble), "italic")]
        self.query_one("#preview-text", Static).update(Group(*parts))


def _facts(summary: PaperSummary) -> Iterator[Text]:
    pages = f" of {summary.pages} pages" if summary.pages else ""
    depth = f", {summary.depth.value}" if summary.depth and summary.depth.value != summary.status.value else ""
    state = f"{summary.status.value}{depth} · {percent(summary.progress)}{pages}"
    if summary.edition is None:
        state = "no PDF yet: F fetches it"
    marks = f"{summary.annotations} highlight{'' if summary.annotations == 1 else 's'}" if summary.annotations else ""
    facts = " · ".join(part for part in (state, marks, "a note" if summary.has_notes else "") if part)
    name = " · ".join(dict.fromkeys(part for part in (summary.citekey, summary.key.value, summary.edition) if part))
    yield Text(safe(summary.title), "bold")
    yield Text(safe(", ".join(summary.authors[:12]) + (" …" if len(summary.authors) > 12 else "")))
    yield Text(name, "dim")
    yield Text("")
    yield Text(facts)
    for news in edition_news(summary):
        yield Text(news, "bold")
    if summary.tags:
        yield Text(safe(" ".join(f"#{tag}" for tag in summary.tags)))
    if summary.abstract:
        yield Text("")
        yield Text(" ".join(safe(summary.abstract).split()))


def _sections(preview: "PaperPreview") -> Iterator[Text]:
    if preview.sections:
        yield _title("Sections")
    for section in preview.sections[:_SECTIONS]:
        row = Text(no_wrap=True, overflow="ellipsis")
        row.append(bar(section.share, _BAR) + f" {percent(section.share):>5}  ")
        row.append(safe(section.title))
        yield row
    yield from _more(len(preview.sections) - _SECTIONS)


def _note(preview: "PaperPreview") -> Iterator[Text]:
    lines = [line for line in preview.note.splitlines() if line.strip()]
    if lines:
        yield _title("Note")
    for line in lines[:_NOTE_LINES]:
        yield Text(safe(line))
    yield from _more(len(lines) - _NOTE_LINES)


def _marks(preview: "PaperPreview") -> Iterator[Text]:
    if preview.marks:
        yield _title("Highlights")
    for placement in preview.marks[:_MARKS]:
        mark = placement.annotation
        where = f"{safe(mark.edition)}, not in {placement.edition}" if placement.page_index is None else ""
        where = where or f"p. {(placement.page_index or 0) + 1}"
        row = Text(f"{where}  ", "dim", no_wrap=not mark.comment, overflow="ellipsis")
        yield row.append(f"“{' '.join(safe(mark.quote).split())}”", "not dim")
        if mark.comment:
            yield Text(f"   {' '.join(safe(mark.comment).split())}", "italic")
    yield from _more(len(preview.marks) - _MARKS)


def _title(name: str) -> Text:
    return Text(f"\n{name}", "bold")


def _more(number: int) -> Iterator[Text]:
    if number > 0:
        yield Text(f"… {number} more", "dim")
