"""Part files: a download that is not complete yet, and what tells its bytes from others."""

from collections.abc import Mapping
from pathlib import Path


class Part:
    """A file that grows, and beside it `<file>.etag`: the validator of the bytes that it is to hold."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size if path.is_file() else 0
        """Bytes so far."""
        self._validator = path.with_name(f"{path.name}.etag")

    def conditions(self) -> dict[str, str]:
        """Headers that ask for the rest; none if nothing can be gone on with.

        Source: RFC 9110, section 13.1.5 (`If-Range`: the rest if the bytes are still the same, else all of them).
        """
        validator = self._known() if self.size else ""
        return {"Range": f"bytes={self.size}-", "If-Range": validator} if validator else {}

    def is_continued_by(self, headers: Mapping[str, str]) -> bool:
        """Whether a partial answer (206) begins where this part ends, and is of the same bytes."""
        begins = headers.get("Content-Range", "").startswith(f"bytes {self.size}-")
        return self.size > 0 and begins and _validator_in(headers) in {"", self._known()}

    def begin(self, headers: Mapping[str, str]) -> None:
        """Empty, for the whole of the bytes that an answer announces."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(b"")
        self.size = 0
        if validator := _validator_in(headers):
            self._validator.write_text(validator, "ascii")
        else:
            self._validator.unlink(missing_ok=True)

    def complete(self) -> None:
        """Nothing is missing: the bytes need no validator any more."""
        self._validator.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove the bytes, which are not those wanted."""
        self.path.unlink(missing_ok=True)
        self._validator.unlink(missing_ok=True)
        self.size = 0

    def _known(self) -> str:
        return self._validator.read_text("ascii", "ignore") if self._validator.is_file() else ""


def _validator_in(headers: Mapping[str, str]) -> str:
    """What tells the bytes of an answer from others; empty if nothing does. A weak tag promises no equal bytes."""
    etag = headers.get("ETag", "")
    validator = headers.get("Last-Modified", "") if not etag or etag.startswith("W/") else etag
    return validator if validator.isascii() else ""
