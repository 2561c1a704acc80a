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
# Linux counts the most memory that this process ever held as held by a program it starts. So a
# small process starts the program, and writes its peak into a pipe.
LAUNCHER = """
import os, sys
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
os.write(int(sys.argv[1]), str(usage.ru_maxrss).encode())
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
"""


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

    told, telling = os.pipe()
    launcher = (sys.executable, "-S", "-c", LAUNCHER, str(telling))
    if spills:
        threading.Thread(target=look, daemon=True).start()
    start = time.perf_counter()
    try:
        subprocess.run(
            [*launcher, *command],
            cwd=folder,
            env=os.environ | environment,
            stdout=output,
            stderr=output,
            pass_fds=(telling,),
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise subprocess.CalledProcessError(error.returncode, command) from None
    finally:
        seconds = time.perf_counter() - start
        ended.set()
        os.close(telling)
        with os.fdopen(told) as pipe:
            peak = int(pipe.read() or 0)
    # Linux counts in units of 1,024 bytes, macOS in bytes.
    return Measured(seconds, peak if sys.platform == "darwin" else peak * 1024, most)


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
