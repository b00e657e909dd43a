"""The PDF that another program is to open."""

import pytest
from desk import Desk, put_edition, put_paper

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import UnknownPaper, UnreadablePdf


def test_the_newest_edition_is_opened_and_a_missing_one_told(desk: Desk) -> None:
    key = put_paper(desk)
    put_edition(desk, key, "v9", ("Newer.",))
    assert desk.reading.pdf_path(key) == desk.library.folder(key) / "v9.pdf"
    (desk.library.folder(key) / "v9.pdf").unlink()
    with pytest.raises(UnreadablePdf, match=r"1706\.03762 has no PDF yet") as missing:
        desk.reading.pdf_path(key)
    assert missing.value.hint == "`paperlab fetch 1706.03762` downloads it"
    with pytest.raises(UnknownPaper):
        desk.reading.pdf_path(PaperKey("other"))
