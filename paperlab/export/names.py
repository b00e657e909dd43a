"""Names of authors taken apart, as bibliographies want them."""

from dataclasses import dataclass

_PARTICLES = frozenset(
    ("af", "al", "d", "da", "das", "de", "del", "della", "den", "der", "des", "di", "dos", "du", "el")
)
_PARTICLES |= {"la", "le", "ten", "ter", "van", "vom", "von", "y", "zu", "zum", "zur"}
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_GROUPS = frozenset({"collaboration", "consortium", "team", "group", "project"})


@dataclass(frozen=True, slots=True)
class Name:
    family: str
    """With its particles (`van der Maaten`); the whole name of a group."""
    given: str = ""
    suffix: str = ""
    is_group: bool = False
    """A group or a single name: not to be taken apart any further."""


def split_name(author: str) -> Name:
    """Take a display name apart: `Laurens van der Maaten`, `John Doe Jr.`, `Doe, John`, `The ATLAS Collaboration`."""
    author = " ".join(author.split())
    if "," in author:
        family, *others = (part.strip() for part in author.split(","))
        suffix = others.pop(0) if len(others) > 1 else ""
        return Name(family, ", ".join(others), suffix)
    words = author.split()
    if len(words) < 2 or words[-1].lower() in _GROUPS or "and" in words:
        return Name(author, is_group=True)
    suffix = words.pop() if len(words) > 2 and words[-1].lower().rstrip(".") in _SUFFIXES else ""
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in _PARTICLES and words[first - 1].islower():
        first -= 1
    return Name(" ".join(words[first:]), " ".join(words[:first]), suffix)
