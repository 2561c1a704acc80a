"""What the tests' own database server and cluster have in common: start, note for a shell, stop."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Self

import pytest

PROJECT = Path(__file__).parents[2]


class ServiceError(Exception):
    """A service is not installed here, or did not start; the text says what to do."""


class Service:
    """Processes of this machine with a folder of their own.

    Attributes:
        name: What its note and its settings are called after.
        title: What people call it.
        folder: All that it writes.
        environment: What a program needs to use it.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, folder: Path, environment: dict[str, str]):
        """Describe a service that runs; `start` makes one."""
        self.folder, self.environment = folder, environment

    @classmethod
    def start(cls) -> Self:
        """Start one in a new folder.

        Raises:
            ServiceError: It is not installed, or does not start.
        """
        raise NotImplementedError

    def stop(self) -> None:
        """End its processes and remove its folder; nothing happens where both are gone."""
        raise NotImplementedError


def free_port() -> int:
    """A port of this machine that nobody listens to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def started(service: type[Service]) -> Iterator[Service]:
    """Start a service for tests and stop it after them.

    Where it is not installed they are skipped, unless CI_REQUIRES_<name> is set.
    """
    try:
        running = service.start()
    except ServiceError as error:
        if os.environ.get(f"CI_REQUIRES_{service.name.upper()}"):
            raise
        pytest.skip(str(error))
    yield running
    running.stop()


def control(service: type[Service]) -> None:
    """Start or stop a service for a shell, as the command line says.

    What is running is noted in a file with its settings, which a shell can read.
    """
    action = sys.argv[1]
    note = PROJECT / f".{service.name}.env"
    folder_setting = f"LEAD_SCORING_{service.name.upper()}_FOLDER"
    running = None
    if note.exists():
        lines = note.read_text(encoding="utf-8").splitlines()
        settings = dict(line.removeprefix("export ").split("=", 1) for line in lines)
        running = service(Path(settings.pop(folder_setting)), settings)
        if action == "stop" or not running.folder.exists():
            running.stop()
            note.unlink()
            running = None
    if action == "start":
        if not running:
            try:
                running = service.start()
            except ServiceError as error:
                sys.exit(f"Error: {error}")
            settings = running.environment | {folder_setting: str(running.folder)}
            note.write_text(
                "".join(f"export {name}={value}\n" for name, value in settings.items()), "utf-8"
            )
        print(f"{service.title} runs in {running.folder}.")
        print(f"Its settings for a shell: . {note}")
