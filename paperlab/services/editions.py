"""Editions: the text of any edition of a paper, the newest one from the catalogue, others parsed once and kept."""

import json
from contextlib import suppress
from pathlib import Path

from paperlab.domain.blocks import ParsedPdf
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.steps import Watcher, unwatched
from paperlab.errors import LibraryError, NothingFound, UnreadablePdf
from paperlab.library.files import hash_file, make_folder, read_bytes, write_atomically
from paperlab.library.library import Library
from paperlab.pdf.parse import PARSER_VERSION
from paperlab.pdf.wire import encode, from_parsed, to_parsed
from paperlab.services.indexing import Indexing


class Editions:
    def __init__(self, library: Library, indexing: Indexing) -> None:
        self._library = library
        self._indexing = indexing

    def parsed(self, paper: Paper, edition: Edition | None = None, watch: Watcher = unwatched) -> ParsedPdf:
        """What is in an edition, the newest one if none is named.

        Raises:
            UnknownPaper, DamagedFile, PdfError
            UnreadablePdf: Its file is missing, or there is none.
        """
        if edition is None or edition == paper.newest:
            return self._indexing.parsed(paper.key, watch)[2]
        path = self._library.edition_path(paper.key, edition)
        if not path.is_file():
            hint = f"`paperlab add {paper.key}{edition.name}` downloads it again" if paper.arxiv_id else "put it back"
            raise UnreadablePdf(f"{path} is missing", hint=hint)
        return self._kept(path, f"{paper.title} {edition.name}", watch)

    def parsed_file(self, path: Path, watch: Watcher = unwatched) -> ParsedPdf:
        """What is in a PDF that need not be in the library.

        Raises:
            NothingFound: It is not there.
            PdfError
        """
        if not path.is_file():
            raise NothingFound(f"{path} is not there")
        return self._kept(path, path.name, watch)

    def _kept(self, path: Path, subject: str, watch: Watcher) -> ParsedPdf:
        """Parsed now, or when these bytes were last asked for."""
        sha256, _ = hash_file(path)
        folder = self._library.derived / "parsed"
        kept = folder / f"{sha256}-{PARSER_VERSION}.json"
        with suppress(ValueError, KeyError, TypeError, IndexError, RecursionError):  # missing, or damaged: made anew
            return to_parsed(json.loads(read_bytes(kept)))
        parsed = self._indexing.parse(path, subject, watch)
        try:
            make_folder(folder)
            write_atomically(kept, encode(from_parsed(parsed)))
        except LibraryError:  # a read-only library, a full disk: parsed again the next time
            return parsed
        for other in folder.glob(f"{sha256}-*.json"):  # of an older parser
            if other != kept:
                other.unlink(missing_ok=True)
        return parsed
