{# Whether the signal of a rule counts a kind of activity: by its type, its channel, or any. #}
{% macro signal_counts(signal, kinds) -%}
    (
        {{ signal }} = 'any_activity'
        or {{ signal }} = {{ kinds }}.activity_type
        or {{ signal }} = 'channel:' || {{ kinds }}.counted_channel
    )
{%- endmacro %}
