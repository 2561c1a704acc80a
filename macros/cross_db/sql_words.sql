{# Words that no column can be named without quotes, as PostgreSQL and DuckDB reserve them. #}
{% macro sql_words() -%}
    {{ return([
        'all', 'analyse', 'analyze', 'and', 'any', 'array', 'as', 'asc', 'asymmetric', 'authorization', 'binary', 'both',
        'case', 'cast', 'check', 'collate', 'collation', 'column', 'concurrently', 'constraint', 'create', 'cross',
        'current_catalog', 'current_date', 'current_role', 'current_schema', 'current_time', 'current_timestamp',
        'current_user', 'default', 'deferrable', 'desc', 'describe', 'distinct', 'do', 'else', 'end', 'except', 'false',
        'fetch', 'for', 'foreign', 'freeze', 'from', 'full', 'grant', 'group', 'having', 'ilike', 'in', 'initially',
        'inner', 'intersect', 'into', 'is', 'isnull', 'join', 'lambda', 'lateral', 'leading', 'left', 'like', 'limit',
        'localtime', 'localtimestamp', 'natural', 'not', 'notnull', 'null', 'offset', 'on', 'only', 'or', 'order', 'outer',
        'overlaps', 'pivot', 'pivot_longer', 'pivot_wider', 'placing', 'primary', 'qualify', 'references', 'returning',
        'right', 'select', 'session_user', 'show', 'similar', 'some', 'summarize', 'symmetric', 'system_user', 'table',
        'tablesample', 'then', 'to', 'trailing', 'true', 'union', 'unique', 'unpivot', 'user', 'using', 'variadic',
        'verbose', 'when', 'where', 'window', 'with',
    ]) }}
{%- endmacro %}
