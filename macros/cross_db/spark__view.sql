{#
    Takes the place of dbt's materialization of this name: a view is a table. Spark would read and plan the text of a
    view again for everybody who reads it, with the views below it, which takes longer than making it once.
#}
{% materialization view, adapter='spark' %}
    {%- set existing = load_relation(this) -%}
    {%- set this_table = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is not none -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ create_table_as(False, this_table, compiled_code) }}
    {%- endcall -%}
    {%- do persist_docs(this_table, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this_table]}) }}
{% endmaterialization %}
