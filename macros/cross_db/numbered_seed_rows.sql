{# Statement that writes rows of a file into the table of a seed, from a first number on. #}
{% macro numbered_seed_rows(columns, rows, first_number) -%}
    insert into {{ this }} (
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        seed_row
    )
    values
        {%- for row in rows %}
        (
            {%- for value in row %}
            {{ 'null' if value is none
                else "'" ~ (value | string | replace('\\', '\\\\') | replace("'", "\\'") | replace('\n', '\\n')) ~ "'" }},
            {%- endfor %}
            {{ first_number + loop.index0 }}
        ){{ ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}
