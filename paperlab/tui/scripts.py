"""Indices and exponents as Unicode has them: `dk` as `dₖ`, `n2` as `n²`. Pure.

Each character stands for one character, so that places in the text stay the same. What Unicode has no small letter for
is shown as the text has it.
"""

from paperlab.domain.blocks import Block
from paperlab.tui.cells import safe

_RAISED = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡ",
        strict=True,
    )
)
_LOWERED = dict(zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_AS_THEY_ARE = {character: character for character in " ,.∗*†‡§¶′"}


def shown_text(block: Block) -> str:
    """A block's text as it is shown: as long as the text itself."""
    text = safe(block.text)
    for script in block.scripts:
        table = {**(_RAISED if script.is_raised else _LOWERED), **_AS_THEY_ARE}
        small = [table.get(character) for character in text[script.start : script.end]]
        if all(small):
            text = text[: script.start] + "".join(filter(None, small)) + text[script.end :]
    return text
