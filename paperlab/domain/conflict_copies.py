"""Conflict copies: the files that synchronisers leave where two machines have changed one file.

How they are named is each program's own: Dropbox, Nextcloud and ownCloud, Syncthing, Seafile, OneDrive, iCloud,
Google Drive, and git's tools for merging.
"""

import re
from collections.abc import Collection

_SURE = re.compile(
    r"""(?P<stem>.+?)(?:
      [ ]\([^()]*(?:conflicted[ ]copy|case[ ]conflict|conflict)[^()]*\)   # Dropbox, Nextcloud
    | _conflict-\d[\d-]*                                                 # ownCloud
    | \.sync-conflict-\d{8}-\d{6}(?:-\w+)?                               # Syncthing
    | [ ]\(SFConflict[^()]*\)                                            # Seafile
    | _(?:BACKUP|BASE|LOCAL|REMOTE)_\d+                                  # git mergetool
    )(?P<ending>\.\w+)?""",
    re.VERBOSE | re.IGNORECASE,
)
_BEHIND = re.compile(r"(?P<whole>.+)\.(?:orig|rej|mine|theirs|r\d+)")
"""git, and programs that apply patches."""
_PERHAPS = re.compile(r"(?P<stem>.+?)(?:[ ]\d{1,2}|[ ]\(\d{1,2}\)|-[A-Z][A-Z0-9-]{2,30}|[ ]copy)(?P<ending>\.\w+)?")
"""iCloud, Google Drive, OneDrive with the machine's name, and copies made by hand: only beside the original."""


def original_of(name: str, others: Collection[str]) -> str | None:
    """The name of the file or folder that one of this name is a copy of; None if it is no copy.

    Args:
        others: Names that a copy may be of. One that looks like many a file's own name counts only beside them.
    """
    if sure := _SURE.fullmatch(name):
        return sure["stem"] + (sure["ending"] or "")
    if behind := _BEHIND.fullmatch(name):
        return behind["whole"] if behind["whole"] in others else None
    if (perhaps := _PERHAPS.fullmatch(name)) and (original := perhaps["stem"] + (perhaps["ending"] or "")) in others:
        return original
    return None
