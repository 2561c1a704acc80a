"""What every model, macro, seed and test of the project keeps to."""

import json
import re
import tomllib
from collections import Counter

import pytest
import yaml
from conftest import PROJECT, Warehouse
from dbt.cli.main import dbtRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

MODELS = PROJECT / "models"
MACROS = PROJECT / "macros"
TESTS = PROJECT / "tests"
MODEL_FILES = sorted(MODELS.rglob("*.sql"))
MACRO_FILES = sorted(MACROS.rglob("*.sql"))
TEST_FILES = sorted(TESTS.rglob("*.sql"))
QUERY_FILES = MODEL_FILES + TEST_FILES + sorted((PROJECT / "analyses").rglob("*.sql"))
YAML_FILES = [path for folder in (MODELS, MACROS, TESTS) for path in sorted(folder.rglob("*.yml"))]

# Tables that people and tools outside the project read.
CONTRACTED = ("models/marts/", "models/quality/")
WORKINGS = "/workings/"

# Tables in which rows may be alike.
WITHOUT_KEY = {"quarantined_rows": "raw rows that cannot be used need not have a key"}

PREFIXES = {
    "staging/config/errors": ("config_errors",),
    "scoring": ("score_", "lead_score_log"),
}

# Constructs of one engine, with what to write instead.
ENGINE_SQL = {
    r"\bqualify\b": "row_number() in a CTE and a where in the next one",
    r"::": "cast(x as t)",
    r"\b(?:group|order) by all\b": "the names of the columns",
    r"\bdistinct on\b": "row_number() in a CTE",
    r"\* *(?:exclude|replace|rename|except)\b": "the names of the columns",
    r"\btry_\w+\(": "parse_number or parse_timestamp",
    r"\btry_cast\b": "parse_number or parse_timestamp",
    r"\bfilter *\( *where\b": "case when inside the aggregate",
    r"(?<![.\w])date_?(?:diff|add|sub)\(": "days_between or add_days",
    r"\basof\b": "a join on a range of days",
    r"\b(?:semi|anti|positional|natural) join\b": "exists, not exists or a join with on",
    r"\b(?:un)?pivot\b": "union all, or case when inside the aggregate",
    r"(?<![.\w])(?:arg_max|arg_min|max_by|min_by|string_agg|list_agg|group_concat)\(": (
        "row_number() in a CTE, or dbt.listagg"
    ),
    r"\b(?:unnest|string_split|list_\w+|explode)\(": "split_to_rows",
    r"\bregexp_\w+\(": "a macro under macros/cross_db",
    r"(?<![.\w])(?:strftime|strptime|to_char|to_date|date_format|epoch\w*)\(": (
        "a macro under macros/cross_db"
    ),
    r"\bextract\(": "a macro under macros/cross_db",
    r"(?<![.\w])(?:hash|md5)\(": "hash_number or dbt.hash",
    r"(?<![.\w])(?:ifnull|nvl|iff|if)\(": "coalesce or case when",
    r"\browid\b": "seed_row_number",
    r"\blevenshtein\(": "text_distance",
    r"\bconcat_ws\(": "joined_text",
    r"\bpercentile_cont\(": "median_of",
    r"(?<![.\w])position\(": "dbt.position",
    r"\bpi\(\)": "acos(-1)",
    r"(?<!')\bdecimal\(\d+, *[1-3]\d\)": "contract_type('decimal(18, 12)')",
    r"\b(?:union|except|intersect) *\n": "union all, or union distinct",
    r"\(\s*values\b": "table_of_texts",
    # Spark compares every row with every row of these subqueries.
    r"\bnot in *\(\s*select\b": "a left join, and is null in the where",
    r"\bor [\w.]+ in *\(\s*select\b": "one list of names in a CTE",
    r"''''": "quoted_value, or chr(39)",
}
WALL_CLOCK = (
    r"\b(?:current_date|current_time|current_timestamp|localtime|localtimestamp)\b"
    r"|\b(?:now|today|getdate|get_current_timestamp|sysdate|unix_timestamp)\("
    r"|\bmodules\.datetime\b|\brun_started_at\b"
)
ENGINE_JINJA = r"\btarget\.type\b|\badapter\.(?:dispatch|type)\b"

COLUMN_NAMES = {
    "DATE": r"\w+_date",
    "TIMESTAMP": r"\w+_at",
    "BOOLEAN": r"(?:is|has|was)_\w+",
}
OTHER_COLUMNS = {
    "valid_from": "with valid_to the two ends of a period",
    "valid_to": "with valid_from the two ends of a period",
    "starts_on": "with ends_on the two ends of a period",
    "ends_on": "with starts_on the two ends of a period",
    "ignores_dots": "the name that the seed gives it",
    "cohort_month": "the first day of a month",
    "month": "the first day of a month",
}

# Numbers that say nothing about a business: none, one, two, a percent, and the half of a half-life.
PLAIN_NUMBERS = {"0", "1", "2", "100", "0.5"}
TREND = "the trend columns are named after their days"
OTHER_NUMBERS = {
    ("score_spine", "7"): TREND,
    ("score_spine", "30"): TREND,
    ("lead_scores", "7"): TREND,
    ("lead_scores", "30"): TREND,
    ("lead_scores", "3"): "there are three columns for reasons of each kind",
    ("account_trends", "7"): TREND,
    ("account_trends", "30"): TREND,
    ("lead_dimension_scores", "7"): TREND,
    ("lead_dimension_scores", "30"): TREND,
    ("sales_news", "3"): "a rep reads three things, as there are three reasons",
    ("band_transitions", "3"): "there are three columns for changes",
}

# dbt-duckdb does not warn of a key it does not know: a misspelt one would do nothing, silently.
DOCUMENTED = {"name", "description", "config"}
TABLE_KEYS = DOCUMENTED | {"columns", "data_tests"}
KEYS = {
    "models": TABLE_KEYS | {"constraints"},
    "seeds": TABLE_KEYS,
    "sources": DOCUMENTED | {"tables", "schema"},
    "exposures": DOCUMENTED | {"label", "type", "maturity", "owner", "depends_on"},
    "macros": DOCUMENTED | {"arguments"},
    "unit_tests": DOCUMENTED | {"model", "given", "expect", "overrides"},
}
COLUMN_KEYS = DOCUMENTED | {"data_type", "constraints", "data_tests"}
PART_KEYS = {
    "tables": TABLE_KEYS,
    "columns": COLUMN_KEYS,
    "arguments": {"name", "type", "description"},
    "given": {"input", "rows", "format"},
}
CONFIG_KEYS = {
    "column_types",
    "contract",
    "enabled",
    "error_if",
    "materialized",
    "meta",
    "severity",
    "tags",
    "warn_if",
    "where",
}
TEST_KEYS = {"name", "description", "arguments", "config"}
ARGUMENT_TYPES = (
    r"(?:string|boolean|integer|float|any|relation|column|(?:list|dict|optional)\[.+\])"
)

# Not in this list: what is made by running things.
TEXT_FOLDERS = (
    "analyses",
    "docs",
    "examples",
    "lead_scoring",
    "macros",
    "models",
    "seeds",
    "tests",
)
TEXT_SUFFIXES = {".csv", ".md", ".py", ".sql", ".toml", ".yml"}


def report(problems, rule):
    """Fail with all problems and the rule they break."""
    assert not problems, "\n".join([rule, *sorted(problems)])


def short(path):
    return path.relative_to(PROJECT).as_posix()


def code(path):
    """SQL and Jinja of a file without comments."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", text)


def found(pattern, paths):
    """Where a pattern stands in the code of files."""
    return [
        f"{short(path)}: {' '.join(match.group().split())}"
        for path in paths
        for match in re.finditer(pattern, code(path), flags=re.IGNORECASE)
    ]


def first_words(text, count=4):
    return re.findall(r"\w+", text.lower())[:count]


@pytest.fixture(scope="module")
def parsed(tmp_path_factory):
    warehouse = Warehouse(tmp_path_factory.mktemp("parsed"))
    result = warehouse.dbt("parse", "--show-all-deprecations")
    if not result.success:
        pytest.fail(f"dbt parse: {result.exception}", pytrace=False)
    return result


@pytest.fixture(scope="module")
def manifest(parsed):
    return parsed.result


@pytest.fixture(scope="module")
def models(manifest):
    return [node for node in manifest.nodes.values() if node.resource_type == "model"]


@pytest.fixture(scope="module")
def tables(manifest, models):
    """Everything with columns: models, seeds and raw tables."""
    seeds = [node for node in manifest.nodes.values() if node.resource_type == "seed"]
    return [*models, *seeds, *manifest.sources.values()]


@pytest.fixture(scope="module")
def own_macros(manifest):
    """Macros of the project that others call: not the variants for an engine, not the tests."""
    return [
        macro
        for macro in manifest.macros.values()
        if macro.package_name == "lead_scoring"
        and macro.original_file_path.startswith("macros/")
        and "__" not in macro.name
        and not macro.name.startswith("materialization_")
    ]


@pytest.fixture(scope="module")
def documents():
    """The YAML files by path."""
    # The parser written in C takes a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {path: yaml.load(path.read_text(), Loader=loader) for path in YAML_FILES}


def test_parsing_gives_no_warning(parsed):
    warnings = [
        line
        # Without the codes for colours.
        for line in re.sub(r"\x1b\[\d+m", "", parsed.log).splitlines()
        if "[WARNING]" in line or re.search(r"\w+Deprecation\b", line)
    ]
    report(warnings, "dbt parse warns of something that is deprecated or does not exist:")


# Documentation -----------------------------------------------------------------------------------


def test_every_table_is_described(tables):
    report(
        [node.name for node in tables if not node.description.strip()],
        "Write a description, its first sentence being what one row is, for:",
    )


def test_every_column_is_described(tables):
    report(
        [
            f"{node.name}.{column.name}"
            for node in tables
            for column in node.columns.values()
            if not column.description.strip()
        ],
        "Write a description, for a person who never saw the code, for the columns:",
    )


def test_documented_columns_are_those_of_the_table(tables, demo):
    built = {}
    for table, column in demo.query(
        "select table_name, column_name from information_schema.columns"
    ):
        built.setdefault(table, set()).add(column)
    problems = []
    for node in tables:
        if node.resource_type == "source":
            continue
        documented = {name.lower() for name in node.columns}
        existing = built.get(node.name, set())
        problems += [f"{node.name}.{name} is not documented" for name in existing - documented]
        problems += [f"{node.name}.{name} does not exist" for name in documented - existing]
    report(problems, "The YAML files and the tables of a built warehouse differ:")


def test_descriptions_are_in_the_warehouse(models, demo):
    """BI tools show what the database says of its tables and columns."""
    found = dict(demo.query("select table_name, comment from duckdb_tables()"))
    columns = {
        (table, column): comment
        for table, column, comment in demo.query(
            "select table_name, column_name, comment from duckdb_columns()"
        )
    }
    described = [
        node
        for node in models
        if node.config.persist_docs.get("columns") and node.config.materialized != "view"
    ]
    assert len(described) > 30
    for node in described:
        assert found[node.name] == node.description
        for name, column in node.columns.items():
            assert columns[node.name, name] == column.description, (node.name, name)


def test_description_and_sql_agree_on_the_grain(models):
    problems = []
    for node in models:
        text = (PROJECT / node.original_file_path).read_text().lstrip()
        if text.startswith("{{"):
            text = text.split("}}", 1)[1].lstrip()
        line = text.splitlines()[0]
        if not re.match(r"-- One row(:| per | and )", line):
            problems.append(f"{node.name}: the SQL begins with {line!r}")
        elif first_words(line) != first_words(node.description):
            problems.append(f"{node.name}: {line!r}, but {node.description.strip()[:60]!r}")
    report(problems, "SQL begins with `-- One row per ...`, the description says the same:")


def test_every_macro_is_described(own_macros):
    problems = []
    for macro in own_macros:
        if not macro.description.strip():
            problems.append(f"{macro.name} has no description")
        opening = re.search(
            rf"macro\s+{macro.name}\s*\((.*?)\)\s*-?%\}}", macro.macro_sql, flags=re.DOTALL
        )
        expected = [part.split("=")[0].strip() for part in opening.group(1).split(",")]
        documented = [argument.name for argument in macro.arguments]
        if documented != [name for name in expected if name]:
            problems.append(f"{macro.name} takes {expected}, documented are {documented}")
        for argument in macro.arguments:
            if not (argument.description or "").strip():
                problems.append(f"{macro.name}, argument {argument.name}: no description")
            if not re.fullmatch(ARGUMENT_TYPES, argument.type or ""):
                problems.append(f"{macro.name}, argument {argument.name}: type {argument.type}")
    report(problems, "Describe macros and their arguments in the _macros.yml of their folder:")


def test_exposures_name_an_owner_and_what_they_read(manifest):
    report(
        [
            exposure.name
            for exposure in manifest.exposures.values()
            if not (
                exposure.description
                and exposure.maturity
                and exposure.owner.name
                and exposure.owner.email
                and exposure.depends_on.nodes
            )
        ],
        "An exposure has description, maturity, owner with name and email, and depends_on:",
    )


def test_names_fit_every_engine(manifest):
    """PostgreSQL cuts names after 63 bytes; dbt makes a table for each unit test."""
    nodes = [*manifest.nodes.values(), *manifest.unit_tests.values()]
    report(
        [node.name for node in nodes if node.resource_type != "test" and len(node.name) > 63],
        "Names have at most 63 letters:",
    )


def test_unit_tests_are_described(manifest):
    report(
        [test.name for test in manifest.unit_tests.values() if not test.description],
        "Say in a description what the unit test shows:",
    )


def test_unit_tests_run_before_the_first_build(manifest):
    """dbt types the rows of an input by its table: those of `this` come before there is one."""
    report(
        [
            test.name
            for test in manifest.unit_tests.values()
            for given in test.given
            if given.input == "this" and given.format != "sql"
        ],
        "Give rows of this as SQL (format: sql):",
    )


def listed(manifest, *selection):
    """Unique ids of what dbt selects."""
    found = dbtRunner(manifest=manifest).invoke(
        [
            *("ls", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--quiet", "--output", "json", "--output-keys", "unique_id", *selection),
        ]
    )
    assert found.success
    return {json.loads(line)["unique_id"] for line in found.result}


def test_a_build_of_everything_leaves_out_unit_tests_only(manifest):
    # What dbt takes in a project without a default selector.
    everything = listed(manifest, "--select", "fqn:*", "source:*", "exposure:*", "unit_test:*")
    assert everything - listed(manifest) == {*manifest.unit_tests}


def test_daily_builds_are_judged_by_what_they_bring_up_to_date(manifest):
    """A test that looks at a table of another day fails, and with it what comes after it."""
    chosen = listed(manifest, "--selector", "current")
    report(
        [
            f"{node.name} looks at {parent}"
            for node in manifest.nodes.values()
            if node.resource_type == "test" and node.unique_id in chosen
            for parent in node.depends_on_nodes
            if parent.startswith("model.") and parent not in chosen
        ],
        "Leave the test out of the selector current, or add the model:",
    )


# What others rely on -----------------------------------------------------------------------------


def is_public(node):
    path = node.original_file_path
    return path.startswith(CONTRACTED) and WORKINGS not in path


def test_public_tables_have_contracts(models):
    problems = []
    for node in models:
        if not is_public(node):
            continue
        if not node.contract.enforced:
            problems.append(f"{node.name}: no enforced contract")
        problems += [
            f"{node.name}.{column.name}: no data_type"
            for column in node.columns.values()
            if not column.data_type
        ]
    report(problems, f"Tables below {' and '.join(CONTRACTED)} are contracts:")


def test_public_tables_have_key_tests(manifest, models):
    problems = []
    tests = [node for node in manifest.nodes.values() if node.resource_type == "test"]
    for node in models:
        if not is_public(node) or node.name in WITHOUT_KEY:
            continue
        kinds = {
            test.test_metadata.name: test.test_metadata.kwargs
            for test in tests
            if getattr(test, "test_metadata", None) and test.attached_node == node.unique_id
        }
        if "unique_combination" not in kinds and "empty" not in kinds:
            problems.append(f"{node.name}: no test unique_combination")
        for name in kinds.get("unique_combination", {}).get("columns", []):
            constraints = [constraint.type for constraint in node.columns[name].constraints]
            if "not_null" not in constraints:
                problems.append(f"{node.name}.{name}: part of the key, but no constraint not_null")
    report(problems, "Public tables have a tested key whose columns are never missing:")


def test_data_tests_are_named_after_the_failure_they_prevent(documents):
    problems = []
    names = Counter(path.stem for path in TEST_FILES if path.parent != TESTS / "generic")
    for path, document in documents.items():
        for kind in ("models", "seeds", "sources"):
            for entry in document.get(kind, []):
                for part in (entry, *entry.get("columns", []), *entry.get("tables", [])):
                    for test in part.get("data_tests", []):
                        body = next(iter(test.values())) if isinstance(test, dict) else {}
                        name = body.get("name")
                        names.update([name] if name else [])
                        if not name:
                            problems.append(f"{short(path)}: {part['name']}: {test} has no name")
                        elif not re.fullmatch(r"[a-z]\w+", name):
                            problems.append(f"{short(path)}: {name!r} is not snake case")
    problems += [
        f"{name} is the name of {count} tests" for name, count in names.items() if count > 1
    ]
    report(problems, "Give each data test the name of the failure it prevents:")


def test_singular_tests_begin_with_the_failure_they_prevent():
    report(
        [
            short(path)
            for path in TEST_FILES
            if not path.read_text().startswith(("-- ", "{# Fails with "))
        ],
        "The first line of a singular test says what went wrong when it finds rows:",
    )


# What may read what ------------------------------------------------------------------------------


def test_only_staging_config_reads_seeds(manifest):
    report(
        [
            f"{node.original_file_path} reads {name.split('.')[-1]}"
            for node in manifest.nodes.values()
            for name in getattr(node.depends_on, "nodes", [])
            if name.startswith("seed.")
            and not node.original_file_path.startswith("models/staging/config/")
        ],
        "Read the model of models/staging/config instead of the seed:",
    )


def test_only_staging_raw_reads_raw_tables(models):
    problems = [
        node.original_file_path
        for node in models
        if any(name.startswith("source.") for name in node.depends_on.nodes)
        and not node.original_file_path.startswith("models/staging/raw/")
        # Counts what the others might lose.
        and node.name != "row_balance"
    ]
    report(problems, "Read the model of models/staging/raw instead of the raw table:")


def test_raw_tables_are_read_by_one_macro():
    allowed = [f"macros/cross_db/raw_{part}.sql" for part in ("table", "columns", "location")]
    paths = [path for path in QUERY_FILES + MACRO_FILES if short(path) not in allowed]
    report(
        found(r"(?<![.\w])source\(", paths),
        "raw_table gives a raw table the columns that it lacks; use it instead of source():",
    )


# The shape of files ------------------------------------------------------------------------------


def test_models_are_named_after_their_folder():
    problems = []
    for path in MODEL_FILES:
        folder = path.parent.relative_to(MODELS).as_posix()
        layer, _, system = folder.partition("/")
        short_layer = {"staging": "stg", "intermediate": "int"}.get(layer)
        prefixes = PREFIXES.get(folder, (f"{short_layer}_{system}__",) if short_layer else ())
        if prefixes and not path.stem.startswith(prefixes):
            problems.append(f"{short(path)}: begin with {' or '.join(prefixes)}")
        reserved = ("stg_", "int_") if layer == "evaluation" else ("stg_", "int_", "score_")
        if not prefixes and ("__" in path.stem or path.stem.startswith(reserved)):
            problems.append(f"{short(path)}: a table for people has no prefix")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", path.stem):
            problems.append(f"{short(path)}: not snake case")
    report(problems, "Rename the model:")


def test_models_are_documented_in_the_file_of_their_folder(models):
    problems = []
    for node in models:
        folder = (PROJECT / node.original_file_path).parent
        expected = f"{short(folder)}/_{folder.name}__models.yml"
        if (node.patch_path or "").split("://")[-1] != expected:
            problems.append(f"{node.name}: {node.patch_path}, expected {expected}")
    report(problems, "A model is documented beside its SQL:")


def test_yaml_files_are_named_after_their_folder():
    problems = []
    for path in YAML_FILES:
        if path.is_relative_to(MACROS):
            fits = path.name == "_macros.yml"
        else:
            kind = r"(models|unit_tests|sources|exposures)"
            fits = re.fullmatch(rf"_{path.parent.name}__{kind}\.yml|_\w+__seeds\.yml", path.name)
        if not fits:
            problems.append(short(path))
    report(problems, "YAML files are _<folder>__models.yml and so on, _macros.yml for macros:")


def test_models_end_by_selecting_the_last_cte():
    problems = []
    for path in MODEL_FILES:
        text = code(path)
        last = text.rstrip().splitlines()[-1]
        ctes = re.findall(r"^(?:with )?(\w+) as \($", text, flags=re.MULTILINE)
        if not ctes or last != f"select * from {ctes[-1]}":
            problems.append(f"{short(path)}: {last}")
    report(problems, "The last line of a model is `select * from <last CTE>`:")


def test_one_macro_per_file():
    problems = []
    for path in MACRO_FILES:
        text = path.read_text()
        if not text.startswith("{#"):
            problems.append(f"{short(path)}: begins without a comment on what it returns")
        names = re.findall(r"\{%-?\s*macro\s+(\w+)", text)
        pattern = r"\{%-?\s*materialization\s+(\w+), adapter='(\w+)'"
        names += [f"{engine}__{name}" for name, engine in re.findall(pattern, text)]
        if names[:1] != [path.stem]:
            problems.append(f"{short(path)}: the first macro is not {path.stem}")
        others = [name for name in names[1:] if not re.fullmatch(rf"[a-z]+__{path.stem}", name)]
        problems += [f"{short(path)}: {name} needs a file of its own" for name in others]
        if len(names) > 1 and f"adapter.dispatch('{path.stem}', 'lead_scoring')" not in text:
            problems.append(f"{short(path)}: has variants, but does not dispatch to them")
    report(problems, "A macro file holds the macro of its name and its variants for engines:")


def unknown_keys(place, entry, allowed):
    """Keys of an entry and its parts that no one reads."""
    problems = [f"{place}: {key}" for key in set(entry) - allowed]
    problems += [f"{place}: config.{key}" for key in set(entry.get("config", {})) - CONFIG_KEYS]
    for part, part_keys in PART_KEYS.items():
        for item in entry.get(part, []):
            name = item.get("name", item.get("input"))
            problems += unknown_keys(f"{place}.{name}", item, part_keys)
    for test in entry.get("data_tests", []):
        for kind, body in test.items() if isinstance(test, dict) else ():
            keys = {*body, *(f"config.{key}" for key in body.get("config", {}))}
            known = {*TEST_KEYS, *(f"config.{key}" for key in CONFIG_KEYS)}
            problems += [f"{place}, test {kind}: {key}" for key in keys - known]
    return problems


def test_yaml_keys_are_known(documents):
    problems = []
    for path, document in documents.items():
        for kind, entries in document.items():
            if kind == "version":
                continue
            if kind not in KEYS:
                problems.append(f"{short(path)}: {kind}")
                continue
            for entry in entries:
                problems += unknown_keys(f"{short(path)}: {entry['name']}", entry, KEYS[kind])
    report(problems, "Nobody reads these keys (misspelt, or to be added to this test):")


# What SQL says -----------------------------------------------------------------------------------


def test_sql_runs_on_every_engine():
    outside = [path for path in MACRO_FILES if path.parent.name != "cross_db"]
    problems = [
        f"{place} (write {instead})"
        for pattern, instead in ENGINE_SQL.items()
        for place in found(pattern, QUERY_FILES + outside)
    ]
    problems += found(ENGINE_JINJA, QUERY_FILES + outside)
    report(problems, "Only macros under macros/cross_db may know an engine:")


def test_only_one_macro_reads_the_wall_clock():
    # The other one only lists words.
    readers = ("wall_clock_day", "sql_words")
    paths = [path for path in QUERY_FILES + MACRO_FILES if path.stem not in readers]
    report(
        found(WALL_CLOCK, paths),
        "A score of a day must come out the same tomorrow; use wall_clock_date or the data clock:",
    )


def numbers(path):
    """Numbers in the SQL of a model; not those in texts, types and names."""
    text = re.sub(r"decimal\(\d+, \d+\)", "", code(path))
    # In Jinja, quotes hold SQL; outside they hold text.
    text = re.sub(r"'(\{\{.*?\}\})'", r"\1", text)
    parts = re.split(r"(\{[{%].*?[%}]\})", text, flags=re.DOTALL)
    parts = [part if part.startswith("{") else re.sub(r"'[^']*'", "", part) for part in parts]
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", "".join(parts)))


def test_business_numbers_are_in_seeds():
    paths = [path for folder in ("scoring", "marts") for path in (MODELS / folder).rglob("*.sql")]
    odd = {(path.stem, number) for path in paths for number in numbers(path) - PLAIN_NUMBERS}
    report(
        [f"{name}: {number}" for name, number in odd - set(OTHER_NUMBERS)],
        "A number that a business person could argue about is a row of a seed:",
    )
    report(
        [f"{name}: {number}" for name, number in set(OTHER_NUMBERS) - odd],
        "These exceptions are no longer needed:",
    )


def test_columns_are_named_after_what_they_hold(demo):
    problems = []
    for table, column, data_type in demo.query(
        "select table_name, column_name, data_type from information_schema.columns"
    ):
        pattern = COLUMN_NAMES.get(data_type, ".*")
        if not re.fullmatch(pattern, column) and column not in OTHER_COLUMNS:
            problems.append(f"{table}.{column} is a {data_type.lower()}")
    report(problems, "Dates end in _date, times in _at, yes or no begins with is_, has_ or was_:")


# The rest ----------------------------------------------------------------------------------------


LOCKS = ("requirements.lock", "requirements-spark.lock", "requirements-clouds.lock")


def test_lock_files_cover_the_dependencies():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    wanted = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(name for extra in project["project"]["optional-dependencies"].values() for name in extra),
    ]
    main, spark, clouds = (
        set(
            (canonicalize_name(name), version)
            for name, version in re.findall(
                r"^([\w.-]+)==([^\s;]+)", (PROJECT / lock).read_text(), flags=re.MULTILINE
            )
        )
        for lock in LOCKS
    )
    problems = [
        f"{name}: requirements-spark.lock has {version}, requirements.lock has not"
        for name, version in spark - main
        if name in dict(main)
    ]
    # The clouds have an environment of their own.
    for texts, pinned in (
        (wanted, dict(spark | main)),
        (project["dependency-groups"]["clouds"], dict(clouds)),
    ):
        for text in texts:
            requirement = Requirement(text)
            version = pinned.get(canonicalize_name(requirement.name))
            if version is None or version not in requirement.specifier:
                problems.append(f"{text}: the lock files have {version}")
    report(problems, "Make the lock files anew from pyproject.toml (see CONTRIBUTING.md):")


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_name_no_address(lock):
    lines = (PROJECT / lock).read_text().splitlines()
    report(
        [
            line
            for line in lines
            if "://" in line
            or not re.fullmatch(r"[\w.-]+==\S+( ; [^\\]+)? \\| +--hash=sha256:\w{64}( \\)?", line)
        ],
        "A lock file holds names, versions and hashes; where to get them is up to the machine:",
    )


def test_nothing_is_left_to_do():
    paths = [path for path in PROJECT.iterdir() if path.suffix in TEXT_SUFFIXES]
    for folder in TEXT_FOLDERS:
        paths += [path for path in (PROJECT / folder).rglob("*") if path.suffix in TEXT_SUFFIXES]
    # Written apart, so that this file does not name what it looks for.
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b|^(?:<{7}|>{7}) ", flags=re.MULTILINE)
    report(
        [
            f"{short(path)}: {match.group()}"
            for path in paths
            for match in marks.finditer(path.read_text(errors="replace"))
        ],
        "Do it, or write it down where it will be seen:",
    )
