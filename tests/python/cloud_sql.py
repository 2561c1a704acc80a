"""Compile the project for a warehouse in the cloud, without a connection, and look at its SQL.

Run by the Python of .venv/clouds, which has the adapters and sqlglot. sqlglot reads more than an
engine does, so functions, types, names and some constructs are compared with what the references of
the engines know.

    .venv/clouds/bin/python tests/python/cloud_sql.py <project folder> <dialect> [<selected models>]
"""

import os
import sys
import tomllib
from functools import cache
from itertools import pairwise, zip_longest
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokens import Token, TokenType

WORDS = tomllib.loads(Path(__file__).with_name("cloud_words.toml").read_text(encoding="utf-8"))
# Windows over all but these have a frame: a range of values, unless it is one of rows.
WITHOUT_FRAME = (exp.CumeDist, exp.DenseRank, exp.Lag, exp.Lead, exp.Rank, exp.RowNumber)


@cache
def words(name: str, dialect: str | None = None) -> set[str]:
    """A list of words of cloud_words.toml, of a dialect or of all three."""
    return set((WORDS[dialect] if dialect else WORDS)[name].split())


def problems(sql: str, dialect: str) -> list[str]:
    """What a dialect would not take of some statements, each with its place.

    Args:
        sql: The statements.
        dialect: Name of the dialect as sqlglot and dbt have it.
    """
    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
        trees = sqlglot.parse(sql, read=dialect, error_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        return [f"does not parse: {' '.join(str(error).split())[:300]}"]
    found = unknown_words(tokens, dialect)
    if dialect == "databricks":
        found += doubled_quotes(tokens)
    for tree in filter(None, trees):
        for node in tree.walk():
            problem = wrong_construct(node, dialect)
            if problem:
                found.append(f"{problem}: {' '.join(node.sql(dialect).split())[:160]}")
    return found


def unknown_words(tokens: list[Token], dialect: str) -> list[str]:
    """Functions and types that the dialect does not name, with their lines."""
    types = words("types", dialect)
    before_brackets = words("keywords") | words("functions") | words("functions", dialect) | types
    found, open_calls, before, caller = [], [], "", ""
    for token, following in zip_longest(tokens, tokens[1:]):
        word = token.text.lower() if token.token_type != TokenType.STRING else ""
        if token.token_type == TokenType.L_PAREN:
            open_calls.append(caller)
        elif token.token_type == TokenType.R_PAREN:
            open_calls.pop()
        elif word == "as" and open_calls and open_calls[-1].endswith("cast"):
            kind = following.text.lower()
            if kind not in types:
                found.append(f"line {following.line}: unknown type {kind}")
        elif word == "::" and dialect == "bigquery":
            found.append(f"line {token.line}: `::` is no cast there")
        # After `as` or a dot it is the name of a table with its columns.
        is_call = (
            word.replace("_", "").isalnum()
            and before not in ("as", ".")
            and following is not None
            and following.token_type == TokenType.L_PAREN
        )
        if is_call and word not in before_brackets:
            found.append(f"line {token.line}: unknown function {word}")
        before, caller = word, word if is_call else ""
    return found


def doubled_quotes(tokens: list[Token]) -> list[str]:
    """Texts with a quote that is written twice, which older runtimes of Databricks leave out."""
    return [
        f"line {token.line}: a quote written twice after {token.text[:40]!r}"
        for token, following in pairwise(tokens)
        if token.token_type == following.token_type == TokenType.STRING
    ]


def wrong_construct(node: exp.Expression, dialect: str) -> str | None:
    """Why a dialect does not take a part of a statement that sqlglot reads; None if it does."""
    if isinstance(node, exp.Command):
        return "not understood"
    if isinstance(node, exp.Identifier) and not node.quoted:
        is_reserved = node.name.lower() in words("reserved", dialect)
        return "a reserved word as a name" if is_reserved else None
    if isinstance(node, exp.Select) and node.args.get("where") and not node.args.get("from_"):
        return "`where` without `from`"
    if isinstance(node, exp.Unnest | exp.Explode) and dialect == "snowflake":
        return "it makes no rows in a select list"
    if isinstance(node, exp.Window):
        order = node.args.get("order")
        if isinstance(node.this, exp.FirstValue) and not order:
            return "needs an order"
        frame = node.args.get("spec")
        is_range = frame is None or frame.args.get("kind") != "ROWS"
        if (
            dialect == "bigquery"
            and order
            and is_range
            and not isinstance(node.this, WITHOUT_FRAME)
        ):
            for ordered in order.expressions:
                if bool(ordered.args.get("nulls_first")) == bool(ordered.args.get("desc")):
                    return (
                        "missing values of a range are first in ascending order, last in descending"
                    )
    if dialect == "bigquery":
        return wrong_in_bigquery(node)
    return None


def wrong_in_bigquery(node: exp.Expression) -> str | None:
    """Why BigQuery does not take a part of a statement; None if it does."""
    if isinstance(node, exp.Values) and not isinstance(node.parent, exp.Insert):
        return "`values` make no table"
    if isinstance(node, exp.WithinGroup):
        return "no `within group`"
    if isinstance(node, exp.Unnest) and not isinstance(node.parent, exp.From | exp.Join):
        return "it makes no rows in a select list"
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.DECIMAL:
        scale = node.expressions[1:]
        return "more than 9 decimals" if scale and int(scale[0].name) > 9 else None
    if isinstance(node, exp.Join) and node.side in ("LEFT", "RIGHT", "FULL"):
        condition = node.args.get("on")
        conditions = condition.flatten() if isinstance(condition, exp.And) else [condition]
        if not any(isinstance(part, exp.EQ) for part in conditions):
            return "an outer join without an equality"
    return None


def compiled(project: Path, dialect: str, selected: list[str]) -> dict[str, str]:
    """The compiled SQL of the project, by file; incremental models also as their later runs are.

    Args:
        project: Folder of a project with macros that answer for the warehouse (test_clouds.py).
        dialect: Name of the target.
        selected: Which models, as in `dbt compile --select`; everything without them.

    Raises:
        RuntimeError: dbt could not compile the project.
    """
    # Here, because the adapters take seconds to import.
    from dbt.cli.main import dbtRunner

    options = [
        "--project-dir", str(project),
        "--profiles-dir", str(project),
        "--target", dialect,
        "--target-path", str(project / f"target_{dialect}"),
        "--log-level-file", "none",
        "--no-version-check",
        "--no-populate-cache",
        "--threads", "1",
        "--quiet",
    ]  # fmt: skip
    parsed = dbtRunner().invoke(["parse", *options])
    if not parsed.success:
        raise RuntimeError(f"{dialect}: {parsed.exception}")
    runner = dbtRunner(manifest=parsed.result)
    found = {}
    for suffix, is_later, select in (
        ("", "", ["--select", *selected] if selected else ["--exclude", "resource_type:unit_test"]),
        (" (later runs)", "1", ["--select", *(selected or ["config.materialized:incremental"])]),
    ):
        os.environ["CLOUD_SQL_LATER_RUN"] = is_later
        result = runner.invoke(["compile", *select, *options])
        if not result.success:
            failed = [run.message for run in result.result or () if run.status == "error"]
            raise RuntimeError("\n".join([f"{dialect}: {result.exception or ''}", *failed]))
        for run in result.result:
            found[run.node.original_file_path + f": {run.node.name}{suffix}"] = (
                run.node.compiled_code
            )
    return found


def main(project: str, dialect: str, *selected: str) -> int:
    """Print what is wrong, a line each, and how many statements there are; returns an exit code."""
    try:
        statements = compiled(Path(project), dialect, list(selected))
    except RuntimeError as error:
        print(error)
        return 1
    wrong = [
        f"{dialect} {place}, {problem}"
        for place, sql in statements.items()
        for problem in dict.fromkeys(problems(sql, dialect))
    ]
    print("\n".join([*wrong, f"{len(statements)} statements looked at"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
