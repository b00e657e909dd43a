"""`python -m torture.mutants [MODULE…]`: small faults are put into `library/`, one at a time: do its tests notice?

The faults are made by mutmut 3, which is no dependency of the project: `pip install "mutmut>=3.8,<4"` into an
environment of its own that has the project's packages. It keeps all mutants of a module in one file and forks for each,
so that one takes a third of a second; cosmic-ray starts pytest anew for each, which takes four. mutmut passes functions
under a decorator over, and with them the most important ones: in the copy that it works on, `@contextmanager` and
`@property` stand behind their functions. What is left out is code outside of functions (constants, patterns).

Survivors are compared with `survivors.toml`, where somebody has looked at each and said why no test kills it. It ends
with 1 if there are others; a run over all modules is recorded for `docs/reliability.md`.
"""

import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torture.table import Row, record

FOLDER = Path(tempfile.gettempdir()) / "paperlab-mutants"
_HERE = Path(__file__).parent
_TREE = _HERE.parents[1]
_COPIED = ("paperlab", "library", "tests/library", "tests/conftest.py", "tests/torture/__init__.py")
_SETTINGS = """
[tool.mutmut]
source_paths = ["paperlab"]
only_mutate = ["paperlab/library/*"]
also_copy = ["library"]
pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "no:xdist"]
pytest_add_cli_args_test_selection = ["tests/library"]
"""
_WAYS = {
    0: "survived",
    5: "not covered",
    33: "not covered",
    24: "time limit",
    36: "time limit",
    152: "time limit",
    255: "time limit",
}
"""What mutmut's exit codes mean; with any other one a test has failed."""


@dataclass(frozen=True, slots=True)
class Survivor:
    where: str
    """`records._edition`"""
    fault: str
    """The line as it was and as it became."""

    def __str__(self) -> str:
        return f"{self.where}: {self.fault}"


def prepare() -> None:
    """A copy of what is needed, without what an earlier run has left."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name in _COPIED:
        source, target = _TREE / name, FOLDER / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pdf", ".paperlab"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    for path in (FOLDER / "paperlab" / "library").glob("*.py"):
        path.write_text(_decorated_behind(path.read_text()))
    project = (_TREE / "pyproject.toml").read_text()
    pytest_settings = re.search(r"\[tool\.pytest\.ini_options\].*?(?=\n\[tool\.(?!pytest))", project, re.DOTALL)
    assert pytest_settings is not None
    (FOLDER / "pyproject.toml").write_text(f"{pytest_settings[0]}\n{_SETTINGS}")


def _decorated_behind(source: str) -> str:
    """The same module with `name = property(name)` behind a function instead of a decorator before it."""
    lines = source.split("\n")
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for function in sorted(functions, key=lambda node: -node.lineno):
        match function.decorator_list:
            case [ast.Name(id="contextmanager" | "property" as decorator) as node]:
                applied = f"{' ' * function.col_offset}{function.name} = {decorator}({function.name})"
                lines.insert(function.end_lineno or 0, applied)
                del lines[node.lineno - 1]
    return "\n".join(lines)


def run(modules: Sequence[str]) -> None:
    names = [f"paperlab.library.{module}.*" for module in modules]
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names], cwd=FOLDER, check=False)


def results(modules: Sequence[str]) -> dict[str, str]:
    """What became of each mutant, by mutmut's name."""
    found: dict[str, str] = {}
    for file in sorted((FOLDER / "mutants" / "paperlab" / "library").glob("*.py.meta")):
        if not modules or file.name.removesuffix(".py.meta") in modules:
            for name, code in json.loads(file.read_text())["exit_code_by_key"].items():
                found[name] = "not tried" if code is None else _WAYS.get(abs(code), "killed")
    return found


def survivors(names: Sequence[str]) -> list[Survivor]:
    """The faults behind mutmut's names."""
    script = (
        "import sys, json; from mutmut.mutation.diff_apply import get_diff_for_mutant as diff;"
        "print(json.dumps([diff(name) for name in json.load(sys.stdin)]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=FOLDER, input=json.dumps(names), capture_output=True, text=True, check=True
    )
    return [_survivor(name, diff) for name, diff in zip(names, json.loads(told.stdout.splitlines()[-1]), strict=True)]


def _survivor(name: str, diff: str) -> Survivor:
    """Out of `paperlab.library.lists.x__item__mutmut_3`, or `…library.xǁLibraryǁread__mutmut_1`."""
    module, _, function = name.removeprefix("paperlab.library.").partition(".")
    function = re.sub(r"__mutmut_\d+$", "", function).removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    changed = [line for line in diff.splitlines()[2:] if line[:1] in "+-"]
    before = " ".join(line[1:].strip() for line in changed if line[0] == "-")
    after = " ".join(line[1:].strip() for line in changed if line[0] == "+")
    return Survivor(f"{module}.{function}", f"{before}  →  {after}")


def reviewed() -> dict[str, str]:
    """Why a survivor is left alive, by the survivor."""
    groups: Mapping[str, list[str]] = tomllib.loads((_HERE / "survivors.toml").read_text())
    return {survivor: why for why, found in groups.items() for survivor in found}


def main(modules: Sequence[str]) -> int:
    prepare()
    run(modules)
    ended = results(modules)
    counted = Counter(ended.values())
    alive = survivors([name for name, way in ended.items() if way in ("survived", "not covered")])
    known = reviewed()
    unexplained = [survivor for survivor in alive if str(survivor) not in known]
    reasons = Counter(known[str(survivor)] for survivor in alive if str(survivor) in known)
    print(*(f"{way}: {count}" for way, count in counted.most_common()), sep=", ")
    print(*unexplained, sep="\n")
    if not modules:
        told = ", ".join(f"{count} {way}" for way, count in counted.most_common())
        figures = f"{len(ended)} faults in {len({name.split('.')[2] for name in ended})} modules: {told}"
        figures += f"; of the survivors {len(unexplained)} without an explanation"
        lines = ["### Survivors in library/, and why they are left alive", ""]
        lines += [f"- {count}: {why}" for why, count in reasons.most_common()]
        promise = "The tests of library/ notice a small fault anywhere in it, or it makes no difference"
        record("mutants", [Row(promise, figures, "python -m torture.mutants")], "\n".join(lines))
    return 1 if unexplained or counted["not tried"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
