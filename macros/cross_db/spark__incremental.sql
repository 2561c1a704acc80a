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
