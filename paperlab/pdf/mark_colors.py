"""Colours of marks: from what a PDF says to our names, and back."""

import math
from collections.abc import Sequence

_HUES = {"red": 20.0, "orange": 62.0, "yellow": 97.0, "green": 140.0, "blue": 245.0, "purple": 312.0}
"""Degrees around OKLab's axis of greys: the middle of what readers' programs call so."""
_LEAST_CHROMA = 0.02
"""Below it a colour is a grey."""
RGB = {
    "yellow": (1.0, 0.831, 0.0),
    "green": (0.373, 0.698, 0.212),
    "blue": (0.180, 0.659, 0.898),
    "red": (1.0, 0.4, 0.4),
    "purple": (0.635, 0.541, 0.898),
    "orange": (0.945, 0.596, 0.216),
}


def color_name(components: Sequence[float]) -> str:
    """The colour of ours whose hue is nearest.

    Args:
        components: As in `/C`: none, grey, RGB or CMYK, from 0 to 1.

    Returns:
        Yellow for greys, too, and for what is no colour.

    Source: Björn Ottosson, "A perceptual color space for image processing", 2020 (OKLab).
    """
    parts = [min(max(part, 0.0), 1.0) if math.isfinite(part) else 0.0 for part in components]
    if len(parts) == 4:
        parts = [(1 - ink) * (1 - parts[3]) for ink in parts[:3]]
    if len(parts) != 3:
        return "yellow"
    a, b = _oklab(*parts)
    if math.hypot(a, b) < _LEAST_CHROMA:
        return "yellow"
    hue = math.degrees(math.atan2(b, a))
    return min(_HUES, key=lambda name: abs((hue - _HUES[name] + 180) % 360 - 180))


def _oklab(red: float, green: float, blue: float) -> tuple[float, float]:
    """The two axes of colour of OKLab, of sRGB."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue))
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
