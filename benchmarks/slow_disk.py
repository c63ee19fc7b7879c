"""A disk that is slower than this machine's: each sync takes 4 ms more.

A few lines of C, compiled when they are needed and loaded before the C library (LD_PRELOAD), wait
before they call the real `fsync` and `fdatasync`. Other programs of the machine are not touched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

ADDED_MS = 4
_SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int later(const char *name, int file) {
    struct timespec wait = {0, %d * 1000000L};
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, name);
    nanosleep(&wait, 0);
    return real(file);
}

int fsync(int file) { return later("fsync", file); }
int fdatasync(int file) { return later("fdatasync", file); }
"""
_PROBE = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = FULL")
connection.execute("CREATE TABLE t (n)")
begun = time.monotonic()
for n in range(20):
    connection.execute("INSERT INTO t VALUES (1)")
print((time.monotonic() - begun) / 20)
"""


def slow_disk(folder: Path) -> dict[str, str]:
    """The environment of processes to which the disk is slow; empty without a C compiler.

    Raises RuntimeError if commits are no slower for it, as with SQLite linked into the program.
    """
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return {}
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(_SOURCE % ADDED_MS, encoding="ascii")
    subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True
    )
    environment = {"LD_PRELOAD": str(library)}
    if _commit_s(folder, environment) < ADDED_MS / 1000:
        raise RuntimeError("the library is loaded, but commits do not wait for it")
    return environment


def _commit_s(folder: Path, environment: dict[str, str]) -> float:
    file = folder / f"probe-{time.monotonic_ns()}.db"
    words = [sys.executable, "-c", _PROBE, str(file)]
    done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)
