-- One row per scorecard x dimension x split x bootstrap replicate: the AUC among the leads drawn.
with

scores as (

    select * from {{ ref('backtest_scores') }}
    where
        split in ('train', 'test')
        and not is_baseline

),

bootstrap_leads as (

    select * from {{ ref('bootstrap_leads') }}

),

weights as (

    select * from {{ ref('bootstrap_weights') }}

),

grouped as (

    select
        scores.scorecard_id,
        scores.dimension,
        scores.split,
        bootstrap_leads.lead_group,
        scores.score,
        scores.is_converted
    from scores
    inner join bootstrap_leads on scores.lead_id = bootstrap_leads.lead_id

),

{{ auc_samples('samples', 'grouped', 'weights', ['scorecard_id', 'dimension', 'split']) }},

measured_samples as (

    select * from samples
    where auc is not null

)

select * from measured_samples
