"""A reader's words as queries for FTS5. Only quoted strings and our own operators ever reach its syntax."""

import re

from paperlab.index.encoder import encodable

_QUOTED = re.compile(r'["“”„]([^"“”„]*)["“”„]')
_WORD = re.compile(r"\w+(?:[-‐‑.'’/]\w+)*")
_MOST = 64
"""Words of a query that count; whoever pastes a page means its beginning."""
STOP_WORDS = frozenset(
    "a about after all also am an and any are as at be because been being but by can could did do does done for from "  # noqa: SIM905
    "had has have having how i if in into is it its just may me might more most much my no nor not of on or our over "
    "own same should so some such than that the their them then there these they this those through to too under up "
    "very was we were what when where which while who whom whose why will with within without would you your".split()
)


def all_words(text: str) -> str:
    """The query that a passage meets which has every word and every phrase in double quotes; "" if there are none.

    Words that are in every text, such as "the", are left out, unless there are no others.
    """
    return " AND ".join(terms(text))


def any_word(text: str) -> str:
    """The query that a passage meets which has one of them."""
    return " OR ".join(terms(text))


def terms(text: str) -> list[str]:
    """Phrases, then words, as strings of FTS5, each once. Parts joined by hyphens or dots are a phrase of their own."""
    text = encodable(text)
    phrases = [" ".join(words_in(phrase)) for phrase in _QUOTED.findall(text)]
    words = [word.lower() for word in words_in(_QUOTED.sub(" ", text))]
    telling = [word for word in words if word not in STOP_WORDS]
    terms = dict.fromkeys([*filter(None, phrases), *(telling or ([] if any(phrases) else words))])
    return [f'"{term}"' for term in list(terms)[:_MOST]]


def loosely(term: str) -> str:
    """The query that a passage meets which has the telling words of a term, wherever they stand."""
    words = [f'"{word}"' for word in words_in(term) if len(word) > 2 and word not in STOP_WORDS]
    return f"({' AND '.join(words)})" if len(words) > 1 else term


def words_in(text: str) -> list[str]:
    """As they stand, in their order; parts joined by hyphens or dots as one."""
    # FTS5 knows no word in an underscore alone
    return [word for word in _WORD.findall(text) if any(character.isalnum() for character in word)]
