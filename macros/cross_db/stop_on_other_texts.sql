{#
    Stops when the database sorts or lowers texts in another way than the other engines: ties would be decided
    otherwise, and what differs in its letters only would not be told apart alike.
#}
{% macro stop_on_other_texts() -%}
    {{ return(adapter.dispatch('stop_on_other_texts', 'lead_scoring')()) }}
{%- endmacro %}

{% macro default__stop_on_other_texts() -%}
{%- endmacro %}

{# What a database does is asked, not what its locale is called: there are many names for the same. #}
{% macro postgres__stop_on_other_texts() -%}
    {%- if execute -%}
        {%- set found = run_query(
            "select 'a' < 'B' or 'a b' > 'aa', lower('É') <> 'é' or length('É') <> 1, current_database()"
        ).rows[0] -%}
        {%- set problems = [] -%}
        {%- if found[0] -%}
            {%- do problems.append('does not sort texts by their bytes') -%}
        {%- endif -%}
        {%- if found[1] -%}
            {%- do problems.append('does not know the letters of Unicode') -%}
        {%- endif -%}
        {%- if problems -%}
            {{ exceptions.raise_compiler_error(
                'The database ' ~ found[2] ~ ' ' ~ problems | join(' and ')
                ~ ', so scores would not be those of other engines; create one with lc_collate ' ~ "'C'"
                ~ ' lc_ctype ' ~ "'C.UTF-8'" ~ ' encoding ' ~ "'UTF8'" ~ ' template template0'
                ~ ', and name it with LEAD_SCORING_POSTGRES_DATABASE'
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
