"""Names of people and groups taken apart, as bibliographies want them, and put together again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PARTICLES = frozenset(
    ("af", "al", "d", "da", "das", "de", "del", "della", "den", "der", "des", "di", "dos", "du", "el")
)
_PARTICLES |= {"la", "le", "ten", "ter", "van", "vom", "von", "y", "zu", "zum", "zur"}
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_GROUPS = frozenset({"collaboration", "consortium", "team", "group", "project"})
_BETWEEN = re.compile(r"\s+and\s+(?![^{}]*\})")
"""What divides the names of a list: " and ", but not inside braces."""


@dataclass(frozen=True, slots=True)
class Name:
    family: str
    """With its particles (`van der Maaten`); the whole name of a group."""
    given: str = ""
    suffix: str = ""
    is_group: bool = False
    """A group or a single name: not to be taken apart any further."""

    @property
    def shown(self) -> str:
        """Given name first."""
        return " ".join(part for part in (self.given, self.family, self.suffix) if part)

    @property
    def is_plain(self) -> bool:
        """Its display form says all of it."""
        return self != OTHERS and split_name(self.shown) == self

    @property
    def particles(self) -> tuple[str, str]:
        """The particles before the family name, and the family name without them."""
        words = self.family.split(" ")
        first = 0
        while first < len(words) - 1 and words[first][:1].islower():
            first += 1
        return " ".join(words[:first]), " ".join(words[first:])


OTHERS = Name("others", is_group=True)
"""In the place of a last name: there are more than are named."""


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


def join_names(names: Iterable[Name]) -> str:
    """A list of names as a record keeps it: `Family, Given and Family, Jr., Given and {A Group} and others`."""
    return " and ".join(_written(name) for name in names)


def split_names(text: str) -> tuple[Name, ...]:
    """Take such a list apart. A name without a comma or braces, written by hand, is given name first."""
    return tuple(_read(part.strip()) for part in _BETWEEN.split(text) if part.strip())


def _written(name: Name) -> str:
    if name == OTHERS:
        return OTHERS.family
    family, suffix, given = (_unbraced(part) for part in (name.family, name.suffix, name.given))
    if name.is_group or not family or not given:
        return f"{{{' '.join(part for part in (family, suffix, given) if part)}}}"
    return ", ".join(part for part in (family.replace(",", ""), suffix.replace(",", ""), given) if part)


def _read(text: str) -> Name:
    if text == OTHERS.family:
        return OTHERS
    if text.startswith("{") and text.endswith("}"):
        return Name(_unbraced(text), is_group=True)
    return split_name(_unbraced(text))


def _unbraced(text: str) -> str:
    return " ".join(text.replace("{", "").replace("}", "").split())
