"""What a wide terminal shows of the paper under the cursor."""

from rich.console import Group
from rich.text import Text
from textual.widgets import Static

from paperlab.domain.summaries import PaperSummary
from paperlab.tui.cells import percent, safe


class Preview(Static):
    """Title, authors, state, abstract."""

    DEFAULT_CSS = """
    Preview { width: 2fr; max-width: 64; height: 1fr; padding: 0 2; display: none; }
    """

    def show(self, summary: PaperSummary | None) -> None:
        if summary is None:
            self.update("")
            return
        pages = f" of {summary.pages} pages" if summary.pages else ""
        depth = f", {summary.depth.value}" if summary.depth and summary.depth.value != summary.status.value else ""
        state = f"{summary.status.value}{depth} · {percent(summary.progress)}{pages}"
        if summary.edition is None:
            state = "no PDF yet: F fetches it"
        marks = (
            f"{summary.annotations} highlight{'' if summary.annotations == 1 else 's'}" if summary.annotations else ""
        )
        facts = " · ".join(part for part in (state, marks, "a note" if summary.has_notes else "") if part)
        tags = " ".join(f"#{tag}" for tag in summary.tags)
        name = " · ".join(part for part in (summary.citekey, summary.key.value, summary.edition or "") if part)
        parts = [
            Text(safe(summary.title), "bold"),
            Text(safe(", ".join(summary.authors[:12]) + (" …" if len(summary.authors) > 12 else ""))),
            Text(name, "dim"),
            Text(""),
            Text(facts),
        ]
        parts += [Text(safe(tags))] if tags else []
        parts += [Text(""), Text(" ".join(safe(summary.abstract).split()))]
        self.update(Group(*parts))
