{#
    What is wrong with the header of a seed, as messages: columns that are missing, misspelt,
    repeated or not known. A missing and an unknown column that share most pairs of letters are
    taken for one.
#}
{% macro seed_header_problems(seed_name, header) -%}
    {%- set expected = seed_contract()[seed_name].columns.keys() | list -%}
    {%- set place = seed_file(seed_name) ~ ' row 1' -%}
    {%- set problems = [] -%}
    {%- if header | length == 1 and expected | length > 1 and ';' in header[0] -%}
        {%- do problems.append(
            place ~ ": the columns are separated by ';'; save the file as CSV with commas"
            ~ ' (comma delimited, UTF-8)'
        ) -%}
        {{ return(problems) }}
    {%- endif -%}
    {%- set unknown = header | reject('in', expected) | list -%}
    {%- set taken = [] -%}
    {%- for column in expected if column not in header -%}
        {%- set best = namespace(name=none, likeness=0.5) -%}
        {%- for name in unknown if name not in taken -%}
            {%- set likeness = text_likeness(column, name | lower | trim) -%}
            {%- if likeness > best.likeness -%}
                {%- set best.name = name -%}
                {%- set best.likeness = likeness -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if best.name is not none -%}
            {%- do taken.append(best.name) -%}
            {%- do problems.append(
                place ~ ', column ' ~ column ~ ": is missing, but there is a column '" ~ best.name
                ~ "'; rename it to " ~ column
            ) -%}
        {%- else -%}
            {%- do problems.append(
                place ~ ', column ' ~ column ~ ': is missing; add it (the columns are '
                ~ expected | join(', ') ~ ')'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in unknown if name not in taken -%}
        {%- do problems.append(
            place ~ (', column ' ~ name ~ ': is not known; remove it' if name | trim
                else ': column ' ~ (header.index(name) + 1) ~ ' has no name; remove it')
            ~ ' (the columns are ' ~ expected | join(', ') ~ ')'
        ) -%}
    {%- endfor -%}
    {%- for name in expected if header | select('equalto', name) | list | length > 1 -%}
        {%- do problems.append(
            place ~ ', column ' ~ name ~ ': stands there twice; remove or rename one of them'
        ) -%}
    {%- endfor -%}
    {{ return(problems) }}
{%- endmacro %}
