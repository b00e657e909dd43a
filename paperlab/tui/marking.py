"""What of a passage answers a query, for the eye: the words to mark, the piece to show, the sentence to go to. Pure."""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache

from paperlab.domain.sentences import sentence_spans

_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "how",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "that",
        "the",
        "their",
        "them",
        "this",
        "to",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
    ]
)
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "ly", "s", "e", "y")
_MIN_STEM = 3


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The beginning that forms of an English word share; rough, for marking alone."""
    word = word.lower()
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            return word[: -len(ending)]
    return word


def matched_spans(text: str, query: str) -> list[tuple[int, int]]:
    """Start and end of each word of a text that a query asks for, small words left out.

    The last word may still be being typed: it is looked for as a beginning.
    """
    words = [word.lower() for word in _WORD.findall(query)]
    wanted = {stem(word) for word in words if word not in _SMALL}
    begun = words[-1] if words and len(words[-1]) >= _MIN_STEM and words[-1] not in _SMALL else None
    return [
        found.span()
        for found in _WORD.finditer(text)
        if stem(found[0]) in wanted or (begun and found[0].lower().startswith(begun))
    ]


def snippet(text: str, spans: list[tuple[int, int]], length: int) -> tuple[int, int]:
    """The piece of about `length` characters with the most matched words; it begins and ends with whole words."""
    if len(text) <= length:
        return 0, len(text)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]

    def matched(at: int) -> int:
        return max(bisect_right(ends, at + length) - bisect_left(starts, at), 0)

    best = max([0, *(max(0, start - length // 6) for start in starts)], key=lambda at: (matched(at), -at))
    best = max(0, min(best, len(text) - length))
    start = text.find(" ", best) + 1 if best else 0
    end = text.rfind(" ", start, start + length + 1) if start + length < len(text) else len(text)
    return start, end if end > start else min(start + length, len(text))


def best_sentence(text: str, query: str) -> str:
    """The sentence with the most matched words, the first one of equals."""
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    return max(sentences, key=lambda sentence: len(matched_spans(sentence, query)), default=text)
