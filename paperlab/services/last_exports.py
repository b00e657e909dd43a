"""What paperlab wrote into an exported file the last time: derived, and only ever used to ask less."""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from paperlab.errors import LibraryError
from paperlab.export.blocks import Block
from paperlab.export.edits import Exported
from paperlab.library.files import make_folder, read_bytes, write_atomically


class LastExports:
    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    def recall(self, path: Path) -> Exported | None:
        """None if nothing is known: never exported, deleted, or written by another paperlab."""
        try:
            told = json.loads(read_bytes(self._file(path)))
            blocks = {
                str(block_id): Block(tuple(head), tuple(tags), str(comment))
                for block_id, (head, tags, comment) in told["blocks"].items()
            }
            return Exported(blocks, frozenset(told["headings"]), str(told["notes"]))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def remember(self, path: Path, exported: Exported) -> None:
        blocks = {block_id: [block.head, block.tags, block.comment] for block_id, block in exported.blocks.items()}
        told = {"path": str(path), "blocks": blocks, "headings": sorted(exported.headings), "notes": exported.notes}
        self._write(path, told)

    def recall_hash(self, path: Path) -> str:
        """Of a whole document that paperlab wrote there; empty if nothing is known."""
        try:
            return str(json.loads(read_bytes(self._file(path)))["sha256"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return ""

    def remember_hash(self, path: Path, sha256: str) -> None:
        self._write(path, {"path": str(path), "sha256": sha256})

    def _write(self, path: Path, told: object) -> None:
        data = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        file = self._file(path)
        if read_bytes(file) != data:
            with suppress(
                LibraryError
            ):  # a read-only library is exported all the same; the next export asks more often
                make_folder(file.parent)
                write_atomically(file, data)

    def _file(self, path: Path) -> Path:
        return self._folder() / f"{hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:24]}.json"
