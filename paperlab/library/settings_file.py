"""One setting written into a TOML file whose comments and other keys stay."""

from pathlib import Path

import tomlkit

from paperlab.library.files import make_folder, read_bytes, write_atomically


def write_setting(file: Path, key: str, value: str | float | bool) -> None:
    """Set a key; the file and its folder are made if need be."""
    text = read_bytes(file).decode()
    plain = text.removeprefix("\ufeff")
    document = tomlkit.parse(plain)
    document[key] = value
    make_folder(file.parent)
    write_atomically(file, (text[: len(text) - len(plain)] + tomlkit.dumps(document)).encode())
