"""Pages as pictures."""

from dataclasses import dataclass

from paperlab.domain.blocks import Box


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page as a viewer shows it, rotation applied."""

    png: bytes
    """Opaque, RGB."""
    width_px: int
    height_px: int
    width_pt: float
    height_pt: float

    def in_pixels(self, box: Box) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of a box, within the picture and a pixel large at least."""
        across, down = self.width_px / self.width_pt, self.height_px / self.height_pt
        left = min(max(round(box.x0 * across), 0), self.width_px - 1)
        top = min(max(round(box.y0 * down), 0), self.height_px - 1)
        right, bottom = min(round(box.x1 * across), self.width_px), min(round(box.y1 * down), self.height_px)
        return left, top, max(right, left + 1), max(bottom, top + 1)
