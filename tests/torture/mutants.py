"""`python -m torture.mutants [MODULE…]`: small faults are put into `library/`, one at a time: do its tests notice?

The faults are made by mutmut 3, which is no dependency of the project: `pip install "mutmut>=3.8,<4"` into an
environment of its own that has the project's packages. It keeps all mutants of a module in one file and forks for each,
so that one takes a third of a second; cosmic-ray starts pytest anew for each. mutmut passes functions under a decorator
over, and with them the most important ones: in the copy that it works on, `@contextmanager` and `@property` stand
behind their functions. What is left out is code outside of functions (constants, patterns).

Survivors are compared with `survivors.toml`, where somebody has looked at each and said why no test kills it. It ends
with 1 if there are others; a run over all modules is recorded for `docs/reliability.md`. The copy stays in FOLDER, and
with it what was killed; without it, all is tried anew.
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
_COPIED = ("paperlab", "library", "tests/library", "tests/conftest.py", "tests/holding.py")
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
    """Bring the copy level with the tree. What is alive is tried anew, and what has changed; the rest stays killed."""
    for name in _COPIED:
        source, target = _TREE / name, FOLDER / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
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
    shutil.rmtree(FOLDER / "mutants" / "tests", ignore_errors=True)
    (FOLDER / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    for file in _told():
        told = json.loads(file.read_text())
        told["exit_code_by_key"] = {
            name: code if _way(code) == "killed" else None for name, code in told["exit_code_by_key"].items()
        }
        file.write_text(json.dumps(told))


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


def results(modules: Sequence[str] = ()) -> dict[str, str]:
    """What became of each mutant, by mutmut's name."""
    found: dict[str, str] = {}
    for file in _told():
        if not modules or file.name.removesuffix(".py.meta") in modules:
            codes = json.loads(file.read_text())["exit_code_by_key"]
            found |= {name: _way(code) for name, code in codes.items()}
    return found


def _told() -> list[Path]:
    return sorted((FOLDER / "mutants" / "paperlab" / "library").glob("*.py.meta"))


def _way(code: int | None) -> str:
    return "not tried" if code is None else _WAYS.get(abs(code), "killed")


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
    print(*(f"{way}: {count}" for way, count in counted.most_common()), sep=", ")
    alive = survivors([name for name, way in ended.items() if way != "killed"])
    known = reviewed()
    unexplained = [survivor for survivor in alive if str(survivor) not in known]
    print(*unexplained, sep="\n")
    if not modules:
        _keep(ended, counted, Counter(known[str(one)] for one in alive if str(one) in known), len(unexplained))
    return 1 if unexplained else 0


def _keep(ended: Mapping[str, str], counted: Counter[str], reasons: Counter[str], unexplained: int) -> None:
    told = ", ".join(f"{count} {way}" for way, count in counted.most_common())
    modules = {name.split(".")[2] for name in ended}
    figures = f"{len(ended)} faults in {len(modules)} modules: {told}; {unexplained} of those alive are not explained"
    promise = "The tests of library/ notice a small fault anywhere in it, or it makes no difference"
    lines = ["### Faults in library/ that no test notices, and why", ""]
    lines += [f"- {count}: {why}" for why, count in reasons.most_common()]
    record("mutants", [Row(promise, figures, "python -m torture.mutants")], "\n".join(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
