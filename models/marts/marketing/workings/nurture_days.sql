-- One row per lead x published day on which it meets the conditions of a track: the first such
-- track and whether the lead is in it or rests from it.
with

published as (

    select * from {{ ref('published_lead_days') }}

),

candidates as (

    select * from {{ ref('nurture_candidates') }}

),

interest_hits as (

    select * from {{ ref('interest_hits') }}

),

calendar as (

    select
        as_of_date,
        row_number() over (order by as_of_date) as day_number
    from published
    group by as_of_date

),

interests as (

    select
        lead_id,
        as_of_date,
        topic,
        sum(points) as interest
    from interest_hits
    group by lead_id, as_of_date, topic

),

fitting as (

    select
        candidates.*,
        interests.interest,
        row_number() over (
            partition by candidates.lead_id, candidates.as_of_date
            order by candidates.track_order, candidates.track_id
        ) as preference
    from candidates
    left join interests
        on
            candidates.lead_id = interests.lead_id
            and candidates.as_of_date = interests.as_of_date
            and candidates.topic = interests.topic
    where
        candidates.topic is null
        or interests.interest >= candidates.min_interest

),

-- Days of a lead that follow each other among the published days, in the same track, are a run.
numbered as (

    select
        fitting.*,
        calendar.day_number - row_number() over (
            partition by fitting.lead_id, fitting.track_id
            order by fitting.as_of_date
        ) as run_number
    from fitting
    inner join calendar on fitting.as_of_date = calendar.as_of_date
    where fitting.preference = 1

),

runs as (

    select
        lead_id,
        track_id,
        run_number,
        cool_down_days,
        min(as_of_date) as starts_on,
        max(as_of_date) as last_date
    from numbered
    group by lead_id, track_id, run_number, cool_down_days

),

previous_runs as (

    select
        *,
        lag(last_date) over (partition by lead_id, track_id order by starts_on) as previous_date
    from runs

),

newest as (

    select max(as_of_date) as newest_date
    from calendar

),

-- The cool-down counts from the last day of the run before, even if the lead was resting then.
opened_runs as (

    select
        previous_runs.lead_id,
        previous_runs.track_id,
        previous_runs.run_number,
        previous_runs.cool_down_days,
        previous_runs.starts_on,
        previous_runs.last_date,
        case
            when
                {{ days_between('previous_runs.previous_date', 'previous_runs.starts_on') }}
                <= previous_runs.cool_down_days
                then {{ add_days(
                    'previous_runs.previous_date', 'previous_runs.cool_down_days + 1'
                ) }}
            else previous_runs.starts_on
        end as opens_on,
        previous_runs.last_date < newest.newest_date as is_over
    from previous_runs
    cross join newest

),

-- A run that is over before the lead may enter only makes the rest longer.
rests as (

    select
        *,
        sum(case when is_over and last_date < opens_on then 0 else 1 end) over (
            partition by lead_id, track_id
            order by starts_on
            rows between unbounded preceding and current row
        ) as rest_number
    from opened_runs

),

rested_runs as (

    select
        *,
        {{ add_days(
            'max(last_date) over (partition by lead_id, track_id, rest_number)',
            'cool_down_days + 1'
        ) }} as return_date
    from rests

),

-- Within a run, days in the track and the rest from it alternate.
counted as (

    select
        numbered.*,
        rested_runs.opens_on,
        rested_runs.last_date as run_last_date,
        rested_runs.is_over,
        rested_runs.return_date,
        {{ days_between('rested_runs.opens_on', 'numbered.as_of_date') }} as run_days,
        numbered.max_days + numbered.cool_down_days as round_days
    from numbered
    inner join rested_runs
        on
            numbered.lead_id = rested_runs.lead_id
            and numbered.track_id = rested_runs.track_id
            and numbered.run_number = rested_runs.run_number

),

rounds as (

    select
        *,
        cast(
            floor(run_days / cast(round_days as {{ type_double() }})) as integer
        ) as round_number
    from counted

),

returns as (

    select
        *,
        {{ add_days('opens_on', '(round_number + 1) * round_days') }} as next_round_date
    from rounds

),

nurture_days as (

    select
        lead_id,
        as_of_date,
        track_id,
        track_order,
        scorecard_id,
        score,
        band,
        topic,
        interest,
        run_number,
        run_last_date,
        round_number,
        run_days >= 0 and mod(run_days, round_days) < max_days as is_in_track,
        case
            when is_over and run_last_date < next_round_date then return_date
            else next_round_date
        end as earliest_return_date
    from returns

)

select * from nurture_days
