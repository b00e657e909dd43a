"""The newest editions that a source has told of: derived, asked for again at any time."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from paperlab.domain.identifiers import PaperKey
from paperlab.library.files import read_bytes, write_atomically
from paperlab.library.library import Library
from paperlab.library.stamps import stamp_file

FORMAT = 1
_FILE = "newest.json"
_EDITION = re.compile(r"v[1-9]\d{0,5}", re.ASCII)


class NewestEditions:
    """What is known of them. Safe to use from several threads and processes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._stamp = ""
        self._names: Mapping[PaperKey, str] = MappingProxyType({})
        self._asked: datetime | None = None

    @property
    def names(self) -> Mapping[PaperKey, str]:
        """The newest edition of each paper that had a newer one than the library when it was asked for."""
        self.look()
        return self._names

    @property
    def asked(self) -> datetime | None:
        """When all papers were asked for, the last time."""
        self.look()
        return self._asked

    def look(self) -> bool:
        """Read the file if it is another one than before. Returns whether it is."""
        stamp = stamp_file(str(self._path))
        if stamp == self._stamp:
            return False
        self._names, self._asked = _read(read_bytes(self._path))
        self._stamp = stamp
        return True

    def keep(self, told: Mapping[PaperKey, str | None], asked: datetime | None = None) -> None:
        """Take in what a source has told: a newer edition, or None where there is none.

        Args:
            asked: Now, if it was asked for all papers.

        Raises:
            LibraryError: The disk refused.
        """
        with self._library.lock("newest"):
            names = {key: name for key, name in {**self.names, **told}.items() if name is not None}
            if asked is None and names == dict(self._names):
                return
            when = asked or self._asked
            content = {
                "format": FORMAT,
                "asked": when.isoformat() if when else None,
                "newest": {key.value: name for key, name in sorted(names.items())},
            }
            write_atomically(self._path, json.dumps(content, indent=1).encode())

    @property
    def _path(self) -> Path:
        return self._library.derived / _FILE


def _read(content: bytes) -> tuple[Mapping[PaperKey, str], datetime | None]:
    """Nothing where it is missing, damaged or of a newer paperlab."""
    with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
        told = json.loads(content)
        if told["format"] == FORMAT:
            asked = told["asked"]
            names = {PaperKey(key): name for key, name in told["newest"].items() if _EDITION.fullmatch(name)}
            return MappingProxyType(names), datetime.fromisoformat(asked) if asked else None
    return MappingProxyType({}), None
