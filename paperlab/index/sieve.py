"""What a query asks of each passage beyond its rank: phrases, sections, and what is not to be there.

FTS5 knows words by their stems, so it narrows a search; what is let through is then read, in the order of its rank,
until there is enough of it. So no filter comes after a cut, and little more is read than is shown.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from sqlite3 import Connection

from paperlab.domain.queries import Query, begins_in, phrase_test
from paperlab.domain.text import mend_ligatures
from paperlab.index.catalog_queries import match_ids, places_and_texts
from paperlab.index.encoder import encodable
from paperlab.index.words import words_in

_MOST = 64
"""Words and phrases that a query may exclude."""
_MOST_PHRASES, _MOST_WAYS = 8, 32
"""Phrases that narrow a search before all are looked for by their letters; ways to write each."""
_FEW_LETTERS = 8
"""A word of fewer letters is not looked for with a hyphen in it."""
_STEM = 4
"""Letters of a word that are left in all its stems; a shorter stem is that of a finished word."""
_HYPHENS = re.compile("[-‐‑]")
_NO_WORD = re.compile(r"\W")


class Sieve:
    """Lets those passages through that answer one query."""

    def __init__(self, db: Connection, query: Query) -> None:
        self._db = db
        self._phrases = [phrase_test(phrase) for phrase in query.phrases]
        self._sections, self._other_sections = query.sections, query.other_sections
        self._is_read = bool(self._phrases or self._sections or self._other_sections)
        without = _excluded(query)
        self._excluded = frozenset(match_ids(db, without)) if without else frozenset()
        self._known: dict[int, bool] = {}

    def first(self, limit: int, rank: Callable[[int], Sequence[int]]) -> list[int]:
        """The first passages of a ranking that pass.

        Args:
            rank: Gives the so many first of all; asked for more until enough of them pass.
        """
        asked = limit
        while True:
            ranked = rank(asked)
            passed = self._passing(ranked)
            if len(passed) >= limit or len(ranked) < asked:
                return passed[:limit]
            asked = max(4 * asked, limit + len(self._excluded))

    def _passing(self, ids: Sequence[int]) -> list[int]:
        left = [number for number in ids if number not in self._excluded]
        if not self._is_read:
            return left
        for number, section, text in places_and_texts(self._db, [n for n in left if n not in self._known]):
            self._known[number] = self._passes(" > ".join(section), text)
        return [number for number in left if self._known.get(number)]

    def _passes(self, section: str, text: str) -> bool:
        return (
            all(begins_in(section, wanted) for wanted in self._sections)
            and not any(begins_in(section, other) for other in self._other_sections)
            and all(holds(text) or holds(section) for holds in self._phrases)
        )


def narrowed(query: Query, words: str = "") -> str:
    """The query of FTS5 met by what meets `words`, all that passes the sieve among it; "" if all but the excluded may.

    More than that meets it: other forms of the words of a phrase, sections with other words of the same beginning.
    """
    phrases = (_any(_ways(phrase)) for phrase in query.phrases[:_MOST_PHRASES])
    parts = [
        *(f"{{section text}} : ({phrase})" for phrase in phrases if phrase),
        *(f"section : ({beginning})" for section in query.sections if (beginning := _beginning(section))),
        *([words] if words else []),
    ]
    without = _excluded(query)
    every = " AND ".join(f"({part})" for part in parts)
    return f"({every}) NOT ({without})" if every and without else every


def _excluded(query: Query) -> str:
    """Met by what holds something that is excluded, in whatever form of its words."""
    terms = _any(way for text in query.excluded[:_MOST] for way in _joined_or_not(_words(text)))
    return f"{{section text}} : ({terms})" if terms else ""


def _ways(phrase: str) -> Iterator[str]:
    """How a phrase may stand in a text: its hyphens as blanks, or gone; with one more, left from the end of a line."""
    words = _words(phrase)
    yield from _joined_or_not(words)
    for at, word in enumerate(words):
        if len(word) >= _FEW_LETTERS and word.isalnum():
            for cut in range(2, len(word) - 1):
                yield " ".join([*words[:at], word[:cut], word[cut:], *words[at + 1 :]])


def _joined_or_not(words: Sequence[str]) -> Iterator[str]:
    yield " ".join(words)
    yield _HYPHENS.sub("", " ".join(words))


def _any(phrases: Iterable[str]) -> str:
    return " OR ".join(f'"{phrase}"' for phrase in list(dict.fromkeys(filter(None, phrases)))[:_MOST_WAYS])


def _beginning(section: str) -> str:
    words = [part for word in _words(section) for part in _NO_WORD.split(word)]
    if not words:
        return ""
    last = f'("{words[-1]}" OR "{words[-1][:_STEM]}" *)'
    return " AND ".join([*(f'"{word}"' for word in words[:-1]), last])


def _words(text: str) -> list[str]:
    return words_in(encodable(mend_ligatures(text)))
