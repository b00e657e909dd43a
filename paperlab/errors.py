"""Every failure that a reader can act on.

PaperlabError
├── UsageError                 the words of the command are wrong (exit code 2)
│   └── SettingsError          a settings file or variable is wrong
├── NothingFound               a search, a quote, a list: there is none
├── LibraryError               the plain files
│   ├── NoLibrary              no library at this place
│   ├── LibraryTooNew          written by a newer paperlab
│   ├── DamagedFile            a record, list or journal cannot be read
│   ├── ChangedOutside         somebody else changed the file since it was read
│   ├── LibraryBusy            another process holds the lock
│   ├── ReadOnlyLibrary        it can be read, but not changed
│   ├── UnknownPaper           no paper of that key
│   └── AmbiguousKey           several papers answer to that key
├── SourceError                where papers come from
│   ├── UnknownSource          nothing is at that id, path or address
│   ├── SourceUnavailable      it did not answer, or not with what it should
│   └── Offline                the network is needed and switched off
├── PdfError                   the PDF itself
│   ├── NotAPdf                other bytes under that name
│   ├── EncryptedPdf           a password is needed
│   ├── UnreadablePdf          broken, or without pages
│   ├── PdfTooCostly           past the limits of time, memory or size
│   └── CopyDiffers            an annotated copy is not as it should be: nothing was written
└── IndexError_                what is derived
    ├── ModelUnavailable       the embedding model cannot be loaded
    │   └── ModelUnprepared    it can, after a preparation that somebody must have time for
    └── CatalogDamaged         the catalogue cannot be read; `paperlab index rebuild` makes it anew

An error says what failed in `message` and what to do in `hint`. The command line prints it as one line and ends with
`exit_code`; the TUI shows it in place. A bug is none of these and is never caught.
"""

from typing import ClassVar


class PaperlabError(Exception):
    """A failure with a way out."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def message(self) -> str:
        return str(self.args[0])


class UsageError(PaperlabError):
    exit_code = 2


class SettingsError(UsageError): ...


class NothingFound(PaperlabError): ...


class LibraryError(PaperlabError): ...


class NoLibrary(LibraryError): ...


class LibraryTooNew(LibraryError): ...


class DamagedFile(LibraryError): ...


class ChangedOutside(LibraryError): ...


class LibraryBusy(LibraryError): ...


class ReadOnlyLibrary(LibraryError): ...


class UnknownPaper(LibraryError): ...


class AmbiguousKey(LibraryError): ...


class SourceError(PaperlabError): ...


class UnknownSource(SourceError): ...


class SourceUnavailable(SourceError): ...


class Offline(SourceError): ...


class PdfError(PaperlabError): ...


class NotAPdf(PdfError): ...


class EncryptedPdf(PdfError): ...


class UnreadablePdf(PdfError): ...


class PdfTooCostly(PdfError): ...


class CopyDiffers(PdfError): ...


class IndexError_(PaperlabError):  # noqa: N801  (the underscore keeps it apart from the builtin)
    ...


class ModelUnavailable(IndexError_): ...


class ModelUnprepared(ModelUnavailable): ...


class CatalogDamaged(IndexError_): ...
