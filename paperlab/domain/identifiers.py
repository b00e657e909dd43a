"""Identifiers: arXiv ids in every form that readers paste, paper keys, DOIs.

Source of the arXiv forms: arXiv's own help pages on identifiers, identifiers for services, DOIs and versions.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_NEW = re.compile(
    r"(?P<bare>(?P<yy>\d{2})(?P<mm>0[1-9]|1[0-2])\.(?P<number>\d{4,5}))(?:v(?P<version>[1-9]\d{0,3}))?", re.ASCII
)
_OLD = re.compile(
    r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[A-Za-z]{2})?/(?P<digits>(?P<yy>\d{2})(?P<mm>0[1-9]|1[0-2])\d{3})"
    r"(?:v(?P<version>[1-9]\d{0,3}))?",
    re.ASCII,
)
_OLD_ARCHIVES = frozenset(
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs "  # noqa: SIM905
    "dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics "
    "plasm-ph q-alg q-bio quant-ph solv-int supr-con".split()
)
_ARXIV_HOSTS = frozenset({"arxiv.org", "alphaxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org"})
_URL_PATH = re.compile(r"/(?:abs|pdf|html|src|e-print|format|ps|overview)/(?P<id>.+)")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(?P<id>.+)", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}", re.ASCII)
_STAMP = re.compile(r"arXiv:\s?(?P<id>\S+v\d+)\s*(?:\[[A-Za-z.-]+\]\s*)?\d{1,2}\s+[A-Z][a-z]{2}\s+\d{4}")
RESERVED_NAMES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows keeps to itself: no file or folder may have them there."""


@dataclass(frozen=True, slots=True)
class PaperKey:
    """The name of a paper and of its folder: a bare arXiv id with "/" as "_", or a frozen citation key."""

    value: str

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.value) or RESERVED_NAMES.fullmatch(self.value) or self.value.endswith("."):
            raise ValueError(f"not a paper key: {self.value!r}")

    def __str__(self) -> str:
        return self.value

    def __lt__(self, other: "PaperKey") -> bool:
        return self.value < other.value


@dataclass(frozen=True, slots=True)
class ArxivId:
    """One work on arXiv, and one edition of it if `version` is given."""

    bare: str
    """As services take it: `1706.03762`, `hep-th/9901001` (without subject class)."""
    version: int | None = None

    @property
    def key(self) -> PaperKey:
        return PaperKey(self.bare.replace("/", "_"))

    @property
    def doi(self) -> str:
        """The DOI that arXiv registers: of the work, never of a version."""
        return f"10.48550/arXiv.{self.bare}"

    @property
    def url(self) -> str:
        return f"https://arxiv.org/abs/{self}"

    def __str__(self) -> str:
        return self.bare if self.version is None else f"{self.bare}v{self.version}"


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Read an arXiv id in any form: bare, with version, `arXiv:…`, an address of arXiv or a mirror, its DOI.

    Returns:
        None if the text is anything else; a month 13, a letter for the dot or trailing words make it so.
    """
    text = text.strip()
    return _from_url(text) or _from_doi(text) or _from_plain(text)


def arxiv_id_of_key(key: PaperKey) -> ArxivId | None:
    """The arXiv id that a key was made from; None for a citation key."""
    found = _from_plain(key.value.replace("_", "/"))
    return found if found and found.version is None and found.key == key else None


def find_arxiv_stamp(text: str) -> ArxivId | None:
    """The id in the stamp that arXiv prints beside the first page: `arXiv:1706.03762v7 [cs.CL] 2 Aug 2023`."""
    for found in _STAMP.finditer(text):
        if parsed := _from_plain(found["id"]):
            return parsed
    return None


def find_doi(text: str) -> str | None:
    """The first DOI in a text, lower-cased as DOIs compare, without the punctuation of the sentence around it."""
    found = _DOI.search(text)
    if found is None:
        return None
    doi = found[0].rstrip(".,;:'\"")
    while doi[-1] in _BRACKETS and doi.count(_BRACKETS[doi[-1]]) < doi.count(doi[-1]):
        doi = doi[:-1].rstrip(".,;:'\"")
    return doi.lower()


def _from_plain(text: str) -> ArxivId | None:
    text = re.sub(r"(?i)^arxiv:\s*", "", text)
    text = re.sub(r"\s*\[[A-Za-z.-]+\]$", "", text)
    if new := _NEW.fullmatch(text):
        return _checked_new(new)
    if (old := _OLD.fullmatch(text)) and old["archive"] in _OLD_ARCHIVES and _in_old_years(old["yy"], old["mm"]):
        return ArxivId(f"{old['archive']}/{old['digits']}", _version(old))
    return None


def _checked_new(new: re.Match[str]) -> ArxivId | None:
    """Four digits until 1412, five since 1501; the scheme began with 0704."""
    month = new["yy"] + new["mm"]
    if month < "0704" or len(new["number"]) != (4 if month < "1501" else 5):
        return None
    return ArxivId(new["bare"], _version(new))


def _in_old_years(yy: str, mm: str) -> bool:
    month = yy + mm
    return month >= "9107" or month <= "0703"


def _version(match: re.Match[str]) -> int | None:
    return int(match["version"]) if match["version"] else None


def _from_url(text: str) -> ArxivId | None:
    if not re.match(r"(?i)(https?://|(www\.|export\.)?arxiv\.org/)", text):
        return None
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:  # "https://[::1"
        return None
    host = (parts.hostname or "").lower()
    if host in {"doi.org", "dx.doi.org"}:
        return _from_doi(unquote(parts.path.lstrip("/")))
    if host not in _ARXIV_HOSTS and not host.endswith((".arxiv.org", ".alphaxiv.org", ".ar5iv.org")):
        return None
    path = _URL_PATH.fullmatch(unquote(parts.path).rstrip("/"))
    return _from_plain(path["id"].removesuffix(".pdf")) if path else None


def _from_doi(text: str) -> ArxivId | None:
    text = re.sub(r"(?i)^doi:\s*", "", text)
    doi = _ARXIV_DOI.fullmatch(text)
    return _from_plain(doi["id"]) if doi else None
