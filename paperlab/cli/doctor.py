"""`paperlab doctor`: is all well?"""

from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say


@app.command("doctor")
def doctor(
    ctx: typer.Context,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what is derived: the index. Nothing of yours is touched.")
    ] = False,
) -> None:
    """Check files, hashes, records, journals, lists, index and model."""
    workbench = ctx.obj.workbench()
    mended = workbench.checking.mend() if fix else ()
    findings = workbench.checking.findings()
    is_well = not any(finding.severity == "error" for finding in findings)
    if ctx.obj.as_json:
        print_json({"ok": is_well, "findings": findings, "mended": mended})
    else:
        for line in mended:
            say(f"mended   {line}")
        for finding in findings:
            hint = f" ({finding.hint})" if finding.hint else ""
            say(f"{finding.severity:<8} {finding.place}: {finding.message}{hint}")
        say("all is well" if not findings else f"{len(findings)} findings")
    if not is_well:
        raise typer.Exit(1)
