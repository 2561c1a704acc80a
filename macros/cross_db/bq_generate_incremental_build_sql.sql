{#
    Takes the place of the macro of dbt-bigquery of this name: rows are added, after those with the same key have been
    deleted if the model asks for that, in one transaction.
#}
{% macro bq_generate_incremental_build_sql(
    strategy,
    tmp_relation,
    target_relation,
    sql,
    unique_key,
    partition_by,
    partitions,
    dest_columns,
    tmp_relation_exists,
    copy_partitions,
    incremental_predicates
) -%}
    {%- set columns = dest_columns | map(attribute='quoted') | join(', ') -%}
    create temp table new_rows as
    {{ 'select * from ' ~ tmp_relation if tmp_relation_exists else sql }};

    begin transaction;
    {%- if strategy == 'delete+insert' %}
    delete from {{ target_relation }}
    where {{ unique_key }} in (select {{ unique_key }} from new_rows);
    {%- endif %}
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }} from new_rows;
    commit transaction;
{%- endmacro %}
