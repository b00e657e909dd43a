"""Findings as they are told."""

from collections.abc import Iterable
from typing import Any

from paperlab.cli.printing import warn
from paperlab.domain.findings import Finding
from paperlab.errors import LibraryError


def tell_damage(errors: Iterable[LibraryError]) -> None:
    """What was left out because it cannot be read, on stderr."""
    for error in errors:
        warn(f"{error.message} ({error.hint or '`paperlab doctor` tells more'})")


def as_line(finding: Finding) -> str:
    """`error    1706.03762: v7.pdf is missing (what to do)`"""
    hint = f" ({finding.hint})" if finding.hint else ""
    return f"{finding.severity:<8} {finding.place}: {finding.message}{hint}"


def as_row(finding: Finding) -> dict[str, Any]:
    """As `--json` gives it."""
    remedy = finding.remedy
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "place": finding.place,
        "message": finding.message,
        "hint": finding.hint,
        "remedy": remedy and {"told": remedy.told, "asks": not remedy.is_derived},
    }
