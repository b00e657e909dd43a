"""Characters as PDFs hand them out, mended one line at a time."""

import re
import unicodedata

from paperlab.domain.text import mend_ligatures

SOFT_HYPHEN = "\u00ad"

_COMBINING = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306", "˙": "\u0307",
    "¨": "\u0308", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327", "˛": "\u0328",
}  # fmt: skip
_SPLIT_ACCENT = re.compile(r"([´ˆ˜¯˘˙¨˚˝ˇ¸˛]|(?<=[^\W\d_])`) ?([^\W\d_])")
_SPACES = re.compile(r"[^\S\n]+|[\u200b\u2060\ufeff]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200c-\u200f\u2028-\u202e\u2066-\u2069]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SYMBOL_FONT = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf02d": "-", "\uf0ae": "→", "\uf0e0": "→"}


def mend(text: str) -> str:
    """One line as a reader knows it: ligatures and accents whole, one blank for every gap, nothing invisible.

    A soft hyphen survives at the end alone, where it says that the word goes on.
    """
    if text.isascii():
        return " ".join(_CONTROL.sub(" ", text).split())
    ends_soft = text.rstrip().endswith(SOFT_HYPHEN)
    text = _CONTROL.sub(" ", _SPACES.sub(" ", text)).replace(SOFT_HYPHEN, "")
    text = "".join(_SYMBOL_FONT.get(character, character) for character in text)
    text = _SPLIT_ACCENT.sub(_joined_accent, _PRIVATE.sub("", mend_ligatures(text)))
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text + SOFT_HYPHEN if ends_soft else text


def _joined_accent(match: re.Match[str]) -> str:
    """TeX's old fonts set the accent first and the letter over it."""
    letter = {"ı": "i", "ȷ": "j"}.get(match[2], match[2])
    whole = unicodedata.normalize("NFC", letter + _COMBINING[match[1]])
    return whole if len(whole) == 1 else match[0]
