{#
    The scorecard of the var `scorecard`; without it the one that speaks for most leads.

    subjects  CTE with scorecard_id and is_primary of scored leads
#}
{% macro asked_scorecard(subjects) -%}
    {%- set scorecard = var('scorecard', none) -%}
    select scorecard_id
    from {{ subjects }}
    {%- if scorecard is not none %}
        where scorecard_id = {{ quoted_list([scorecard | string]) }}
    {%- endif %}
    group by scorecard_id
    order by sum(case when is_primary then 1 else 0 end) desc, scorecard_id asc
    limit 1
{%- endmacro %}
