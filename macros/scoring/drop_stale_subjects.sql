{#
    Statement that drops the rows of subjects which are gone or were computed again from other evidence or
    rules. It runs in the transaction of the insert, so a run that is killed leaves the table as it was.
#}
{% macro drop_stale_subjects() -%}
    delete from {{ this }}
    where not exists (
        select 1
        from {{ ref('score_subjects') }} as score_subjects
        where
            score_subjects.lead_id = {{ this.identifier }}.lead_id
            and score_subjects.as_of_date = {{ this.identifier }}.as_of_date
            and score_subjects.scorecard_id = {{ this.identifier }}.scorecard_id
            and score_subjects.subject_version = {{ this.identifier }}.subject_version
    )
{%- endmacro %}
