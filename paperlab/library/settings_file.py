"""One setting written into a TOML file whose comments and other keys stay."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import tomlkit

from paperlab.library import locks
from paperlab.library.files import Write, write_atomically
from paperlab.library.history import History

_TIMEOUT_S = 10.0


def settings_history(file: Path, state: Path, now: Callable[[], datetime]) -> History:
    """The way back of a reader's own settings file. `state` is for what it held: of this machine, as the file is."""
    return History(file.parent, state / "settings", lambda name: locks.lock(state / "locks", name, _TIMEOUT_S), now)


def write_setting(file: Path, key: str, value: str | float | bool, write: Write = write_atomically) -> None:
    """Set a key; the file and its folder are made if need be."""
    document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.is_file() else tomlkit.document()
    document[key] = value
    file.parent.mkdir(parents=True, exist_ok=True)
    write(file, tomlkit.dumps(document).encode())
