"""A page's picture, and the part of it that is in sight. Positions are in pixels of the picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from paperlab.domain.blocks import Box
from paperlab.domain.pictures import PagePicture

if TYPE_CHECKING:
    from PIL.Image import Image

ZOOMS = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
"""Widths of a page, in widths of the terminal."""
FIT = ZOOMS.index(1.0)
_INKS = {
    "yellow": (255, 236, 130),
    "green": (178, 235, 170),
    "blue": (170, 214, 255),
    "red": (255, 180, 175),
    "purple": (222, 190, 255),
    "orange": (255, 208, 150),
    "cursor": (214, 226, 245),
}
_BAR = (60, 90, 200)
_BAR_PT = 3.0


class Mark(NamedTuple):
    """A printed line that is painted over."""

    box: Box
    ink: str
    """A colour of annotations, or `cursor`, which gets a bar beside it."""


def draw(picture: PagePicture, marks: Iterable[Mark], cell: tuple[int, int]) -> "Image":
    """The picture as whole cells, with marks on it. Takes tenths of a second: call it from a thread."""
    from PIL import Image, ImageChops

    size = (-(-picture.width_px // cell[0]) * cell[0], -(-picture.height_px // cell[1]) * cell[1])
    sheet = Image.new("RGB", size, "white")
    with Image.open(BytesIO(picture.png), formats=("PNG",)) as page:
        sheet.paste(page, (0, 0))
    for box, ink in marks:
        frame = picture.in_pixels(box)
        part = sheet.crop(frame)
        sheet.paste(ImageChops.multiply(part, Image.new("RGB", part.size, _INKS[ink])), frame)
        if ink == "cursor":
            width = max(round(_BAR_PT * picture.width_px / picture.width_pt), cell[0])
            left = max(frame[0] - 2 * width, 0)
            sheet.paste(_BAR, (left, frame[1], left + width, frame[3]))
    return sheet


def around(frames: Sequence[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    """The smallest frame around all."""
    lefts, tops, rights, bottoms = zip(*frames, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a sheet that is in sight."""

    sheet: tuple[int, int]
    """Width and height of it all."""
    room: tuple[int, int]
    """Width and height of what the terminal has for it."""
    x: int = 0
    y: int = 0

    @property
    def frame(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom."""
        return self.x, self.y, min(self.x + self.room[0], self.sheet[0]), min(self.y + self.room[1], self.sheet[1])

    def shows(self, frame: tuple[int, int, int, int]) -> bool:
        """A part of a frame is in sight."""
        left, top, right, bottom = self.frame
        return frame[0] < right and left < frame[2] and frame[1] < bottom and top < frame[3]

    def moved(self, right: int, down: int) -> "Window":
        """As far as the sheet goes."""
        most_x, most_y = max(self.sheet[0] - self.room[0], 0), max(self.sheet[1] - self.room[1], 0)
        return replace(self, x=min(max(self.x + right, 0), most_x), y=min(max(self.y + down, 0), most_y))

    def showing(self, frame: tuple[int, int, int, int]) -> "Window":
        """Moved so that a frame is in its midst, and its start in sight where it is larger than the window."""
        left, top, right, bottom = frame
        x = min((left + right - self.room[0]) // 2, left - self.room[0] // 20)
        y = min((top + bottom - self.room[1]) // 2, top)
        return self.moved(x - self.x, y - self.y)

    def on(self, sheet: tuple[int, int], room: tuple[int, int]) -> "Window":
        """The same part of the same page in another size: its middle stays where it was."""
        x = (self.x + min(self.room[0], self.sheet[0]) / 2) * sheet[0] / self.sheet[0] - room[0] / 2
        y = (self.y + min(self.room[1], self.sheet[1]) / 2) * sheet[1] / self.sheet[1] - room[1] / 2
        return Window(sheet, room).moved(round(x), round(y))
