"""Findings: what is wrong with a library, where, and what can be done about it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    """Something of the reader's is damaged or missing."""
    WARNING = "warning"
    """Something derived is not level, something optional is missing, or something looks like a mistake."""
    REMARK = "remark"
    """Nothing need be done."""


class Kind(StrEnum):
    """What may be wrong. The names are what `--json` gives and do not change; docs/doctor.md tells of each."""

    severity: Severity

    def __new__(cls, name: str, severity: Severity) -> "Kind":
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.severity = severity
        return kind

    # settings
    MARKER_DAMAGED = "marker-damaged", Severity.ERROR
    SETTING_WRONG = "setting-wrong", Severity.ERROR
    # records and PDFs
    RECORD_DAMAGED = "record-damaged", Severity.ERROR
    TIME_UNLIKELY = "time-unlikely", Severity.WARNING
    CITEKEY_TWICE = "citekey-twice", Severity.ERROR
    WORK_TWICE = "work-twice", Severity.WARNING
    PDF_MISSING = "pdf-missing", Severity.WARNING
    PDF_CHANGED = "pdf-changed", Severity.ERROR
    NOT_A_PDF = "not-a-pdf", Severity.ERROR
    SIZE_WRONG = "size-wrong", Severity.WARNING
    EDITION_TWICE = "edition-twice", Severity.WARNING
    PDF_UNREAD = "pdf-unread", Severity.WARNING
    PDF_UNKNOWN = "pdf-unknown", Severity.WARNING
    MARKS_OFFERED = "marks-offered", Severity.WARNING
    # folders
    FOLDER_WITHOUT_RECORD = "folder-without-record", Severity.WARNING
    WORDS_WITHOUT_RECORD = "words-without-record", Severity.ERROR
    FOLDER_MISNAMED = "folder-misnamed", Severity.WARNING
    # journals
    LINE_BROKEN = "line-broken", Severity.WARNING
    LINE_ODD = "line-odd", Severity.WARNING
    ID_TWICE = "id-twice", Severity.WARNING
    EDITION_UNKNOWN = "edition-unknown", Severity.WARNING
    ANSWER_LOST = "answer-lost", Severity.WARNING
    # texts
    CONFLICT_MARKS = "conflict-marks", Severity.WARNING
    NOTES_ENCODING = "notes-encoding", Severity.ERROR
    NOTES_NUL = "notes-nul", Severity.WARNING
    BYTE_ORDER_MARK = "byte-order-mark", Severity.REMARK
    LINE_ENDS_MIXED = "line-ends-mixed", Severity.REMARK
    # reading lists
    LIST_DAMAGED = "list-damaged", Severity.ERROR
    LIST_MISNAMED = "list-misnamed", Severity.WARNING
    LIST_CYCLE = "list-cycle", Severity.WARNING
    LIST_AFTER_UNKNOWN = "list-after-unknown", Severity.WARNING
    LIST_PAPER_UNKNOWN = "list-paper-unknown", Severity.WARNING
    LIST_ITEM_TWICE = "list-item-twice", Severity.WARNING
    # files that should not be there, or not so
    CONFLICT_COPY = "conflict-copy", Severity.WARNING
    NAME_CLASH = "name-clash", Severity.WARNING
    LINK_OUTSIDE = "link-outside", Severity.WARNING
    UNREADABLE = "unreadable", Severity.ERROR
    UNWRITABLE = "unwritable", Severity.WARNING
    TOO_LARGE = "too-large", Severity.WARNING
    LEFTOVER = "leftover", Severity.WARNING
    DOWNLOAD_LEFT = "download-left", Severity.REMARK
    # the index, which is derived
    MODEL_UNAVAILABLE = "model-unavailable", Severity.WARNING
    NOT_INDEXED = "not-indexed", Severity.WARNING
    INDEX_STALE = "index-stale", Severity.WARNING
    INDEX_ORPHAN = "index-orphan", Severity.WARNING
    NO_TEXT = "no-text", Severity.WARNING
    CATALOG_DAMAGED = "catalog-damaged", Severity.WARNING
    CATALOG_AT_ODDS = "catalog-at-odds", Severity.WARNING
    PAGE_UNCOVERED = "page-uncovered", Severity.WARNING
    PASSAGES_AT_ODDS = "passages-at-odds", Severity.WARNING
    VECTOR_MISSING = "vector-missing", Severity.WARNING
    VECTOR_WRONG = "vector-wrong", Severity.WARNING
    VECTOR_FOREIGN = "vector-foreign", Severity.WARNING
    VECTOR_ORPHAN = "vector-orphan", Severity.WARNING
    SIGNATURE_WRONG = "signature-wrong", Severity.WARNING
    WORDS_AT_ODDS = "words-at-odds", Severity.WARNING
    SNAPSHOT_DAMAGED = "snapshot-damaged", Severity.WARNING
    SNAPSHOT_AT_ODDS = "snapshot-at-odds", Severity.WARNING
    # the machine
    DISK_LOW = "disk-low", Severity.WARNING
    LOCK_HELD = "lock-held", Severity.REMARK


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way to put right what was found."""

    told: str
    """What it would do, as in `joins its lines into notes.md`."""
    apply: Callable[[], str]
    """Does it, and tells what was done. Raises our errors; then nothing has changed."""
    is_derived: bool = False
    """Touches nothing of the reader's: done without asking."""


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    place: str
    """A key, a file as seen from the library, a part of paperlab."""
    message: str
    hint: str = ""
    """What the reader can do."""
    remedy: Remedy | None = None

    @property
    def severity(self) -> Severity:
        return self.kind.severity
