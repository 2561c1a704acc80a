"""A PostgreSQL server of its own: on a free port of this machine, stopped and removed afterwards.

python tests/python/postgres_server.py start   # prints the settings as lines for a shell
python tests/python/postgres_server.py stop
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg2
from services import Service, ServiceError, control, free_port

USER = "lead_scoring"
# A server that is thrown away need not survive a power cut. Compiling queries (jit) pays for long
# ones only, and those of this project are many and wide.
SETTINGS = """
    listen_addresses = '127.0.0.1'
    unix_socket_directories = ''
    fsync = off
    synchronous_commit = off
    full_page_writes = off
    max_wal_size = '4GB'
    shared_buffers = '512MB'
    work_mem = '64MB'
    jit = off
"""


def binaries() -> Path:
    """Folder of the newest PostgreSQL server's programs on this machine.

    Raises:
        ServiceError: There are none.
    """
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    raise ServiceError("no PostgreSQL server is installed (Debian: apt-get install postgresql)")


class PostgresServer(Service):
    """A running server with an empty database; the target `postgres` reads its environment."""

    name = "postgres"
    title = "PostgreSQL"

    @classmethod
    def start(cls) -> "PostgresServer":
        programs = binaries()
        folder = Path(tempfile.mkdtemp(prefix="lead_scoring_postgres_"))
        password = secrets.token_urlsafe(12)
        (folder / "password").write_text(password, encoding="utf-8")
        port = free_port()
        server = cls(
            folder,
            {
                "LEAD_SCORING_POSTGRES_HOST": "127.0.0.1",
                "LEAD_SCORING_POSTGRES_PORT": str(port),
                "LEAD_SCORING_POSTGRES_USER": USER,
                "LEAD_SCORING_POSTGRES_PASSWORD": password,
                "LEAD_SCORING_POSTGRES_DATABASE": USER,
            },
        )
        if os.getuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres", "postgres")
        try:
            # Text is sorted by its bytes, as everywhere else, and letters are those of Unicode.
            _run(
                programs / "initdb", "--pgdata", folder / "data", "--username", USER,
                "--pwfile", folder / "password", "--auth", "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C", "--lc-ctype", "C.UTF-8", "--no-sync",
            )  # fmt: skip
            with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(f"{SETTINGS}\nport = {port}\n")
            _run(
                programs / "pg_ctl", "start", "--wait", "--pgdata", folder / "data",
                "--log", folder / "log",
            )  # fmt: skip
            server.create_database(USER)
        except BaseException:
            server.stop()
            raise
        return server

    def stop(self) -> None:
        data = self.folder / "data"
        if (data / "postmaster.pid").exists():
            _run(binaries() / "pg_ctl", "stop", "--wait", "--mode", "immediate", "--pgdata", data)
        shutil.rmtree(self.folder, ignore_errors=True)

    def create_database(self, name: str, like: str | None = None, locale: str = "") -> None:
        """Make a database, empty or as a copy of another one that nobody uses."""
        connection = self.connect("postgres")
        try:
            with connection.cursor() as cursor:
                template = f" template {like}" if like else ""
                cursor.execute(f"create database {name}{template} {locale}")
        finally:
            connection.close()

    def connect(self, database: str, schema: str = "public"):
        """Open a connection that needs no commits; its names are those of a schema."""
        connection = psycopg2.connect(
            host=self.environment["LEAD_SCORING_POSTGRES_HOST"],
            port=self.environment["LEAD_SCORING_POSTGRES_PORT"],
            user=USER,
            password=self.environment["LEAD_SCORING_POSTGRES_PASSWORD"],
            dbname=database,
            options=f"-c search_path={schema}",
        )
        connection.autocommit = True
        return connection


def _run(*command) -> None:
    """Run a program of PostgreSQL, which refuses to work for root."""
    as_user = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    with tempfile.TemporaryFile() as said:
        # Not a pipe: the server that pg_ctl leaves running would hold it open.
        code = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd="/",
            **as_user,
        ).returncode
        if code:
            said.seek(0)
            raise ServiceError(f"{command[0]}: {said.read().decode(errors='replace').strip()}")


if __name__ == "__main__":
    control(PostgresServer)
