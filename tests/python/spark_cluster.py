"""A Spark cluster of its own: a master and two workers on this machine, stopped and removed after.

python tests/python/spark_cluster.py start   # prints the settings as lines for a shell
python tests/python/spark_cluster.py stop
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from services import Service, ServiceError, control, free_port

WORKERS = 2
SECONDS_TO_START = 60
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


class SparkCluster(Service):
    """A running cluster with an empty warehouse; its environment makes a program a driver of it."""

    name = "spark"
    title = f"A Spark master with {WORKERS} workers"

    @classmethod
    def start(
        cls, workers: int = WORKERS, settings: Mapping[str, str] = MappingProxyType({})
    ) -> "SparkCluster":
        """Start one in a new folder.

        Args:
            workers: How many, with one core each.
            settings: Settings of Spark other than those that make small tables fast.

        Raises:
            ServiceError: It is not installed, or does not start.
        """
        program = _program()
        folder = Path(tempfile.mkdtemp(prefix="lead_scoring_spark_"))
        port = free_port()
        lines = SETTINGS.format(port=port, folder=folder, java=JAVA_OPTIONS)
        # Of two lines with a setting the last one counts.
        lines += "".join(f"{name} {value}\n" for name, value in settings.items())
        (folder / "spark-defaults.conf").write_text(lines, encoding="utf-8")
        cluster = cls(folder, {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1"})
        master = f"spark://127.0.0.1:{port}"
        try:
            cluster._run(
                "master", program, "master.Master",
                "--host", "127.0.0.1", "--port", port, "--webui-port", 0,
            )  # fmt: skip
            cluster._wait_for("master", "I have been elected leader")
            for number in range(1, workers + 1):
                cluster._run(
                    f"worker_{number}", program, "worker.Worker",
                    "--host", "127.0.0.1", "--webui-port", 0, "--cores", 1, "--memory", "2g",
                    "--work-dir", folder / f"worker_{number}", master,
                )  # fmt: skip
            for number in range(1, workers + 1):
                cluster._wait_for(f"worker_{number}", "Successfully registered with master")
        except BaseException:
            cluster.stop()
            raise
        return cluster

    def stop(self) -> None:
        _end_driver()
        for process in sorted(self.folder.glob("*.pid"), reverse=True):
            _end(int(process.read_text()))
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
        (self.folder / f"{name}.pid").write_text(str(process.pid))

    def _wait_for(self, name: str, sign: str) -> None:
        """Wait until the log of a process says that it is there."""
        log = self.folder / f"{name}.log"
        until = time.monotonic() + SECONDS_TO_START
        while sign not in (said := log.read_text(encoding="utf-8", errors="replace")):
            if time.monotonic() > until:
                raise ServiceError(f"Spark's {name} did not start: {said[-2000:].strip()}")
            time.sleep(0.1)


def _program() -> Path:
    """The program that starts classes of Spark."""
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        raise ServiceError("Spark needs Java 17 (Debian: apt-get install openjdk-17-jre-headless)")
    if not find_spec("pyspark") or not find_spec("dbt.adapters.spark"):
        raise ServiceError("the packages of requirements-spark.lock are not installed")
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


if __name__ == "__main__":
    control(SparkCluster)
