"""`paperlab doctor`: is all well?"""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.findings import as_line, as_row
from paperlab.cli.printing import print_json, say, warn
from paperlab.domain.findings import Finding, Remedy, Severity

if TYPE_CHECKING:
    from paperlab.services.checking import Mended


@app.command("doctor")
def doctor(
    ctx: typer.Context,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what is derived; ask before anything of yours is changed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --fix: yes to all that would be asked.")] = False,
) -> None:
    """Check all that the library holds: records, PDFs, journals, notes, lists, settings, index, model, disk."""
    checkup = ctx.obj.checkup()
    checking = checkup.workbench.checking
    with ctx.obj.watcher() as watch:
        findings = (*checkup.findings, *checking.findings(watch))
    mended: list[Mended] = []
    if fix and checkup.may_mend:
        mended = list(checking.mend(findings, _asked(yes)))
        if mended:
            with ctx.obj.watcher() as watch:
                findings = (*checkup.findings, *checking.findings(watch))
    elif fix:
        warn("nothing is mended before paperlab.toml can be read")
    is_well = not any(finding.severity is Severity.ERROR for finding in findings)
    if ctx.obj.as_json:
        print_json(
            {
                "ok": is_well,
                "findings": [as_row(finding) for finding in findings],
                "mended": [
                    {"kind": done.finding.kind, "told": done.told, "failed": done.has_failed} for done in mended
                ],
            }
        )
    else:
        _print(findings, mended)
    if not is_well:
        raise typer.Exit(1)


def _asked(yes: bool) -> Callable[[Finding, Remedy], bool]:
    """Whether a remedy may touch what is the reader's: asks on a terminal, else only says what it would do."""

    def may(finding: Finding, remedy: Remedy) -> bool:
        if yes:
            return True
        if sys.stdin.isatty() and sys.stderr.isatty():
            warn(f"{finding.place}: {finding.message}")
            return typer.confirm(f"    --fix {remedy.told} (a copy is kept). Do it?", err=True)
        warn(f"{finding.place}: {finding.message}: --fix --yes {remedy.told}, and keeps a copy")
        return False

    return may


def _print(findings: Sequence[Finding], mended: Sequence["Mended"]) -> None:
    for done in mended:
        say(f"{'failed' if done.has_failed else 'mended':<8} {done.told}")
    for finding in findings:
        say(as_line(finding))
    told = [finding for finding in findings if finding.severity is not Severity.REMARK]
    say("all is well" if not told else f"{len(told)} finding{'' if len(told) == 1 else 's'}")
