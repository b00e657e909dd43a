"""Restoring: a library out of its own export."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.errors import DamagedFile, LibraryError, PaperlabError, UsageError
from paperlab.export.library_document import PaperDocument, read_document
from paperlab.library.files import leftovers, read_bytes
from paperlab.library.git_files import GIT_FILES
from paperlab.library.library import Library
from paperlab.library.plain_files import check_list, check_paper, files_of_tables, put_list, put_paper, put_pdf
from paperlab.library.upgrading import MARKER

_MOST_BYTES = 1 << 30


class RestoreStatus(StrEnum):
    RESTORED = "restored"
    PRESENT = "present"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RestoreOutcome:
    """What has come of one paper, or of one reading list."""

    name: str
    """The paper's key, or the list's name."""
    status: RestoreStatus
    is_list: bool = False
    pdfs: tuple[str, ...] = ()
    """Files of the editions that were found and copied in."""
    missing_pdfs: tuple[str, ...] = ()
    """Those that `fetch` must get."""
    error: str = ""


def restore(document: Path, root: Path, *, pdfs: Path | None = None) -> Iterator[RestoreOutcome]:
    """Make a library of an exported JSON document, or fill one. What is there already stays as it is.

    The whole document is looked at before anything is written.

    Args:
        root: The library's folder: made if it is missing or empty.
        pdfs: Where PDFs may be, as in a library or in a folder a paper; beside the document if not given.

    Raises:
        UsageError: The folder holds something else, or the document is no file.
        DamagedFile: The document is not what an export makes.
        LibraryError: The disk refused.
    """
    papers, lists = _checked(document)
    if not (root / MARKER).exists() and root.exists() and not (root.is_dir() and _is_free(root)):
        raise UsageError(f"{root} is no library and not empty", hint="name a new folder, or a library")
    library = Library.create(root)
    with library.history.step(f"restore {document.name}"):
        citekeys: dict[str, PaperKey] = {}
        known = library.keys()
        for key in known:
            with suppress(LibraryError):  # a damaged record is for `doctor`
                citekeys[library.read(key).citekey] = key
        for paper, files in papers:
            yield _paper_outcome(library, paper, files, citekeys, pdfs or document.parent)
        for name, text in lists.items():
            is_new = put_list(library, name, text)
            status = RestoreStatus.RESTORED if is_new else RestoreStatus.PRESENT
            yield RestoreOutcome(name, status, is_list=True)


def _checked(document: Path) -> tuple[list[tuple[Paper, Mapping[str, str]]], Mapping[str, str]]:
    if not document.is_file():
        raise UsageError(f"{document}: no such file")
    if document.stat().st_size > _MOST_BYTES:
        raise DamagedFile(f"{document} is larger than {_MOST_BYTES >> 30} GB", hint="no library is")
    found = read_document(read_bytes(document), document.name)
    papers: list[tuple[Paper, Mapping[str, str]]] = []
    try:
        for entry in found.papers:
            files = entry.files or _files_of_format_1(entry)
            papers.append((check_paper(entry.key, files), files))
        for name, text in found.lists.items():
            check_list(name, text)
    except PaperlabError as error:
        raise DamagedFile(f"{document.name}: {error.message}", hint="nothing was written") from error
    return papers, found.lists


def _is_free(folder: Path) -> bool:
    """Nothing is in it but what is left of a library whose making was cut off."""
    begun, torn = ("papers", "lists"), leftovers(folder)
    return all(
        path.name in GIT_FILES or path in torn or (path.name in begun and path.is_dir() and not any(path.iterdir()))
        for path in folder.iterdir()
    )


def _files_of_format_1(entry: PaperDocument) -> Mapping[str, str]:
    """Format 1 tells the status and not the reading itself, so that times and days of reading are not to be had."""
    annotations = [{**annotation, "at": annotation.get("updated")} for annotation in entry.annotations]
    state, notes = entry.record.get("reading"), entry.record.get("notes")
    reading = []
    if isinstance(state, dict) and state.get("status") in ("reading", "read"):
        at = state.get("last_read") or entry.record.get("added")
        told = {"id": f"restored-{entry.key}", "at": at, "type": "declared"}
        reading = [told | {"status": state["status"], "depth": state.get("depth")}]
    files = files_of_tables(entry.key, entry.record, annotations, reading, notes if isinstance(notes, str) else "")
    return {name: text for name, text in files.items() if text}


def _paper_outcome(
    library: Library, paper: Paper, files: Mapping[str, str], citekeys: dict[str, PaperKey], pdfs: Path
) -> RestoreOutcome:
    if library.has(paper.key):
        return RestoreOutcome(str(paper.key), RestoreStatus.PRESENT)
    if other := citekeys.get(paper.citekey):
        error = f"the citation key {paper.citekey} is that of {other}"
        return RestoreOutcome(str(paper.key), RestoreStatus.FAILED, error=error)
    try:
        put_paper(library, paper.key, files)
    except PaperlabError as error:
        return RestoreOutcome(str(paper.key), RestoreStatus.FAILED, error=error.message)
    copied = {edition.file for edition in paper.editions if _put_pdf(library, paper, edition.name, pdfs)}
    missing = tuple(e.file for e in paper.editions if not library.edition_path(paper.key, e).exists())
    return RestoreOutcome(str(paper.key), RestoreStatus.RESTORED, pdfs=tuple(sorted(copied)), missing_pdfs=missing)


def _put_pdf(library: Library, paper: Paper, name: str, pdfs: Path) -> bool:
    edition = paper.edition(name)
    key = str(paper.key)
    for folder in (pdfs / key, pdfs / "papers" / key, pdfs / "library" / "papers" / key, pdfs):
        if (
            edition
            and (folder / edition.file).is_file()
            and put_pdf(library, paper.key, edition, folder / edition.file)
        ):
            return True
    return False
