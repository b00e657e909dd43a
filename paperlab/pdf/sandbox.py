"""What the child that touches PDFs may not do: open sockets, start programs, write files, outgrow its bounds.

Two layers. The kernel's, on Linux and for good: a seccomp filter and Landlock, which need no rights. Python's, on every
system: an audit hook, which sees what Python code does and nothing below it. Neither can be taken off again.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

_PROGRAMS = ("subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system")
_FORBIDDEN = ("socket.", "os.fork", "pty.")
"""Events that the audit hook refuses, by their beginnings."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_SYSTEM_CALLS = {
    # those that open sockets, start or touch other processes; a thread is made by clone, which is looked at
    "x86_64": (0xC000003E, 56, (41, 53, 57, 58, 59, 62, 101, 310, 311, 322, 424, 425, 438)),
    "aarch64": (0xC00000B7, 220, (117, 129, 198, 199, 221, 270, 271, 281, 424, 425, 438)),
}
"""By machine: its number for seccomp, that of clone, and those of socket, socketpair, fork, vfork, execve, kill,
ptrace, process_vm_readv, process_vm_writev, execveat, pidfd_send_signal, io_uring_setup and pidfd_getfd, as far as it
has them."""
_CLONE3 = 435
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000

_LANDLOCK_WRITES = (0x1FF2, 0x3FF2, 0x7FF2)
"""By version of Landlock: to write, make, remove and link files; from version 2 also to move, from 3 to cut them."""
_O_PATH = 0o10000000


def confine(writable: Collection[Path] = ()) -> None:
    """Give up sockets, other processes and writing, for good. Folders may be named that are written to after all."""
    sys.addaudithook(_hook(tuple(str(folder.resolve()) + os.sep for folder in writable)))
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # a system without glibc's or musl's calls
            _confine_by_kernel(tuple(writable))


def bound(*, processor_s: int, memory_bytes: int, most_memory_bytes: int, file_bytes: int) -> None:
    """Set the limits that the system keeps.

    Args:
        memory_bytes: Of what the process has for itself; more than that fails to be allocated.
        most_memory_bytes: How far `bound_memory` may go.
        file_bytes: Of any file that it writes.
    """
    import resource

    stacks = _stacks_bytes()
    _limit(resource.RLIMIT_CORE, 0, 0)
    _limit(resource.RLIMIT_CPU, processor_s, processor_s)
    _limit(resource.RLIMIT_FSIZE, file_bytes, file_bytes)
    _limit(resource.RLIMIT_DATA, memory_bytes + stacks, most_memory_bytes + stacks)


def bound_memory(memory_bytes: int) -> None:
    """Move the bound that `bound` has set."""
    import resource

    _limit(resource.RLIMIT_DATA, memory_bytes + _stacks_bytes(), resource.getrlimit(resource.RLIMIT_DATA)[1])


def _stacks_bytes() -> int:
    """What the layout model's threads reserve, one for each core, and mostly do not use."""
    import resource

    stack, _ = resource.getrlimit(resource.RLIMIT_STACK)
    return (os.cpu_count() or 1) * (8 << 20 if stack == resource.RLIM_INFINITY else stack)


def _limit(kind: int, soft: int, hard: int) -> None:
    import resource

    with suppress(ValueError, OSError):  # where there is a lower one, or none of the kind
        resource.setrlimit(kind, (soft, hard))


def _hook(writable: tuple[str, ...]) -> Any:
    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & _WRITING and not isinstance(path, int)  # not a descriptor
            if writes and not str(Path(os.fsdecode(path)).resolve()).startswith(writable):
                raise PermissionError(f"the PDF child may not write {path!r}")
        elif event.startswith(_PROGRAMS):  # as if there were none: pikepdf asks for jbig2dec, and does without
            raise FileNotFoundError(f"the PDF child may not do {event}")
        elif event.startswith(_FORBIDDEN):
            raise PermissionError(f"the PDF child may not do {event}")

    return refuse


def _confine_by_kernel(writable: Sequence[Path]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    libc.prctl(38, ctypes.c_ulong(1), 0, 0, 0)  # PR_SET_NO_NEW_PRIVS: without it neither is allowed
    _forbid_writing(libc, writable)
    program = _filter(os.uname().machine)
    if program:
        buffer = ctypes.create_string_buffer(program)
        head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
        libc.prctl(22, ctypes.c_ulong(2), ctypes.create_string_buffer(head), 0, 0)  # PR_SET_SECCOMP, a filter


def _forbid_writing(libc: Any, writable: Sequence[Path]) -> None:
    """Landlock, where the kernel has it (5.13 and later)."""
    version = libc.syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    if version < 1:
        return
    rights = _LANDLOCK_WRITES[min(version, len(_LANDLOCK_WRITES)) - 1]
    ruleset = libc.syscall(444, struct.pack("Q", rights), ctypes.c_size_t(8), ctypes.c_uint(0))
    if ruleset < 0:
        return
    for folder in writable:
        opened = os.open(folder, _O_PATH | os.O_CLOEXEC)
        libc.syscall(445, ctypes.c_int(ruleset), ctypes.c_int(1), struct.pack("=Qi", rights, opened), ctypes.c_uint(0))
        os.close(opened)
    libc.syscall(446, ctypes.c_int(ruleset), ctypes.c_uint(0))
    os.close(ruleset)


def _filter(machine: str) -> bytes:
    """A program for seccomp that lets the system calls of the list fail; empty for machines that are not in it."""
    if machine not in _SYSTEM_CALLS:
        return b""
    architecture, clone, forbidden = _SYSTEM_CALLS[machine]
    load, equal, at_least, has_bits, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, not_permitted, not_there = 0x7FFF0000, 0x00050001, 0x00050026
    last = len(forbidden) + 8  # where the three answers begin
    lines: list[tuple[int, int, int, int]] = []

    def jump(code: int, value: int, to: int, otherwise: int | None = None) -> None:
        here = len(lines) + 1
        lines.append((code, to - here, 0 if otherwise is None else otherwise - here, value))

    lines.append((load, 0, 0, 4))  # the architecture: another one has other numbers
    jump(equal, architecture, len(lines) + 1, last + 1)
    lines.append((load, 0, 0, 0))  # the number of the call
    jump(at_least, _X32, last + 1)
    jump(equal, _CLONE3, last + 2)  # its flags cannot be seen: libraries go on with clone
    for number in forbidden:
        jump(equal, number, last + 1)
    jump(equal, clone, len(lines) + 1, last)
    lines.append((load, 0, 0, 16))  # the flags of clone
    jump(has_bits, _CLONE_THREAD, last, last + 1)
    lines += [(answer, 0, 0, value) for value in (allow, not_permitted, not_there)]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
