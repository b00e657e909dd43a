"""Titles that every paper knows."""

import re

from paperlab.pdf.numbering import without_number

_REFERENCES = (
    r"references|bibliography|literature cited|works cited|references and notes|references cited|참고문헌|参考文献|"
    r"список литературы|literatur(verzeichnis)?|bibliographie|bibliografía|références"
)
_NAMED = re.compile(
    rf"(?i)({_REFERENCES}|abstract|summary|introduction|conclusions?|acknowledge?ments?|appendix|appendices|"
    r"supplementary materials?|zusammenfassung|résumé|resumen|摘要|引言|结论|致谢|초록|서론|결론)[.:]?"
)


def is_named(text: str) -> bool:
    """Abstract, References, Acknowledgements …, with or without a number: always of level 1 where they have none."""
    return _NAMED.fullmatch(without_number(text).strip()) is not None


def is_references(text: str) -> bool:
    return re.fullmatch(rf"(?i)({_REFERENCES})[.:]?", without_number(text).strip()) is not None
