"""All verbs, in the order of `--help`: importing a verb's module adds it to `app`."""

from paperlab.cli import init, add, fetch, list_, show, search, related, find, read, open_, note  # isort: skip
from paperlab.cli import highlight, annotations, status, tag, progress, export, import_, lists, index, doctor, config_  # isort: skip
from paperlab.cli import restore, undo, merge, demo, diff, serve  # isort: skip
from paperlab.cli.app import app

__all__ = [
    "add",
    "annotations",
    "app",
    "config_",
    "demo",
    "diff",
    "doctor",
    "export",
    "fetch",
    "find",
    "highlight",
    "import_",
    "index",
    "init",
]
__all__ += [
    "list_",
    "lists",
    "merge",
    "note",
    "open_",
    "progress",
    "read",
    "related",
    "restore",
    "search",
    "serve",
    "show",
    "status",
    "tag",
    "undo",
]
