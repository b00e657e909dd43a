"""Renders a reader's template, in a process of its own: `python -m paperlab.export.template_child`.

A template may come from anywhere. It is given plain values and no objects, it can load no other file, and what it takes
in time, memory and text is bounded. Request and answer are JSON, on stdin and stdout.
"""

import json
import sys
from collections.abc import Mapping

from jinja2 import StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from paperlab.export.harmless import literal, own_markdown

MOST_CHARACTERS = 10_000_000
"""Of the text of one paper."""
_MEMORY_BYTES = 1 << 30
_CPU_S = 60


def render(template: str, papers: list[Mapping[str, object]]) -> list[str]:
    """The text of each paper. Raises whatever the template does."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["literal"] = lambda text: "\n".join(literal(str(text)))
    environment.filters["own"] = lambda text: own_markdown(str(text), keep_headings=False)
    environment.globals.pop("lipsum")
    parsed = environment.from_string(template)
    texts = []
    for paper in papers:
        pieces, length = [], 0
        for piece in parsed.generate(paper):
            length += len(piece)
            if length > MOST_CHARACTERS:
                raise OverflowError(f"the text of one paper has more than {MOST_CHARACTERS:,} characters")
            pieces.append(piece)
        texts.append("".join(pieces))
    return texts


def main() -> None:
    _bound()
    request = json.load(sys.stdin)
    answer: dict[str, object]
    try:
        answer = {"texts": render(request["template"], request["papers"])}
    except TemplateSyntaxError as error:
        answer = {"error": f"line {error.lineno}: {error.message}"}
    except MemoryError:
        answer = {"error": "it takes too much memory"}
    except Exception as error:  # a template can raise anything: its author is told, whatever it is
        answer = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(answer))


def _bound() -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where the time alone is bounded
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))


if __name__ == "__main__":
    main()
