"""What is said of exported files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.services.exported_file import ExportedFile
    from paperlab.services.importing import TakenBack

_SHOWN = 5


def written_to(files: "Sequence[ExportedFile]") -> str:
    """Where they are."""
    folders = dict.fromkeys(str(file.path.parent) for file in files if file.path)
    return str(files[0].path) if len(files) == 1 else f"{len(files)} files in {', '.join(folders)}"


def edited_question(paths: Sequence[Path]) -> str:
    """`vaswani2017attention.md was changed within its managed regions`, or how many were."""
    if len(paths) == 1:
        return f"You have changed comments or notes in {paths[0].name}. Take them into the library?"
    return f"You have changed comments or notes in {len(paths)} exported files. Take them into the library?"


def left_over(outcomes: "Sequence[TakenBack]") -> str:
    """What could not be taken and why, a line each; empty if all could."""
    lines = [f"{outcome.path.name}: {reason}" for outcome in outcomes for reason in outcome.left]
    lines += [outcome.error.message for outcome in outcomes if outcome.error]
    more = [f"… and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more])
