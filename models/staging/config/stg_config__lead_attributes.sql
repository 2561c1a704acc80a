-- One row per lead attribute that rules and segments may name.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('lead_attributes') }}

),

listed as (

    select
        row_number,
        {{ lower_text(clean_text('attribute')) }} as attribute,
        {{ lower_text(clean_text('derived_from')) }} as derived_from,
        {{ clean_text('description') }} as description
    from source

),

{% for attribute in var('lead_attributes') %}
    extra_{{ loop.index }} as (

        select
            cast(null as {{ dbt.type_bigint() }}) as row_number,
            '{{ attribute | lower }}' as attribute,
            cast(null as {{ dbt.type_string() }}) as derived_from,
            'Column of the raw leads named in the var lead_attributes.' as description

    ),

{% endfor %}

unioned as (

    select * from listed
    {%- for attribute in var('lead_attributes') %}
        union all
        select * from extra_{{ loop.index }}
    {%- endfor %}

)

select * from unioned
