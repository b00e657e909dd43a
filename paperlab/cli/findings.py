"""Findings as they are told."""

from typing import Any

from paperlab.domain.findings import Finding


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
