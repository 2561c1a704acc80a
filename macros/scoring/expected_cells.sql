{#
    What the seed contract expects of each column of a seed, as a table of the columns column_name, value_type, needed,
    hint, one_of, list_of and key_name. Stands behind `from` or `join`.
#}
{% macro expected_cells(seed_name) -%}
    {%- set seed = seed_contract()[seed_name] -%}
    {%- set rows = [] -%}
    {%- for column, expected in seed.columns.items() -%}
        {%- do rows.append([
            column,
            expected.get('type', 'text'),
            expected.get('needed'),
            expected.get('hint'),
            expected.get('one_of'),
            expected.get('list_of'),
            seed.get('key_name', seed_name) if column in seed.key else none,
        ]) -%}
    {%- endfor -%}
    {{ table_of_texts(
        'expected_cells',
        ['column_name', 'value_type', 'needed', 'hint', 'one_of', 'list_of', 'key_name'],
        rows
    ) }}
{%- endmacro %}
