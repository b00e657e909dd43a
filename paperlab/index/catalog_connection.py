"""Connections to the catalogue: one per thread, errors in our own words."""

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from json import JSONDecodeError
from pathlib import Path
from zlib import error as ZlibError  # noqa: N812 - zlib writes its only error in lower case

from paperlab.domain.steps import Abandoned
from paperlab.errors import CatalogDamaged, IndexError_, LibraryBusy, PaperlabError

_PATIENCE_S = 10.0
"""How long a write waits for another process's."""
_STEPS_BETWEEN_CHECKS = 5_000
"""Of SQLite's virtual machine."""
_REBUILD = "`paperlab index rebuild` makes it anew from the papers"


class Access(Enum):
    READ_WRITE = auto()
    READ_ONLY = auto()
    ABSENT = auto()
    """Nothing there, and nothing can be made: an empty catalogue in memory stands for it."""


class Connections:
    """Opens a connection for each thread that asks, closes them all together.

    Where somebody has taken the file away or put another in its place (`index rebuild`, `rm -r .paperlab`), each thread
    goes over to the new one when it asks the next time.
    """

    def __init__(self, path: Path, prepare: Callable[[sqlite3.Connection, Access, Path], None]) -> None:
        """`prepare` sees every connection before it is used."""
        self.path = path
        self.access = _access(path)
        self._prepare = prepare
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._finalizer = weakref.finalize(self, _close, self._all)

    def here(self) -> sqlite3.Connection:
        """This thread's connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is not None and not self._local.uses and self._is_elsewhere():
            self._all.remove(db)
            db.close()
            db = None
        if db is None:
            db = self._connect()
            self._all.append(db)
            self._local.db, self._local.uses, self._local.file = db, 0, _file_of(self.path)
        return db

    def close(self) -> None:
        self._finalizer()
        self._local = threading.local()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with translated(self.path), self._in_use() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it or nothing.

        Raises:
            IndexError_: The folder is read-only, the disk is full.
            LibraryBusy: Another process has been writing all the while.
        """
        if self.access is not Access.READ_WRITE:
            raise IndexError_(f"{self.path} cannot be written: the folder is read-only")
        with translated(self.path), self._in_use() as db, transaction(db):
            yield db

    @contextmanager
    def _in_use(self) -> Iterator[sqlite3.Connection]:
        db = self.here()
        self._local.uses += 1
        try:
            yield db
        finally:
            self._local.uses -= 1

    def _is_elsewhere(self) -> bool:
        """The file of this thread's connection has no name any more, or another."""
        if self.access is Access.ABSENT:
            return False
        there = _file_of(self.path)
        return there != self._local.file and (there is not None or self.access is Access.READ_WRITE)

    def _connect(self) -> sqlite3.Connection:
        with translated(self.path):
            if self.access is Access.READ_WRITE:
                with suppress(OSError):  # SQLite tells of it
                    self.path.parent.mkdir(exist_ok=True)
            if self.access is Access.READ_ONLY:
                return self._connect_reading()
            return self._prepared(self.path.as_posix() if self.access is Access.READ_WRITE else ":memory:")

    def _connect_reading(self) -> sqlite3.Connection:
        address = self.path.absolute().as_uri()
        try:
            return self._prepared(f"{address}?mode=ro")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
        # a write-ahead log needs a file beside it, which cannot be made here
        return self._prepared(f"{address}?immutable=1")

    def _prepared(self, address: str) -> sqlite3.Connection:
        db = sqlite3.connect(
            address,
            timeout=_PATIENCE_S,
            isolation_level=None,
            check_same_thread=False,  # `close` is called from any thread
            uri=address.startswith("file:"),
        )
        try:
            self._prepare(db, self.access, self.path)
        except BaseException:
            db.close()
            raise
        return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE … COMMIT, or ROLLBACK if anything is raised."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def one_moment(db: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside is of one moment; many small reads are faster, too: the file is locked once."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("COMMIT")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as ours. A bug of ours, such as wrong SQL, stays what it is."""
    try:
        yield
    except (ZlibError, JSONDecodeError) as error:
        raise CatalogDamaged(f"{path} is damaged: {error}", hint=_REBUILD) from error
    except sqlite3.DatabaseError as error:
        translation = _translate(error, path)
        if translation is None:
            raise
        raise translation from error


@contextmanager
def while_wanted(db: sqlite3.Connection, is_wanted: Callable[[], bool]) -> Iterator[None]:
    """What is asked of this connection ends within a millisecond or so once nobody wants the answer any more.

    Raises:
        Abandoned
    """
    db.set_progress_handler(lambda: not is_wanted(), _STEPS_BETWEEN_CHECKS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise Abandoned from error
        raise
    finally:
        db.set_progress_handler(None, 0)


def check_idle(path: Path) -> None:
    """Raises LibraryBusy if another process is writing the catalogue; a damaged one is idle."""
    db = sqlite3.connect(path, timeout=1, isolation_level=None)
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise LibraryBusy(f"another process is writing {path}", hint="try again when it is done") from error
    finally:
        db.close()


def _translate(error: sqlite3.DatabaseError, path: Path) -> PaperlabError | None:
    match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:  # the rest is detail
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return CatalogDamaged(f"{path} is damaged: {error}", hint=_REBUILD)
        case sqlite3.SQLITE_ERROR if str(error).startswith(("no such table", "no such column")):
            return CatalogDamaged(f"{path} is damaged: {error}", hint=_REBUILD)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LibraryBusy(f"another process is writing {path}", hint="try again when it is done")
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN:
            return IndexError_(f"{path}: {error}", hint="is the disk full, or the folder not yours to write?")
    return None


def _file_of(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _access(path: Path) -> Access:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Access.ABSENT
    if os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK)):
        return Access.READ_WRITE
    return Access.READ_ONLY if path.exists() else Access.ABSENT


def _close(connections: list[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()
