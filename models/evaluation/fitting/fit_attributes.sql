-- One row per row of fit_rows x attribute that is known on that day and may be learned from.
with

fit_rows as (

    select * from {{ ref('fit_rows') }}

),

attribute_history as (

    select * from {{ ref('int_leads__attribute_history') }}
    where value is not null

),

exclusions as (

    select * from {{ ref('stg_config__learning_exclusions') }}

),

known as (

    select
        fit_rows.row_number,
        fit_rows.population,
        fit_rows.split,
        fit_rows.sample_share,
        attribute_history.attribute,
        {{ lower_text('attribute_history.value') }} as value
    from fit_rows
    inner join attribute_history
        on
            fit_rows.lead_id = attribute_history.lead_id
            and fit_rows.as_of_date >= attribute_history.valid_from
            and fit_rows.as_of_date < attribute_history.valid_to

),

learnable as (

    select known.*
    from known
    left join exclusions on known.attribute = exclusions.signal
    where exclusions.signal is null

)

select * from learnable
