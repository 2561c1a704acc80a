-- What has drifted from the training days, in the newest month that can tell. Some drift, or a rule
-- that fires more or less often, warns; major drift of a score or of its conversions is an error.
{{ config(fail_calc='coalesce(max(drift_level), 0)', warn_if='>= 1', error_if='>= 2') }}

with

drift as (

    select * from {{ ref('score_drift') }}
    where status in ('none', 'some', 'major')

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}
    where role = 'champion'

),

newest as (

    select
        drift.scorecard_id,
        drift.drift_of,
        max(drift.month) as month
    from drift
    inner join scorecards on drift.scorecard_id = scorecards.scorecard_id
    group by drift.scorecard_id, drift.drift_of

)

select
    drift.scorecard_id,
    drift.month,
    drift.drift_of,
    drift.rule_id,
    drift.psi,
    drift.z,
    case when drift.status = 'major' and drift.drift_of <> 'rule' then 2 else 1 end as drift_level
from drift
inner join newest
    on
        drift.scorecard_id = newest.scorecard_id
        and drift.drift_of = newest.drift_of
        and drift.month = newest.month
where drift.status in ('some', 'major')
