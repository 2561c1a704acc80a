"""Fits a scorecard on each data set; prints how well it predicts, naive Bayes and LightGBM beside.

Usage: python -m benchmarks.quality [NAME ...] [--sets FOLDER] [--data FOLDER] [--out FILE]
       [--keep FOLDER]

Exit code 0: all goals of all sets are met; sets without data on this machine are left out. 1: a
goal is missed or a set fails. 2: a set that was named has no data, or none of all has any.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.quality.goals import judge
from benchmarks.quality.measure import measure
from benchmarks.quality.sets import NoData, SetError, read_sets
from benchmarks.quality.table import print_results
from benchmarks.quality.world import PROJECT


def main() -> int:
    """Read the command line, measure and print; returns the exit code."""
    given = parse()
    try:
        sets = read_sets(given.sets, given.names)
    except SetError as error:
        print(error, file=sys.stderr)
        return 1
    measured, failures, absent = [], 0, []
    with tempfile.TemporaryDirectory() as scratch:
        for data_set in sets:
            folder = (given.keep or Path(scratch)).resolve() / data_set.name
            start = time.perf_counter()

            def say(step: str, name: str = data_set.name, start: float = start) -> None:
                print(f"{time.perf_counter() - start:6.0f} s  {name}: {step}", flush=True)

            try:
                result = measure(data_set, given.data.resolve(), folder, say)
            except NoData as error:
                print(f"{data_set.name} is left out: {error}", file=sys.stderr)
                absent.append(data_set.name)
                continue
            except SetError as error:
                print(error, file=sys.stderr)
                failures += 1
                continue
            measured.append((result, judge(data_set.goals, result)))
            # The next set may take long, or be stopped: what is known is kept.
            if given.out:
                write(measured, given.out)
    if measured:
        print_results(measured)
    if failures or not all(verdict.is_met for _, verdicts in measured for verdict in verdicts):
        return 1
    return 2 if not measured or set(absent) & set(given.names) else 0


def write(measured: list, out: Path) -> None:
    """Write results with the verdicts on their goals as JSON."""
    results = [
        result | {"goals": [verdict._asdict() for verdict in verdicts]}
        for result, verdicts in measured
    ]
    out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="data sets to measure (default: all)"
    )
    parser.add_argument(
        "--sets",
        type=Path,
        default=PROJECT / "benchmarks" / "sets",
        metavar="FOLDER",
        help="folder of their descriptions (default: benchmarks/sets)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(
            os.environ.get("LEAD_SCORING_TEST_DATA") or PROJECT.parent / "shared" / "data"
        ),
        metavar="FOLDER",
        help="folder of their files (default: $LEAD_SCORING_TEST_DATA, else ../shared/data)",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the results as JSON")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep raw tables, seeds, database and logs below this folder",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
