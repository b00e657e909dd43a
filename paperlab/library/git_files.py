"""What tells git which files of a library are not for it, and how to join those of two machines."""

from pathlib import Path

from paperlab.library.files import write_atomically

_IGNORE = """\
# derived, and made anew at any time
.paperlab/
# what files held before they were changed, for `paperlab undo` on this machine
.backups/
# left by a crash
*.paperlab-tmp
*.part
# PDFs are large, and `paperlab fetch` gets most of them again. Without the # before it, git leaves them out:
# papers/*/*.pdf
"""
_ATTRIBUTES = """\
# lines of two machines' journals are joined, and none is lost; paperlab tells by their times which one holds
*.jsonl text eol=lf merge=union
*.toml text eol=lf
*.md text
*.pdf binary
"""
GIT_FILES = {".gitignore": _IGNORE, ".gitattributes": _ATTRIBUTES}


def write_git_files(root: Path) -> None:
    """Write those that are missing.

    Raises:
        LibraryError: The disk refused.
    """
    for name, text in GIT_FILES.items():
        if not (root / name).exists():
            write_atomically(root / name, text.encode())
