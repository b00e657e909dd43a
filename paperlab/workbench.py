"""The workbench: the one place that picks implementations and wires them, from the settings alone.

The command line and the TUI hold one and nothing else. Everything on it is made when it is first asked for.
"""

import os
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from platformdirs import user_cache_path, user_state_path

from paperlab import __version__
from paperlab.config import Settings, user_config_file
from paperlab.library.library import Library

if TYPE_CHECKING:
    from paperlab.index.catalog import Catalog
    from paperlab.index.encoder import Encoder
    from paperlab.index.search import SearchEngine
    from paperlab.library.watching import LibraryWatch
    from paperlab.services.adding import Adding
    from paperlab.services.annotating import Annotating
    from paperlab.services.checking import Checking
    from paperlab.services.citing import Citing
    from paperlab.services.comparing import Comparing
    from paperlab.services.demonstrating import Demonstrating
    from paperlab.services.drafting import Drafting
    from paperlab.services.editions import Editions
    from paperlab.services.exporting import Exporting
    from paperlab.services.guiding import Guiding
    from paperlab.services.importing import Importing
    from paperlab.services.indexing import Indexing
    from paperlab.services.joining import Joining
    from paperlab.services.leafing import Leafing
    from paperlab.services.markdown_files import MarkdownFiles
    from paperlab.services.noting import Noting
    from paperlab.services.offering import Offering
    from paperlab.services.pdf_copies import PdfCopies
    from paperlab.services.previewing import Previewing
    from paperlab.services.reading import Reading
    from paperlab.services.relating import Relating
    from paperlab.services.resuming import Resuming
    from paperlab.services.searching import Searching
    from paperlab.services.shelf import Shelf
    from paperlab.services.starting import Starting
    from paperlab.services.taking_over import TakingOver
    from paperlab.services.tracking import Tracking
    from paperlab.services.undoing import Place, Undoing
    from paperlab.services.updating import Updating
    from paperlab.services.verifying import Verifying
    from paperlab.services.versions import Versions
    from paperlab.sources.arxiv_api import ArxivSource
    from paperlab.sources.pace import Pace

USER_AGENT = f"paperlab/{__version__} (a reader's own library; one request at a time)"

_WITHOUT_CATALOG = frozenset({"watching", "resuming", "leafing"})
"""What is kept when the catalogue is thrown away."""


def _now() -> datetime:
    return datetime.now(UTC)


def _own_day(at: datetime) -> date:
    """By this machine's clock; at the ends of all time, of which a wrong clock may tell, by UTC."""
    try:
        return at.astimezone().date()
    except OverflowError:
        return at.date()


def settings_place() -> "Place":
    """Where the reader's own settings are, and the way back from what is done to them."""
    from paperlab.library.settings_file import settings_history, settings_lock
    from paperlab.services.undoing import Place

    state = user_state_path("paperlab", appauthor=False)
    return Place(settings_history(user_config_file(), state, _now), lambda _: settings_lock(state))


class Workbench:
    def __init__(self, settings: Settings, root: Path, library: Library | None = None) -> None:
        """Open the library at `root`, or take it as it was opened.

        Raises:
            NoLibrary, LibraryTooNew, DamagedFile
        """
        self.settings = settings
        self.library = library or Library.open(root)
        self._making = RLock()
        self._loaded_encoder: Encoder | None = None

    def close(self) -> None:
        """Let go of the catalogue and of the pages, if they were opened."""
        if "leafing" in self.__dict__:
            self.leafing.rest()
        if "_catalog" in self.__dict__:
            self._catalog.close()

    # Imports stand in the functions: `paperlab list` must not pay for the encoder, `paperlab note` not for the network.

    @cached_property
    def shelf(self) -> "Shelf":
        from paperlab.services.shelf import Shelf

        return Shelf(self.library, self.catalog)

    @cached_property
    def starting(self) -> "Starting":
        from paperlab.services.starting import Starting

        return Starting(self.library, _now)

    @cached_property
    def watching(self) -> "LibraryWatch":
        from paperlab.library.watching import LibraryWatch

        return LibraryWatch(self.library)

    @cached_property
    def resuming(self) -> "Resuming":
        from paperlab.services.resuming import Resuming

        return Resuming(self.library)

    @cached_property
    def noting(self) -> "Noting":
        from paperlab.services.noting import Noting

        return Noting(self.library, user_state_path("paperlab", appauthor=False) / "drafts", _now)

    @cached_property
    def drafting(self) -> "Drafting":
        from paperlab.services.drafting import Drafting

        return Drafting(user_state_path("paperlab", appauthor=False) / "drafts", self.library.root)

    @cached_property
    def tracking(self) -> "Tracking":
        from paperlab.services.tracking import Tracking

        return Tracking(self.library, self.shelf, _now, _own_day)

    @cached_property
    def guiding(self) -> "Guiding":
        from paperlab.services.guiding import Guiding

        return Guiding(self.library, self.shelf)

    @cached_property
    def previewing(self) -> "Previewing":
        from paperlab.services.previewing import Previewing

        return Previewing(self.library, self.catalog)

    @cached_property
    def indexing(self) -> "Indexing":
        from paperlab.pdf.parse import parse_pdf
        from paperlab.services.indexing import Indexing

        return Indexing(self.library, self.catalog, self.encoder, parse_pdf, self.settings.model)

    @cached_property
    def searching(self) -> "Searching":
        from paperlab.services.searching import Searching

        return Searching(self.shelf, self.indexing, self._engine, self.encoder)

    @cached_property
    def relating(self) -> "Relating":
        from paperlab.services.relating import Relating

        return Relating(self._engine)

    @cached_property
    def reading(self) -> "Reading":
        from paperlab.services.reading import Reading

        return Reading(self.library, self.indexing, _now)

    @cached_property
    def citing(self) -> "Citing":
        from paperlab.services.citing import Citing

        return Citing(self.shelf)

    @cached_property
    def leafing(self) -> "Leafing":
        from paperlab.pdf.pictures import Pictures
        from paperlab.services.leafing import Leafing

        return Leafing(self.library, Pictures())

    @cached_property
    def annotating(self) -> "Annotating":
        from paperlab.services.annotating import Annotating

        return Annotating(self.library, self._engine, self._editions, _now)

    @cached_property
    def taking_over(self) -> "TakingOver":
        from paperlab.pdf.marks import read_marks
        from paperlab.pdf.parse import parse_pdf
        from paperlab.services.marked_files import MarkedFiles
        from paperlab.services.taking_over import TakingOver

        files = MarkedFiles(self.library, parse_pdf, read_marks)
        return TakingOver(self.library, files, read_marks, self._editions, _now)

    @cached_property
    def offering(self) -> "Offering":
        from paperlab.services.offering import Offering

        return Offering(self.library)

    @cached_property
    def pdf_copies(self) -> "PdfCopies":
        from paperlab.pdf.copies import write_copy
        from paperlab.pdf.marks import read_marks
        from paperlab.services.pdf_copies import PdfCopies

        return PdfCopies(self.library, read_marks, write_copy, self.annotating.placements)

    @cached_property
    def exporting(self) -> "Exporting":
        from paperlab.export.highlights import Flavor
        from paperlab.services.exporting import Exporting
        from paperlab.services.paper_files import Manner

        template = self.settings.export_template
        manner = Manner(Flavor(self.settings.export_flavor), Path(template).expanduser() if template else None)
        return Exporting(self.library, self.shelf, self._markdown_files, manner)

    @cached_property
    def importing(self) -> "Importing":
        from paperlab.services.importing import Importing

        return Importing(self.library, self._markdown_files, _now)

    @cached_property
    def _markdown_files(self) -> "MarkdownFiles":
        from paperlab.library.backups import Backups
        from paperlab.services.last_exports import LastExports
        from paperlab.services.markdown_files import MarkdownFiles

        backups = Backups(user_state_path("paperlab", appauthor=False) / "backups", _now)
        last_exports = LastExports(lambda: self.library.derived / "exports")
        return MarkdownFiles(self.library, last_exports, backups, lambda key: self.annotating.placements(key))

    @cached_property
    def joining(self) -> "Joining":
        from paperlab.services.joining import Joining

        return Joining(self.library, self.indexing, self.catalog)

    @cached_property
    def undoing(self) -> "Undoing":
        from paperlab.services.undoing import Undoing

        return Undoing(self.library, settings_place(), self.catalog, _now)

    @cached_property
    def versions(self) -> "Versions":
        from paperlab.services.versions import Versions

        return Versions(self.library)

    @cached_property
    def verifying(self) -> "Verifying":
        from paperlab.services.verifying import Verifying

        return Verifying(self.library, self.indexing, self.catalog, self.encoder)

    @cached_property
    def checking(self) -> "Checking":
        from paperlab.index.encoder import check_model
        from paperlab.services.checking import Checking
        from paperlab.services.checks.index import IndexChecks

        def check() -> None:
            self.encoder()
            check_model(self.settings.model)

        index = IndexChecks(self.library, self.indexing, self.verifying, self.catalog, self.rebuild_index, check)
        return Checking(self.library, index, _now)

    @cached_property
    def _editions(self) -> "Editions":
        from paperlab.services.editions import Editions

        return Editions(self.library, self.indexing)

    @cached_property
    def comparing(self) -> "Comparing":
        from paperlab.services.comparing import Comparing

        return Comparing(self.library, self._editions)

    @cached_property
    def updating(self) -> "Updating":
        from paperlab.services.updating import Updating

        check = "never" if self.settings.offline else self.settings.update_check
        return Updating(self.library, self._arxiv, _now, check=check)

    @cached_property
    def adding(self) -> "Adding":
        from paperlab.services.adding import Adding
        from paperlab.sources.download import Downloader, Limits

        settings = self.settings
        downloader = Downloader(
            self._pace,
            user_agent=USER_AGENT,
            limits=Limits(timeout_s=settings.timeout_s),
            offline=settings.offline,
            allow_private=settings.allow_private_addresses,
            trusted_url=settings.arxiv_url,
        )
        return Adding(self.library, self.indexing, self._arxiv, downloader, _now)

    @cached_property
    def _pace(self) -> "Pace":
        from paperlab.sources.pace import Pace

        return Pace(user_state_path("paperlab", appauthor=False) / "arxiv", self.settings.arxiv_delay_s)

    @cached_property
    def _arxiv(self) -> "ArxivSource":
        from paperlab.sources.arxiv_api import ArxivSource

        settings = self.settings
        return ArxivSource(
            settings.arxiv_url,
            self._pace,
            timeout_s=settings.timeout_s,
            user_agent=USER_AGENT,
            offline=settings.offline,
        )

    @cached_property
    def demonstrating(self) -> "Demonstrating":
        from paperlab.services.demonstrating import Demonstrating

        return Demonstrating(
            root=self.library.root,
            adding=self.adding,
            indexing=self.indexing,
            searching=self.searching,
            annotating=self.annotating,
            noting=self.noting,
            tracking=self.tracking,
            exporting=self.exporting,
        )

    def rebuild_index(self) -> None:
        """Throw away all that is derived from the papers, so that `indexing.run` makes it anew.

        Raises:
            LibraryBusy: Another process is indexing.
        """
        from paperlab.index.catalog import Catalog
        from paperlab.library.legible import forget_unread

        with self.library.lock("index"), self._making:
            self.close()
            for name, made in vars(type(self)).items():
                if isinstance(made, cached_property) and name not in _WITHOUT_CATALOG:
                    self.__dict__.pop(name, None)
            Catalog.discard(self.library.derived)
            forget_unread(self.library.derived)

    def catalog(self) -> "Catalog":
        """The catalogue of this library, opened once.

        Raises:
            CatalogDamaged
        """
        with self._making:
            return self._catalog

    def encoder(self) -> "Encoder":
        """The model of the settings, prepared if need be, loaded once.

        Raises:
            ModelUnavailable
        """
        return self._encoder(may_prepare=True)

    def prepared_encoder(self) -> "Encoder":
        """The same, for whoever would rather do without than wait for its preparation.

        Raises:
            ModelUnavailable, ModelUnprepared
        """
        return self._encoder(may_prepare=False)

    @cached_property
    def _catalog(self) -> "Catalog":
        from paperlab.index.catalog import Catalog

        return Catalog.open(self.library.derived)

    def _encoder(self, *, may_prepare: bool) -> "Encoder":
        from paperlab.index.encoder import load_encoder

        with self._making:
            if self._loaded_encoder is None:
                if self.settings.offline:  # sentence-transformers' hub client reads it when it is imported
                    os.environ["HF_HUB_OFFLINE"] = "1"
                cache = user_cache_path("paperlab", appauthor=False)
                self._loaded_encoder = load_encoder(self.settings.model, cache, may_prepare=may_prepare)
            return self._loaded_encoder

    @cached_property
    def _engine(self) -> "SearchEngine":
        from paperlab.index.search import SearchEngine

        reranker = None
        if self.settings.reranker:
            from paperlab.index.reranking import CrossEncoderReranker

            reranker = CrossEncoderReranker(self.settings.reranker)
        return SearchEngine(self.catalog(), self.prepared_encoder, self.library.derived / "vectors.faiss", reranker)
