import pytest

from paperlab.domain.conflict_copies import original_of

NAMES = {"notes.md", "annotations.jsonl", "paper.toml", "v7.pdf"}


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("notes (Ada's conflicted copy 2026-11-02).md", "notes.md"),  # Dropbox
        ("notes (Case Conflict).md", "notes.md"),
        ("notes (conflicted copy 2026-11-02 193140).md", "notes.md"),  # Nextcloud
        ("notes_conflict-20261102-193140.md", "notes.md"),  # ownCloud
        ("annotations.sync-conflict-20261102-193140-ABCDEFG.jsonl", "annotations.jsonl"),  # Syncthing
        ("notes (SFConflict ada@example.org 2026-11-02-19-31-40).md", "notes.md"),  # Seafile
        ("paper-DESKTOP-7QX.toml", "paper.toml"),  # OneDrive
        ("v7 2.pdf", "v7.pdf"),  # iCloud
        ("notes (1).md", "notes.md"),  # Google Drive
        ("notes copy.md", "notes.md"),
        ("notes.md.orig", "notes.md"),  # git
        ("paper_LOCAL_4711.toml", "paper.toml"),
        ("1706.03762 (conflicted copy 2026-11-02 193140)", "1706.03762"),
    ],
)
def test_a_copy_names_its_original(name: str, original: str) -> None:
    assert original_of(name, NAMES) == original


@pytest.mark.parametrize(
    "name",
    ["notes.md", "v7.pdf", "v5.pdf", "my-notes.md", "notes-2.md", "v7-annotated.pdf", "gpt 2.toml", "x.md.orig"],
)
def test_what_may_be_a_file_of_its_own_is_no_copy(name: str) -> None:
    assert original_of(name, NAMES) is None
