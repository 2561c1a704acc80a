{#
    Takes the place of dbt's materialization of this name. Tables of Parquet files can neither delete nor replace rows,
    so a run writes the whole table, rows that stay and rows that are new, into the one of its two folders that it does
    not read. Then the catalogue is told to read that folder: one step, before which the table is the old one and
    after which it is the new one. Statements that delete rows after the insert are part of what is written.
#}
{% materialization incremental, adapter='spark' %}
    {%- set existing = load_relation(this) -%}
    {%- set this_table = this.incorporate(type='table') -%}
    {%- set deletes = [] -%}
    {%- set other_hooks = [] -%}
    {%- for hook in post_hooks -%}
        {%- set statement_text = render(hook.sql) | trim -%}
        {%- if statement_text.startswith('delete from ' ~ this) -%}
            {%- do deletes.append(statement_text) -%}
        {%- elif statement_text -%}
            {%- do other_hooks.append(hook) -%}
        {%- endif -%}
    {%- endfor -%}

    {{ run_hooks(pre_hooks) }}

    {%- if existing is none or existing.is_view or should_full_refresh() -%}
        {%- if existing is not none -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- call statement('main') -%}
            {{ create_table_as(False, this_table, spark_rows_kept(compiled_code, deletes)) }}
        {%- endcall -%}
    {%- else -%}
        {%- do spark_add_new_columns(existing, compiled_code) -%}
        {%- set columns = adapter.get_columns_in_relation(existing) -%}
        {%- set folder = spark_unused_folder(existing) -%}
        {%- set new_rows = this.incorporate(
            path={'identifier': this.identifier ~ '__dbt_tmp'}, type='table'
        ) -%}
        {%- do adapter.drop_relation(new_rows) -%}
        {%- call statement('new_rows') -%}
            {{ create_table_as(False, new_rows, compiled_code) }}
        {%- endcall -%}
        {%- call statement('main') -%}
            insert overwrite directory '{{ folder }}' using parquet
            {{ spark_rows_kept(spark_old_and_new_rows(existing, new_rows, columns), deletes) }}
        {%- endcall -%}
        {%- call statement('swap') -%}
            alter table {{ existing }} set location '{{ folder }}'
        {%- endcall -%}
        {%- call statement('refresh') -%}
            refresh table {{ existing }}
        {%- endcall -%}
        {%- do adapter.drop_relation(new_rows) -%}
    {%- endif -%}

    {%- do persist_docs(this_table, model) -%}
    {{ run_hooks(other_hooks) }}
    {{ return({'relations': [this_table]}) }}
{% endmaterialization %}

{# Query of the rows of another query that no `delete` statement would delete. #}
{% macro spark_rows_kept(query, deletes) -%}
    {%- if not deletes -%}
        {{ return(query) }}
    {%- endif -%}
    select *
    from ({{ query }}) as all_rows
    where
        {%- for delete in deletes %}
            {%- set condition = delete[('delete from ' ~ this) | length:] | trim %}
            {{ 'and ' if not loop.first }}not (
                {{ condition[('where') | length:] | replace(this ~ '.', 'all_rows.') }}
            )
        {%- endfor %}
{%- endmacro %}

{#
    Query of what a table holds after an insert: its own rows, without those whose unique key has new ones, and the new
    rows, in the columns of the table and their types.
#}
{% macro spark_old_and_new_rows(existing, new_rows, columns) -%}
    {%- set unique_key = config.get('unique_key') -%}
    {%- set new_names = adapter.get_columns_in_relation(new_rows) | map(attribute='name') | list -%}
    select
        {%- for column in columns %}
            old_rows.{{ column.quoted }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ existing }} as old_rows
    {%- if config.get('incremental_strategy') == 'delete+insert' %}
    where not exists (
        select 1 from {{ new_rows }} as new_rows where new_rows.{{ unique_key }} = old_rows.{{ unique_key }}
    )
    {%- endif %}
    union all
    select
        {%- for column in columns %}
            cast({{ column.quoted if column.name in new_names else 'null' }} as {{ column.data_type }})
            as {{ column.quoted }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ new_rows }}
{%- endmacro %}

{# Adds the columns that a query has and a table has not, where the model asks for that. #}
{% macro spark_add_new_columns(existing, query) -%}
    {%- if config.get('on_schema_change') == 'append_new_columns' -%}
        {%- set names = adapter.get_columns_in_relation(existing) | map(attribute='name') | list -%}
        {%- set added = get_column_schema_from_query(query) | rejectattr('name', 'in', names) | list -%}
        {%- if added -%}
            {%- do alter_relation_add_remove_columns(existing, added, none) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The one of a table's two folders that it does not read. #}
{% macro spark_unused_folder(relation) -%}
    {%- set described = run_query('describe extended ' ~ relation) -%}
    {%- for row in described.rows if row['col_name'] == 'Location' -%}
        {%- set folder = row['data_type'] -%}
        {{ return(folder[:-7] if folder.endswith('__other') else folder ~ '__other') }}
    {%- endfor -%}
{%- endmacro %}
