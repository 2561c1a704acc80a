{#
    Query of the subjects that the model has to compute: all of them the first time, later those of which it
    holds no row of the present version. Goes with `drop_stale_subjects` as post-hook.
#}
{% macro new_subjects() -%}
    select score_subjects.*
    from {{ ref('score_subjects') }} as score_subjects
    {%- if is_incremental() %}
    where not exists (
        select 1
        from {{ this }} as computed
        where
            computed.lead_id = score_subjects.lead_id
            and computed.as_of_date = score_subjects.as_of_date
            and computed.scorecard_id = score_subjects.scorecard_id
            and computed.subject_version = score_subjects.subject_version
    )
    {%- endif %}
{%- endmacro %}
