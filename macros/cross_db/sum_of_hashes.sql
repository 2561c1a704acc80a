{# The sum of numbers of `hash_number`, whatever the order of the rows. #}
{% macro sum_of_hashes(expression) -%}
    {{ return(adapter.dispatch('sum_of_hashes', 'lead_scoring')(expression)) }}
{%- endmacro %}

{# Sums of 64-bit numbers are wider ones. #}
{% macro default__sum_of_hashes(expression) -%}
    sum({{ expression }})
{%- endmacro %}

{# Here they are not, and two hashes can be too much for them. #}
{% macro spark__sum_of_hashes(expression) -%}
    sum(cast({{ expression }} as decimal(38, 0)))
{%- endmacro %}

{% macro bigquery__sum_of_hashes(expression) -%}
    sum(cast({{ expression }} as numeric))
{%- endmacro %}
