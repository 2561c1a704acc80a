{#
    One text from several columns. Texts of two rows compare as the rows do, column by column with a missing
    value lowest: the separator comes before every other character, and so does the end of a value.
#}
{% macro row_text(columns) -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append(
            "coalesce(chr(2) || cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '')"
        ) -%}
    {%- endfor -%}
    {{ joined_text(texts, 'chr(1)') }}
{%- endmacro %}
