"""Write what the lock files are resolved from: the requirements that setup.cfg names."""

from __future__ import annotations

import configparser
import sys
from pathlib import Path

# Builds the project itself; named here because the lock is all that is installed.
BUILD = "setuptools>=80"


def main(folder: Path) -> None:
    """Write `run.in` and `dev.in` into `folder`."""
    config = configparser.ConfigParser()
    config.read("setup.cfg", encoding="utf-8")
    run = config["options"]["install_requires"].strip()
    dev = config["options.extras_require"]["dev"].strip()
    folder.mkdir(exist_ok=True)
    (folder / "run.in").write_text(f"{run}\n{BUILD}\n", encoding="utf-8")
    # The same versions as at run time.
    locked = "-c ../requirements.lock"
    (folder / "dev.in").write_text(f"{locked}\n{run}\n{BUILD}\n{dev}\n", encoding="utf-8")


main(Path(sys.argv[1]))
