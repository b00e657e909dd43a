"""Leafing: the pages of an edition as pictures."""

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.pictures import PagePicture
from paperlab.errors import UnreadablePdf
from paperlab.library.library import Library
from paperlab.pdf.pictures import Pictures


class Leafing:
    def __init__(self, library: Library, pictures: Pictures) -> None:
        self._library = library
        self._pictures = pictures

    def page(self, key: PaperKey, edition: str, page_index: int, width_px: int) -> PagePicture:
        """A page of an edition, so wide or, if it had too many pixels, less.

        Raises:
            UnknownPaper, DamagedFile
            UnreadablePdf: There is no PDF or no such page, or it is broken.
            NotAPdf, EncryptedPdf, PdfTooCostly
        """
        found = next((known for known in self._library.read(key).editions if known.name == edition), None)
        path = self._library.edition_path(key, found) if found else None
        if path is None or not path.is_file():
            raise UnreadablePdf(f"the PDF of {key} {edition} is missing", hint=f"`paperlab fetch {key}` downloads it")
        return self._pictures.page(path, page_index, width_px)

    def rest(self) -> None:
        """Nobody leafs any more: let go of what is kept for the next page."""
        self._pictures.close()
