-- One row per scorecard x dimension x band, with the next higher band's start as its open end, and
-- its place from the best band on.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('score_bands') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('scorecard_id') }} as scorecard_id,
        {{ lower_text(clean_text('dimension')) }} as dimension,
        {{ clean_text('band') }} as band,
        {{ parse_points('min_points') }} as min_points
    from source

),

ordered as (

    select
        *,
        lead(min_points) over (
            partition by scorecard_id, dimension
            order by min_points asc nulls first
        ) as below_points,
        row_number() over (
            partition by scorecard_id, dimension
            order by min_points desc nulls last
        ) as band_rank
    from renamed

)

select * from ordered
