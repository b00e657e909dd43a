"""Where a paper appeared, as arXiv's free text tells it (`Phys. Rev. Lett. 116, 061102 (2016)`), taken apart."""

import re

from paperlab.domain.bibliography import BibEntry, entry_of

_JOURNAL = r"(?P<journal>[A-Z][^\d,;@]*?[A-Za-z.)])"
_VOLUME = r"(?:[Vv]ol(?:ume)?\.?\s*)?(?P<volume>[A-Z]?\d{1,5})"
_NUMBER = r"(?:\s*\(\s*(?P<number>\d{1,4}(?:-\d{1,4})?)\s*\)|,?\s*[Nn]o\.?\s*(?P<no>\d{1,4}(?:-\d{1,4})?))?"
_PAGES = r"(?:pp?\.\s*|pages\s+)?(?P<pages>[A-Za-z]?\d{1,9}(?:\s*[-–]{1,2}\s*[A-Za-z]?\d{1,9})?)"
_YEAR = r"(?P<year>1[5-9]\d{2}|20\d{2})"
_MONTH = r"(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+)?"
_ARTICLES = tuple(
    re.compile(form)
    for form in (
        rf"{_JOURNAL},?\s*{_VOLUME}{_NUMBER}\s*[,:]\s*{_PAGES}\s*\({_YEAR}\)",  # Phys. Rev. Lett. 116, 061102 (2016)
        rf"{_JOURNAL},?\s*{_VOLUME}\s*\({_YEAR}\)(?:,\s*no\.\s*(?P<no>\d+))?\s*,?\s*{_PAGES}",  # J. X 6 (1997), 253
        rf"{_JOURNAL},?\s*{_VOLUME}{_NUMBER}\s*[:,]\s*{_PAGES}\s*,\s*{_MONTH}{_YEAR}",  # Astrophys.J.517:565-586,1999
        rf"{_JOURNAL},\s*[Vv]ol(?:ume)?\.?\s*(?P<volume>\d+)(?:,\s*[Nn]o\.?\s*(?P<no>\d+))?,\s*{_MONTH}{_YEAR}",
    )
)
_MEETING = re.compile(
    r"(?i)\b(proceedings|proc\.|conference|workshops?|symposium|advances in neural|neurips|nips|icml|iclr|cvpr|iccv|"
    r"eccv|acl|emnlp|naacl|eacl|coling|aaai|ijcai|aistats|kdd|sigir|interspeech|icassp|lncs)\b"
)
_JOURNAL_OF_PROCEEDINGS = re.compile(
    r"(?i)academy|acad\b|\bacad\.|royal|\br\.\s*soc|math|\bsoc(iety)?\b|proceedings of the ieee\b(?! )|steklov|^pos\b|"
    r"machine learning research|\bphys"
)
_LAST_PAGES = re.compile(r"[,.:]?\s*\(?(?:pp?\.?|pages)\s*(?P<pages>\d+(?:\s*[-–]+\s*\d+)?)\)?(?P<rest>.*)$")


def parse_journal_ref(text: str) -> BibEntry:
    """An `article` or `inproceedings` with its fields; the text stays whole where its parts are not sure."""
    text = " ".join(text.split()).rstrip(".")
    if not text:
        return BibEntry()
    is_meeting = bool(_MEETING.search(text)) and not _JOURNAL_OF_PROCEEDINGS.search(text)
    if is_meeting:
        return _meeting(text)
    for form in _ARTICLES:
        if found := form.fullmatch(text):
            parts = {name: value for name, value in found.groupdict().items() if value}
            number = parts.pop("no", "")
            fields = {"number": number, **parts, "pages": re.sub(r"\s*[-–]+\s*", "–", parts.get("pages", ""))}
            return entry_of("article", fields)
    years = re.findall(rf"(?<!\d){_YEAR}(?!\d)", text)
    return entry_of("article", {"journal": text, "year": years[0] if len(set(years)) == 1 else ""})


def _meeting(text: str) -> BibEntry:
    book = re.sub(r"^[Ii]n:?\s+(?=[A-Z])|^In(?=Proc)", "", text)
    years = set(re.findall(rf"(?<!\d){_YEAR}(?!\d)", book))
    fields = {"year": years.pop() if len(years) == 1 else ""}
    if (pages := _LAST_PAGES.search(book)) and re.fullmatch(rf"[\s,.]*(?:{_YEAR})?", pages["rest"]):
        fields["pages"] = re.sub(r"\s*[-–]+\s*", "–", pages["pages"])
        book = book[: pages.start()]
    return entry_of("inproceedings", {"booktitle": book.strip(" ,."), **fields})
