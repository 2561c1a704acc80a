{# Takes the place of dbt's macro of this name, which gives a missing value for a part that is not there. #}
{% macro bigquery__split_part(string_text, delimiter_text, part_number) -%}
    case
        when {{ string_text }} is not null
            then coalesce(split({{ string_text }}, {{ delimiter_text }})[safe_offset({{ part_number - 1 }})], '')
    end
{%- endmacro %}
