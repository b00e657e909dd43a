"""What the files of a paper held before: listed, and brought back."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from paperlab.cli.printing import print_json, print_table, say, warn
from paperlab.domain.identifiers import PaperKey
from paperlab.errors import UnknownPaper

if TYPE_CHECKING:
    from paperlab.cli.invocation import Invocation
    from paperlab.services.versions import Version
    from paperlab.workbench import Workbench


def list_versions(invocation: "Invocation", what: str) -> None:
    """Exits with 1 if nothing is kept."""
    workbench = invocation.workbench()
    found = workbench.versions.of(_named(workbench, what))
    if invocation.as_json:
        print_json([_row(version) for version in found])
    else:
        print_table([[str(v.number), _when(v), v.file.name, _size(v), _difference(v)] for v in found], flexible=2)
    if not found:
        warn(f"nothing is kept of {what}: paperlab has not changed its files")
        raise typer.Exit(1)


def bring_back(invocation: "Invocation", what: str, number: int | None, file: str, at: datetime | None) -> None:
    workbench = invocation.workbench()
    name, versions = _named(workbench, what), workbench.versions
    if number is not None:
        version = versions.numbered(name, number)
    else:
        assert at is not None  # one of the two is given
        version = versions.at(name, file, at.astimezone())
    versions.bring_back(version)
    if invocation.as_json:
        print_json(_row(version))
        return
    say(f"{version.file.name} of {name} holds again what it held until {_when(version)}")
    warn("`paperlab undo` takes that back")


def _named(workbench: "Workbench", what: str) -> PaperKey | str:
    """A list's name as it is; else the paper, which may be in the backups alone."""
    if what.startswith("list:"):
        return what
    try:
        return workbench.shelf.resolve(what)
    except UnknownPaper:
        try:
            key = PaperKey(what)
        except ValueError:
            raise UnknownPaper(f"no paper {what}", hint="`paperlab list` shows what there is") from None
        if workbench.versions.has(key):
            return key
        raise


def _when(version: "Version") -> str:
    return f"{version.snapshot.until.astimezone():%Y-%m-%d %H:%M:%S}"


def _size(version: "Version") -> str:
    return f"{version.size_bytes:,} bytes".replace(",", " ")


def _difference(version: "Version") -> str:
    if version.is_present:
        return "as it is now"
    if not version.file.exists():
        return "the file is gone"
    return f"+{version.more} -{version.fewer} lines"


def _row(version: "Version") -> dict[str, Any]:
    return {
        "number": version.number,
        "file": version.file,
        "until": version.snapshot.until,
        "bytes": version.size_bytes,
        "more_lines": version.more,
        "fewer_lines": version.fewer,
        "present": version.is_present,
        "snapshot": version.snapshot.path,
    }
