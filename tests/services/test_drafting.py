"""Comments that are being written are found again on the same quote, and nowhere else."""

from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.services.drafting import Drafting

KEY = PaperKey("1706.03762")
OTHER = PaperKey("1810.04805")


def test_a_draft_is_of_one_quote_of_one_paper_of_one_library(tmp_path: Path) -> None:
    drafting = Drafting(tmp_path / "drafts", tmp_path / "library")
    path = drafting.keep(KEY, "six\nlayers", "one\n\n> two \ud800")
    assert path.read_text() == "> six layers\n\none\n\n> two ?"
    assert drafting.kept(KEY, "six layers") == "one\n\n> two ?"
    assert drafting.kept(KEY, "seven layers") == ""
    assert drafting.kept(OTHER, "six layers") == ""
    assert Drafting(tmp_path / "drafts", tmp_path / "another").kept(KEY, "six layers") == ""
    drafting.drop(KEY, "six layers")
    assert drafting.kept(KEY, "six layers") == ""
