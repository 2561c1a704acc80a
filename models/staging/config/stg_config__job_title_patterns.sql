-- One row per job title pattern, with the text that a normalised title has to contain.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('job_title_patterns') }}

),

cleaned as (

    select
        row_number,
        {{ lower_text(clean_text('pattern')) }} as pattern,
        {{ lower_text(clean_text('seniority')) }} as seniority,
        {{ lower_text(clean_text('department')) }} as department,
        cast({{ parse_number(clean_text('priority')) }} as integer) as priority,
        {{ lower_text(clean_text('language')) }} as language
    from source

),

with_search_text as (

    select
        *,
        -- A star at the end asks for a word that starts with the pattern instead of the whole word.
        case
            when right(pattern, 1) = '*' then ' ' || left(pattern, length(pattern) - 1)
            else ' ' || pattern || ' '
        end as search_text
    from cleaned

)

select * from with_search_text
