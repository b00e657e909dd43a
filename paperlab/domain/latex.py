r"""Text for LaTeX. A record's text is what a reader reads, in which these are LaTeX: `$…$`, braces that match, accents
(`\"o`), letters and fonts by name (`\o`, `\emph{…}`) and escaped characters. Anything else is literal and escaped: no
title opens a file, defines a command or breaks the document.
"""

import re

_ESCAPES = {
    **{character: f"\\{character}" for character in "&%$#_"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}
MATH = r"(?<!\\)(?<!(?<!\\)\$)\$(?:\\.|[^$\\])+\$"
_ACCENT = (
    r"""\\(?:["'`^~=.]\s?(?:\{(?:\\[ij]|[A-Za-z])\}|\\[ij](?![A-Za-z])|[A-Za-z])|[cvuHkrdb]\{[A-Za-z]\}|[&%$#_])"""
)
_LETTER = r"\\(?:ss|o|O|l|L|ae|AE|oe|OE|aa|AA|i|j)(?:\{\}|(?![A-Za-z]))"
_FONT = r"\\(?:(?:emph|text(?:it|bf|sc|tt|sf|rm|superscript|subscript))(?=\{)|(?:it|bf|em|rm|sc|tt|sl)(?![A-Za-z]))"
_LITERAL = r"\\(?:[{}]|text(?:backslash|asciitilde|asciicircum|braceleft|braceright)(?:\{\}|(?![A-Za-z])))"
_CAPITALS = r"(?<![\w\\])(?=\w*\w[A-Z]|[A-Z]\w*\d)[\w-]+"
_PIECES = re.compile(
    rf"(?P<math>{MATH})|(?P<latex>{_ACCENT}|{_LETTER}|{_LITERAL})|(?P<font>{_FONT})"
    rf"|(?P<open>\{{)|(?P<close>\}})|(?P<capitals>{_CAPITALS})|(?P<plain>.)",
    re.DOTALL,
)
_BRACES = {r"\{": r"\textbraceleft{}", r"\}": r"\textbraceright{}"}
"""BibTeX counts braces and knows no escapes."""
_HARMLESS = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho "  # noqa: SIM905
    "sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr boldsymbol bm rm bf it text textrm textbf "
    "textit operatorname frac tfrac dfrac sqrt binom hat widehat tilde widetilde bar overline underline vec dot ddot "
    "check breve acute grave left right big Big bigl bigr langle rangle lfloor rfloor lceil rceil vert Vert lvert "
    "rvert lVert rVert sum prod int oint lim limsup liminf sup inf max min arg det dim exp log ln sin cos tan sinh "
    "cosh tanh ker Pr gcd mod bmod pmod to rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow "
    "longrightarrow mapsto hookrightarrow uparrow downarrow in ni notin subset subseteq supset supseteq cup cap "
    "setminus emptyset varnothing forall exists neg lnot land lor wedge vee oplus otimes odot times cdot cdots ldots "
    "dots circ bullet star ast dagger ddagger pm mp div leq le geq ge neq ne ll gg lesssim gtrsim sim simeq approx "
    "cong equiv propto perp parallel mid infty partial nabla ell hbar Re Im aleph prime quad qquad square triangle "
    "rtimes ltimes bigoplus bigotimes bigcup bigcap limits nolimits not mathop mathord thinspace textstyle".split()
)
"""Commands in mathematics that draw and do nothing else."""
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_BREAKS_MATH = re.compile(
    r"(?<!\\)[%#&]|\^\^|\\$|\\[()\[\]]|\\\\"
    r"|([_^])\s*(?:\\[A-Za-z]+|[^\\{}_^$]|\{[^{}]*\})\s*\1"  # a double superscript
    r"|[_^]\s*(?:[_^}]|$)"
    r"|\\(?:math[a-z]+|bm|boldsymbol|text[a-z]*|operatorname|[dt]?frac|sqrt|binom|left|right)\s*(?:[_^}]|$)"
)
"""What stops LaTeX in the middle of a formula."""


def latex(text: str, *, protects_capitals: bool = False) -> str:
    """One line of a record's text for LaTeX; every brace that BibTeX would count is closed.

    Args:
        protects_capitals: Put words with inner capitals into braces, so that no style lowers them.
    """
    kept = _pieces(text, protects_capitals, keeps_braces=True)
    return (
        kept if kept is not None and is_balanced(kept) else _pieces(text, protects_capitals, keeps_braces=False) or ""
    )


def escape(text: str) -> str:
    """Every character as itself."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def is_balanced(text: str) -> bool:
    """Whether BibTeX, which counts braces and knows no escapes, finds each one closed."""
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def _pieces(text: str, protects_capitals: bool, *, keeps_braces: bool) -> str | None:
    r"""None if braces would be kept that belong to a command which is escaped: `\input{…}`."""
    pieces: list[str] = []
    depth = 0
    for piece in _PIECES.finditer(text):
        found = piece[0]
        if piece["math"]:
            pieces.append(found if is_harmless(found) else escape(found))
        elif piece["latex"]:
            pieces.append(_BRACES.get(found, found))
        elif keeps_braces and (piece["open"] or piece["close"] or piece["font"]):
            depth += {"{": 1, "}": -1}.get(found, 0)
            pieces.append(found)
        elif piece["capitals"] and protects_capitals and depth == 0:
            pieces.append(f"{{{escape(found)}}}")
        elif found == "\\" and keeps_braces:
            return None
        else:
            pieces.append(escape(found))
    return "".join(pieces)


def is_harmless(math: str) -> bool:
    """`$…$` that draws and does nothing else, whatever is around it."""
    inside = math[1:-1]
    return (
        is_balanced(math)
        and not _BREAKS_MATH.search(inside)
        and len(re.findall(r"\\left(?![a-z])", inside)) == len(re.findall(r"\\right(?![a-z])", inside))
        and all(command[1] in _HARMLESS for command in _COMMAND.finditer(inside))
    )
