"""One setting written into a TOML file whose comments and other keys stay."""

from pathlib import Path

import tomlkit

from paperlab.library.files import make_folder, write_atomically


def write_setting(file: Path, key: str, value: str | float | bool) -> None:
    """Set a key; the file and its folder are made if need be."""
    document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.is_file() else tomlkit.document()
    document[key] = value
    make_folder(file.parent)
    write_atomically(file, tomlkit.dumps(document).encode())
