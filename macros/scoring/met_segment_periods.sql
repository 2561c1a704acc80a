{#
    CTEs up to `met_periods`: lead x period in which a condition of a segment holds, with the number of conditions
    the segment has. Stands after the CTEs attribute_history, segments, conditions and used_segments.
#}
{% macro met_segment_periods() -%}
    segment_conditions as (

        select
            segments.segment_id,
            segments.attribute,
            segments.condition_key,
            count(*) over (partition by segments.segment_id) as condition_count
        from segments
        inner join used_segments on segments.segment_id = used_segments.segment_id

    ),

    -- Every distinct value is made comparable and compared once, not every lead.
    distinct_values as (

        select distinct
            attribute_history.attribute,
            attribute_history.value
        from attribute_history
        where
            attribute_history.attribute in (
                select segment_conditions.attribute from segment_conditions
            )

    ),

    attribute_values as (

        select
            attribute,
            value,
            {{ comparable_columns('value') }}
        from distinct_values

    ),

    met_conditions as (

        select
            segment_conditions.segment_id,
            segment_conditions.condition_count,
            segment_conditions.attribute,
            segment_conditions.condition_key,
            attribute_values.value
        from attribute_values
        inner join segment_conditions on attribute_values.attribute = segment_conditions.attribute
        inner join conditions on segment_conditions.condition_key = conditions.condition_key
        where {{ condition_holds('attribute_values', 'conditions') }}

    ),

    met_periods as (

        select
            attribute_history.lead_id,
            attribute_history.valid_from,
            attribute_history.valid_to,
            met_conditions.segment_id,
            met_conditions.condition_count
        from attribute_history
        inner join met_conditions
            on
                attribute_history.attribute = met_conditions.attribute
                and coalesce(attribute_history.value, '') = coalesce(met_conditions.value, '')

    )
{%- endmacro %}
