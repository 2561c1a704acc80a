{#
    Prints the warnings of `config_errors` and, when there are errors, stops with all of them. Runs
    after the table is committed, so that it can be queried; everything downstream is skipped and
    keeps the scores of the last good build.
#}
{% macro stop_on_config_errors() -%}
    {%- if execute -%}
        {%- set errors = [] -%}
        {%- for row in run_query(config_error_messages(this)).rows -%}
            {%- if row[0] == 'error' -%}
                {%- do errors.append(row[1]) -%}
            {%- else -%}
                {%- do log('Warning: ' ~ row[1], info=true) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if errors -%}
            {{ exceptions.raise_compiler_error(
                'The seeds have ' ~ errors | length
                ~ (' errors' if errors | length > 1 else ' error')
                ~ ', so no lead was scored:\n' ~ errors | join('\n')
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
