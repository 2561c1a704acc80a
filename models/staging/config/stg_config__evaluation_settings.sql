-- One row: the numbers behind the statistics of the evaluation, a column each.
with

source as (

    select * from {{ ref('evaluation_settings') }}

),

renamed as (

    select
        lower({{ clean_text('setting') }}) as setting,
        {{ parse_number(clean_text('value')) }} as value
    from source

),

pivoted as (

    select
        {%- for setting in evaluation_settings() %}
            max(case when setting = '{{ setting }}' then value end) as {{ setting }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from renamed

)

select * from pivoted
