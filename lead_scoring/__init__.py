"""Lead scoring: the Python half of the project, for what dbt cannot do (simulate, fit, report)."""

__version__ = "0.4.0"
