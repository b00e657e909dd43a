"""One setting written into a TOML file whose comments and other keys stay."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import tomlkit

from paperlab.library.files import Write, make_folder, read_bytes, write_atomically
from paperlab.library.history import History
from paperlab.library.locks import Locks

_PATIENCE_S = 10.0


def settings_lock(state: Path, name: str = "settings") -> AbstractContextManager[None]:
    """Hold what belongs to a reader's own settings. Raises as `Locks.hold`."""
    return Locks(state / "locks").hold(name, _PATIENCE_S)


def settings_history(file: Path, state: Path, now: Callable[[], datetime]) -> History:
    """The way back of a reader's own settings file. `state` is for what it held: of this machine, as the file is."""
    return History(file.parent, state / "settings", lambda name: settings_lock(state, name), now)


def write_setting(file: Path, key: str, value: str | float | bool, write: Write = write_atomically) -> None:
    """Set a key; the file and its folder are made if need be. Nobody else may be setting one: see `settings_lock`."""
    text = read_bytes(file).decode()
    plain = text.removeprefix("\ufeff")
    document = tomlkit.parse(plain)
    document[key] = value
    make_folder(file.parent)
    write(file, (text[: len(text) - len(plain)] + tomlkit.dumps(document)).encode())
