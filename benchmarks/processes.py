"""Runs a command as a process of its own and measures it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

# How often the folder of spilled data is looked at.
LOOK_SECONDS = 0.25


class Measured(NamedTuple):
    """What a process took.

    Attributes:
        seconds: From its start to its end.
        peak_bytes: The most memory it held.
        spilled_bytes: The most it had on disk because memory was short.
    """

    seconds: float
    peak_bytes: int
    spilled_bytes: int


def run(
    command: Sequence[str],
    environment: dict[str, str],
    folder: Path,
    spills: Path | None = None,
    output=None,
) -> Measured:
    """Run a command and measure it.

    Args:
        command: The program and its arguments.
        environment: Variables on top of those of this process.
        folder: Where it runs.
        spills: Folder in which it puts what memory does not hold.
        output: File that takes what it prints; default: where this process prints.

    Raises:
        CalledProcessError: It failed.
    """
    most = 0
    ended = threading.Event()

    def look() -> None:
        nonlocal most
        while not ended.wait(LOOK_SECONDS):
            most = max(most, _size(spills))

    start = time.perf_counter()
    running = subprocess.Popen(
        command, cwd=folder, env=os.environ | environment, stdout=output, stderr=output
    )
    if spills:
        threading.Thread(target=look, daemon=True).start()
    _, status, usage = os.wait4(running.pid, 0)
    ended.set()
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    # Linux counts in units of 1,024 bytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(time.perf_counter() - start, usage.ru_maxrss * unit, most)


def tool(name: str) -> str:
    """A command of the Python that runs this."""
    return str(Path(sys.executable).with_name(name))


def _size(folder: Path) -> int:
    """Bytes of the files in a folder, as far as they are still there; the folder may go, too."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += os.stat(os.path.join(place, name)).st_size
    return total
