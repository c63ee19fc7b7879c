"""The order in which a server reads a request, writes, syncs and replies, as strace sees it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

# System calls by which a request comes in, an answer goes to the file, and the reply goes out.
_CALLS = "trace=recvfrom,pwrite64,fdatasync,fsync,writev,sendto"
_SEEN = (
    ("request", re.compile(r'recvfrom\(.*"PUT ')),
    ("write", re.compile(r"pwrite64\(\S+-wal")),
    ("sync", re.compile(r"f(?:data)?sync\(\S+-wal.* = 0")),
    ("reply", re.compile(r'(?:writev|sendto)\(.*"HTTP/1.1 200')),
)


def sync_order(process: int, file: Path, call: Callable[[], object]) -> list[str]:
    """What `process` does while `call` is answered; empty if strace is not at hand or may not look.

    Repeated writes are one. `file` is for the trace.
    """
    if shutil.which("strace") is None:
        return []
    words = ["strace", "-f", "-y", "-e", _CALLS, "-o", str(file), "-p", str(process)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        if "attached" not in tracer.stderr.readline():
            return []
        call()
        tracer.terminate()
    order: list[str] = []
    for line in file.read_text(encoding="ascii", errors="replace").splitlines():
        order += [name for name, seen in _SEEN if seen.search(line) and order[-1:] != [name]]
    return order
