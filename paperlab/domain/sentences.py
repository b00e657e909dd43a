"""Sentences: the unit that passages are made of and that the reader's cursor steps by."""

import re

_LEADS = frozenset(
    [
        "alg",
        "app",
        "approx",
        "appx",
        "ca",
        "cf",
        "ch",
        "chap",
        "cor",
        "def",
        "dept",
        "diff",
        "dr",
        "e.g",
        "ed",
        "eds",
        "eg",
        "eq",
        "eqn",
        "eqns",
        "eqs",
        "esp",
        "excl",
        "fig",
        "figs",
        "gen",
        "i.e",
        "ie",
        "incl",
        "lem",
        "mr",
        "mrs",
        "ms",
        "mt",
        "prof",
        "prop",
        "ref",
        "refs",
        "resp",
        "rev",
        "sec",
        "secs",
        "sect",
        "st",
        "tab",
        "tabs",
        "thm",
        "univ",
        "v.s",
        "viz",
        "vol",
        "vols",
        "vs",
        "w.r.t",
        "wrt",
    ]
)
"""Abbreviations that something always follows."""
_NUMBERED = frozenset(
    [
        "art",
        "ex",
        "max",
        "min",
        "no",
        "nos",
        "op",
        "p",
        "pp",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)
"""Words, or abbreviations when a number follows."""
_CLOSERS = frozenset(["al", "corp", "co", "etc", "inc", "jr", "ltd", "ph.d", "sr"])
"""Abbreviations that may close a sentence: they do when a word follows that often begins one."""
_STARTERS = frozenset(
    [
        "a",
        "all",
        "although",
        "an",
        "and",
        "as",
        "at",
        "because",
        "besides",
        "both",
        "but",
        "by",
        "consequently",
        "each",
        "finally",
        "first",
        "for",
        "from",
        "furthermore",
        "given",
        "hence",
        "here",
        "how",
        "however",
        "i",
        "if",
        "in",
        "instead",
        "it",
        "its",
        "let",
        "many",
        "moreover",
        "most",
        "next",
        "note",
        "on",
        "one",
        "other",
        "our",
        "overall",
        "second",
        "similarly",
        "since",
        "so",
        "some",
        "such",
        "that",
        "the",
        "their",
        "then",
        "there",
        "therefore",
        "these",
        "they",
        "this",
        "those",
        "though",
        "thus",
        "to",
        "two",
        "under",
        "unlike",
        "we",
        "what",
        "when",
        "where",
        "which",
        "while",
        "with",
        "yet",
        "you",
    ]
)
_END = re.compile(
    r"""(?P<wide>(?:[。！？｡]|．(?!\d))++[」』）】”’"]*+)
    |(?<![.!?…؟۔।])(?P<stop>[.!?…؟۔।]++)(?:["'”’»)\]]++)?(?:\[[\d,;\s–-]{1,24}\]|(?<=[a-z]{3}\.)\d{1,2})?(?=\s)""",
    re.VERBOSE,
)
_NEXT = re.compile(r"""\s++["'“‘«(\[]*+((\w*+)\S?)""")
_ITEM = re.compile(r"\s++[(\[](?:\d{1,3}|[ivx]{1,5}|[a-z])[)\]]\s")
_LAST_WORD = re.compile(r"\S+\Z")
_DOTTED = re.compile(r"(?:\w\.)*\w")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}|[ivxIVX]{1,5}|[A-Za-z])(?:\.\d{1,3})*")
_LONGEST_ABBREVIATION = 24


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Cut a text into sentences, in time linear to its length.

    Returns:
        Start and end (excluded) of each in code points, in order, without the white space between them. A text of
        white space has none. Abbreviations (`et al.`, `Fig.`), initials (`J. Smith`), numbers (`3.2`), omissions and
        the number of an item (`1. We`) end no sentence; a citation mark behind the stop (`word.[12]`) is part of it.
    """
    spans = []
    start = _skip_blanks(text, 0)
    for match in _END.finditer(text):
        if match["wide"] is not None or _is_end(text, start, match):
            spans.append((start, match.end()))
            start = _skip_blanks(text, match.end())
    if end := len(text[start:].rstrip()):
        spans.append((start, start + end))
    return spans


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a stop ends the sentence that begins at `start`."""
    following = _NEXT.match(text, match.end())
    if following is None:  # nothing but blanks: the text's own end
        return False
    follower, word = following[1], following[2]
    is_middle = not follower or (follower[0].islower() and not _ITEM.match(text, match.end()))
    if is_middle or follower[0] in ".,;:…)]}=+×·<>≤≥−%":
        return False
    stop = match["stop"]
    if stop not in (".", "…") and "." not in stop:
        return True
    last = _LAST_WORD.search(text, max(start, match.start() - _LONGEST_ABBREVIATION), match.start())
    if len(stop) > 1 or stop == "…" or last is None:  # dots of an omission, or a stray one
        return len(word) > 1 and not word[0].isdigit()
    return not _is_abbreviation(text, start, match.start(), last[0], word)


def _is_abbreviation(text: str, start: int, stop: int, last: str, word: str) -> bool:
    """Whether the dot at `stop` belongs to the word before it; `word` is the one that follows."""
    bare = last.lstrip("([{\"'“‘«").lower()
    if bare in _LEADS or (stop - start <= _LONGEST_ABBREVIATION and _ENUMERATOR.fullmatch(text, start, stop)):
        return True
    is_initial = _DOTTED.fullmatch(bare) is not None and bare[-1].isalpha() and (last[-1].isupper() or "." in bare)
    if bare in _NUMBERED and not is_initial:
        return not word or word[0].isdigit()
    return (bare in _CLOSERS or is_initial) and word.lower() not in _STARTERS


def _skip_blanks(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start
