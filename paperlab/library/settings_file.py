"""One setting written into a TOML file whose comments and other keys stay."""

from pathlib import Path

import tomlkit

from paperlab.library.files import make_folder, write_atomically
from paperlab.library.locks import lock

_TIMEOUT_S = 10.0


def write_setting(file: Path, key: str, value: str | float | bool) -> None:
    """Set a key, while nobody else sets another; the file and its folder are made if need be.

    Raises:
        LibraryBusy, LibraryError
    """
    make_folder(file.parent)
    with lock(file.parent, file.name, _TIMEOUT_S):
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.is_file() else tomlkit.document()
        document[key] = value
        write_atomically(file, tomlkit.dumps(document).encode())
