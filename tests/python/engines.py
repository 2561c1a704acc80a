"""What the tests of other engines share: a warehouse there, and how it is compared with DuckDB."""

import datetime
import json
import math
import shutil
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import duckdb
import yaml
from conftest import PROJECT, Warehouse
from test_bad_input import (
    BAD_ROWS,
    SPELT_TIMES,
    add_spelt_numbers,
    add_strange_texts,
    lead,
    small_company,
    visit,
    write_small_seeds,
    write_tables,
)

from lead_scoring.seed_files import SeedFile, find_seed

# Fingerprints tell whether something changed; each engine has its own. The last one counts the rows
# of a seed where the engine does not.
ENGINES_OWN = {
    "subject_version",
    "evidence_version",
    "state_hash",
    "load_hash",
    "bot_filter_version",
    "seed_row",
}
# Powers of floating-point numbers may end in another digit, and a rounding turn on it.
POINT = Decimal("0.01")
ROWS_PER_POINT = 100_000
FEW_DAYS = {"history_daily_days": 7, "history_monthly_periods": 3}
# A company that is large enough for a fit, and what `fit` and `preview` read of it.
JUDGED_PEOPLE = 2500
JUDGED = (
    "+staging.config", "+evaluation.fitting", "+lead_scores", "+lead_score_reasons",
    "+calibration_scores", "+score_chances", "+score_distribution", "+capacity_line",
)  # fmt: skip
FEW_LEADS = (
    "--min-leads", "300", "--min-conversions", "30",
    "--allow", "lead_source", "--allow", "company_size",
)  # fmt: skip


class EngineWarehouse(Warehouse):
    """A warehouse of another engine, with the raw tables that `lead-scoring load` brings there."""

    def load(self) -> str:
        """Load the raw tables; returns what the command said."""
        done = self.command("load", "--target", self.target)
        assert done.exit_code == 0, done.output
        return done.output

    def build(self, *arguments: str, **variables):
        self.load()
        return super().build(*arguments, **variables)

    @contextmanager
    def exported(self, table: str, types: dict[str, str]):
        """Yield what DuckDB reads the columns of a table from, for the time of a block.

        Args:
            table: Name of the table.
            types: By the name of a column, its type in DuckDB.
        """
        raise NotImplementedError


def differences(expected: Warehouse, found: EngineWarehouse, table: str) -> tuple[list, list]:
    """Rows that only the one and rows that only the other warehouse has.

    Floats are compared to 7 digits, and what is left of a sum that should be 0 counts as 0.
    """
    with duckdb.connect(str(expected.database)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        described = connection.execute(f'describe main."{table}"').fetchall()
        types = {name: kind for name, kind, *_ in described}
        columns = [column for column in types if column not in ENGINES_OWN]
        with found.exported(table, {column: types[column] for column in columns}) as rows:
            connection.execute(f"create temporary table found_rows as from {rows}")
        compared = ", ".join(
            f"""printf('%.6e', case when abs("{column}") < 1e-12 then 0 else "{column}" end)
            as "{column}\""""
            if types[column] == "DOUBLE"
            else f'"{column}"'
            for column in columns
        )

        def only_in(one: str, other: str) -> list[dict]:
            rows = connection.execute(
                f"(select {compared} from {one}) except all (select {compared} from {other}) "
                "order by all"
            )
            return [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]

        source = f'main."{table}"'
        missing, surplus = only_in(source, "found_rows"), only_in("found_rows", source)
    floats = [column for column in columns if types[column] == "DOUBLE"]
    return without_roundings(missing, surplus, floats)


def without_roundings(missing: list, surplus: list, floats: list[str]) -> tuple[list, list]:
    """Leave out pairs of rows whose floats lie close together on both sides of a rounding."""
    left, others = [], list(surplus)
    for row in missing:
        for other in others if floats else ():
            if all(
                row[name] == other[name]
                or (
                    name in floats
                    and None not in (row[name], other[name])
                    and math.isclose(float(row[name]), float(other[name]), rel_tol=2e-6)
                )
                for name in row
            ):
                others.remove(other)
                break
        else:
            left.append(row)
    return left, others


def assert_equal(expected: Warehouse, found: EngineWarehouse, tables: list[str]) -> None:
    """Compare tables row for row, and show the first differences of each."""
    different = {}
    for table in tables:
        missing, surplus = differences(expected, found, table)
        if missing or surplus:
            different[table] = [
                f"{len(missing)} rows only in DuckDB, {len(surplus)} only in {found.target}",
                *(
                    {name: (row[name], other[name]) for name in row if row[name] != other[name]}
                    for row, other in zip(missing[:3], surplus[:3], strict=False)
                ),
            ]
    assert not different, "\n".join(f"{table}: {shown}" for table, shown in different.items())


def assert_scores_equal(expected: Warehouse, found: EngineWarehouse) -> None:
    """Compare scores and ledger, where one row in 100,000 may be off by a hundredth of a point."""
    keys = {
        "score_totals": ["lead_id", "as_of_date", "scorecard_id"],
        "lead_score_log": ["lead_id", "as_of_date", "scorecard_id"],
        "score_ledger": ["lead_id", "as_of_date", "scorecard_id", "entry", "rule_id", "dimension"],
    }
    for table, key in keys.items():
        rows = expected.query(f"select count(*) from {table}")[0][0]
        missing, surplus = differences(expected, found, table)
        allowed = rows // ROWS_PER_POINT
        assert len(missing) == len(surplus) <= allowed, (table, rows, missing[:3], surplus[:3])
        by_key = {tuple(row[column] for column in key): row for row in surplus}
        for row in missing:
            other = by_key[tuple(row[column] for column in key)]
            for column, value in row.items():
                if isinstance(value, Decimal):
                    assert abs(value - other[column]) <= POINT, (table, row, other)


def tables_of(warehouse: Warehouse) -> list[str]:
    """Every table and view of a DuckDB warehouse."""
    return [
        name
        for (name,) in warehouse.query(
            "select table_name from information_schema.tables where table_schema = 'main'"
        )
    ]


def write_days_before(raw: Path, folder: Path, day: datetime.date) -> None:
    """Write what had been loaded of some raw tables before a day."""
    folder.mkdir(parents=True, exist_ok=True)
    moments = {
        "leads": "created_at",
        "activities": "loaded_at",
        "outcomes": "occurred_at",
        "lead_changes": "changed_at",
    }
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for path in raw.glob("*.parquet"):
            moment = moments.get(path.stem)
            known = f"coalesce(try_cast({moment} as timestamptz) < '{day}', true)"
            connection.execute(
                f"copy (from '{path}' where {known if moment else 'true'}) "
                f"to '{folder / path.name}'"
            )


def write_odd_company(folder: Path) -> tuple[Path, Path]:
    """Write a small company with bad rows, strange texts, and numbers and times in every spelling.

    Returns:
        The folders of its raw tables and of its seeds.
    """
    seeds = write_small_seeds(folder / "seeds")
    tables = small_company()
    add_strange_texts(tables)
    add_spelt_numbers(tables)
    for table, row, *_ in BAD_ROWS:
        tables[table].append(row)
    for number, text in enumerate(SPELT_TIMES):
        tables["leads"].append(lead(500 + number, created_at=text))
        tables["activities"].append(visit(500 + number, "lead_02", occurred_at=text))
        tables["activities"].append(visit(700 + number, "lead_02", loaded_at=text))
    write_tables(folder / "raw", tables)
    return folder / "raw", seeds


def write_project(folder: Path) -> None:
    """Write a copy of the project whose macros can be changed.

    Args:
        folder: Where it is written.
    """
    for part in ("models", "seeds", "tests", "analyses"):
        (folder / part).symlink_to(PROJECT / part)
    for part in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / part, folder)
    shutil.copytree(PROJECT / "macros", folder / "macros")


def write_broken_project(folder: Path, engine: str, macro: str, broken: tuple[str, str]) -> None:
    """Write a copy of the project in which an engine's variant of a macro has other text.

    Args:
        folder: Where it is written.
        engine: Prefix of the variant.
        macro: Name of the macro.
        broken: The text and what stands in its place.
    """
    write_project(folder)
    place = folder / "macros" / "cross_db"
    variant = f"{engine}__{macro}"
    path = place / f"{variant}.sql"
    if not path.exists():
        path = place / f"{macro}.sql"
    text = path.read_text(encoding="utf-8")
    start = max(text.find(variant), 0)
    before, after = text[:start], text[start:]
    assert broken[0] in after
    path.write_text(before + after.replace(*broken), encoding="utf-8")


def assert_fits_equal(expected: Warehouse, found: EngineWarehouse, folder: Path) -> None:
    """Fit a scorecard on both engines: the same seeds are written, with the same reasons."""
    written = []
    for warehouse in (expected, found):
        seeds = shutil.copytree(warehouse.seeds, folder / warehouse.target)
        done = warehouse.command(
            *("fit", "--scorecard", "learned", *FEW_LEADS), *place_of(warehouse), seeds=seeds
        )
        assert done.exit_code == 0, done.output
        written.append({path.stem: path.read_text("utf-8") for path in seeds.rglob("*.csv")})
    assert "learned," in written[0]["score_rules_fitted"]
    assert written[0] == written[1]


def assert_previews_equal(expected: Warehouse, found: EngineWarehouse, folder: Path) -> None:
    """Preview an edit of a weight on both engines: the same moves, and the live tables stay."""
    seeds = shutil.copytree(expected.seeds, folder / "edited")
    rules = SeedFile.read(find_seed(seeds, "score_rules"))
    for number in rules.find(scorecard_id="b2b_saas_v1", rule_id="visited_pricing"):
        rules.change(number, "points", "8")
    rules.write()
    shown = []
    for warehouse in (expected, found):
        done = warehouse.command(
            *("preview", "--format", "json"), *place_of(warehouse), seeds=seeds
        )
        assert done.exit_code == 0, done.output
        shown.append(json.loads(done.stdout, parse_float=lambda text: f"{float(text):.6g}"))
    assert shown[0]["primary"]["score_changed"] > 0
    assert shown[0] == shown[1]


def place_of(warehouse: Warehouse) -> tuple[str, ...]:
    """Options of a command that say where to find the tables of a warehouse."""
    return ("--target", warehouse.target, "--vars", yaml.safe_dump(warehouse.variables))
