"""PDFs that do harm: made here, each with one page of plain text before what is wrong with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf

_LINES = tuple(
    f"These are plain words of line {number}, which are read all the same as they stand," for number in range(9)
)
PLAIN_TEXT = " ".join(_LINES)
_FONT = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)


def write(path: Path, harm: Callable[[pikepdf.Pdf], object], *, packed: bool = True) -> Path:
    """A PDF of a plain page, and whatever `harm` adds to it."""
    with pikepdf.new() as pdf:
        add_page(pdf, text(*_LINES))
        harm(pdf)
        pdf.save(path, compress_streams=packed)
    return path


def add_page(pdf: pikepdf.Pdf, content: bytes, **resources: Any) -> pikepdf.Page:
    page = pdf.add_blank_page(page_size=(612, 792))
    page.obj.Contents = pdf.make_stream(content)
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=_FONT), **resources)
    return page


def text(*lines: str) -> bytes:
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    return f"BT /F1 10 Tf 12 TL 72 720 Td {shown} ET".encode()


def add_endless_page(pdf: pikepdf.Pdf) -> None:
    """A page that draws a form ten times, which draws another ten times, and so on: ten billion words."""
    form = _form(pdf, b"BT /F1 12 Tf 72 700 Td (again) Tj ET", Font=pikepdf.Dictionary(F1=_FONT))
    for _ in range(9):
        form = _form(pdf, b"/X Do " * 10, XObject=pikepdf.Dictionary(X=form))
    add_page(pdf, b"/X Do " * 10, XObject=pikepdf.Dictionary(X=form))


def add_bursting_page(pdf: pikepdf.Pdf) -> None:
    """A page of forty million letters, in a few kilobytes."""
    add_page(pdf, b"BT /F1 1 Tf " + (b"(" + b"a" * 1000 + b") Tj 0 -1 Td ") * 40_000 + b"ET")


def add_long_page(pdf: pikepdf.Pdf) -> None:
    """A page of more letters than any page has, which cost little."""
    add_page(pdf, b"BT /F1 1 Tf 72 780 Td " + (b"(" + b"a" * 100 + b") Tj 0 -0.5 Td ") * 1500 + b"ET")


def _form(pdf: pikepdf.Pdf, content: bytes, **resources: Any) -> pikepdf.Stream:
    form = pdf.make_stream(content)
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = pikepdf.Array([0, 0, 612, 792])
    form.Resources = pikepdf.Dictionary(**resources)
    return form


def add_actions(pdf: pikepdf.Pdf, target: Path) -> None:
    """Everything that a program could be talked into running, each of which would make a file."""
    name = pikepdf.Name
    command = f"touch {target}"
    launch = pikepdf.Dictionary(
        Type=name.Action, S=name.Launch, F=command, Unix=pikepdf.Dictionary(F="/bin/sh", P=f"-c '{command}'")
    )
    script = f"this.getField('f').value = 'the script has run'; app.launchURL('http://127.0.0.1:1/'); {command}"
    run = pikepdf.Dictionary(Type=name.Action, S=name.JavaScript, JS=script)
    visit = pikepdf.Dictionary(Type=name.Action, S=name.URI, URI="http://127.0.0.1:1/visited")
    submit = pikepdf.Dictionary(Type=name.Action, S=name.SubmitForm, F="http://127.0.0.1:1/sent", Flags=4)
    pdf.Root.OpenAction = launch
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["all", run])))
    pdf.Root.AA = pikepdf.Dictionary(WC=launch, DP=run)
    page = pdf.pages[0].obj
    page.AA = pikepdf.Dictionary(O=launch, C=run)
    rect = pikepdf.Array([72, 600, 200, 620])
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=name.Annot, Subtype=name.Widget, FT=name.Tx, T="f", V="as it was", Rect=rect, A=run,
            AA=pikepdf.Dictionary(F=run, C=run, V=run, K=run, PO=launch),
        )
    )  # fmt: skip
    links = [
        pikepdf.Dictionary(Type=name.Annot, Subtype=name.Link, Rect=rect, A=action, PA=visit)
        for action in (launch, run, visit, submit)
    ]
    page.Annots = pikepdf.Array([field, *map(pdf.make_indirect, links)])
    pdf.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array([field]), NeedAppearances=True, CO=pikepdf.Array([field]), XFA=_xfa(pdf, target)
    )
    pdf.attachments["run.sh"] = command.encode()


def _xfa(pdf: pikepdf.Pdf, target: Path) -> pikepdf.Object:
    entity = f'<!DOCTYPE x [<!ENTITY out SYSTEM "file://{target}.secret">]>'
    return pdf.make_stream(f"{entity}<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'>&out;</xdp:xdp>".encode())


def add_outside_stream(pdf: pikepdf.Pdf, secret: Path) -> None:
    """A page whose content is said to be in another file, and one that shows a picture from another file."""
    page = add_page(pdf, b" ")
    page.obj.Contents = pdf.make_indirect(pikepdf.Stream(pdf, b" ", F=_file(secret)))
    image = pikepdf.Stream(
        pdf, b"\xff" * 64, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=8, Height=8, BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceGray, F=_file(secret),
    )  # fmt: skip
    add_page(pdf, b"q 400 0 0 400 100 200 cm /I Do Q", XObject=pikepdf.Dictionary(I=image))


def _file(path: Path) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=str(path), UF=str(path))


def add_scan(pdf: pikepdf.Pdf) -> None:
    """A page with a picture in JBIG2, for which pikepdf would start another program."""
    image = pikepdf.Stream(
        pdf, b"\0" * 32, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=8, Height=8, BitsPerComponent=1,
        ColorSpace=pikepdf.Name.DeviceGray, Filter=pikepdf.Name.JBIG2Decode,
    )  # fmt: skip
    add_page(pdf, b"q 400 0 0 400 100 200 cm /I Do Q", XObject=pikepdf.Dictionary(I=image))


def add_jumble(pdf: pikepdf.Pdf) -> None:
    """A page of lines that overlap in many sizes, on which rules are in doubt."""
    lines = [
        f"BT /F1 {(7, 9, 12, 16)[number % 4]} Tf "
        f"{60 + 170 * (number * 7 % 3) + number * 13 % 40} {720 - 7 * number} Td "
        f"(words of line {number} that stand here and go on) Tj ET"
        for number in range(90)
    ]
    add_page(pdf, " ".join(lines).encode())
