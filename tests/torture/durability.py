"""What a power cut could take: a file system promises to keep only what was synchronised, and may change the order of
all else.

Told from the operations that a command has asked of the disk: a file's bytes are safe once it is synchronised, its name
once its folder is; and what is renamed before its bytes are safe may be an empty file afterwards.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath

from torture.faults import Operation

_DERIVED = ".paperlab"
_TEMPORARY = ".paperlab-tmp"


def unsafe(operations: Iterable[Operation]) -> tuple[str, ...]:
    """What a power cut after a command has said that it is done could lose of the reader's files, a line each."""
    told: list[str] = []
    bytes_at_risk: dict[str, None] = {}
    names_at_risk: dict[str, None] = {}
    for each in operations:
        match each.name:
            case "create" | "mkdir" | "link":
                names_at_risk[each.place] = None
            case "write" | "truncate":
                bytes_at_risk[each.place] = None
            case "unlink" | "remove":
                bytes_at_risk.pop(each.place, None)
                names_at_risk.pop(each.place, None)
            case "replace" | "rename":
                if each.source in bytes_at_risk and _counts(each.place):
                    told.append(f"{each.place}: renamed before its bytes were safe")
                for old in [place for place in bytes_at_risk if _is_within(place, each.source)]:
                    del bytes_at_risk[old]
                    bytes_at_risk[each.place + old.removeprefix(each.source)] = None
                names_at_risk.pop(each.source, None)
                names_at_risk[each.place] = None
                if each.source and _folder(each.source) != _folder(each.place):
                    names_at_risk[f"{each.source} (gone)"] = None
            case "fsync":
                bytes_at_risk.pop(each.place, None)
                for name in [name for name in names_at_risk if _folder(name) == each.place]:
                    del names_at_risk[name]
    told += [f"{place}: its bytes are not safe" for place in bytes_at_risk if _counts(place)]
    told += [f"{place}: its name is not safe" for place in names_at_risk if _counts(place)]
    return tuple(told)


def _counts(place: str) -> bool:
    """It is the reader's: neither derived nor temporary."""
    return _DERIVED not in PurePosixPath(place).parts and not place.endswith(_TEMPORARY)


def _folder(place: str) -> str:
    return str(PurePosixPath(place).parent)


def _is_within(place: str, folder: str) -> bool:
    return bool(folder) and (place == folder or place.startswith(f"{folder}/"))
