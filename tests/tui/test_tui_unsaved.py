"""What is written and not saved is put down in time, and nothing is after its end."""

from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.services.drafting import Drafting
from paperlab.tui.unsaved import UnsavedComment, UnsavedComments

KEY = PaperKey("1706.03762")


def test_what_is_written_is_put_down_once_and_never_after_its_end(tmp_path: Path) -> None:
    drafting = Drafting(tmp_path / "drafts", tmp_path)
    comment, open_comments = UnsavedComment(drafting, KEY, "six layers"), UnsavedComments()
    open_comments.begin(comment)
    assert comment.write() is None
    comment.hold("a thought")
    assert comment.write() is not None
    assert comment.write() is None
    comment.hold("a longer thought")
    assert len(list(open_comments.rescue())) == 1
    assert drafting.kept(KEY, "six layers") == "a longer thought"
    comment.hold("too late")
    open_comments.end(comment)
    assert comment.write() is None
    assert drafting.kept(KEY, "six layers") == ""


def test_a_draft_that_cannot_be_written_is_told_as_lost(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("a file where the folder should be")
    comment, open_comments = UnsavedComment(Drafting(tmp_path / "drafts", tmp_path), KEY, "q"), UnsavedComments()
    open_comments.begin(comment)
    comment.hold("a thought")
    assert [told.partition(":")[0] for told in open_comments.rescue()] == ["a comment on 1706.03762 is lost"]
