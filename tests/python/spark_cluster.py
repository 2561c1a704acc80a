"""A Spark cluster of its own: a master and two workers on this machine, stopped and removed after.

python tests/python/spark_cluster.py start   # prints the settings as lines for a shell
python tests/python/spark_cluster.py stop
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

WORKERS = 2
SECONDS_TO_START = 60
# Where `start` notes its cluster for `stop`.
NOTE = Path(__file__).parents[2] / ".spark.env"
# What makes small tables fast: few partitions, no pages to look at, and code that is not worth
# optimising for the minutes that it runs. Tables and the catalogue of tables (a Derby database, for
# one program at a time) outlive the program that wrote them; they need not survive a power cut.
SETTINGS = """
spark.master                      spark://127.0.0.1:{port}
spark.driver.host                 127.0.0.1
spark.driver.bindAddress          127.0.0.1
spark.driver.memory               2g
spark.driver.defaultJavaOptions   {java}
spark.driver.extraJavaOptions     -Dderby.system.durability=test -Dderby.system.home={folder}
spark.executor.memory             1500m
spark.executor.defaultJavaOptions {java}
spark.hadoop.javax.jdo.option.ConnectionURL jdbc:derby:;databaseName=catalogue;create=true
spark.sql.catalogImplementation   hive
spark.sql.warehouse.dir           {folder}/warehouse
spark.sql.ui.explainMode          simple
spark.ui.enabled                  false
spark.ui.showConsoleProgress      false
spark.log.level                   ERROR
spark.locality.wait               0
spark.sql.shuffle.partitions      2
spark.sql.codegen.wholeStage      false
spark.sql.codegen.factoryMode     NO_CODEGEN
spark.sql.maxPlanStringLength     10000
"""
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"


class ClusterError(Exception):
    """There is no Spark here, or it did not start; the text says what to do."""


class SparkCluster:
    """A running cluster with an empty warehouse.

    Attributes:
        folder: Its configuration, tables and logs.
        environment: What a program needs to be a driver of it.
    """

    def __init__(self, folder: Path, processes: list[int]):
        """Describe a cluster that runs; `start` makes one."""
        self.folder = folder
        self.processes = processes
        self.environment = {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1"}

    @classmethod
    def start(cls) -> "SparkCluster":
        """Start a master and its workers, each a process of its own.

        Raises:
            ClusterError: Java or the packages are not installed, or a process does not start.
        """
        program = _program()
        folder = Path(tempfile.mkdtemp(prefix="lead_scoring_spark_"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = SETTINGS.format(port=port, folder=folder, java=JAVA_OPTIONS)
        (folder / "spark-defaults.conf").write_text(settings, encoding="utf-8")
        cluster = cls(folder, [])
        master = f"spark://127.0.0.1:{port}"
        try:
            cluster._run(
                "master", program, "master.Master",
                "--host", "127.0.0.1", "--port", port, "--webui-port", 0,
            )  # fmt: skip
            cluster._wait_for("master", "I have been elected leader")
            for number in range(1, WORKERS + 1):
                cluster._run(
                    f"worker_{number}", program, "worker.Worker",
                    "--host", "127.0.0.1", "--webui-port", 0, "--cores", 1, "--memory", "2g",
                    "--work-dir", folder / f"worker_{number}", master,
                )  # fmt: skip
            for number in range(1, WORKERS + 1):
                cluster._wait_for(f"worker_{number}", "Successfully registered with master")
        except BaseException:
            cluster.stop()
            raise
        return cluster

    def stop(self) -> None:
        """Stop the driver that this program is, and the processes; remove the folder."""
        _end_driver()
        for process in reversed(self.processes):
            _end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, name: str, program: Path, part: str, *arguments) -> None:
        """Start a process that outlives this program; its log is <name>.log."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [program, f"org.apache.spark.deploy.{part}", *map(str, arguments)],
                env=os.environ | self.environment | {"SPARK_DAEMON_MEMORY": "512m"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
            )
        self.processes.append(process.pid)

    def _wait_for(self, name: str, sign: str) -> None:
        """Wait until the log of a process says that it is there."""
        log = self.folder / f"{name}.log"
        until = time.monotonic() + SECONDS_TO_START
        while sign not in (said := log.read_text(encoding="utf-8", errors="replace")):
            if time.monotonic() > until:
                raise ClusterError(f"Spark's {name} did not start: {said[-2000:].strip()}")
            time.sleep(0.1)


def _program() -> Path:
    """The program that starts classes of Spark."""
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        raise ClusterError("Spark needs Java 17 (Debian: apt-get install openjdk-17-jre-headless)")
    if not find_spec("pyspark") or not find_spec("dbt.adapters.spark"):
        raise ClusterError("the packages of requirements-spark.lock are not installed")
    return Path(find_spec("pyspark").origin).parent / "bin" / "spark-class"


def _end_driver() -> None:
    """End the Java part of a driver, which would stay as long as this program."""
    if "pyspark" not in sys.modules:
        return
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if session := SparkSession.getActiveSession():
        session.stop()
    if gateway := SparkContext._gateway:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()
        SparkContext._gateway = SparkContext._jvm = None


def _end(process: int) -> None:
    """End a process with all that it started."""
    for sent in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process, sent)
        except ProcessLookupError:
            return
        for _ in range(50):
            # A child of this program stays in the list of processes until it is asked for.
            with suppress(ChildProcessError):
                os.waitpid(process, os.WNOHANG)
            try:
                os.killpg(process, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)


def main(action: str) -> None:
    """Start a cluster for a shell, or stop it."""
    noted = {}
    if NOTE.exists():
        lines = NOTE.read_text(encoding="utf-8").splitlines()
        noted = dict(line.removeprefix("export ").split("=", 1) for line in lines)
        folder = Path(noted["SPARK_CONF_DIR"])
        if action == "stop" or not folder.exists():
            processes = [int(number) for number in noted["LEAD_SCORING_SPARK_PROCESSES"].split(",")]
            SparkCluster(folder, processes if folder.exists() else []).stop()
            NOTE.unlink()
            noted = {}
    if action == "start":
        if not noted:
            cluster = SparkCluster.start()
            processes = ",".join(map(str, cluster.processes))
            noted = {**cluster.environment, "LEAD_SCORING_SPARK_PROCESSES": processes}
            NOTE.write_text("".join(f"export {k}={v}\n" for k, v in noted.items()), "utf-8")
        print(f"A Spark master and {WORKERS} workers run in {noted['SPARK_CONF_DIR']}.")
        print(f"Settings for a shell: . {NOTE}")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except ClusterError as error:
        sys.exit(f"Error: {error}")
