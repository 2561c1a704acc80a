"""What a build takes on Spark clusters of different sizes.

Usage: python -m benchmarks.scale.cluster [--leads N] [--per-lead N] [--executors N ...]

For each number of executors, with one core each: a cluster of its own, the raw tables loaded, the
models up to `lead_scores` built from nothing, and the three largest models made once more, one
after the other with nothing beside them. Prints a table in Markdown.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import run, tool
from benchmarks.scale.__main__ import ACTIVITIES_PER_LEAD, CURRENT_ONLY, PROJECT, SCORES
from benchmarks.scale.raw import simulate, size

# The cluster is the one of the tests.
sys.path.append(str(PROJECT / "tests" / "python"))
from spark_cluster import SparkCluster

DEFAULT_LEADS = 20_000
DEFAULT_EXECUTORS = (1, 2, 4)
LARGEST = ("stg_raw__activities", "int_activities__received", "score_activity_hits")
# As on any cluster with data to speak of: code is compiled, and shuffles have parts for all cores.
SETTINGS = {
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
    "spark.sql.shuffle.partitions": "8",
    "spark.driver.defaultJavaOptions": "-XX:+UseParallelGC",
    "spark.executor.defaultJavaOptions": "-XX:+UseParallelGC",
}


def main() -> int:
    """Read the command line, measure and print."""
    given = parse()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        print(f"Simulating {given.leads:,} leads.", file=sys.stderr, flush=True)
        simulate(given.leads, given.per_lead, folder / "raw")
        rows = [measure(folder, executors) for executors in given.executors]
        there = size(folder / "raw")
    print(f"{there.leads:,} leads, {there.activities:,} activities\n")
    header = ("executors", "load", "build", *(f"`{model}`" for model in LARGEST))
    print("| " + " | ".join(header) + " |")
    print("|" + " ---: |" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    return 0


def measure(folder: Path, executors: int) -> tuple[str, ...]:
    """Load and build on a new cluster.

    Args:
        folder: Holds the raw tables, and takes logs and targets.
        executors: How many.

    Returns:
        A row of the table: executors, and seconds of the load, the build and the largest models.
    """
    own = folder / f"{executors}_executors"
    own.mkdir()
    dbt = ("--quiet", "--target", "spark", "--vars", json.dumps(CURRENT_ONLY))
    again = ("run", "--threads", "1", "--full-refresh", "--select", *LARGEST)
    steps = {
        "load": (tool("lead-scoring"), "load", "--target", "spark"),
        "build": (tool("dbt"), "build", *SCORES, *dbt),
        "the largest models": (tool("dbt"), *again, *dbt),
    }
    cluster = SparkCluster.start(executors, SETTINGS)
    environment = cluster.environment | {
        "DBT_PROFILES_DIR": str(PROJECT),
        "LEAD_SCORING_RAW": str(folder / "raw"),
        "DBT_TARGET_PATH": str(own / "target"),
        "DBT_LOG_PATH": str(own / "logs"),
    }
    seconds = {}
    try:
        with (own / "commands.log").open("w", encoding="utf-8") as log:
            for name, command in steps.items():
                print(f"{executors} executors: {name}", file=sys.stderr, flush=True)
                seconds[name] = run(command, environment, PROJECT, output=log).seconds
    except subprocess.CalledProcessError as error:
        said = (own / "commands.log").read_text(encoding="utf-8").splitlines()
        raise SystemExit("\n".join([*said[-30:], str(error)])) from None
    finally:
        cluster.stop()
    results = json.loads((own / "target" / "run_results.json").read_text(encoding="utf-8"))
    took = {node["unique_id"].split(".")[-1]: node["execution_time"] for node in results["results"]}
    figures = (seconds["load"], seconds["build"], *(took[model] for model in LARGEST))
    return (str(executors), *(f"{figure:.0f} s" for figure in figures))


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale.cluster", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--leads", type=int, default=DEFAULT_LEADS)
    parser.add_argument(
        "--per-lead", type=float, default=ACTIVITIES_PER_LEAD, help="activities per lead"
    )
    parser.add_argument("--executors", type=int, nargs="+", default=DEFAULT_EXECUTORS, metavar="N")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
