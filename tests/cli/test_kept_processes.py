"""Processes beside the server: what they open is theirs, also in processes of their own."""

from __future__ import annotations

import os
import select

from quizengine.cli.processes import kept_running

PATIENCE_S = 30


def test_a_process_of_a_kept_process_keeps_its_files() -> None:
    heard, said = os.pipe()

    def work(parent: int) -> None:
        # These get the lowest numbers, that of what was let go among them.
        ours, theirs = os.pipe()
        process = os.fork()
        if process == 0:
            held = all(_is_open(number) for number in (ours, theirs))
            os.write(said, b"held" if held else b"lost")
            os._exit(0)
        os.waitpid(process, 0)
        os.read(parent, 1)

    with kept_running(work):
        ready, _, _ = select.select([heard], [], [], PATIENCE_S)
        assert ready and os.read(heard, 4) == b"held"
    os.close(heard)
    os.close(said)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
