"""One setting written into a TOML file whose comments and other keys stay."""

from pathlib import Path

import tomlkit
from filelock import FileLock, Timeout

from paperlab.errors import LibraryBusy
from paperlab.library.files import make_folder, write_atomically

_PATIENCE_S = 10.0


def write_setting(file: Path, key: str, value: str | float | bool) -> None:
    """Set a key, while nobody else sets another; the file and its folder are made if need be.

    Raises:
        LibraryBusy: Somebody else has been setting one all the while.
        LibraryError: The disk refused.
    """
    make_folder(file.parent)
    try:
        with FileLock(file.with_name(f".{file.name}.lock"), timeout=_PATIENCE_S):
            document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.is_file() else tomlkit.document()
            document[key] = value
            write_atomically(file, tomlkit.dumps(document).encode())
    except Timeout as error:
        hint = "Another paperlab is at work on it; wait for it to end, or stop it."
        raise LibraryBusy(f"{file} is locked since more than {_PATIENCE_S:g} s", hint=hint) from error
