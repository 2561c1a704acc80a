"""Renders models of the dbt project to SQL for an in-memory DuckDB, without starting dbt.

A small stand-in for the part of dbt's Jinja that the models in `models/staging/config` use. The
macros are the project's own files and dbt's own, so the SQL is the SQL that dbt runs.
"""

import datetime
import importlib.util
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2

MACRO_NAME = re.compile(r"{%-?\s*macro\s+(\w+)")
TYPE_LABELS = {"STRING": "TEXT", "TIMESTAMP": "TIMESTAMP", "FLOAT": "FLOAT", "INTEGER": "INT"}


class CompilerError(Exception):
    """What a macro reports with `exceptions.raise_compiler_error`."""


class _Returned(Exception):
    """Carries the value of `return()` out of a macro, as dbt does."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Namespace:
    """Macros as attributes: `dbt.hash`, `lead_scoring.parse_number`."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        self._find = find

    def __getattr__(self, name: str) -> Any:
        """Return the macro of that name."""
        return self._find(name)


class _Macro:
    """A macro; its file is compiled when it is first called."""

    def __init__(self, env: jinja2.Environment, path: Path, name: str) -> None:
        self._env = env
        self._path = path
        self._name = name

    @cached_property
    def _compiled(self) -> Callable[..., Any]:
        source = self._path.read_text(encoding="utf-8")
        return getattr(self._env.from_string(source).module, self._name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Give back what the macro returns, else its text."""
        try:
            return self._compiled(*args, **kwargs)
        except _Returned as returned:
            return returned.value


class Templates:
    """The macros and models of a dbt project.

    Args:
        project_dir: Folder of `dbt_project.yml`.
        variables: The vars of the project.
        environment: Environment variables that `env_var` sees.
    """

    def __init__(
        self, project_dir: Path, variables: Mapping[str, Any], environment: Mapping[str, str]
    ) -> None:
        """Find the macros; none is compiled yet."""
        self._variables = variables
        self._environment = environment
        self._env = jinja2.Environment(
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
            undefined=jinja2.StrictUndefined,
            autoescape=False,
        )
        self._macros = {
            name: _Macro(self._env, path, name) for name, path in macro_files(project_dir).items()
        }
        self._env.globals.update(self._macros)
        self._env.globals.update(self._context())

    def render(self, model: Path) -> tuple[str, list[str]]:
        """Render a model.

        Args:
            model: File of the model.

        Returns:
            The SQL, and the names it refs in order.

        Raises:
            CompilerError: A macro stopped with a message.
            jinja2.TemplateError: The template uses something this stand-in does not have.
        """
        refs: list[str] = []

        def ref(name: str) -> str:
            if name not in refs:
                refs.append(name)
            return f'"{name}"'

        sql = self._env.from_string(model.read_text(encoding="utf-8")).render(ref=ref)
        return sql, refs

    def call(self, macro: str, *args: Any) -> Any:
        """Call a macro of the project and return what it returns."""
        return self._macros[macro](*args)

    def _context(self) -> dict[str, Any]:
        return {
            "adapter": _Namespace({"dispatch": self._dispatch}.__getitem__),
            "api": _Namespace({"Column": _Namespace({"translate_type": translate_type}.get)}.get),
            "config": lambda **_: "",
            "dbt": _Namespace(self._macros.get),
            "env_var": self._env_var,
            "exceptions": _Namespace({"raise_compiler_error": raise_compiler_error}.get),
            "execute": True,
            "lead_scoring": _Namespace(self._macros.get),
            "modules": _Namespace({"re": re}.get),
            "return": return_value,
            "run_started_at": datetime.datetime.now(datetime.UTC),
            "var": self._var,
        }

    def _env_var(self, name: str, default: str | None = None) -> str:
        value = self._environment.get(name, default)
        if value is None:
            raise CompilerError(f"The environment variable {name} is not set.")
        return value

    def _var(self, name: str, default: Any = None) -> Any:
        return self._variables.get(name, default)

    def _dispatch(self, name: str, _package: str | None = None) -> Any:
        macro = self._macros.get(f"duckdb__{name}") or self._macros.get(f"default__{name}")
        if macro is None:
            raise CompilerError(f"There is no macro {name} for DuckDB.")
        return macro


def macro_files(project_dir: Path) -> dict[str, Path]:
    """Find out which file holds which macro; the project's own macros win over dbt's.

    Args:
        project_dir: Folder of `dbt_project.yml`.
    """
    folders = [
        package_folder("dbt.include.global_project") / "macros" / "utils",
        package_folder("dbt.include.duckdb") / "macros" / "utils",
        project_dir / "macros",
    ]
    return {
        name: path
        for folder in folders
        for path in sorted(folder.rglob("*.sql"))
        for name in MACRO_NAME.findall(path.read_text(encoding="utf-8"))
    }


def return_value(value: Any) -> None:
    """Stand in for dbt's `return()`."""
    raise _Returned(value)


def raise_compiler_error(message: str) -> None:
    """Stand in for dbt's `exceptions.raise_compiler_error`."""
    raise CompilerError(message)


def translate_type(name: str) -> str:
    """Stand in for `api.Column.translate_type` of DuckDB."""
    return TYPE_LABELS.get(name.upper(), name)


def package_folder(name: str) -> Path:
    """Find the folder of an installed package without importing it.

    Raises:
        CompilerError: The package is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise CompilerError(f"The Python package of {name} is not installed.")
    return Path(next(iter(spec.submodule_search_locations)))
