"""The part of the application that offers the marks which other programs have made in the library's PDFs."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from paperlab.domain.identifiers import PaperKey
from paperlab.services.offering import MarksOffer
from paperlab.tui.commands import first_key
from paperlab.tui.job_desk import JobDesk
from paperlab.tui.jobs import Job

if TYPE_CHECKING:
    from paperlab.services.taking_over import TakeOver
    from paperlab.workbench import Workbench


class MarkDesk(JobDesk):
    """Tells of a paper's marks once in a session, and takes them over when asked to."""

    def __init__(self, workbench: "Workbench", job_command: Callable[[Job], Sequence[str]] | None = None) -> None:
        super().__init__(workbench, job_command)
        self._offered: set[PaperKey] = set()

    def offer_marks(self, key: PaperKey) -> None:
        """Say so if the PDFs of a paper hold marks that nobody has taken over."""
        if key not in self._offered:
            self.perform(lambda: self.workbench.offering.offer(key), self._tell_of_offer)

    def take_over_marks(self, key: PaperKey) -> None:
        self._offered.add(key)
        self.perform(lambda: self._take_over(key), self._taken_over)

    def _take_over(self, key: PaperKey) -> "tuple[TakeOver, ...]":
        with self.workbench.library.history.step(f"marks in the PDFs of {key}"):
            return self.workbench.taking_over.of_paper(key)

    def _on_job(self, job: Job) -> None:
        super()._on_job(job)
        for outcome in job.outcomes if self.is_running else ():
            if outcome.marks:
                self._tell_of_offer(MarksOffer(PaperKey(outcome.key), outcome.title, outcome.marks))

    def _tell_of_offer(self, offer: MarksOffer | None) -> None:
        if offer is None or offer.key in self._offered:
            return
        self._offered.add(offer.key)
        key = first_key("reader.take_over", self.workbench.settings.keymap)
        told = offer.told[:1].upper() + offer.told[1:]
        self.notify(f"{told}. {key} takes them over.", title=offer.title[:60], timeout=8, markup=False)

    def _taken_over(self, files: "tuple[TakeOver, ...]") -> None:
        for file in files:
            if file.change is not None:
                self.did(file.change)
        told = "\n".join(f"{file.edition}: {file.told}" for file in files) or "There is no PDF."
        self.notify(told, title="Marks in the PDF", timeout=8, markup=False)
        self.has_changed.set()
